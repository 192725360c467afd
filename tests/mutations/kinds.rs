//! The kinds of faults, and the messages that they are put into.

use crate::fault::Mutant;
use crate::message::{Message, is_error};
use crate::{invariants, json, messaging, primitives, structure};
use fhirpost::report::Issue;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// So many places of a kind are tried in a message; more are sampled evenly.
const PLACES: usize = 200;
/// The same for the small messages of `tests/cases`, which are much alike.
const PLACES_OF_A_CASE: usize = 10;

/// Makes a mutant for each place in a message where the fault fits.
type Make = Box<dyn Fn(&Message) -> Vec<Mutant> + Send + Sync>;

/// A kind of fault, named after the rule that it breaks.
pub(crate) struct Kind {
    pub(crate) name: String,
    /// The rule that is still to come.
    pub(crate) pending: Option<&'static str>,
    /// The rule that has to tell: of a fault that is not an error, or that other rules speak of, too.
    pub(crate) told_by: Option<&'static str>,
    pub(crate) make: Make,
}

pub(crate) fn kind(name: impl Into<String>, make: impl Fn(&Message) -> Vec<Mutant> + Send + Sync + 'static) -> Kind {
    Kind { name: name.into(), pending: None, told_by: None, make: Box::new(make) }
}

impl Kind {
    pub(crate) fn told_by(mut self, rule: &'static str) -> Self {
        self.told_by = Some(rule);
        self
    }

    /// Whether an issue may be the one that tells of the fault.
    pub(crate) fn is_told(&self, issue: &Issue) -> bool {
        self.told_by.map_or_else(|| is_error(issue), |rule| issue.rule == rule)
    }

    #[allow(dead_code, reason = "no kind is pending now")]
    pub(crate) fn pending(mut self, reason: &'static str) -> Self {
        self.pending = Some(reason);
        self
    }

    /// The mutants that are tried in a message: none where an error of the message itself is already.
    pub(crate) fn mutants(&self, message: &Message) -> Vec<Mutant> {
        let most = if message.text.len() > 4_800 { PLACES } else { PLACES_OF_A_CASE };
        sample((self.make)(message).into_iter().filter(|mutant| !mutant.places.touch(message)).collect(), most)
    }
}

pub(crate) fn kinds() -> Vec<Kind> {
    [json::kinds(), structure::kinds(), primitives::kinds(), messaging::kinds(), invariants::kinds()]
        .into_iter()
        .flatten()
        .collect()
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Whether a case of `tests/cases` is a message that the specification finds valid: neither one resource nor another Bundle.
fn is_valid_case(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_str().unwrap();
    let expected = path.with_file_name(name.replace(".json", ".expected.json"));
    let Ok(expected) = fs::read_to_string(expected) else { return false };
    let other = name.starts_with("resource-") || name.starts_with("bundle-");
    !other && !["\"error\"", "\"fatal\""].iter().any(|severity| expected.contains(severity))
}

/// The messages, the largest first. Those of `../shared/conformance` may be absent.
pub(crate) fn messages() -> Vec<Message> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![(root.join("tests/mutations/rich-message.json"), true)];
    let examples = files(&root.join("www/examples")).into_iter();
    paths.extend(examples.filter(|path| !path.to_string_lossy().ends_with("-broken.json")).map(|path| (path, true)));
    paths.extend(files(&root.join("../shared/conformance/messages")).into_iter().map(|path| (path, false)));
    for folder in files(&root.join("tests/cases")) {
        paths.extend(files(&folder).into_iter().filter(|path| is_valid_case(path)).map(|path| (path, true)));
    }
    let mut messages = Vec::new();
    for (path, own) in paths {
        // One case begins with a byte order mark, which is not JSON elsewhere.
        let Ok(value) = serde_json::from_slice(&fs::read(&path).unwrap()) else { continue };
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name = format!("{}/{}", folder.display(), path.file_name().unwrap().display());
        messages.push(Message::new(name, own, value));
    }
    messages
}

/// Some of the items, evenly spread.
pub(crate) fn sample<T>(items: Vec<T>, most: usize) -> Vec<T> {
    let count = items.len();
    if count <= most {
        return items;
    }
    let chosen: BTreeSet<usize> = (0..most).map(|index| index * count / most).collect();
    items.into_iter().enumerate().filter(|(index, _)| chosen.contains(index)).map(|(_, item)| item).collect()
}
