//! What a message is about ([`route()`]), how it hangs together ([`outline()`]), how one is made ([`compose()`]) and how it is answered ([`respond()`]).
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
pub use compose::{ComposeContext, ComposeError, ComposedMessage, Composition, compose};
pub use entries::Part;
pub use outline::{Outline, OutlineEntry, OutlineReference, outline};
pub use respond::{ResponseCode, ResponseContext, ResponseError, ResponseOutcome, Source, respond, respond_to};
pub use route::{AllowedResponse, Focus, MessageKind, Response, Route, route};
