//! Latin-1 → UTF-8, in place: a second text would be there beside the first.

use crate::document::bytes::ascii_length;
use crate::document::table::rows;

/// Makes UTF-8 of Latin-1, the last `latin1` bytes of the text. The text has as many bytes as that becomes.
pub fn utf8_of_latin1(text: &mut [u8], latin1: usize) {
    let mut from = text.len().saturating_sub(latin1);
    let mut to = 0;
    loop {
        let plain = ascii_length(rows(text, from..text.len()));
        text.copy_within(from..from + plain, to);
        from += plain;
        to += plain;
        let Some(&byte) = text.get(from) else { return };
        debug_assert!(to + 2 <= text.len(), "the text is too short for what it becomes");
        if let Some(place) = text.get_mut(to..).and_then(<[u8]>::first_chunk_mut) {
            *place = [0xC0 | byte >> 6, 0x80 | byte & 0x3F];
        }
        from += 1;
        to += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf8_of(latin1: &[u8], length: usize) -> Vec<u8> {
        let mut text = [&vec![0; length - latin1.len()], latin1].concat();
        utf8_of_latin1(&mut text, latin1.len());
        text
    }

    #[test]
    fn every_character_at_every_place_of_a_word() {
        for character in '\0'..='\u{ff}' {
            for place in 0..20 {
                let text: String = (0..20).map(|at| if at == place { character } else { 'x' }).collect();
                let latin1: Vec<u8> = text.chars().map(|character| character as u8).collect();
                assert_eq!(utf8_of(&latin1, text.len()), text.as_bytes());
            }
        }
        assert_eq!(utf8_of(b"", 0), b"");
        assert_eq!(utf8_of(&[0xFC, 0xE9, 0xFF], 6), "üéÿ".as_bytes());
    }
}
