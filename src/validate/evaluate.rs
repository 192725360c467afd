//! FHIRPath on a text, for callers outside: what an expression gives, with types and places.

use super::element::invariant::{Asked, Surroundings};
use super::findings::Findings;
use super::notes::InstanceContext;
use super::options::Options;
use super::walk::instance;
use super::{Engine, Entries};
use crate::document::table::row;
use crate::document::{Document, Kind, NodeId, Positions, Units, sorted};
use crate::fhirpath::{Context, Expression, Item, Moment, Quantity, decimal, value_of};
use crate::json::{Message, Writer};
use crate::report::{At, Locator};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

/// How an expression is evaluated.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[derive(Clone, Copy, Debug, Default)]
pub struct EvaluateOptions<'o> {
    /// Values of variables, by name without `%`: strings, numbers and booleans, or lists of them. `{ "threshold": 5 }` is for `%threshold`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "Record<string, FhirPathVariable | FhirPathVariable[]>"))]
    pub variables: Option<&'o str>,
    /// What `now()` and `today()` are: a FHIR instant. In JavaScript it may be a `Date` (default: now).
    #[cfg_attr(feature = "typescript", ts(optional, type = "Date | string"))]
    pub now: Option<&'o str>,
    /// Whether an element name that the type does not have is an error (default `false`: nothing).
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>"))]
    pub strict: bool,
    /// What the offsets of elements count: bytes, unless another unit is asked for.
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub units: Units,
}

/// Why there is no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvaluateError {
    /// What is wrong. Quotes nothing of the resource.
    pub problem: String,
    /// Where in the expression, in bytes, when it is not FHIRPath.
    pub position: Option<u32>,
    /// Whether it was given up for the work or the memory that it takes.
    pub too_costly: bool,
}

/// What all items of a result may hold together, in bytes. Each carries the text of its element, and those may be inside each other.
const LARGEST_RESULT: usize = 64 << 20;

/// What an item takes beside its texts.
const ITEM: usize = 64;

impl fmt::Display for EvaluateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(out, "at {position} of the expression: {}", self.problem),
            None => out.write_str(&self.problem),
        }
    }
}

impl std::error::Error for EvaluateError {}

/// One item that an expression gives.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FhirPathItem", optional_fields))]
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResultItem {
    /// Its type with its namespace: `FHIR.HumanName`, `System.Integer`.
    #[cfg_attr(feature = "typescript", ts(rename = "type"))]
    pub of: String,
    /// The value as JSON has it (in Rust, its text); a System.Quantity as `{ value, unit }`; `null` where an element has only extensions.
    #[cfg_attr(feature = "typescript", ts(type = "any"))]
    pub value: String,
    /// A value that is not an object, as text, with all the digits that it was written with.
    pub text: Option<String>,
    /// FHIRPath of the element, when the item is one of the resource.
    pub expression: Option<String>,
    /// Its JSON pointer.
    pub pointer: Option<String>,
    /// Where its text begins: UTF-16 offset for a string, byte offset for a `Uint8Array`, absent for an object.
    pub start: Option<u32>,
    /// Where its text ends (exclusive), in the same unit.
    pub end: Option<u32>,
}

impl Engine {
    /// Evaluates a FHIRPath expression on a resource. References resolve inside a Bundle and to contained resources.
    ///
    /// # Errors
    /// When the text is not JSON, the expression no FHIRPath, or its operands do not go together.
    pub(crate) fn evaluate(
        &self,
        resource: &Message<'_>,
        expression: &str,
        options: &EvaluateOptions<'_>,
    ) -> Result<Vec<ResultItem>, EvaluateError> {
        let problem = |problem: String| EvaluateError { problem, position: None, too_costly: false };
        let document = resource.document().map_err(|error| {
            problem(format!("the resource is not JSON, at byte {}: {}", error.offset, error.message()))
        })?;
        let parsed = Expression::parse(expression, self.definitions.names()).map_err(|error| EvaluateError {
            problem: error.problem,
            position: Some(error.offset),
            too_costly: false,
        })?;
        if options.now.is_some_and(|now| Moment::date_time(now).is_none()) {
            return Err(problem("now is not an instant".to_owned()));
        }
        let mut variables = Vec::new();
        let given = Document::plain(options.variables.unwrap_or("{}"))
            .map_err(|error| problem(format!("the variables are not valid JSON: {error}")))?;
        for member in given.children(NodeId::ROOT) {
            let Some((name, items)) = given.key(member).zip(items(&given, member)) else {
                return Err(problem("a variable is a string, a number, a boolean, or a list of these".to_owned()));
            };
            variables.push((name.into_owned(), items));
        }
        let entries = Entries::read(document, &self.definitions);
        let contained = RefCell::default();
        let looked_around = Cell::new(false);
        let nothing = Asked::default();
        let host = Surroundings {
            engine: self,
            document,
            entries: &entries,
            container: NodeId::ROOT,
            contained: &contained,
            looked_around: &looked_around,
            asked: &nothing,
        };
        let plain = Context {
            variables: &variables,
            now: options.now,
            strict: options.strict,
            ..Context::new(document, &self.definitions)
        };
        let mut asked = Asked::default();
        if expression.contains("conformsTo") {
            let around = InstanceContext::plain();
            let mut findings = Findings::new(&Options::default());
            let mut instance = instance(self, document, &entries, around, &mut findings);
            loop {
                let host = Surroundings { asked: &asked, ..host };
                drop(parsed.evaluate(&Context { host: Some(&host), ..plain }));
                if !asked.is_answered(&mut instance) {
                    break;
                }
            }
        }
        let host = Surroundings { asked: &asked, ..host };
        let context = Context { host: Some(&host), ..plain };
        let found = parsed.evaluate(&context).map_err(|error| EvaluateError {
            problem: error.problem.into_owned(),
            position: None,
            too_costly: error.too_costly,
        })?;
        let in_utf16 = options.units == Units::Utf16;
        let offsets = if in_utf16 { utf16_offsets(document, &found) } else { Vec::new() };
        let steps = &self.definitions;
        let mut locator = Locator::new(document, &steps, true);
        let mut written = Vec::new();
        let mut room = LARGEST_RESULT;
        for item in found {
            let element = if let Item::Element(element) = &item { Some(*element) } else { None };
            let own = element.map(|element| match element.of {
                Some(of) => format!("FHIR.{}", self.definitions.type_of(of).name),
                None => "FHIR".to_owned(),
            });
            // What is not an element is of a type of System.
            let of = own.unwrap_or_else(|| format!("System.{}", item.system_type().unwrap_or_default()));
            let mut found = ResultItem { of, ..ResultItem::default() };
            if let Some(element) = element {
                let node = element.node();
                let (start, end) = At::Value(node).span(document);
                let offset = |byte: u32| match offsets.binary_search_by_key(&byte, |&(byte, _)| byte) {
                    Ok(at) => row(&offsets, at, &(byte, byte)).1,
                    // Bytes are asked for: the list is empty.
                    Err(_) => byte,
                };
                found.expression = Some(locator.expression(node));
                found.pointer = Some(locator.pointer(node));
                (found.start, found.end) = (Some(offset(start)), Some(offset(end)));
            }
            // Asked for before it is written.
            let raw = element.and_then(|element| element.value).map_or("null", |value| document.raw(value));
            let place = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            let texts = match &item {
                Item::String(text) => text.len(),
                Item::Element(_) => raw.len() + place(&found.expression) + place(&found.pointer),
                _ => 0,
            };
            room = room.checked_sub(ITEM + texts).ok_or_else(|| EvaluateError {
                problem: "the result is too large: the items are too many, or too long".to_owned(),
                position: None,
                too_costly: true,
            })?;
            (found.value, found.text) = match element {
                Some(_) => {
                    let value = value_of(item, &context).ok().filter(|value| !matches!(value, Item::Quantity(_)));
                    (raw.to_owned(), value.and_then(|value| value.to_text()))
                }
                None => (json(&item), item.to_text()),
            };
            written.push(found);
        }
        Ok(written)
    }
}

/// The bytes at which elements begin and end, as UTF-16 offsets: sorted first, so that the text is gone through once.
fn utf16_offsets(document: &Document<'_>, found: &[Item<'_>]) -> Vec<(u32, u32)> {
    let mut bytes = Vec::with_capacity(found.len() * 2);
    for item in found {
        if let Item::Element(element) = item {
            let (start, end) = At::Value(element.node()).span(document);
            bytes.extend([start, end]);
        }
    }
    let mut positions = Positions::new(document.text().as_bytes());
    sorted(&bytes, &mut Ord::cmp).map(|&byte| (byte, positions.of(byte).utf16)).collect()
}

/// A value that an expression made, as JSON text.
fn json(item: &Item<'_>) -> String {
    let mut writer = Writer::default();
    match item {
        Item::Quantity(quantity) => {
            let Quantity { value, unit, .. } = quantity.as_ref();
            writer.object(|amount| {
                amount.name("value").raw(&value.to_string());
                amount.member("unit", unit);
            });
        }
        Item::Type(namespace, name) => writer.string(&format!("{namespace}.{name}")),
        _ => match item.to_text() {
            Some(text) if matches!(item, Item::Boolean(_) | Item::Integer(_) | Item::Decimal(_)) => writer.raw(&text),
            Some(text) => writer.string(&text),
            None => writer.raw("null"),
        },
    }
    writer.finish()
}

/// The items that a variable has: a string, a number, a boolean, or a list of these.
fn items(document: &Document<'_>, value: NodeId) -> Option<Vec<Item<'static>>> {
    let one = |node: NodeId| match document.kind(node) {
        Kind::True | Kind::False => Some(Item::Boolean(document.kind(node) == Kind::True)),
        Kind::String => Some(Item::String(Cow::Owned(document.value(node).into_owned()))),
        Kind::Number => match document.raw(node).parse() {
            Ok(whole) => Some(Item::Integer(whole)),
            Err(_) => decimal(document.raw(node)).map(Item::Decimal),
        },
        _ => None,
    };
    match document.kind(value) {
        Kind::Array => document.children(value).map(one).collect(),
        _ => one(value).map(|item| vec![item]),
    }
}
