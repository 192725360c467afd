//! The files of a tar archive, one after the other: ustar, with the long names of pax and GNU.
//!
//! Only names and contents are of interest. The crate `tar`, which also knows owners, links and how to write files to a disk, makes the
//! wasm 12 kB larger after brotli.

use super::inflate::Unpacked;
use super::limits::{PackageError, PackageLimits};

const BLOCK: usize = 512;

/// The longest name, and what else pax says of a file.
const LONGEST_HEAD: u64 = 64 << 10;

pub(super) struct Tar<'b> {
    from: Unpacked<'b>,
    limits: PackageLimits,
    entries: u32,
    /// What was not read of the entry, and up to the next one.
    left: u64,
}

/// A file of an archive.
pub(super) struct Entry {
    pub(super) path: String,
    size: u64,
}

/// What an entry says of the next one.
#[derive(Default)]
struct Said {
    path: Option<Vec<u8>>,
    size: Option<u64>,
}

impl<'b> Tar<'b> {
    pub(super) fn new(bytes: &'b [u8], limits: PackageLimits) -> Result<Self, PackageError> {
        Ok(Self { from: Unpacked::new(bytes, limits)?, limits, entries: 0, left: 0 })
    }

    /// The next file; none at the end, when all of the archive was seen and its checksum was right.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, PackageError> {
        let mut said = Said::default();
        loop {
            self.pass()?;
            let mut head = [0; BLOCK];
            let length = self.from.fill(&mut head)?;
            // What is not an archive shows at its first block.
            let is_first = self.entries == 0;
            if length < BLOCK {
                return match length {
                    _ if is_first => Err(PackageError::NotAnArchive),
                    // Some writers leave out the zeros at the end.
                    0 if self.from.was_compressed() => Ok(None),
                    _ => Err(PackageError::Truncated),
                };
            }
            if head == [0; BLOCK] {
                while self.from.fill(&mut head)? > 0 {}
                return Ok(None);
            }
            let head = Head(&head);
            if !head.is_whole() {
                return Err(if is_first { PackageError::NotAnArchive } else { PackageError::Damaged });
            }
            self.entries += 1;
            if self.entries > self.limits.entries {
                return Err(PackageError::TooManyEntries(self.limits.entries));
            }
            let kind = head.kind();
            let size = match kind {
                // Links, devices and folders have no content, whatever they say.
                b'1'..=b'6' => 0,
                _ => {
                    said.size.filter(|_| is_file(kind)).or_else(|| head.number(124, 12)).ok_or(PackageError::Damaged)?
                }
            };
            self.left = size.checked_add(padding(size)).ok_or(PackageError::Damaged)?;
            match kind {
                b'x' => said.read_pax(&self.content(size, LONGEST_HEAD, "a pax header")?)?,
                b'L' => said.path = Some(trimmed(&self.content(size, LONGEST_HEAD, "a long name")?).to_vec()),
                _ if is_file(kind) => {
                    let path = said.path.take().unwrap_or_else(|| head.path());
                    return Ok(Some(Entry { path: String::from_utf8_lossy(&path).into_owned(), size }));
                }
                // What is said of all files, of the targets of links, and what nobody needs.
                b'g' | b'K' => {}
                _ => said = Said::default(),
            }
        }
    }

    /// The content of the file that came last.
    pub(super) fn read(&mut self, entry: &Entry) -> Result<Vec<u8>, PackageError> {
        self.content(entry.size, self.limits.entry_bytes, &entry.path)
    }

    fn content(&mut self, size: u64, most: u64, path: &str) -> Result<Vec<u8>, PackageError> {
        let length = usize::try_from(size).ok().filter(|_| size <= most);
        let length = length.ok_or_else(|| PackageError::EntryTooLong { path: path.to_owned(), most })?;
        let mut content = vec![0; length];
        if self.from.fill(&mut content)? < length {
            return Err(PackageError::Truncated);
        }
        self.left = padding(size);
        Ok(content)
    }

    /// Passes over what was not read.
    fn pass(&mut self) -> Result<(), PackageError> {
        let mut passed = [0; 8 * BLOCK];
        while self.left > 0 {
            let step = self.left.min(passed.len() as u64);
            let Some(part) = passed.get_mut(..step as usize) else { break };
            if self.from.fill(part)? < step as usize {
                return Err(PackageError::Truncated);
            }
            self.left -= step;
        }
        Ok(())
    }
}

/// How many bytes are between a content of this size and the next entry.
fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

/// Whether an entry is an ordinary file.
fn is_file(kind: u8) -> bool {
    matches!(kind, b'0' | 0 | b'7')
}

/// The block before an entry.
struct Head<'h>(&'h [u8; BLOCK]);

impl Head<'_> {
    fn field(&self, start: usize, length: usize) -> &[u8] {
        self.0.get(start..start + length).unwrap_or_default()
    }

    fn kind(&self) -> u8 {
        self.field(156, 1).first().copied().unwrap_or_default()
    }

    /// Whether its checksum is right, which is counted as if it were spaces.
    fn is_whole(&self) -> bool {
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let expected = sum(self.0) - sum(self.field(148, 8)) + 8 * u64::from(b' ');
        self.number(148, 8) == Some(expected)
    }

    /// A number in octal digits; a large one in binary, as GNU writes it.
    fn number(&self, start: usize, length: usize) -> Option<u64> {
        let field = self.field(start, length);
        if let [0x80, digits @ ..] = field {
            return digits
                .iter()
                .try_fold(0_u64, |number, byte| number.checked_mul(256)?.checked_add(u64::from(*byte)));
        }
        let digits = str::from_utf8(trimmed(field)).ok()?.trim_matches(' ');
        if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
    }

    fn path(&self) -> Vec<u8> {
        let name = trimmed(self.field(0, 100));
        // GNU has something else where ustar has the beginning of a long name.
        let prefix = if self.field(257, 6) == b"ustar\0" { trimmed(self.field(345, 155)) } else { &[] };
        if prefix.is_empty() { name.to_vec() } else { [prefix, name].join(&b'/') }
    }
}

impl Said {
    /// Takes in `length key=value` lines of pax.
    fn read_pax(&mut self, lines: &[u8]) -> Result<(), PackageError> {
        let mut rest = lines;
        while !rest.is_empty() {
            let space = rest.iter().position(|byte| *byte == b' ').ok_or(PackageError::Damaged)?;
            let length = rest.get(..space).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
            let (line, after) =
                length.and_then(|length: usize| rest.split_at_checked(length)).ok_or(PackageError::Damaged)?;
            let line = line.get(space + 1..).and_then(|line| line.strip_suffix(b"\n")).ok_or(PackageError::Damaged)?;
            if let Some(path) = line.strip_prefix(b"path=") {
                self.path = Some(path.to_vec());
            } else if let Some(size) = line.strip_prefix(b"size=") {
                let size = str::from_utf8(size).ok().and_then(|size| size.parse().ok());
                self.size = Some(size.ok_or(PackageError::Damaged)?);
            }
            rest = after;
        }
        Ok(())
    }
}

/// A text up to the first zero.
fn trimmed(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}
