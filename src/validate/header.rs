//! The MessageHeader of a message, as rules and routes read it.

use crate::definitions::{Content, Definitions, Event, MessageDefinition};
use crate::document::{Document, Kind, NodeId, name};
use serde::{Deserialize, Serialize};

/// The MessageHeader of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The index of its entry.
    pub entry: usize,
    /// The resource.
    pub node: NodeId,
    /// The place of the definition of its event that was chosen among several.
    pub(crate) chosen: Option<u16>,
    /// See [`crate::Options::strict_focus`].
    pub(crate) strict_focus: bool,
}

impl Header {
    /// The event as it is written, complete or not.
    pub fn event_name(self, document: &Document<'_>) -> Option<EventName> {
        let text = |node: NodeId, name| {
            document.member(node, name).and_then(|member| document.string(member)).map(|text| text.into_owned())
        };
        let coding = document.member(self.node, name::EVENT_CODING);
        let name = EventName {
            system: coding.and_then(|coding| text(coding, name::SYSTEM)),
            code: coding.and_then(|coding| text(coding, name::CODE)),
            uri: text(self.node, name::EVENT_URI),
        };
        (name != EventName::default()).then_some(name)
    }

    /// What is known of its event.
    pub fn definition<'a>(
        self,
        document: &Document<'_>,
        definitions: &'a Definitions,
    ) -> Option<&'a MessageDefinition> {
        let place = self.chosen.or_else(|| self.definitions(document, definitions).first().copied())?;
        definitions.messages().get(usize::from(place))
    }

    /// What a definition lists under its focus as all that is in the message, where that is to be the focus alone.
    pub(crate) fn listed_focus(self, definition: &MessageDefinition) -> &[Content] {
        if self.strict_focus && definition.open { &definition.content } else { &[] }
    }

    /// The definitions that may be meant, by their places.
    pub(crate) fn definitions(self, document: &Document<'_>, definitions: &Definitions) -> Vec<u16> {
        let named = document.member(self.node, name::DEFINITION);
        let named = named.and_then(|node| document.string(node));
        let event = self.event_name(document).and_then(|name| name.event());
        event.map(|event| definitions.messages_of(&event, named.as_deref())).unwrap_or_default()
    }

    /// MessageHeader.id.
    pub fn id(self, document: &Document<'_>) -> Option<String> {
        let id = document.member(self.node, name::ID)?;
        document.string(id).map(|id| id.into_owned())
    }

    /// MessageHeader.response, when this is an answer.
    pub fn response(self, document: &Document<'_>) -> Option<NodeId> {
        document.member(self.node, name::RESPONSE)
    }

    /// The references in MessageHeader.focus: the Reference objects.
    pub fn focus<'a>(self, document: &'a Document<'_>) -> impl Iterator<Item = NodeId> + 'a {
        let focus = document.member(self.node, name::FOCUS);
        focus.into_iter().flat_map(|focus| document.children(focus)).filter(|&item| document.kind(item) == Kind::Object)
    }
}

/// The event of a message as it is written there, complete or not.
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MessageEvent"))]
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EventName {
    /// `MessageHeader.eventCoding.system`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// `MessageHeader.eventCoding.code`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `MessageHeader.eventUri`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "string | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

impl EventName {
    /// The event, when it is complete enough to look up.
    pub fn event(&self) -> Option<Event> {
        match (&self.system, &self.code, &self.uri) {
            (Some(system), Some(code), _) => Some(Event::Coding { system: system.clone(), code: code.clone() }),
            (_, _, Some(uri)) => Some(Event::Uri(uri.clone())),
            _ => None,
        }
    }
}

impl From<&Event> for EventName {
    fn from(event: &Event) -> Self {
        match event {
            Event::Coding { system, code } => {
                Self { system: Some(system.clone()), code: Some(code.clone()), uri: None }
            }
            Event::Uri(uri) => Self { uri: Some(uri.clone()), ..Self::default() },
        }
    }
}
