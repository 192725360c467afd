//! MessageDefinition and GraphDefinition → [`MessageDefinition`].
//!
//! What R4's MessageDefinition has no element for is in extensions, whose URLs are below. They are this project's own.

use super::cardinality::{cardinality, max};
use super::issue::{DefinitionIssue, DefinitionIssueKind};
use super::resources::{ByUrl, Resource, Resources};
use crate::definitions::{
    AllowedResponse, Cardinality, Category, Content, Event, Focus, Link, MessageDefinition, ResponseRequired,
};
use crate::document::{Document, NameId, NodeId, name};
use crate::report::Severity;

/// On MessageDefinition, once per resource type that the message may hold: `code`, `min` and `max`.
const CONTENT: &str = "urn:fhirpost:message-content";
/// On MessageDefinition: a `rule` and the `severity` that the event gives it.
const SEVERITY: &str = "urn:fhirpost:rule-severity";
/// On `focus`, `valueBoolean`: the receiver must be able to find the resource again.
const IDENTIFIED: &str = "urn:fhirpost:focus-identified";

/// Compiles the MessageDefinitions as far as they make sense; `issues` gets what does not.
pub(super) fn messages(resources: &Resources<'_>, issues: &mut Vec<DefinitionIssue>) -> Vec<MessageDefinition> {
    let mut messages = Vec::new();
    for resource in &resources.messages {
        match message(resource, &resources.graphs, issues) {
            Ok(message) => messages.push(message),
            Err(issue) => issues.push(*issue),
        }
    }
    messages
}

/// Compiles one; `missing` gets the GraphDefinitions that it names and that were not taken in.
fn message(
    definition: &Resource<'_>,
    graphs: &ByUrl<'_>,
    missing: &mut Vec<DefinitionIssue>,
) -> Result<MessageDefinition, Box<DefinitionIssue>> {
    let (document, resource, url) = (definition.document, definition.node, definition.url.clone());
    let error = |path: &str, problem: &str| {
        let issue = definition.issue(DefinitionIssueKind::Invalid, problem);
        Box::new(issue.at(format!("MessageDefinition.{path}")))
    };
    let text = |node: NodeId, name: NameId| document.member_text(node, name).map(|text| text.into_owned());
    let event = match (document.member(resource, name::EVENT_CODING), text(resource, name::EVENT_URI)) {
        (Some(coding), _) => Event::Coding {
            system: text(coding, name::SYSTEM).unwrap_or_default(),
            code: text(coding, name::CODE).ok_or_else(|| error("eventCoding", "eventCoding has no code"))?,
        },
        (None, Some(uri)) => Event::Uri(uri),
        (None, None) => return Err(error("event[x]", "has neither eventCoding nor eventUri")),
    };
    let cardinality = |node: NodeId, path: &str| cardinality(document, node).map_err(|problem| error(path, &problem));
    let category = match text(resource, name::CATEGORY).map(|name| Category::from_name(&name)) {
        None => None,
        Some(Some(category)) => Some(category),
        Some(None) => return Err(error("category", "has a category that R4 does not define")),
    };
    let response_required = match text(resource, name::RESPONSE_REQUIRED).map(|name| ResponseRequired::from_name(&name))
    {
        None => None,
        Some(Some(required)) => Some(required),
        Some(None) => return Err(error("responseRequired", "has a responseRequired that R4 does not define")),
    };
    let mut focus = Vec::new();
    for node in document.member_items(resource, name::FOCUS) {
        let identified = extensions(document, node, IDENTIFIED).any(|extension| {
            document.member(extension, name::VALUE_BOOLEAN).is_some_and(|yes| document.raw(yes) == "true")
        });
        let code = text(node, name::CODE).ok_or_else(|| error("focus", "has a focus without code"))?;
        focus.push(Focus { code, cardinality: cardinality(node, "focus")?, identified });
    }
    let mut content = Vec::new();
    for extension in extensions(document, resource, CONTENT) {
        let part = |name: &str| part(document, extension, name);
        let code = part("code").ok_or_else(|| error("extension", "has content without code"))?;
        let min = part("min").and_then(|min| min.parse().ok()).unwrap_or(0);
        let max = max(&part("max").unwrap_or_else(|| "*".into())).map_err(|problem| error("extension", &problem))?;
        content.push(Content { code, cardinality: Cardinality { min, max } });
    }
    // NHS England's definitions list under focus what is in the message, and say so by naming the Bundle and its header, which can be
    // no focus.
    let lists_content = focus.iter().any(|focus| matches!(focus.code.as_str(), "Bundle" | "MessageHeader"));
    if lists_content {
        focus.retain(|focus| focus.code != "Bundle");
        content.extend(focus.drain(..).map(|Focus { code, cardinality, .. }| Content { code, cardinality }));
    }
    let mut severities = Vec::new();
    for extension in extensions(document, resource, SEVERITY) {
        let (rule, severity) = (part(document, extension, "rule"), part(document, extension, "severity"));
        severities.extend(rule.zip(severity));
    }
    let mut allowed_responses = Vec::new();
    for node in document.member_items(resource, name::ALLOWED_RESPONSE) {
        if let Some(message) = text(node, name::MESSAGE) {
            allowed_responses.push(AllowedResponse { message, situation: text(node, name::SITUATION) });
        }
    }
    let mut links = Vec::new();
    for canonical in document.member_items(resource, name::GRAPH).filter_map(|node| document.string(node)) {
        let graph = canonical.split('|').next().unwrap_or_default();
        let Some(&Resource { document, node: graph, .. }) = graphs.get(graph) else {
            let problem = "names a GraphDefinition that was not loaded: what it says is not checked";
            let issue = definition.issue(DefinitionIssueKind::Missing, problem);
            missing.push(issue.at("MessageDefinition.graph").with_severity(Severity::Warning));
            continue;
        };
        let start = document.member_text(graph, name::START).unwrap_or_default().into_owned();
        self::links(document, graph, &start, &mut links).map_err(|problem| error("graph", &problem))?;
    }
    Ok(MessageDefinition {
        url,
        event,
        category,
        focus,
        response_required,
        allowed_responses,
        content,
        open: lists_content,
        links,
        severities,
        base: text(resource, name::BASE).filter(|base| !base.is_empty()),
        replaces: document
            .member_items(resource, name::REPLACES)
            .filter_map(|node| document.string(node))
            .map(|url| url.into_owned())
            .collect(),
    })
}

fn extensions<'d>(document: &'d Document<'_>, node: NodeId, url: &'static str) -> impl Iterator<Item = NodeId> + 'd {
    document
        .member_items(node, name::EXTENSION)
        .filter(move |&extension| document.member_text(extension, name::URL).as_deref() == Some(url))
}

/// The value of a part of a complex extension, as text.
fn part(document: &Document<'_>, extension: NodeId, name: &str) -> Option<String> {
    let part = document
        .member_items(extension, name::EXTENSION)
        .find(|&part| document.member_text(part, name::URL).as_deref() == Some(name))?;
    let value =
        document.children(part).find(|&child| document.key(child).is_some_and(|key| key.starts_with("value")))?;
    Some(document.value(value).into_owned())
}

/// The links of a GraphDefinition, flattened: each knows the type that it starts from.
fn links(document: &Document<'_>, holder: NodeId, source: &str, found: &mut Vec<Link>) -> Result<(), String> {
    for link in document.member_items(holder, name::LINK) {
        let targets: Vec<NodeId> = document.member_items(link, name::TARGET).collect();
        let code = |target: &NodeId| document.member_text(*target, name::TYPE).map(|code| code.into_owned());
        // A link without a path is a search for what refers here; `content` covers what such links say of a message.
        if let Some(path) = document.member_text(link, name::PATH) {
            let steps = path.strip_prefix(source).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&path);
            found.push(Link {
                source: source.to_owned(),
                path: steps.split('.').map(str::to_owned).collect(),
                cardinality: cardinality(document, link)?,
                targets: targets.iter().filter_map(code).collect(),
            });
        }
        for target in targets {
            links(document, target, &code(&target).unwrap_or_default(), found)?;
        }
    }
    Ok(())
}
