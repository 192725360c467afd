//! What a message is about ([`route()`]), how it hangs together ([`outline()`]), how one is made ([`compose()`]) and how it is answered ([`respond()`]).
//!
//! The known events are data: MessageDefinition and GraphDefinition in `events/`, compiled into the definitions.

mod compose;
mod given;
mod outline;
mod respond;
mod route;

pub use compose::{ComposeContext, ComposeError, Composed, Composition, Part, compose};
pub use given::GivenError;
pub use outline::{Outline, OutlineEntry, OutlineReference, outline};
pub use respond::{Answering, ResponseCode, ResponseError, ResponseOutcome, Source, respond, respond_to};
pub use route::{AllowedResponse, Focus, MessageKind, Response, Route, route};
