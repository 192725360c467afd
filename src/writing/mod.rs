//! What helps somebody who writes a message: what may be written where they are, and what is known of what stands there.
//!
//! While somebody types, a text is hardly ever JSON. So nothing here rests on a [`Document`](crate::document::Document): `cursor` reads
//! a text as far as it can be read, `place` says which element of which type that is, by R4 and by the profiles that its resource claims.

mod complete;
mod cursor;
mod hover;
mod place;

pub(crate) use complete::complete;
pub use complete::{Completion, CompletionKind, Completions};
pub(crate) use hover::hover;
pub use hover::{Hover, HoverBinding};
