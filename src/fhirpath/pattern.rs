//! The regular expressions of functions, and of extensions.

use super::reader::EvaluationError;
use super::regex::Regex;
use super::regex_syntax::{Mode, PatternFault};

/// What of a text a regular expression is to match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MatchMode {
    /// `matches()`: any part.
    Any,
    /// `matchesFull()`: all of it.
    Full,
    /// `replaceMatches()`: every part that it can.
    Each,
}

impl MatchMode {
    /// What the function with this name does; nothing where it takes no regular expression.
    pub(super) fn by(function: &str) -> Option<Self> {
        Some(match function {
            "matches" => Self::Any,
            "matchesFull" => Self::Full,
            "replaceMatches" => Self::Each,
            _ => return None,
        })
    }
}

/// Compiles a regular expression. `charge` counts what that costs, in items looked at.
pub(super) fn compile(
    text: &str,
    matching: MatchMode,
    charge: &mut dyn FnMut(usize) -> Result<(), EvaluationError>,
) -> Result<Regex, EvaluationError> {
    charge(text.len() + 16)?;
    // FHIRPath's expressions match in single-line mode: `.` takes line feeds as well.
    let compiled = Regex::new(text, Mode { full: matching == MatchMode::Full, single_line: true });
    let compiled = compiled.map_err(|fault| match fault {
        PatternFault::TooLarge => EvaluationError::too_costly("a regular expression is too large: its counts multiply"),
        PatternFault::Syntax => EvaluationError::new("this is not a regular expression that can be used here"),
    })?;
    charge(compiled.steps.len())?;
    Ok(compiled)
}

/// Whether all of a text matches a pattern; nothing where that cannot be used. `afford` is asked whether so many items may be looked at.
pub(crate) fn matches_whole(pattern: &str, text: &str, afford: &mut dyn FnMut(usize) -> bool) -> Option<bool> {
    let mut charge = |items| if afford(items) { Ok(()) } else { Err(EvaluationError::too_costly("")) };
    compile(pattern, MatchMode::Full, &mut charge).ok()?.is_match(text, &mut charge).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_multiply_where_one_is_in_the_other() {
        let compiled = |text| compile(text, MatchMode::Any, &mut |_| Ok(()));
        assert!(compiled("a{1,2000}").is_ok());
        for text in
            ["((a{0,20}){0,20}){0,20}", "(a{0,60}){0,60}", "(a{99999999}){99999999}{99999999}", "((a{99}){99}){0}"]
        {
            assert!(compiled(text).is_err_and(|error| error.too_costly), "{text}");
        }
        assert!(compiled("a{2,1}").is_err_and(|error| !error.too_costly));
    }
}
