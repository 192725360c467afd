//! A message as a picture shows it: its entries, and the references between them. Nothing is checked, and nothing is left out because it
//! is wrong.

use crate::document::table::{part, row_mut};
use crate::document::{Document, NodeId, Positions, Units, name};
use crate::json::Message;
use crate::report::{Issue, Locator};
use crate::validate::{Engine, Entries, LinkTarget, Options, Reach, What};
use serde::Serialize;

/// How a message hangs together, right or wrong: `validate` says what is wrong with it.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MessageOutline", optional_fields))]
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Outline {
    /// Why the text could not be read, as `validate` reports it; then there are no entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<Issue>,
    /// The entries, in their order in `Bundle.entry`.
    pub entries: Vec<OutlineEntry>,
    /// The references in them, in the order of the text.
    pub references: Vec<OutlineReference>,
}

/// An entry.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutlineEntry {
    /// Its place in `Bundle.entry`, from 0.
    pub index: usize,
    /// Its fullUrl.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_url: Option<String>,
    /// The resourceType as it is written, whether R4 has it or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// The id of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it holds the MessageHeader; of several, the first.
    pub header: bool,
    /// Whether MessageHeader.focus refers to it.
    pub focus: bool,
    /// How it is linked with the MessageHeader, or in a document with the Composition: that refers to it, by whatever way (`ahead`), is linked
    /// only against the direction of references (`backwards`), or is not linked at all (`not`). Absent where there is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// Where the entry begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// Where it ends (exclusive), in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<u32>,
}

/// A Reference with a `reference`, or an Attachment whose url refers to an entry. Canonical URLs link no entries.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OutlineReference {
    /// The index of the entry that it is in; absent for one beside the entries, such as that of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<usize>,
    /// The index of the entry that it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<usize>,
    /// What it refers to: an `entry`; an entry of `other-version` than it names; a `contained` resource, or the one around; `several`, so that
    /// it is ambiguous; `elsewhere`, as a URL may; or `nowhere`: it dangles.
    #[cfg_attr(feature = "typescript", ts(inline))]
    pub resolves: LinkTarget,
    /// Whether it is a focus of the message.
    pub focus: bool,
    /// Where in its resource it is, as FHIRPath: `subject`, `performer[0]`. Of a very long path, the end.
    pub path: String,
    /// `Reference.reference` as written in the message.
    pub reference: String,
    /// Where that begins, with its quotes: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// Where it ends (exclusive), in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<u32>,
}

/// Outlines a Bundle; anything else has no entries. [`What::Message`]: it is meant to be a message, whatever its type says.
///
/// References are those of the type Reference, and urls of an Attachment that resolve to an entry. Canonical URLs are not followed: they link
/// no entries, in the checking either.
pub(crate) fn outline(engine: &Engine, message: &Message<'_>, options: &Options) -> Outline {
    let Ok(document) = message.document() else {
        let report = engine.validate(message, options);
        return Outline { issue: report.issues.into_iter().next(), ..Outline::default() };
    };
    let definitions = &engine.definitions;
    let entries = Entries::read(document, definitions);
    let (links, reach) = engine.links(document, &entries, options.what == What::Message || entries.is_message());
    let header = entries.header().map(|header| header.entry);
    let type_of = |resource: NodeId| document.member_text(resource, name::RESOURCE_TYPE);
    // Entries and references are each in the order of the text: it is counted through once for either.
    let (mut of_entries, mut of_references) = (Spans::new(document, options), Spans::new(document, options));
    let mut outline = Outline::default();
    for (index, entry) in entries.iter().enumerate() {
        let (start, end) = of_entries.of(entry.node);
        outline.entries.push(OutlineEntry {
            index,
            full_url: entry.url.as_deref().map(str::to_owned),
            resource_type: entry.resource.and_then(type_of).map(|name| name.into_owned()),
            id: entry.id.as_deref().map(str::to_owned),
            header: header == Some(index),
            focus: false,
            reach: reach.as_ref().and_then(|reach| reach.get(index).copied()),
            start,
            end,
        });
    }
    let mut locator = Locator::new(document, &definitions, true);
    for link in links {
        if link.focus
            && let Some(entry) = link.to.and_then(|index| row_mut(&mut outline.entries, index))
        {
            entry.focus = true;
        }
        let resource = link.from.and_then(|from| entries.at(from as u32).resource);
        let around = resource.map(|resource| locator.expression(resource));
        let (start, end) = of_references.of(link.reference);
        outline.references.push(OutlineReference {
            from: link.from,
            to: link.to,
            resolves: link.resolves,
            focus: link.focus,
            path: inside(&locator.expression(link.node), around.as_deref()),
            reference: document.value(link.reference).into_owned(),
            start,
            end,
        });
    }
    outline
}

/// Where nodes are, as the caller counts it.
struct Spans<'d> {
    document: &'d Document<'d>,
    positions: Positions<'d>,
    options: &'d Options,
}

impl<'d> Spans<'d> {
    fn new(document: &'d Document<'_>, options: &'d Options) -> Self {
        Self { document, positions: Positions::new(document.text().as_bytes()), options }
    }

    fn of(&mut self, node: NodeId) -> (Option<u32>, Option<u32>) {
        let node = self.document.node(node);
        let mut offset = |byte| match self.options.units {
            Units::Bytes => byte,
            Units::Utf16 => self.positions.of(byte).utf16,
        };
        if self.options.positions { (Some(offset(node.start)), Some(offset(node.end))) } else { (None, None) }
    }
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
