//! StructureDefinition of a profile and its chain of bases → [`Profile`](crate::definitions::Profile).
//!
//! A profile is the elements of its base, and what its differential says of them: see [`chain`].

mod binding;
mod chain;
mod differential;
mod discriminator;
mod extension;
mod placing;
mod statement;
mod types;
mod versions;

pub(super) use chain::profiles;
pub(super) use extension::content_of;
