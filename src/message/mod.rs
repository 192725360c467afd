//! What a message is about ([`route()`]) and how it is answered ([`respond()`]).
//!
//! The known events are data: MessageDefinition and GraphDefinition in `events/`, compiled into the definitions.

mod respond;
mod route;

pub use respond::{Answering, ResponseCode, ResponseError, ResponseOutcome, Source, respond};
pub use route::{AllowedResponse, Focus, MessageKind, Response, Route, route};
