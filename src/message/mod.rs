//! What a message is about ([`route()`]), how it hangs together ([`Outline`]), how one is made ([`Composition`]) and how it is answered
//! ([`ResponseOutcome`]).
//!
//! The known events are data: MessageDefinition and GraphDefinition in `events/`, compiled into the definitions.

mod argument;
mod compose;
mod entries;
mod outline;
mod respond;
mod rewrite;
mod route;

pub use argument::ArgumentError;
pub(crate) use compose::compose;
pub use compose::{ComposeContext, ComposeError, ComposedMessage, Composition};
pub use entries::Part;
pub(crate) use outline::outline;
pub use outline::{Outline, OutlineEntry, OutlineReference};
pub(crate) use respond::respond;
pub use respond::{ResponseCode, ResponseContext, ResponseError, ResponseOutcome, Source};
pub use route::{AllowedResponse, Focus, MessageKind, Response, Route, route};
