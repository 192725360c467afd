//! The message as a picture shows it.

use super::{INPUT, read_options, to_text, with_validator};
use crate::document::{Document, Positions, Units};
use crate::json::Writer;
use crate::message::{OutlineEntry, OutlineReference, outline};
use crate::validate::{Options, unreadable};
use wasm_bindgen::prelude::*;

/// Outlines the text that was written into the room made for it, as `validate` takes it.
#[wasm_bindgen(js_name = outline)]
pub fn outline_message(length: usize, utf16: bool, options: &str) -> Result<String, JsError> {
    let mut bytes = INPUT.take();
    bytes.truncate(length);
    let (options, _) = read_options(options, if utf16 { Units::Utf16 } else { Units::Bytes })?;
    with_validator(|validator| {
        let mut writer = Writer::default();
        match validator.read(&bytes, options.limits) {
            Ok(document) => {
                let outline = outline(validator, &document, options.message);
                // Entries and references each stand in the order of the text: it is counted through once for either.
                let (mut of_entries, mut of_references) =
                    (Spans::of(&document, &options), Spans::of(&document, &options));
                writer.object(|whole| {
                    whole.name("entries").array(|list| {
                        for (index, entry) in outline.entries.iter().enumerate() {
                            write_entry(list, index, entry, &mut of_entries);
                        }
                    });
                    whole.name("references").array(|list| {
                        outline.references.iter().for_each(|one| write_reference(list, one, &mut of_references));
                    });
                });
            }
            Err(error) => {
                let report = unreadable(&bytes, &error, &options);
                let issue = to_text(&report.issues.first())?;
                writer.object(|whole| {
                    whole.name("issue").raw(&issue);
                    whole.name("entries").array(|_| {});
                    whole.name("references").array(|_| {});
                });
            }
        }
        Ok(writer.finish())
    })
}

fn write_entry(list: &mut Writer, index: usize, entry: &OutlineEntry<'_>, spans: &mut Spans<'_>) {
    list.object(|item| {
        item.name("index").raw(&index.to_string());
        item.optional("fullUrl", entry.full_url.as_deref());
        item.optional("resourceType", entry.resource_type.as_deref());
        item.optional("id", entry.id.as_deref());
        item.name("header").raw(word(entry.header));
        item.name("focus").raw(word(entry.focus));
        item.optional("reach", entry.reach.map(|reach| reach.name()));
        spans.write(item, entry.span);
    });
}

fn write_reference(list: &mut Writer, reference: &OutlineReference<'_>, spans: &mut Spans<'_>) {
    list.object(|item| {
        for (name, index) in [("from", reference.from), ("to", reference.resolves.entry())] {
            if let Some(index) = index {
                item.name(name).raw(&index.to_string());
            }
        }
        item.member("resolves", reference.resolves.name());
        item.name("focus").raw(word(reference.focus));
        item.member("path", &reference.path);
        item.member("reference", &reference.reference);
        spans.write(item, reference.span);
    });
}

fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// Offsets as the caller counts them.
struct Spans<'t> {
    positions: Positions<'t>,
    units: Units,
    wanted: bool,
}

impl<'t> Spans<'t> {
    fn of(document: &Document<'t>, options: &Options) -> Self {
        Self { positions: Positions::new(document.text().as_bytes()), units: options.units, wanted: options.positions }
    }

    fn write(&mut self, item: &mut Writer, (start, end): (u32, u32)) {
        if !self.wanted {
            return;
        }
        for (name, byte) in [("start", start), ("end", end)] {
            let offset = if self.units == Units::Bytes { byte } else { self.positions.of(byte).utf16 };
            item.name(name).raw(&offset.to_string());
        }
    }
}
