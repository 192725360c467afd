//! Upper and lower case of any text, by a table a fifth as large as the standard library's: its own is 10 kB of the compressed wasm.

use super::case_table::{LOWER, LOWERED, Run, UPPER, UPPERED};

/// The text in lower case: `ΟΔΟΣ` becomes `οδος`.
pub(crate) fn lower(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            'Σ' if ends_a_word(text, at) => out.push('ς'),
            _ if character.is_ascii() => out.push(character.to_ascii_lowercase()),
            _ => mapped(character, &LOWER, &LOWERED, &mut out),
        }
    }
    out
}

/// The text in upper case: `Straße` becomes `STRASSE`.
pub(crate) fn upper(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_ascii() {
            true => out.push(character.to_ascii_uppercase()),
            false => mapped(character, &UPPER, &UPPERED, &mut out),
        }
    }
    out
}

fn mapped(character: char, runs: &[Run], several: &[(char, &str)], out: &mut String) {
    if let Ok(found) = several.binary_search_by_key(&character, |(one, _)| *one)
        && let Some((_, texts)) = several.get(found)
    {
        out.push_str(texts);
    } else {
        out.push(other(character, runs).unwrap_or(character));
    }
}

/// The other case of a character, where that is one character.
fn other(character: char, runs: &[Run]) -> Option<char> {
    let code = u32::from(character);
    let Run { first, step, by, .. } = runs.get(runs.partition_point(|run| run.last < code))?;
    let distance = code.checked_sub(*first)?;
    // Where upper and lower case take turns, a run is every second character.
    if distance % u32::from(*step) == 0 { char::from_u32(code.wrapping_add_signed(*by)) } else { None }
}

/// Whether the sigma at this place is the last letter of a word (Unicode's SpecialCasing, `Final_Sigma`).
fn ends_a_word(text: &str, at: usize) -> bool {
    let is_between =
        |character: &char| matches!(character, '\'' | '.' | ':' | '·' | '’' | '\u{ad}' | '\u{300}'..='\u{36f}');
    let is_letter = |character: char| {
        character.is_ascii_alphabetic() || other(character, &LOWER).is_some() || other(character, &UPPER).is_some()
    };
    let (before, from) = text.split_at_checked(at).unwrap_or((text, ""));
    let next = from.chars().skip(1).find(|one| !is_between(one));
    before.chars().rev().find(|one| !is_between(one)).is_some_and(is_letter) && !next.is_some_and(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn every_character_has_the_case_that_the_standard_library_gives_it() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            assert_eq!(lower(&text), text.to_lowercase(), "{character:?}");
            assert_eq!(upper(&text), text.to_uppercase(), "{character:?}");
        }
    }

    #[test]
    fn a_sigma_that_ends_a_word_has_a_form_of_its_own() {
        for text in
            ["ΟΔΟΣ", "ΟΔΟΣ ΣΟΦΙΑΣ", "ΑΣ.", "ΑΣ’", "ΑΣ.Α", "Σ", "Σ Σ", "AΣ1", "1Σ", "ΑΣ\u{301}", "ΑΣΣ, ΑΣ", "ΆΣ日"]
        {
            assert_eq!(lower(text), text.to_lowercase(), "{text}");
        }
    }

    fn runs(map: impl Fn(char) -> Vec<char>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for character in '\u{80}'..=char::MAX {
            let [other] = map(character)[..] else { continue };
            if other == character {
                continue;
            }
            let (code, by) = (u32::from(character), other as i32 - character as i32);
            match runs.last_mut() {
                Some(run) if run.by == by && run.first == run.last && code - run.last <= 2 => {
                    (run.step, run.last) = ((code - run.last) as u8, code);
                }
                Some(run) if run.by == by && code - run.last == u32::from(run.step) => run.last = code,
                _ => runs.push(Run { first: code, last: code, step: 1, by }),
            }
        }
        runs
    }

    /// What `case_table.rs` is to hold: who updates the compiler may have to write it anew.
    fn table() -> String {
        let mut out = String::from(
            "//! Which character has which other case, from the standard library: a test writes this table, and compares.\n\n",
        );
        out += "/// Characters `first`, `first + step`, … `last`, each with the other case `by` further.\n";
        out += "#[derive(Debug)]\npub(super) struct Run {\n    pub(super) first: u32,\n    pub(super) last: u32,\n    pub(super) step: u8,\n    pub(super) by: i32,\n}\n\n";
        out +=
            "const fn run(first: u32, last: u32, step: u8, by: i32) -> Run {\n    Run { first, last, step, by }\n}\n";
        for (name, runs) in [
            ("LOWER", runs(|character| character.to_lowercase().collect())),
            ("UPPER", runs(|character| character.to_uppercase().collect())),
        ] {
            let _ = write!(out, "\n#[rustfmt::skip]\npub(super) static {name}: [Run; {}] = [", runs.len());
            for (place, Run { first, last, step, by }) in runs.into_iter().enumerate() {
                out += if place % 4 == 0 { "\n    " } else { " " };
                let _ = write!(out, "run({first:#x}, {last:#x}, {step}, {by}),");
            }
            out += "\n];\n";
        }
        let several = |map: fn(char) -> String| {
            ('\0'..=char::MAX).map(move |one| (one, map(one))).filter(|(_, texts)| texts.chars().count() > 1)
        };
        for (name, several) in [
            ("LOWERED", several(|one| one.to_lowercase().collect()).collect::<Vec<_>>()),
            ("UPPERED", several(|one| one.to_uppercase().collect()).collect()),
        ] {
            let _ = write!(out, "\n#[rustfmt::skip]\npub(super) static {name}: [(char, &str); {}] = [", several.len());
            for (place, (one, texts)) in several.into_iter().enumerate() {
                out += if place % 3 == 0 { "\n    " } else { " " };
                let _ = write!(out, "({one:?}, \"{}\"),", texts.escape_unicode());
            }
            out += "\n];\n";
        }
        out
    }

    #[test]
    fn the_table_is_written_by_this_test() {
        let table = table();
        assert!(table == include_str!("case_table.rs"), "src/document/case_table.rs should be:\n{table}");
    }
}
