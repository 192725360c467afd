//! What a finding says, as data: which words of its rule, and the details that fill them in.
//!
//! # Design
//! A rule knows what it expected and what it found; how that reads is decided where the rule is, in its words, and made into a text when
//! an issue is written. So nothing is formatted for what is never shown (trials, findings beyond a limit), a caller can read the details
//! instead of the text, and values of the message enter a text through [`Content::value`] alone, which hides them unless they may be shown.

use std::borrow::Cow;

/// Longer values are cut: the reader sees them in the text anyway.
const LONGEST_VALUE: usize = 80;

/// A sentence of a rule. Details are in it by their names, in braces: `{element} is missing`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Words(pub &'static str);

/// A detail of a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Detail {
    /// A name of the specification or of a definition, or words of our own.
    Name(Cow<'static, str>),
    /// A value of the message: `…` unless values may be shown.
    Value(String),
    /// How many.
    Count(u32),
    /// Several names, or values of the message, or elements with their values.
    List(Vec<Item>),
}

/// An item of a list: a name of the specification, a value of the message, or both.
pub type Item = (Cow<'static, str>, Option<String>);

/// The words of a finding and their details, each by its name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Content {
    words: Words,
    details: Vec<(&'static str, Detail)>,
}

impl From<Words> for Content {
    fn from(words: Words) -> Self {
        Self { words, details: Vec::new() }
    }
}

impl Words {
    /// These words with a name of the specification.
    pub fn name(self, of: &'static str, name: impl Into<Cow<'static, str>>) -> Content {
        Content::from(self).name(of, name)
    }

    /// These words with a value of the message.
    pub fn value(self, of: &'static str, value: &str) -> Content {
        Content::from(self).value(of, value)
    }

    /// These words with values of the message.
    pub fn values<'v>(self, of: &'static str, values: impl IntoIterator<Item = &'v str>) -> Content {
        Content::from(self).values(of, values)
    }

    /// These words with a number.
    pub fn count(self, of: &'static str, count: impl Into<u64>) -> Content {
        Content::from(self).count(of, count)
    }

    /// These words with a list.
    pub fn list<T: Into<Cow<'static, str>>>(self, of: &'static str, list: impl IntoIterator<Item = T>) -> Content {
        Content::from(self).list(of, list)
    }
}

impl Content {
    #[inline(never)]
    fn with(mut self, of: &'static str, detail: Detail) -> Self {
        // Most have one or two, and there may be ten thousand findings.
        self.details.reserve_exact(1);
        self.details.push((of, detail));
        self
    }

    /// Adds a name of the specification, or words of our own.
    pub fn name(self, of: &'static str, name: impl Into<Cow<'static, str>>) -> Self {
        self.with(of, Detail::Name(name.into()))
    }

    /// Adds a value of the message, which is written only where values may be shown.
    #[inline(never)]
    pub fn value(self, of: &'static str, value: &str) -> Self {
        self.with(of, Detail::Value(shortened(value)))
    }

    /// Adds values of the message, as [`Content::value`] does with one.
    pub fn values<'v>(self, of: &'static str, values: impl IntoIterator<Item = &'v str>) -> Self {
        self.with(
            of,
            Detail::List(values.into_iter().map(|value| (Cow::Borrowed(""), Some(shortened(value)))).collect()),
        )
    }

    /// Adds elements, each with its value.
    pub fn elements(self, of: &'static str, elements: Vec<(String, Option<Cow<'_, str>>)>) -> Self {
        let one = |(name, value): (String, Option<Cow<'_, str>>)| (name.into(), value.map(|value| shortened(&value)));
        self.with(of, Detail::List(elements.into_iter().map(one).collect()))
    }

    /// Adds a number.
    pub fn count(self, of: &'static str, count: impl Into<u64>) -> Self {
        // A text has no more of anything than four bytes can count.
        self.with(of, Detail::Count(u32::try_from(count.into()).unwrap_or(u32::MAX)))
    }

    /// Adds a list.
    pub fn list<T: Into<Cow<'static, str>>>(self, of: &'static str, list: impl IntoIterator<Item = T>) -> Self {
        self.with(of, Detail::List(list.into_iter().map(|name| (name.into(), None)).collect()))
    }

    /// The words.
    pub fn words(&self) -> Words {
        self.words
    }

    /// A detail by its name.
    pub fn get(&self, of: &str) -> Option<&Detail> {
        self.details.iter().find(|(name, _)| *name == of).map(|(_, detail)| detail)
    }

    /// The text. A value is written in quotes; `…` is written instead unless values may be shown.
    pub fn write(&self, show_values: bool) -> String {
        let mut text = String::new();
        let mut rest = self.words.0;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let detail = self.get(name);
            debug_assert!(detail.is_some(), "{:?} without {name}", self.words);
            if let Some(detail) = detail {
                detail.write(&mut text, show_values);
            }
            rest = behind;
        }
        text.push_str(rest);
        // FHIR strings, which this may become, hold no control characters.
        if text.bytes().any(|byte| byte < 0x20) {
            text = text.replace(|character: char| character < ' ', "\u{fffd}");
        }
        // It grew by halves, and there may be ten thousand.
        text.shrink_to_fit();
        text
    }
}

impl Detail {
    fn write_value(value: &str, text: &mut String, show_values: bool) {
        text.extend(["'", if show_values { value } else { "…" }, "'"]);
    }

    fn write(&self, text: &mut String, show_values: bool) {
        match self {
            Detail::Name(name) => text.push_str(name),
            Detail::Value(value) => Self::write_value(value, text, show_values),
            Detail::Count(count) => text.push_str(&count.to_string()),
            Detail::List(list) => {
                for (place, (name, value)) in list.iter().enumerate() {
                    text.push_str(if place > 0 { ", " } else { "" });
                    text.push_str(name);
                    if let Some(value) = value {
                        text.push_str(if name.is_empty() { "" } else { " " });
                        Self::write_value(value, text, show_values);
                    }
                }
            }
        }
    }
}

fn shortened(value: &str) -> String {
    let mut shown: String = value.chars().take(LONGEST_VALUE).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_in_and_values_are_hidden() {
        let content = Words("{element} is {found}; {count} of {allowed} expected.")
            .name("element", "Patient.gender")
            .value("found", "x\ny")
            .count("count", 1_u32)
            .list("allowed", ["male", "female"]);
        assert_eq!(content.write(true), "Patient.gender is 'x\u{fffd}y'; 1 of male, female expected.");
        assert_eq!(content.write(false), "Patient.gender is '…'; 1 of male, female expected.");
        assert_eq!(content.get("count"), Some(&Detail::Count(1)));
        let content = Words("{found}.").values("found", ["x", "y"]);
        assert_eq!([content.write(true), content.write(false)], ["'x', 'y'.", "'…', '…'."]);
        assert_eq!(Words("").value("found", &"é".repeat(81)).details[0].1, Detail::Value("é".repeat(80) + "…"));
        assert_eq!(Content::from(Words("as it is")).write(false), "as it is");
    }
}
