//! The nearest known name: what the writer probably meant.

/// No name, code or reference that people write is longer.
const LONGEST: usize = 200;

/// The candidate that is nearest to `name`, if it is near enough to be a slip of the hand.
pub(super) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // Slips are looked for in names, not in texts: comparing takes time in proportion to the square of the length.
    if name.len() > LONGEST {
        return None;
    }
    // One slip in a short word, up to three in a long one; and names that differ only in case.
    let most = match name.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let lower = name.to_ascii_lowercase();
    candidates
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most)
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let same_letters = candidate.eq_ignore_ascii_case(name);
            (if same_letters { 0 } else { strsim::osa_distance(&lower, &candidate.to_ascii_lowercase()) }, candidate)
        })
        .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["identifier", "status", "intent", "code", "subject", "id"];
        let near = |name| nearest(name, names.into_iter());
        assert_eq!(near("identifer"), Some("identifier"));
        assert_eq!(near("Status"), Some("status"));
        assert_eq!(near("stauts"), Some("status"));
        assert_eq!(near("ID"), Some("id"));
        assert_eq!(near("resourceKind"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near("status"), None, "the word itself is no slip");
    }
}
