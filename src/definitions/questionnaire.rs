//! The Questionnaires of all layers: their texts, each read when a response answers it.

use super::form::{Reader, Writer};
use super::profile::ExpectedValue;
use super::text::Text;
use std::sync::OnceLock;

/// A Questionnaire.
#[derive(Clone, Debug, PartialEq)]
pub struct Questionnaire {
    /// Its canonical URL.
    pub url: Text,
    /// Its version; empty where it says none.
    pub version: Text,
    /// The resource.
    pub(crate) content: ExpectedValue,
}

impl Questionnaire {
    /// From the text of the resource.
    pub(crate) fn new(url: String, version: String, text: &str) -> Self {
        Self { url: url.into(), version: version.into(), content: unread(text.to_owned().into()) }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.text(&self.url);
        out.text(&self.version);
        out.text(&self.content.text);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let (url, version) = (from.text(), from.text());
        Self { url, version, content: unread(from.text()) }
    }

    /// The same, as if it had not been read: what was read knows the names of one table.
    pub(super) fn unread(&self) -> Self {
        let content = unread(self.content.text.clone());
        Self { url: self.url.clone(), version: self.version.clone(), content }
    }
}

fn unread(text: Text) -> ExpectedValue {
    ExpectedValue { is_fixed: false, text, document: OnceLock::new() }
}

/// See [`super::profiles::by_canonical`].
pub(super) fn canonicals<'q>(all: &'q [Questionnaire]) -> impl Fn(usize) -> (&'q str, &'q str) {
    |place| all.get(place).map_or(("", ""), |one| (one.url.as_str(), one.version.as_str()))
}
