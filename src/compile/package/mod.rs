//! FHIR packages, as they are published → definitions.
//!
//! `inflate` unpacks, `tar` reads the files of an archive, `content` takes what is of use of them; `order` says which package comes before
//! which, and `load` compiles them, layer on layer.

mod content;
mod inflate;
mod limits;
mod load;
mod order;
mod seen;
mod tar;

pub use content::Package;
pub use limits::{PackageError, PackageLimits};
