//! SHA-1: the hash of attachments, and what UUIDs of names are made of.

/// FIPS 180-4. Nothing is kept secret by it, and a crate for it would be larger than this.
#[cold]
pub(crate) fn sha1(text: &[u8]) -> [u8; 20] {
    let mut state = [0x6745_2301_u32, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let (blocks, rest) = text.as_chunks::<64>();
    blocks.iter().for_each(|block| add(&mut state, block));
    // A bit, and the length in bits at the end of the last block.
    let mut last = rest.to_vec();
    last.push(0x80);
    while last.len() % 64 != 56 {
        last.push(0);
    }
    last.extend((text.len() as u64 * 8).to_be_bytes());
    let (blocks, _) = last.as_chunks::<64>();
    blocks.iter().for_each(|block| add(&mut state, block));
    let mut digest = [0; 20];
    for (byte, from) in digest.iter_mut().zip(state.iter().flat_map(|word| word.to_be_bytes())) {
        *byte = from;
    }
    digest
}

#[inline(never)]
fn add(state: &mut [u32; 5], block: &[u8; 64]) {
    let (words, _) = block.as_chunks::<4>();
    // The last sixteen words of the schedule: each round takes the oldest and makes the next.
    let mut schedule = [0_u32; 16];
    for (word, bytes) in schedule.iter_mut().zip(words) {
        *word = u32::from_be_bytes(*bytes);
    }
    let [mut a, mut b, mut c, mut d, mut e] = *state;
    for round in 0..80 {
        let (function, constant) = match round / 20 {
            0 => (b & c | !b & d, 0x5A82_7999),
            1 => (b ^ c ^ d, 0x6ED9_EBA1),
            2 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
        };
        let [word, _, third, _, _, _, _, _, ninth, _, _, _, _, fourteenth, ..] = schedule;
        let next = a.rotate_left(5).wrapping_add(function).wrapping_add(e).wrapping_add(constant).wrapping_add(word);
        (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
        schedule.rotate_left(1);
        if let Some(newest) = schedule.last_mut() {
            *newest = (word ^ third ^ ninth ^ fourteenth).rotate_left(1);
        }
    }
    for (word, more) in state.iter_mut().zip([a, b, c, d, e]) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(hex(&sha1(b"")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(hex(&sha1(b"abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hex(&sha1(long)), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        assert_eq!(hex(&sha1(&[b'a'; 1_000_000])), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    }
}
