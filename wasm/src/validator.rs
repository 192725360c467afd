//! The class that answers: the core's validator, and the events that it knows.

use super::error::json;
use super::given::Given;
use super::message::Message;
use super::options::ValidateOptions;
use super::report::report_text;
#[cfg(feature = "exchange")]
use fhirpost::definitions::MessageDefinition;
use fhirpost::document::Units;
use fhirpost::json::{self, Limits};
use fhirpost::message::{self, Route};
use fhirpost::validate::{Report, Validator as Core};
use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The core's validator. It takes a megabyte, and a millisecond to build: validators that differ in their events share one. It lives as
/// long as the instance: the code that would take it apart is left out.
type Shared = Rc<ManuallyDrop<RefCell<Core>>>;

/// Validates, routes and answers by the definitions that it was made with.
/// In a bundle the package's own `Validator` would get another name beside it.
#[wasm_bindgen(js_name = CoreValidator)]
pub struct Validator {
    core: Shared,
    #[cfg(feature = "exchange")]
    /// The events that it knows, where those are not the built-in ones. While it is asked they are in the core, and the built-in ones here.
    events: Option<RefCell<Vec<MessageDefinition>>>,
    /// What makes no sense in its definitions, as JSON text.
    #[cfg(feature = "exchange")]
    problems: String,
    /// The text that is to be read next.
    room: Vec<u8>,
}

impl Validator {
    /// Asks the core, which knows the events of this validator meanwhile.
    pub fn ask<Answer>(&self, question: impl FnOnce(&Core) -> Answer) -> Answer {
        self.swap_events();
        let answer = question(&self.core.borrow());
        self.swap_events();
        answer
    }

    #[inline(never)]
    fn swap_events(&self) {
        #[cfg(feature = "exchange")]
        if let Some(events) = &self.events {
            self.core.borrow_mut().definitions_mut().swap_messages(&mut events.borrow_mut());
        }
    }

    /// Where a message goes; nothing is known of one that cannot be read.
    pub fn route_of(&self, message: &json::Message<'_>) -> Route {
        match message.document() {
            Ok(document) => self.ask(|core| message::route(document, core.definitions())),
            Err(_) => Route::default(),
        }
    }

    /// The first so many bytes of the room, read.
    fn take(&mut self, length: usize, limits: Limits) -> json::Message<'static> {
        let mut text = std::mem::take(&mut self.room);
        text.truncate(length);
        self.ask(|core| json::Message::read(text, core.definitions().names(), limits))
    }

    #[inline(never)]
    fn verdict(&self, text: &json::Message<'_>, given: &ValidateOptions, units: Units) -> Report {
        self.ask(|core| core.validate_message(text, &given.options(units), given.what()))
    }
}

fn units(utf16: bool) -> Units {
    if utf16 { Units::Utf16 } else { Units::Bytes }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// A validator for R4 and the built-in events.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        let core = Rc::new(ManuallyDrop::new(RefCell::new(Core::default())));
        Self {
            core,
            #[cfg(feature = "exchange")]
            events: None,
            #[cfg(feature = "exchange")]
            problems: "[]".to_owned(),
            room: Vec::new(),
        }
    }

    /// Makes room for a text of at most so many bytes and says where in the memory: JavaScript writes it there, with no copy in between, and
    /// `validate` or `read` takes it.
    pub fn room(&mut self, bytes: usize) -> *const u8 {
        self.room = vec![0; bytes];
        self.room.as_ptr()
    }

    /// Validates the first so many bytes of the room, which are UTF-8. `utf16`: offsets are those of a JavaScript string with this content.
    pub fn validate(&mut self, length: usize, utf16: bool, given: Option<Given>) -> Result<String, JsValue> {
        let given = ValidateOptions::from(given);
        let text = self.take(length, given.limits());
        let report = self.verdict(&text, &given, units(utf16));
        // What was validated makes room for what is said of it.
        drop(text);
        report_text(&report)
    }

    /// Reads the first so many bytes of the room, for as many questions as there are.
    pub fn read(&mut self, length: usize, utf16: bool, given: Option<Given>) -> Message {
        let limits = ValidateOptions::from(given).limits();
        Message { text: self.take(length, limits), units: units(utf16) }
    }

    /// Validates a text that was read.
    #[wasm_bindgen(js_name = validateMessage)]
    pub fn validate_message(&self, message: &Message, given: Option<Given>) -> Result<String, JsValue> {
        report_text(&self.verdict(&message.text, &given.into(), message.units))
    }

    /// Says where a message goes.
    pub fn route(&self, message: &Message) -> Result<String, JsValue> {
        json(&self.route_of(&message.text))
    }

    /// Every rule.
    pub fn rules(&self) -> Result<String, JsValue> {
        self.ask(|core| json(&core.rules()))
    }
}

#[cfg(feature = "exchange")]
#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// A validator that knows the events of these definitions beside those that this one knows.
    #[wasm_bindgen(js_name = withDefinitions)]
    pub fn with_definitions(&self, definitions: Vec<String>) -> Result<Self, JsValue> {
        let (events, problems) = self.with_events(&definitions);
        Ok(Self {
            core: Rc::clone(&self.core),
            events: Some(RefCell::new(events)),
            problems: json(&problems)?,
            room: Vec::new(),
        })
    }

    /// What makes no sense in the definitions that it was made with.
    #[wasm_bindgen(getter)]
    pub fn problems(&self) -> String {
        self.problems.clone()
    }

    /// Makes UTF-8 of Latin-1 that was written to the end of the room, which has as many bytes as that becomes.
    pub fn latin1(&mut self, bytes: usize) {
        json::utf8_of_latin1(&mut self.room, bytes);
    }

    /// Fixes a text that was read. Nothing is said of the text where it stays as it is.
    pub fn fix(&self, message: &Message, given: Option<Given>) -> Result<String, JsValue> {
        let given = ValidateOptions::from(given);
        let (what, options) = (given.what(), given.options(message.units));
        json(&self.ask(|core| core.fix(message.text.text(), &options, what)))
    }
}

#[cfg(feature = "exchange")]
impl Validator {
    fn with_events(&self, definitions: &[String]) -> (Vec<MessageDefinition>, Vec<fhirpost::compile::CompileError>) {
        self.swap_events();
        let mut core = self.core.borrow_mut();
        let known = core.definitions_mut();
        let mut events = known.messages().to_vec();
        let problems = known.define(definitions);
        known.swap_messages(&mut events);
        drop(core);
        self.swap_events();
        (events, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &str = r#"{"resourceType":"MessageDefinition","url":"http://example.org/MessageDefinition/ping","status":"active",
        "date":"2026-01-01","eventUri":"http://example.org/events/ping","category":"notification"}"#;
    const MESSAGE: &str = r#"{"resourceType":"Bundle","type":"message","entry":[{"resource":{"resourceType":"MessageHeader",
        "eventUri":"http://example.org/events/ping"}}]}"#;

    fn knows(validator: &Validator) -> bool {
        let message = validator.ask(|core| json::Message::read(MESSAGE, core.definitions().names(), Limits::default()));
        validator.route_of(&message).supported
    }

    #[test]
    fn each_validator_knows_its_own_events() {
        let builtin = Validator::new();
        let own = builtin.with_definitions(vec![PING.to_owned()]).unwrap();
        let both = own.with_definitions(vec![PING.replace("ping", "pong"), "{".to_owned()]).unwrap();
        for _ in 0..2 {
            assert_eq!((knows(&builtin), knows(&own), knows(&both)), (false, true, true));
        }
        assert_eq!(
            (own.problems().as_str(), builtin.events().unwrap().len() < own.events().unwrap().len()),
            ("[]", true)
        );
        assert!(both.problems().contains("definitions[1]"), "{}", both.problems());
    }

    #[test]
    fn the_room_is_taken_once() {
        let mut validator = Validator::new();
        validator.room(4);
        let taken = |validator: &mut Validator| validator.take(2, Limits::default()).text().to_vec();
        assert_eq!((taken(&mut validator), taken(&mut validator)), (vec![0, 0], vec![]));
    }
}
