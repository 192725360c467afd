//! The texts that are recorded, each with a name that does not depend on where the repository is.

use crate::kinds::{Kind, kinds, messages};
use crate::message::Message;
use roxmltree::Node;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is walked through, from the root of the repository: what is there. Of the first, every file is an input.
const FOLDERS: [(&str, &str, bool); 7] = [
    ("fuzz/seeds", "fuzz", true),
    ("../shared/reported/page", "reported/page", true),
    ("../shared/conformance", "conformance", false),
    ("../shared/reported", "reported", false),
    ("tests", "tests", false),
    ("www/examples", "www/examples", false),
    ("src/message/events", "events", false),
];

/// Something to record.
pub(crate) enum Input {
    /// A text.
    Text { name: String, text: Vec<u8> },
    /// The mutants of a kind, all in one message.
    Mutants { kind: usize, message: usize },
    /// An expression on a text.
    Expression { name: String, text: String, expression: String, strict: bool },
}

pub(crate) struct Inputs {
    pub(crate) all: Vec<Input>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) messages: Vec<Message>,
}

pub(crate) fn inputs() -> Inputs {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    let mut seen = Vec::new();
    for (folder, name, every_file) in FOLDERS {
        files(&root.join(folder), name, every_file, &mut seen, &mut all);
    }
    all.extend(expressions(root));
    let (kinds, messages) = (kinds(), messages());
    for kind in 0..kinds.len() {
        all.extend((0..messages.len()).map(|message| Input::Mutants { kind, message }));
    }
    Inputs { all, kinds, messages }
}

/// The files of a folder, and of those in it, by their names.
fn files(folder: &Path, name: &str, every_file: bool, seen: &mut Vec<String>, inputs: &mut Vec<Input>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = format!("{name}/{file}");
        if path.is_dir() {
            files(&path, &name, every_file, seen, inputs);
            continue;
        }
        let is_input = every_file || file.ends_with(".json") || file.ends_with(".ndjson");
        // What is expected of an input is not an input.
        if !is_input || file.ends_with("expected.json") || seen.contains(&name) {
            continue;
        }
        let text = fs::read(&path).unwrap();
        if file.ends_with(".ndjson") {
            let lines = String::from_utf8(text).unwrap();
            inputs.extend(lines.lines().enumerate().map(|(index, line)| of_line(&name, index + 1, line)));
        } else {
            inputs.push(Input::Text { name: name.clone(), text });
        }
        seen.push(name);
    }
}

/// A line is a resource, or a case with the text of one.
fn of_line(file: &str, number: usize, line: &str) -> Input {
    let case: Value = serde_json::from_str(line).unwrap_or_default();
    let text = case.get("text").and_then(Value::as_str).unwrap_or(line);
    let id = case.get("id").and_then(Value::as_str).filter(|_| case.get("resourceType").is_none());
    Input::Text {
        name: format!("{file}#{}", id.map_or(number.to_string(), str::to_owned)),
        text: text.as_bytes().to_vec(),
    }
}

/// The official FHIRPath suite, where it is there.
fn expressions(root: &Path) -> Vec<Input> {
    let folder = root.join("../shared/conformance/fhirpath");
    let Ok(suite) = fs::read_to_string(folder.join("tests-fhir-r4.xml")) else { return Vec::new() };
    let suite = roxmltree::Document::parse(&suite).unwrap();
    let mut texts = BTreeMap::new();
    let tests = suite.descendants().filter(|node| node.has_tag_name("test")).enumerate();
    tests.filter_map(|(index, test)| expression(index, test, root, &folder, &mut texts)).collect()
}

fn expression(
    index: usize,
    test: Node<'_, '_>,
    root: &Path,
    folder: &Path,
    texts: &mut BTreeMap<String, String>,
) -> Option<Input> {
    let input = test.attribute("inputfile").unwrap_or("patient-example.xml").replace(".xml", ".json");
    if !texts.contains_key(&input) {
        let text = fs::read_to_string(folder.join("input").join(&input))
            .or_else(|_| fs::read_to_string(root.join("tests/fhirpath").join(&input)));
        texts.insert(input.clone(), text.ok()?);
    }
    let expression = test.children().find(|node| node.has_tag_name("expression"))?;
    let strict = expression.attribute("invalid") == Some("semantic") || test.attribute("mode") == Some("strict");
    Some(Input::Expression {
        name: format!("fhirpath/{index}-{}", test.attribute("name").unwrap_or_default()),
        text: texts.get(&input)?.clone(),
        expression: expression.text().unwrap_or_default().to_owned(),
        strict,
    })
}
