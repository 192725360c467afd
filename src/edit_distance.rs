//! How many slips of the hand make one word of another: the edit distance that is called optimal string alignment.

/// The least number of letters left out, added, exchanged, or swapped with their neighbours, that make one text of the other; none where
/// that are more than `most`. Only what can be reached with so many is looked at, so that the time is in proportion to the length.
pub(crate) fn edit_distance(left: &str, right: &str, most: usize) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let far = most + 1;
    let at = |row: &[usize], place: usize| {
        debug_assert!(place < row.len(), "no distance {place} in a row of {}", row.len());
        row.get(place).copied().unwrap_or(far)
    };
    let letter = |text: &[char], place: Option<usize>| place.and_then(|place| text.get(place).copied());
    // A row has the distances of the letters up to one of the left text to those of the right one, near the diagonal.
    let mut before = vec![far; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).map(|place| place.min(far)).collect();
    let mut row = vec![far; right.len() + 1];
    for (above, &own) in left.iter().enumerate() {
        row.fill(far);
        let mut least = far;
        for place in (above + 1).saturating_sub(most)..=(above + 1 + most).min(right.len()) {
            let Some(across) = place.checked_sub(1) else {
                least = (above + 1).min(far);
                if let Some(first) = row.first_mut() {
                    *first = least;
                }
                continue;
            };
            let other = letter(&right, Some(across));
            let exchanged = at(&last, across) + usize::from(other != Some(own));
            let mut distance = exchanged.min(at(&last, place) + 1).min(at(&row, across) + 1);
            let swapped =
                letter(&right, across.checked_sub(1)) == Some(own) && letter(&left, above.checked_sub(1)) == other;
            if let Some(there) = across.checked_sub(1).filter(|_| swapped && above > 0) {
                distance = distance.min(at(&before, there) + 1);
            }
            least = least.min(distance);
            if let Some(here) = row.get_mut(place) {
                *here = distance.min(far);
            }
        }
        if least > most {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(at(&last, right.len())).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_distance_up_to_a_limit(left in "[abc]{0,9}", right in "[abc]{0,9}", most in 0_usize..12) {
            let distance = strsim::osa_distance(&left, &right);
            prop_assert_eq!(edit_distance(&left, &right, most), (distance <= most).then_some(distance));
        }
    }

    #[test]
    fn long_texts_are_compared_near_the_diagonal() {
        let long = "é".repeat(100_000);
        assert_eq!(edit_distance(&long, &format!("{long}x"), 3), Some(1));
        assert_eq!(edit_distance(&long, &"x".repeat(100_000), 3), None);
    }
}
