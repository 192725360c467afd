//! Events that users bring, and composing.

use super::{Arguments, VALIDATOR, read_options, to_text, with_validator};
use crate::definitions::{MessageDefinition, ResponseRequired};
use crate::document::{Kind, NodeId, Units};
use crate::json::Writer;
use crate::message::{ComposeContext, Composition, Part, compose};
use crate::validate::EventName;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

thread_local! {
    /// Sets of events; the place of one is its handle, and free places are none. That of the set which is asked holds the built-in one
    /// meanwhile. How many there may be, `js/event-sets.ts` says.
    static SETS: RefCell<Vec<Option<Vec<MessageDefinition>>>> = const { RefCell::new(Vec::new()) };
    /// Which set is asked; none for the built-in one.
    static ASKED: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Which set of events the next calls ask; none for the built-in one. Gives which one they asked before.
#[wasm_bindgen]
pub fn ask(handle: Option<u32>) -> Option<u32> {
    let before = ASKED.replace(handle);
    if before == handle {
        return before;
    }
    VALIDATOR.with(|validator| {
        let mut validator = validator.borrow_mut();
        SETS.with_borrow_mut(|sets| {
            for handle in [before, handle].into_iter().flatten() {
                if let Some(Some(set)) = sets.get_mut(handle as usize) {
                    validator.definitions_mut().swap_messages(set);
                }
            }
        });
    });
    before
}

/// Makes a set of the built-in events and those of these definitions: a JSON array of their texts, which may be no JSON. Gives its handle
/// and what makes no sense.
#[wasm_bindgen]
pub fn define(definitions: &str) -> Result<String, JsError> {
    ask(None);
    let given = Arguments::read(definitions)?;
    let texts: Vec<String> = given.0.children(NodeId::ROOT).map(|one| given.0.value(one).into_owned()).collect();
    let (set, problems) = VALIDATOR.with(|validator| {
        let mut validator = validator.borrow_mut();
        let known = validator.definitions_mut();
        let mut set = known.messages().to_vec();
        let problems = known.define(&texts);
        known.swap_messages(&mut set);
        (set, problems)
    });
    let handle = SETS.with_borrow_mut(|sets| {
        let free = sets.iter().position(Option::is_none).unwrap_or(sets.len());
        match sets.get_mut(free) {
            Some(place) => *place = Some(set),
            None => sets.push(Some(set)),
        }
        free
    });
    let mut writer = Writer::default();
    writer.object(|made| {
        made.name("handle").raw(&handle.to_string());
        made.name("problems").array(|list| {
            for problem in &problems {
                list.object(|item| {
                    item.member("definition", &problem.definition);
                    item.member("problem", &problem.problem);
                });
            }
        });
    });
    Ok(writer.finish())
}

/// Frees a set.
#[wasm_bindgen]
pub fn forget(handle: u32) {
    if ASKED.get() == Some(handle) {
        ask(None);
    }
    SETS.with_borrow_mut(|sets| {
        if let Some(place) = sets.get_mut(handle as usize) {
            *place = None;
        }
    });
}

/// Every known event.
#[wasm_bindgen]
pub fn events() -> String {
    let mut writer = Writer::default();
    with_validator(|validator| {
        writer.array(|list| validator.definitions().messages().iter().for_each(|known| write_event(list, known)));
    });
    writer.finish()
}

fn write_event(list: &mut Writer, known: &MessageDefinition) {
    list.object(|item| {
        item.member("definition", &known.url);
        let EventName { system, code, uri } = EventName::from(&known.event);
        item.name("event").object(|event| {
            event.optional("system", system.as_deref());
            event.optional("code", code.as_deref());
            event.optional("uri", uri.as_deref());
        });
        item.optional("category", known.category.map(crate::definitions::Category::name));
        item.optional("responseRequired", known.response_required.map(ResponseRequired::name));
        for (name, demanded) in [
            ("focus", known.focus.iter().map(|one| (&one.code, one.cardinality)).collect::<Vec<_>>()),
            ("content", known.content.iter().map(|one| (&one.code, one.cardinality)).collect()),
        ] {
            item.name(name).array(|list| {
                for (code, cardinality) in demanded {
                    list.object(|item| {
                        item.member("type", code);
                        item.name("min").raw(&cardinality.min.to_string());
                        if let Some(max) = cardinality.max {
                            item.name("max").raw(&max.to_string());
                        }
                    });
                }
            });
        }
        item.name("allowedResponses")
            .array(|list| known.allowed_responses.iter().for_each(|allowed| list.string(&allowed.message)));
    });
}

/// The arguments of `composeMessage`.
fn composition(given: &Arguments<'_>) -> Composition {
    let document = &given.0;
    let root = NodeId::ROOT;
    let raw = |name| document.get(root, name).map(|node| document.raw(node).to_owned());
    let parts = |name| {
        let items = super::items(document, root, name);
        // An entry says where its resource is; anything else is the resource.
        items
            .map(|item| {
                let inner = document.get(item, "resource").filter(|&inner| document.kind(inner) == Kind::Object);
                let is_entry = inner.is_some() && document.get(item, "resourceType").is_none();
                Part {
                    resource: document.raw(inner.filter(|_| is_entry).unwrap_or(item)).to_owned(),
                    full_url: given.text(item, "fullUrl").filter(|_| is_entry),
                }
            })
            .collect()
    };
    let event = document.get(root, "event").unwrap_or(root);
    Composition {
        event: EventName {
            system: given.text(event, "system"),
            code: given.text(event, "code"),
            uri: given.text(event, "uri"),
        },
        focus: parts("focus"),
        resources: parts("resources"),
        source: raw("source"),
        destinations: given.raw(root, "destination"),
        header: raw("header"),
        base: given.text(root, "base"),
    }
}

/// Gives JSON text: the message, as text, and its report.
#[wasm_bindgen(js_name = composeMessage)]
pub fn compose_message(input: &str, options: &str) -> Result<String, JsError> {
    let (options, _) = read_options(options, Units::Utf16)?;
    let given = Arguments::read(input)?;
    let ids = super::items(&given.0, NodeId::ROOT, "ids").map(|id| given.0.value(id).into_owned()).collect();
    let composing = ComposeContext { now: given.needed(NodeId::ROOT, "now")?, ids };
    let composed = with_validator(|validator| compose(validator, &composition(&given), &composing, &options))?;
    let mut writer = Writer::default();
    let report = to_text(&composed.report)?;
    writer.object(|made| {
        made.member("text", &composed.message);
        made.name("report").raw(&report);
    });
    Ok(writer.finish())
}
