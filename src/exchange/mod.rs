//! What HTTP needs to exchange messages, without HTTP: the request to send ([`prepare()`]), what the receiver declares
//! ([`read_capability()`]), what came back ([`read_answer()`]), and whether and when to send again ([`resend()`]).
//!
//! Nothing here has a network, a clock or randomness: the caller passes the time, a random number and new ids in. The texts of issues are
//! fixed: they quote neither the message nor the token, so they may go into a log. What a receiver says in its OperationOutcome is kept
//! apart from them.
//!
//! Sources: R4 pages messaging, MessageHeader's operation `$process-message` and CapabilityStatement; RFC 9110 (HTTP), RFC 6750 (bearer
//! tokens), RFC 7519 (JWT), RFC 8252 (loopback addresses); SMART App Launch 1 and 2 (scopes); Netsmart's public documentation of its
//! Process Message operation.

mod answer;
mod base;
mod body;
mod capability;
mod created;
mod failure;
mod http_answer;
mod http_date;
mod members;
mod outcome;
mod profile;
mod prose;
mod request;
mod resend;
mod rule;
mod scope;
mod token;

pub use answer::read_answer;
pub use capability::{Capability, DeclaredEvent, check_capability, read_capability};
pub use created::{CreatedFrom, CreatedResource};
pub use failure::Failure;
pub use http_answer::HttpAnswer;
pub use outcome::{Answer, Outcome, SentMessage};
pub use profile::Profile;
pub use request::{PrepareError, Request, SendOptions, prepare};
pub use resend::{RetryPolicy, resend, takes_new_bundle_id, with_bundle_id};
pub use rule::RULES;
pub use scope::{Scope, Scopes, check_scopes};
