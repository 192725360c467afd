//! What JavaScript gets as JSON and gives as options, as TypeScript declares it: ts-rs reads the same attributes as serde, and the comments.

use super::events::{Demand, KnownEvent};
use super::exchange::{Prepare, Received};
use super::options::ValidateOptions;
use fhirpost::compile::{DefinitionIssue, DefinitionIssueKind};
use fhirpost::definitions::{Category, Definitions, ResponseRequired};
use fhirpost::exchange::{
    Answer, Capability, CreatedFrom, CreatedResource, DeclaredEvent, Failure, Outcome, Profile, Request, RetryPolicy,
    Scope, Scopes,
};
use fhirpost::message::{
    AllowedResponse, Completion, CompletionKind, Completions, ComposeContext, ComposedMessage, Composition, Focus,
    Hover, HoverBinding, MessageKind, Outline, OutlineEntry, OutlineReference, ResponseContext, ResponseOutcome, Route,
    Source,
};
use fhirpost::report::{
    Action, Cause, Coding, Counts, Details, Issue, OperationOutcome, OutcomeExtension, OutcomeIssue, Rule, Severity,
    Suggestion, TextEdit,
};
use fhirpost::validate::{
    EvaluateOptions, EventName, FixedText, Reach, Report, ResultItem, SeveritySetting, Suppressed, Suppression, Wanted,
    WantedCode,
};
use ts_rs::{Config, TS};

/// All of them, in the order of what they are about.
pub fn declarations() -> String {
    [
        GIVEN.to_owned(),
        declaration::<ValidateOptions>(),
        declaration::<SeveritySetting>(),
        declaration::<Suppression>(),
        declaration::<Report>(),
        declaration::<Suppressed>(),
        declaration::<Wanted>(),
        declaration::<WantedCode>(),
        declaration::<Counts>(),
        declaration::<EventName>(),
        declaration::<Issue>(),
        declaration::<Severity>(),
        issue_types(),
        declaration::<Cause>(),
        declaration::<Suggestion>(),
        declaration::<Action>(),
        declaration::<TextEdit>(),
        declaration::<FixedText>(),
        declaration::<Rule<'static>>(),
        declaration::<EvaluateOptions<'static>>(),
        declaration::<ResultItem>(),
        declaration::<OperationOutcome>(),
        declaration::<OutcomeIssue>(),
        declaration::<OutcomeExtension>(),
        declaration::<Details>(),
        declaration::<Coding>(),
        declaration::<DefinitionIssue>(),
        declaration::<DefinitionIssueKind>(),
        declaration::<Route>(),
        declaration::<MessageKind>(),
        declaration::<Category>(),
        declaration::<Focus>(),
        declaration::<ResponseRequired>(),
        declaration::<AllowedResponse>(),
        declaration::<KnownEvent>(),
        declaration::<Demand>(),
        declaration::<Completions>(),
        declaration::<Completion>(),
        declaration::<CompletionKind>(),
        declaration::<Hover>(),
        declaration::<HoverBinding>(),
        declaration::<Outline>(),
        declaration::<OutlineEntry>(),
        declaration::<Reach>(),
        declaration::<OutlineReference>(),
        declaration::<Composition>(),
        declaration::<ComposeContext>(),
        declaration::<ComposedMessage>(),
        declaration::<ResponseOutcome>(),
        declaration::<ResponseContext>(),
        declaration::<Source>(),
        declaration::<Prepare>(),
        declaration::<Profile>(),
        declaration::<Request>(),
        declaration::<Capability>(),
        declaration::<DeclaredEvent>(),
        declaration::<Scopes>(),
        declaration::<Scope>(),
        declaration::<Received>(),
        declaration::<Answer>(),
        declaration::<Outcome>(),
        declaration::<Failure>(),
        declaration::<CreatedResource>(),
        declaration::<CreatedFrom>(),
        declaration::<RetryPolicy>(),
    ]
    .join("\n")
}

/// What of FHIR's data is given as an object in JavaScript, and as its text in Rust.
const GIVEN: &str =
    "import type { FhirPathVariable, GivenEndpoint, GivenIssue, GivenResource, Part } from \"./given.js\";\n";

/// A type with its comment: an interface where it is an object, so that tools show its name and not all that is in it.
fn declaration<T: TS + 'static>() -> String {
    // Counts and seconds are far below what a number of JavaScript holds exactly.
    let declared = T::decl(&Config::new().with_large_int("number"));
    let object = declared.strip_prefix("type ").and_then(|rest| rest.strip_suffix(';')?.split_once(" = {"));
    let declared = match object {
        Some((name, members)) => format!("interface {name} {{{members}"),
        None => declared,
    };
    format!("{}export {}\n", for_javascript(&T::docs().unwrap_or_default()), for_javascript(&declared))
}

/// R4's value set, as the definitions have it.
fn issue_types() -> String {
    let definitions = Definitions::r4();
    let of_r4 = definitions.value_sets().iter().find(|set| set.url == "http://hl7.org/fhir/ValueSet/issue-type");
    let codes: Vec<String> = of_r4.into_iter().flat_map(|set| set.codes()).map(|code| format!("\"{code}\"")).collect();
    format!("/** R4's value set of `OperationOutcome.issue.code`. */\nexport type IssueType = {};\n", codes.join(" | "))
}

/// What links say in a comment of Rust, as JavaScript names it: of ``[`Options::max_issues`]``, with or without its target, `maxIssues`.
fn for_javascript(text: &str) -> String {
    let mut pieces = text.split("[`");
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("`]").unwrap_or((piece, ""));
        let rest = rest.strip_prefix('(').and_then(|target| target.split_once(')')).map_or(rest, |(_, rest)| rest);
        written += &format!("`{}`{rest}", in_camel_case(name.rsplit("::").next().unwrap_or(name)));
    }
    written
}

fn in_camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut written = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        written.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        written.push_str(letters.as_str());
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_rust_are_names_of_javascript() {
        assert_eq!(
            for_javascript("at most [`Options::max_issues`] of [`TextEdit`](crate::TextEdit) (all)"),
            "at most `maxIssues` of `TextEdit` (all)"
        );
        assert_eq!(for_javascript("`a` [b] c"), "`a` [b] c");
    }
}
