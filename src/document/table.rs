//! Rows of tables by the places that other tables give: each place was made together with its row, so it is there. That it is not would be
//! a fault of this library; tests fail there, and a release goes on without a crash.

use std::ops::Range;

/// The row at a place.
#[inline]
pub(crate) fn row<'t, T>(rows: &'t [T], place: usize, otherwise: &'t T) -> &'t T {
    debug_assert!(place < rows.len(), "no row {place} in a table of {}", rows.len());
    rows.get(place).unwrap_or(otherwise)
}

/// The row at a place, to be changed.
#[inline]
pub(crate) fn row_mut<T>(rows: &mut [T], place: usize) -> Option<&mut T> {
    debug_assert!(place < rows.len(), "no row {place} in a table of {}", rows.len());
    rows.get_mut(place)
}

/// The rows of a range of places.
#[inline]
pub(crate) fn rows<T>(rows: &[T], range: Range<usize>) -> &[T] {
    debug_assert!(
        range.start <= range.end && range.end <= rows.len(),
        "no rows {range:?} in a table of {}",
        rows.len()
    );
    rows.get(range).unwrap_or(&[])
}

/// A part of a text.
#[inline]
pub(crate) fn part(text: &str, range: Range<usize>) -> &str {
    debug_assert!(text.get(range.clone()).is_some(), "no part {range:?} in a text of {} bytes", text.len());
    text.get(range).unwrap_or("")
}

/// The part of a text before the first of some characters; all of it where there is none of them.
pub(crate) fn before<'t>(text: &'t str, ends: &[char]) -> &'t str {
    text.find(ends).map_or(text, |end| part(text, 0..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_before_a_character() {
        assert_eq!(
            [before("http://a|1#b", &['|', '#']), before("a", &['|']), before("|", &['|'])],
            ["http://a", "a", ""]
        );
    }

    #[test]
    fn a_place_that_is_there_gives_its_row() {
        assert_eq!(*row(&[1, 2], 1, &0), 2);
        assert_eq!(rows(&[1, 2, 3], 1..3), [2, 3]);
        assert_eq!(part("aé", 1..3), "é");
    }

    #[test]
    #[should_panic(expected = "no row 2 in a table of 2")]
    #[cfg(debug_assertions)]
    fn a_place_that_is_not_there_fails_in_tests() {
        row(&[1, 2], 2, &0);
    }
}
