//! A mutant: where its fault is, and how the fault is made.

use crate::message::{Message, escape, parent};
use serde_json::Value;

/// One fault in one message.
#[derive(Clone, Debug)]
pub(crate) struct Mutant {
    /// Where an error is expected: at the first of these, at what holds it, or below it; or the same for one of the others.
    pub(crate) places: Places,
    edits: Vec<Edit>,
}

#[derive(Clone, Debug)]
pub(crate) enum Places {
    Pointers(Vec<String>),
    /// Of the mutated text, first and last byte.
    Span(usize, usize),
}

#[derive(Clone, Debug)]
enum Edit {
    /// Replaces or adds the value at a pointer.
    Set(String, Value),
    /// Takes a value away, and its companion with it.
    Remove(String),
    /// Takes a value away, and leaves its companion.
    RemoveAlone(String),
    /// Writes the property at a pointer a second time.
    Twice(String),
    /// Puts a text at a byte of the text.
    Insert(usize, String),
    /// Takes bytes out of the text.
    Cut(usize, usize),
}

impl Mutant {
    fn new(place: impl Into<String>) -> Self {
        Self { places: Places::Pointers(vec![place.into()]), edits: Vec::new() }
    }

    /// Replaces or adds a value.
    pub(crate) fn set(pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        let pointer = pointer.into();
        Self::new(pointer.clone()).and_set(pointer, value)
    }

    /// Takes a value away, and its companion with it.
    pub(crate) fn remove(pointer: impl Into<String>) -> Self {
        let pointer = pointer.into();
        Self::new(pointer.clone()).and_remove(pointer)
    }

    pub(crate) fn twice(pointer: impl Into<String>) -> Self {
        let pointer = pointer.into();
        let mut mutant = Self::new(pointer.clone());
        mutant.edits.push(Edit::Twice(pointer));
        mutant
    }

    /// Gives a property another name.
    pub(crate) fn rename(message: &Message, pointer: &str, name: &str) -> Self {
        let to = format!("{}/{}", parent(pointer), escape(name));
        Self::new(to.clone()).and_remove(pointer).and_set(to, message.at(pointer).clone())
    }

    /// Puts a text at a byte of the message's text; the fault is seen so many bytes behind that.
    pub(crate) fn insert(at: usize, text: &str, seen: (usize, usize)) -> Self {
        Self { places: Places::Span(at + seen.0, at + seen.1), edits: vec![Edit::Insert(at, text.into())] }
    }

    /// Takes bytes out of the message's text; the fault is seen in this span.
    pub(crate) fn cut(from: usize, to: usize, seen: (usize, usize)) -> Self {
        Self { places: Places::Span(seen.0, seen.1), edits: vec![Edit::Cut(from, to)] }
    }

    pub(crate) fn and_set(mut self, pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        self.edits.push(Edit::Set(pointer.into(), value.into()));
        self
    }

    pub(crate) fn and_remove(mut self, pointer: impl Into<String>) -> Self {
        self.edits.push(Edit::Remove(pointer.into()));
        self
    }

    pub(crate) fn and_remove_alone(mut self, pointer: impl Into<String>) -> Self {
        self.edits.push(Edit::RemoveAlone(pointer.into()));
        self
    }

    /// The rule may speak of this place instead: the object that it is stated of, the other end of a contradiction.
    pub(crate) fn or_at(mut self, pointer: impl Into<String>) -> Self {
        if let Places::Pointers(places) = &mut self.places {
            places.push(pointer.into());
        }
        self
    }

    /// Where the fault is, for a reader.
    pub(crate) fn label(&self) -> String {
        match &self.places {
            Places::Pointers(places) => places.first().cloned().unwrap_or_default(),
            Places::Span(first, last) => format!("bytes {first} to {last}"),
        }
    }

    /// The mutated message.
    pub(crate) fn text(&self, message: &Message) -> String {
        match self.edits.as_slice() {
            [Edit::Insert(at, text)] => {
                let (before, behind) = message.text.split_at(*at);
                return format!("{before}{text}{behind}");
            }
            [Edit::Cut(from, to)] => return format!("{}{}", &message.text[..*from], &message.text[*to..]),
            _ => {}
        }
        let mut value = message.value.clone();
        let mut names = Vec::new();
        for edit in &self.edits {
            match edit {
                Edit::Set(pointer, new) => set(&mut value, pointer, new.clone()),
                Edit::Remove(pointer) => remove(&mut value, pointer, true),
                Edit::RemoveAlone(pointer) => remove(&mut value, pointer, false),
                Edit::Twice(pointer) => {
                    let name = unescape(crate::message::last(pointer));
                    let copy = value.pointer(pointer).unwrap().clone();
                    set(&mut value, &format!("{}/{SECOND}", parent(pointer)), copy);
                    names.push(name);
                }
                Edit::Insert(..) | Edit::Cut(..) => panic!("faults of the text come alone"),
            }
        }
        let text = value.to_string();
        names.iter().fold(text, |text, name| text.replacen(SECOND, name, 1))
    }
}

/// Stands for a name that is written a second time.
const SECOND: &str = "a second time";

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn set(value: &mut Value, pointer: &str, new: Value) {
    if pointer.is_empty() {
        *value = new;
        return;
    }
    let step = unescape(crate::message::last(pointer));
    match value.pointer_mut(parent(pointer)) {
        Some(Value::Object(members)) => drop(members.insert(step, new)),
        Some(Value::Array(items)) => {
            let index: usize = step.parse().unwrap();
            if index < items.len() {
                items[index] = new;
            } else {
                items.push(new);
            }
        }
        _ => panic!("nothing can be put at {pointer}"),
    }
}

fn remove(value: &mut Value, pointer: &str, companion: bool) {
    let step = unescape(crate::message::last(pointer));
    match value.pointer_mut(parent(pointer)) {
        Some(Value::Object(members)) => {
            members.shift_remove(&step);
            if companion {
                members.shift_remove(&format!("_{step}"));
            }
        }
        Some(Value::Array(items)) => drop(items.remove(step.parse().unwrap())),
        _ => panic!("nothing is at {pointer}"),
    }
}

/// What holds a place, in FHIR's sense: an array is not an element.
fn holders<'p>(message: &Message, place: &'p str) -> Vec<&'p str> {
    let mut holders = vec![place];
    if !place.is_empty() {
        holders.push(parent(place));
        let is_item = crate::message::last(place).bytes().all(|byte| byte.is_ascii_digit());
        if is_item || message.at(parent(place)).is_array() {
            holders.push(parent(parent(place)));
        }
    }
    holders
}

impl Places {
    /// Whether an issue with this pointer and offset is where it should be.
    pub(crate) fn are(&self, message: &Message, pointer: &str, start: Option<u32>) -> bool {
        match self {
            Places::Pointers(places) => places.iter().any(|place| {
                let below = pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.starts_with('/'));
                below || holders(message, place).contains(&pointer)
            }),
            Places::Span(first, last) => start.is_some_and(|start| (*first..=*last).contains(&(start as usize))),
        }
    }

    /// Whether an error of the unmutated message is here.
    pub(crate) fn touch(&self, message: &Message) -> bool {
        match self {
            Places::Pointers(places) => places.iter().take(1).any(|place| {
                let expected =
                    |issue: &fhirpost::report::Issue| issue.pointer == *place || issue.pointer == parent(place);
                message.errors.iter().any(expected)
            }),
            Places::Span(..) => false,
        }
    }
}
