//! The bytes of an archive, unpacked as they are asked for.
//!
//! The frame of gzip is read here: `flate2`, which reads it, too, comes with the readers of the standard library, and makes the wasm 22 kB
//! larger after brotli than this.

use super::limits::{PackageError, PackageLimits};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// What gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The method of compression that there is.
const DEFLATE: u8 = 8;

/// So much may come of a few bytes, whatever [`PackageLimits::ratio`] says: a short package has long runs of padding.
const ALWAYS: u64 = 1 << 20;

/// An archive that is unpacked; one that is not compressed is given as it is.
pub(super) struct Unpacked<'b> {
    /// What was not looked at yet.
    rest: &'b [u8],
    /// How long it is compressed.
    length: u64,
    limits: PackageLimits,
    given: u64,
    is_gzip: bool,
    member: Option<Member>,
}

/// A part of gzip: nearly always there is one.
struct Member {
    state: Box<InflateState>,
    checksum: Checksum,
    length: u32,
}

impl<'b> Unpacked<'b> {
    pub(super) fn new(bytes: &'b [u8], limits: PackageLimits) -> Result<Self, PackageError> {
        let is_gzip = bytes.starts_with(&GZIP);
        let mut unpacked = Self { rest: bytes, length: bytes.len() as u64, limits, given: 0, is_gzip, member: None };
        if is_gzip {
            unpacked.begin(Box::new(InflateState::new(DataFormat::Raw)))?;
        }
        Ok(unpacked)
    }

    /// Whether the end of what is unpacked is the end of what was packed.
    pub(super) fn was_compressed(&self) -> bool {
        self.is_gzip
    }

    /// Fills a buffer as far as there is something, and says how far.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, PackageError> {
        let mut filled = 0;
        while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            let count = self.some(room)?;
            if count == 0 {
                break;
            }
            filled += count;
            self.given += count as u64;
            if self.given > self.limits.bytes {
                return Err(PackageError::TooLong(self.limits.bytes));
            }
            if self.given > ALWAYS.max(self.length.saturating_mul(u64::from(self.limits.ratio))) {
                return Err(PackageError::TooCompressed(self.limits.ratio));
            }
        }
        Ok(filled)
    }

    /// Some of what comes next; 0 at the end.
    fn some(&mut self, room: &mut [u8]) -> Result<usize, PackageError> {
        while let Some(member) = &mut self.member {
            let step = inflate(&mut member.state, self.rest, room, MZFlush::None);
            self.rest = self.rest.get(step.bytes_consumed..).unwrap_or_default();
            let written = room.get(..step.bytes_written).unwrap_or_default();
            member.checksum.add(written);
            member.length = member.length.wrapping_add(written.len() as u32);
            match step.status {
                Ok(MZStatus::StreamEnd) => self.end()?,
                Ok(_) | Err(MZError::Buf) if step.bytes_consumed + written.len() > 0 => {}
                _ if self.rest.is_empty() => return Err(PackageError::Truncated),
                _ => return Err(PackageError::Damaged),
            }
            if !written.is_empty() {
                return Ok(written.len());
            }
        }
        // What is behind gzip was seen at its end.
        let count = self.rest.len().min(room.len());
        if let (Some(from), Some(to)) = (self.rest.get(..count), room.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.rest = self.rest.get(count..).unwrap_or_default();
        Ok(count)
    }

    /// Reads the head of gzip.
    fn begin(&mut self, state: Box<InflateState>) -> Result<(), PackageError> {
        let &[_, _, method, flags, ..] = self.take(10)? else { return Err(PackageError::Truncated) };
        // The three highest bits mean nothing yet.
        if method != DEFLATE || flags & 0xe0 != 0 {
            return Err(PackageError::Damaged);
        }
        if flags & 4 != 0
            && let &[low, high] = self.take(2)?
        {
            self.take(usize::from(u16::from_le_bytes([low, high])))?;
        }
        // A name and a comment.
        for flag in [8, 16] {
            if flags & flag != 0 {
                let end = self.rest.iter().position(|byte| *byte == 0).ok_or(PackageError::Truncated)?;
                self.take(end + 1)?;
            }
        }
        if flags & 2 != 0 {
            self.take(2)?;
        }
        self.member = Some(Member { state, checksum: Checksum::new(), length: 0 });
        Ok(())
    }

    /// Compares what was unpacked with what gzip says of it at its end. Behind that may be another part, or zeros of a tape.
    fn end(&mut self) -> Result<(), PackageError> {
        let &[a, b, c, d, e, f, g, h] = self.take(8)? else { return Err(PackageError::Truncated) };
        let Some(mut member) = self.member.take() else { return Ok(()) };
        if u32::from_le_bytes([a, b, c, d]) != member.checksum.value()
            || u32::from_le_bytes([e, f, g, h]) != member.length
        {
            return Err(PackageError::Damaged);
        }
        if self.rest.starts_with(&GZIP) {
            member.state.reset(DataFormat::Raw);
            return self.begin(member.state);
        }
        if self.rest.iter().any(|byte| *byte != 0) {
            return Err(PackageError::Damaged);
        }
        self.rest = &[];
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], PackageError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(PackageError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// The CRC-32 of gzip, of four bytes at a time: that takes a third of the time of one by one.
struct Checksum {
    /// For each byte, with none to three others behind it. Made when it is needed: it would be kilobytes of the wasm.
    tables: Box<[[u32; 256]; 4]>,
    sum: u32,
}

impl Checksum {
    fn new() -> Self {
        let mut tables = Box::new([[0; 256]; 4]);
        let [first, others @ ..] = tables.as_mut();
        for (byte, row) in (0..).zip(first.iter_mut()) {
            *row = (0..8).fold(byte, |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 });
        }
        let mut before = *first;
        for table in others {
            *table = before.map(|sum| sum >> 8 ^ value(first, sum as u8));
            before = *table;
        }
        Self { tables, sum: !0 }
    }

    fn add(&mut self, bytes: &[u8]) {
        let [none, one, two, three] = self.tables.as_ref();
        let (fours, rest) = bytes.as_chunks();
        for four in fours {
            let [a, b, c, d] = (self.sum ^ u32::from_le_bytes(*four)).to_le_bytes();
            self.sum = value(three, a) ^ value(two, b) ^ value(one, c) ^ value(none, d);
        }
        for byte in rest {
            self.sum = self.sum >> 8 ^ value(none, self.sum as u8 ^ byte);
        }
    }

    fn value(&self) -> u32 {
        !self.sum
    }
}

fn value(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_gzip() {
        let mut checksum = Checksum::new();
        checksum.add(b"1234567");
        checksum.add(b"89");
        assert_eq!(checksum.value(), 0xcbf4_3926);
    }
}
