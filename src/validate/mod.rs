//! Validates a message by the definitions and the rules of FHIR messaging.
//!
//! One walk over the document checks the structure and notes every reference; the rules of the Bundle and of the message then work on the
//! index of entries and those notes. No rule walks over the document again.
//!
//! From below: `uri`, `primitive_form` and others know texts; an `instance` is what rules see; `element` and `resource` hold the rules of one
//! place each, `walk` asks them, `bundle` holds the rules that look at several places, `fix` applies what they suggest, and `verdict` has the
//! order of it all.

mod answers;
mod bundle;
mod causes;
mod choices;
mod constraints;
mod currencies;
mod draft;
mod element;
mod engine;
mod entries;
mod evaluate;
mod findings;
mod fix;
mod header;
mod hl7_ids;
mod instance;
mod links;
mod meets;
mod nearest;
mod notes;
mod options;
mod primitive_form;
mod profile;
mod references;
mod report;
mod resource;
mod severities;
mod suppress;
mod syntax;
mod syntax_faults;
mod systems;
#[cfg(test)]
mod told;
mod uri;
mod verdict;
mod walk;
mod wanted;

pub use answers::{AnsweredCode, Answers, WantedCode};
pub use bundle::reach::Reach;
pub(crate) use draft::DraftVerdict;
pub(crate) use element::system::may_be_system;
pub(crate) use engine::Engine;
pub(crate) use entries::Restful;
pub use entries::{Entries, Entry, Resolution};
pub use evaluate::{EvaluateError, EvaluateOptions, ResultItem};
pub use fix::{FixedText, apply};
pub use header::{EventName, Header};
pub use links::LinkTarget;
pub use options::{Agree, EventProfile, Options, What};
pub use primitive_form::is_valid_primitive;
pub use report::Report;
pub use severities::{Severities, SeveritySetting};
pub use suppress::{Suppressed, Suppression};
#[cfg(test)]
pub(crate) use told::profile as profile_of_elements;
pub use uri::is_absolute;
pub use verdict::rules;
pub use wanted::Wanted;
