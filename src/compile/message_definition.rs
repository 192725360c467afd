//! MessageDefinition and GraphDefinition → [`MessageDefinition`].
//!
//! What R4's MessageDefinition has no element for is in extensions, whose URLs are below. They are this project's own.

use super::cardinality::{cardinality, max, min};
use super::element::Element;
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::{Resource, Resources};
use crate::definitions::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired, plain_url,
};
use crate::document::{NameId, name};
use crate::report::Severity;

/// On MessageDefinition, once per resource type that the message may hold: `code`, `min` and `max`.
const CONTENT: &str = "urn:fhirpost:message-content";
/// On MessageDefinition: a `rule` and the `severity` that the event gives it.
const SEVERITY: &str = "urn:fhirpost:rule-severity";
/// On `focus`, `valueBoolean`: the receiver must be able to find the resource again.
const IDENTIFIED: &str = "urn:fhirpost:focus-identified";

/// The canonical of a profile, with the version that is meant where a resource names it.
pub(super) type Scoped<'s> = dyn Fn(String, &Resource<'_>) -> String + 's;

/// Compiles the MessageDefinitions as far as they make sense; `issues` gets what does not.
pub(super) fn messages(
    resources: &Resources<'_>,
    scoped: &Scoped<'_>,
    issues: &mut Vec<DefinitionIssue>,
) -> Vec<MessageDefinition> {
    let mut messages = Vec::new();
    for resource in resources.of_type("MessageDefinition") {
        match message(resource, resources, scoped, issues) {
            Ok(message) => messages.push(message),
            Err((path, problem)) => {
                let issue = resource.issue(DefinitionIssueKind::Invalid, &problem);
                issues.push(issue.at(&format!("MessageDefinition.{path}")));
            }
        }
    }
    messages
}

/// An element, and what is wrong with it.
type Problem = (&'static str, String);

#[cold]
fn problem(path: &'static str, problem: &str) -> Problem {
    (path, problem.to_owned())
}

/// Compiles one; `missing` gets the GraphDefinitions that it names and that were not taken in.
fn message(
    definition: &Resource<'_>,
    resources: &Resources<'_>,
    scoped: &Scoped<'_>,
    missing: &mut Vec<DefinitionIssue>,
) -> Result<MessageDefinition, Problem> {
    let element = definition.element;
    let event = match (element.member(name::EVENT_CODING), element.text(name::EVENT_URI)) {
        (Some(coding), _) => Event::Coding {
            system: coding.text_or_empty(name::SYSTEM),
            code: required_code(coding, "eventCoding", "eventCoding has no code")?,
        },
        (None, Some(uri)) => Event::Uri(uri),
        (None, None) => return Err(problem("event[x]", "has neither eventCoding nor eventUri")),
    };
    let category = match element.text(name::CATEGORY) {
        None => None,
        Some(name) => match Category::from_name(&name) {
            None => return Err(problem("category", "has a category that R4 does not define")),
            category => category,
        },
    };
    let response_required = match element.text(name::RESPONSE_REQUIRED) {
        None => None,
        Some(name) => match ResponseRequired::from_name(&name) {
            None => return Err(problem("responseRequired", "has a responseRequired that R4 does not define")),
            required => required,
        },
    };
    let mut focus = Vec::new();
    for one in element.items(name::FOCUS) {
        let identified = one
            .items(name::EXTENSION)
            .any(|extension| extension.is(name::URL, IDENTIFIED) && extension.is_true(name::VALUE_BOOLEAN));
        let code = required_code(one, "focus", "has a focus without code")?;
        let cardinality = cardinality(one).map_err(|problem| ("focus", problem))?;
        focus.push(Focus {
            code,
            cardinality,
            identified,
            profile: one.text(name::PROFILE).map(|profile| scoped(profile, definition)),
        });
    }
    let (mut content, mut severities) = (Vec::new(), Vec::new());
    for extension in element.items(name::EXTENSION) {
        if extension.is(name::URL, CONTENT) {
            let Some(code) = part(extension, "code") else {
                return Err(problem("extension", "has content without code"));
            };
            let wrong = |problem: String| ("extension", problem);
            let min = part(extension, "min").map_or(Ok(0), |text| min(&text)).map_err(wrong)?;
            let max = part(extension, "max").map_or(Ok(None), |text| max(&text)).map_err(wrong)?;
            content.push(Content { code, cardinality: Cardinality { min, max }, profile: None });
        } else if extension.is(name::URL, SEVERITY) {
            severities.extend(part(extension, "rule").zip(part(extension, "severity")));
        }
    }
    // NHS England's definitions list under focus what is in the message, and say so by naming the Bundle and its header, which can be
    // no focus.
    let (mut links, mut starts) = (Vec::new(), Vec::new());
    let lists_content = focus.iter().any(|focus| matches!(focus.code.as_str(), "Bundle" | "MessageHeader"));
    if lists_content {
        for Focus { code, cardinality, profile, .. } in std::mem::take(&mut focus) {
            // That of the Bundle is the message's own.
            if code == "Bundle" {
                starts.extend(profile.map(|profile| (code, profile)));
            } else {
                content.push(Content { code, cardinality, profile });
            }
        }
    }
    let mut allowed_responses = Vec::new();
    for allowed in element.items(name::ALLOWED_RESPONSE) {
        if let Some(message) = allowed.text(name::MESSAGE) {
            allowed_responses.push(AllowedResponse { message, situation: allowed.text(name::SITUATION) });
        }
    }
    for canonical in texts(element, name::GRAPH) {
        let Some(graph) = resources.find("GraphDefinition", plain_url(&canonical)) else {
            let problem = "names a GraphDefinition that was not loaded: what it says is not checked";
            let issue = definition.issue(DefinitionIssueKind::Missing, problem);
            missing.push(issue.at("MessageDefinition.graph").with_severity(Severity::Warning));
            continue;
        };
        let start = graph.element.text_or_empty(name::START);
        let scoped = |profile| scoped(profile, graph);
        starts.extend(graph.element.text(name::PROFILE).map(|profile| (start.clone(), scoped(profile))));
        self::links(graph.element, &start, &scoped, &mut links).map_err(|problem| ("graph", problem))?;
    }
    Ok(MessageDefinition {
        url: definition.url.clone(),
        event,
        category,
        focus,
        response_required,
        allowed_responses,
        content,
        open: lists_content,
        links,
        starts,
        severities,
        base: element.text(name::BASE).filter(|base| !base.is_empty()),
        replaces: texts(element, name::REPLACES),
    })
}

fn required_code(element: Element<'_>, path: &'static str, otherwise: &str) -> Result<String, Problem> {
    element.text(name::CODE).ok_or_else(|| problem(path, otherwise))
}

/// The items of a list that are strings.
fn texts(element: Element<'_>, name: NameId) -> Vec<String> {
    let mut texts = Vec::new();
    for item in element.items(name) {
        texts.extend(item.string());
    }
    texts
}

/// The value of a part of a complex extension, as text.
#[inline(never)]
fn part(extension: Element<'_>, name: &str) -> Option<String> {
    let part = extension.items(name::EXTENSION).find(|part| part.is(name::URL, name))?;
    part.members().find(|member| member.key_begins_with("value")).map(Element::value)
}

/// The links of a GraphDefinition, flattened: each knows the type that it starts from.
fn links(
    holder: Element<'_>,
    source: &str,
    scoped: &dyn Fn(String) -> String,
    found: &mut Vec<Link>,
) -> Result<(), String> {
    for link in holder.items(name::LINK) {
        let searches = || link.items(name::TARGET).filter(|target| target.get("params").is_some());
        // A link without a path is a search for what refers here; `content` covers how many there are.
        for target in searches().filter(|_| link.member(name::PATH).is_none()) {
            let criteria = target.get("params").and_then(Element::string).unwrap_or_default();
            if let Some((of, profile)) = target.text(name::TYPE).zip(target.text(name::PROFILE).map(scoped)) {
                let path = vec![["?", &criteria].concat()];
                // Several profiles of what is searched for alike: one of them has to be met.
                match found.last_mut().filter(|before| before.source == source && before.path == path) {
                    Some(before) => before.profiles.push((of, profile)),
                    None => found.push(Link {
                        source: source.to_owned(),
                        path,
                        cardinality: Cardinality { min: 0, max: None },
                        targets: Vec::new(),
                        profiles: vec![(of, profile)],
                    }),
                }
            }
        }
        if let Some(path) = link.text(name::PATH) {
            let steps = path.strip_prefix(source).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&path);
            let (mut targets, mut profiles) = (Vec::new(), Vec::new());
            for target in link.items(name::TARGET) {
                let of = target.text(name::TYPE);
                profiles.extend(of.clone().zip(target.text(name::PROFILE).map(scoped)));
                targets.extend(of.filter(|of| !targets.contains(of)));
            }
            found.push(Link {
                source: source.to_owned(),
                path: steps.split('.').map(str::to_owned).collect(),
                cardinality: cardinality(link)?,
                targets,
                profiles,
            });
        }
        for target in link.items(name::TARGET) {
            links(target, &target.text_or_empty(name::TYPE), scoped, found)?;
        }
    }
    Ok(())
}
