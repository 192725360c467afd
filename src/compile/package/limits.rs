//! How much of a package is read, and why one is not read.

use std::fmt;

/// How much of a package is read. Whatever an archive says of itself, no more memory than that is used for it.
///
/// ```
/// use fhirpost::{Package, PackageError, PackageLimits};
///
/// let mut limits = PackageLimits::default();
/// limits.bytes = 1 << 20;
/// assert_eq!(Package::read(b"{}", limits), Err(PackageError::NotAnArchive));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PackageLimits {
    /// The most entries of an archive, folders among them (default 100,000).
    pub entries: u32,
    /// The most bytes of one of its files (default 64 MiB).
    pub entry_bytes: u64,
    /// The most bytes of all that is in the archive, unpacked (default 512 MiB).
    pub bytes: u64,
    /// How many times as long as the compressed bytes the unpacked ones may be (default 200), beyond the first MiB. JSON reaches 50.
    pub ratio: u32,
}

impl Default for PackageLimits {
    fn default() -> Self {
        Self { entries: 100_000, entry_bytes: 64 << 20, bytes: 512 << 20, ratio: 200 }
    }
}

/// Why a package cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackageError {
    /// It is neither gzip nor tar.
    NotAnArchive,
    /// It ends in the middle.
    Truncated,
    /// A checksum is wrong, or what is compressed makes no sense.
    Damaged,
    /// It has more entries than [`PackageLimits::entries`].
    TooManyEntries(u32),
    /// A file of it is longer than [`PackageLimits::entry_bytes`].
    EntryTooLong {
        /// Its path.
        path: String,
        /// How many bytes there may be.
        most: u64,
    },
    /// Unpacked it is longer than [`PackageLimits::bytes`].
    TooLong(u64),
    /// It becomes longer than [`PackageLimits::ratio`] allows.
    TooCompressed(u32),
    /// There is no package.json.
    NoPackageJson,
    /// What is wrong with its package.json.
    PackageJson(String),
}

impl fmt::Display for PackageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnArchive => out.write_str("is neither gzip nor tar: a FHIR package is a .tgz file"),
            Self::Truncated => out.write_str("ends in the middle: it was not stored or transferred completely"),
            Self::Damaged => out.write_str("is damaged: its checksum is not that of its content"),
            Self::TooManyEntries(most) => write!(out, "has more than {most} entries, which are not read"),
            Self::EntryTooLong { path, most } => {
                write!(out, "has a file of more than {most} bytes, which is not read: {path}")
            }
            Self::TooLong(most) => write!(out, "has more than {most} bytes when it is unpacked, which are not read"),
            Self::TooCompressed(most) => {
                write!(
                    out,
                    "becomes more than {most} times as long when it is unpacked, and is not read: it may be a zip bomb"
                )
            }
            Self::NoPackageJson => out.write_str("has no package.json, and so is not a FHIR package"),
            Self::PackageJson(problem) => write!(out, "has a package.json that {problem}"),
        }
    }
}

impl std::error::Error for PackageError {}
