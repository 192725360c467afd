//! A message as a picture shows it: its entries, and the references between them. Nothing is checked, and nothing is left out because it
//! is wrong.

use crate::document::table::{part, row_mut};
use crate::document::{Document, NodeId, name};
use crate::report::Locator;
use crate::validate::{Entries, LinkTarget, Reach, Validator};
use std::borrow::Cow;

/// An entry.
#[derive(Clone, Debug)]
pub struct OutlineEntry<'d> {
    /// Its fullUrl.
    pub full_url: Option<Cow<'d, str>>,
    /// The resourceType as it is written, whether R4 has it or not.
    pub resource_type: Option<Cow<'d, str>>,
    /// The id of the resource.
    pub id: Option<Cow<'d, str>>,
    /// Whether it holds the MessageHeader: the first, if there are several.
    pub header: bool,
    /// Whether the MessageHeader names it as its focus.
    pub focus: bool,
    /// How it is linked with the MessageHeader, or in a document with the Composition; nothing where there is neither.
    pub reach: Option<Reach>,
    /// The bytes from its first to behind its last.
    pub span: (u32, u32),
}

/// A reference.
#[derive(Clone, Debug)]
pub struct OutlineReference<'d> {
    /// The index of the entry that it is in; nothing for one beside the entries, such as that of a signature.
    pub from: Option<usize>,
    /// What it resolves to.
    pub resolves: LinkTarget,
    /// Whether it is a focus of the message.
    pub focus: bool,
    /// Where in its resource it is, as FHIRPath: `subject`, `performer[0]`. Of a very long path, the end.
    pub path: String,
    /// As it is written, without its quotes.
    pub reference: Cow<'d, str>,
    /// The bytes of that, with its quotes.
    pub span: (u32, u32),
}

/// All entries and references, both in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Outline<'d> {
    /// The entries; the index of each is its place here.
    pub entries: Vec<OutlineEntry<'d>>,
    /// The references.
    pub references: Vec<OutlineReference<'d>>,
}

/// Outlines a Bundle; what is none has no entries. `message`: it is meant to be a message, whatever its type says.
///
/// References are those of the type Reference, and urls of an Attachment that resolve to an entry. Canonical URLs are not followed: they link
/// no entries, in the checking either.
pub fn outline<'d>(validator: &Validator, document: &'d Document<'_>, message: bool) -> Outline<'d> {
    let definitions = validator.definitions();
    let entries = Entries::read(document, definitions);
    let (links, reach) = validator.links(document, &entries, message || entries.is_message());
    let header = entries.header().map(|header| header.entry);
    let type_of = |resource: NodeId| document.string(document.member(resource, name::RESOURCE_TYPE)?);
    let span = |node: NodeId| (document.node(node).start, document.node(node).end);
    let mut outline = Outline::default();
    for (index, entry) in entries.iter().enumerate() {
        outline.entries.push(OutlineEntry {
            full_url: entry.url.clone(),
            resource_type: entry.resource.and_then(type_of),
            id: entry.id.clone(),
            header: header == Some(index),
            focus: false,
            reach: reach.as_ref().and_then(|reach| reach.get(index).copied()),
            span: span(entry.node),
        });
    }
    let mut locator = Locator::new(document, &definitions, true);
    for link in links {
        if link.focus
            && let Some(entry) = link.resolves.entry().and_then(|index| row_mut(&mut outline.entries, index))
        {
            entry.focus = true;
        }
        let resource = link.from.and_then(|from| entries.at(from as u32).resource);
        let around = resource.map(|resource| locator.expression(resource));
        outline.references.push(OutlineReference {
            from: link.from,
            resolves: link.resolves,
            focus: link.focus,
            path: inside(&locator.expression(link.node), around.as_deref()),
            reference: document.value(link.reference),
            span: span(link.reference),
        });
    }
    outline
}

/// A message of deep nesting would otherwise be outlined in many times its own length.
const LONGEST_PATH: usize = 200;

/// The part of a path inside a resource.
fn inside(path: &str, resource: Option<&str>) -> String {
    let inner = resource.and_then(|resource| path.strip_prefix(resource)?.strip_prefix('.')).unwrap_or(path);
    let Some(excess) = inner.len().checked_sub(LONGEST_PATH).filter(|excess| *excess > 0) else {
        return inner.to_owned();
    };
    format!("…{}", part(inner, inner.ceil_char_boundary(excess)..inner.len()))
}
