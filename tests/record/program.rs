//! Writes what the library says of every text that there is to try it on, one JSON object a line: the verdict on it, with each issue and
//! its suggestion, and what the text is fixed to. `npm run record` runs it, and compares two such records, so that the library can be
//! rebuilt without a change of a verdict.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    dead_code,
    reason = "it may fail loudly, says what it skips, and uses the mutants in its own way"
)]

#[path = "../mutations/fault.rs"]
mod fault;
mod inputs;
#[path = "../mutations/invariants.rs"]
mod invariants;
#[path = "../mutations/json.rs"]
mod json;
#[path = "../mutations/kinds.rs"]
mod kinds;
mod library;
#[path = "../mutations/message.rs"]
mod message;
#[path = "../mutations/messaging.rs"]
mod messaging;
#[path = "../mutations/primitives.rs"]
mod primitives;
#[path = "../mutations/structure.rs"]
mod structure;

use inputs::{Input, Inputs, inputs};
use kinds::{Kind, kind};
use library::{Library, Way};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of the record's lines. A record of another format is not compared.
const FORMAT: u32 = 1;

/// What time it is in answers and expressions.
const NOW: &str = "2026-01-31T12:00:00.000Z";

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let hidden = arguments.iter().position(|argument| argument == "--hide-values");
    let show_values = hidden.map(|at| arguments.remove(at)).is_none();
    let [path] = arguments.as_slice() else {
        panic!("give the file to write, and --hide-values if it must hold no values")
    };
    let recorder = Recorder { library: Library::new(show_values), show_values, inputs: inputs() };
    // Where the library fails is told in the record.
    std::panic::set_hook(Box::new(|_| {}));
    let lines = recorder.all();
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "{}", json!({ "format": FORMAT, "values": show_values, "now": NOW })).unwrap();
    for line in lines {
        file.write_all(line.as_bytes()).unwrap();
    }
    file.flush().unwrap();
}

/// FNV-1a: the same in every build. It tells texts apart, and hides nothing.
fn fnv(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

struct Recorder {
    library: Library,
    show_values: bool,
    inputs: Inputs,
}

impl Recorder {
    /// The lines of every input in their order, made on as many threads as there are processors.
    fn all(&self) -> Vec<String> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(vec![String::new(); self.inputs.all.len()]);
        let work = || {
            while let Some((at, input)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                self.inputs.all.get(at).map(|input| (at, input))
            } {
                let lines = self.lines(input);
                done.lock().unwrap()[at] = lines;
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        done.into_inner().unwrap()
    }

    fn lines(&self, input: &Input) -> String {
        let mut lines = String::new();
        let mut add = |name: &str, text: &[u8], record: &dyn Fn() -> Map<String, Value>| {
            let mut line = Map::new();
            line.insert("input".to_owned(), json!(name));
            line.insert("hash".to_owned(), json!(fnv(text)));
            match catch_unwind(AssertUnwindSafe(record)) {
                Ok(members) => line.extend(members),
                Err(_) => drop(line.insert("panicked".to_owned(), json!(true))),
            }
            lines.push_str(&Value::Object(line).to_string());
            lines.push('\n');
        };
        match input {
            Input::Text { name, text } => add(name, text, &|| self.text(text)),
            Input::Expression { name, text, expression, strict } => {
                add(name, format!("{expression}\n{text}").as_bytes(), &|| {
                    let given = self.library.evaluate(text.as_bytes(), expression, *strict);
                    Map::from_iter([("expression".to_owned(), json!(expression)), ("gives".to_owned(), given)])
                });
            }
            Input::Mutants { kind, message } => {
                let (kind, message) = (&self.inputs.kinds[*kind], &self.inputs.messages[*message]);
                for (index, mutant) in kind.mutants(message).iter().enumerate() {
                    let text = mutant.text(message).into_bytes();
                    add(&format!("mutants/{}/{}#{index}", kind.name, message.name), &text, &|| {
                        self.ways(&text, &[Way::Message])
                    });
                }
            }
        }
        lines
    }

    fn text(&self, text: &[u8]) -> Map<String, Value> {
        let mut line = self.ways(text, &Way::ALL);
        if self.show_values {
            self.hidden(text, &mut line);
        }
        if self.library.has_entries(text) {
            line.insert("outline".to_owned(), self.library.outline(text, Way::Auto));
            line.insert("route".to_owned(), self.library.route(text));
            line.insert("respond".to_owned(), self.library.respond(text));
        }
        if let Ok(text) = str::from_utf8(text)
            && ["\"MessageDefinition\"", "\"GraphDefinition\""].iter().any(|name| text.contains(name))
        {
            line.insert("defines".to_owned(), self.library.define(text));
        }
        line
    }

    /// Report and fix by each of these ways: of those after the first, what differs from the one before.
    fn ways(&self, text: &[u8], ways: &[Way]) -> Map<String, Value> {
        let mut line = Map::new();
        let mut before = (Value::Null, Value::Null);
        for way in ways {
            let now = (self.library.validate(text, *way, self.show_values), self.library.fix(text, *way));
            if now.0 != before.0 {
                line.insert(way.name().to_owned(), now.0.clone());
            }
            if now.1 != before.1 {
                line.insert(format!("{}, fixed", way.name()), now.1.clone());
            }
            before = now;
        }
        line
    }

    /// The issues where values are hidden: null for one that is the same, its text where only that is another one.
    fn hidden(&self, text: &[u8], line: &mut Map<String, Value>) {
        let hidden = self.library.validate(text, Way::Auto, false);
        if hidden == line["auto"] {
            return;
        }
        let (hidden, shown) = (hidden["issues"].as_array().unwrap(), line["auto"]["issues"].as_array().unwrap());
        let written = hidden.iter().enumerate().map(|(at, hidden)| {
            let Some(shown) = shown.get(at) else { return hidden.clone() };
            let mut other = hidden.clone();
            other["text"] = shown["text"].clone();
            match (other == *shown, hidden["text"] == shown["text"]) {
                (true, true) => Value::Null,
                (true, false) => hidden["text"].clone(),
                (false, _) => hidden.clone(),
            }
        });
        let written = Value::Array(written.collect());
        line.insert("hidden".to_owned(), written);
    }
}
