//! The class that answers: the core's validator.

use super::definitions::Known;
use super::error::json;
use super::given::Given;
use super::message::Message;
use super::options::ValidateOptions;
use super::report::report_text;
use fhirpost::{Limits, Message as Text, Report, Units, Validator as Core};
use wasm_bindgen::prelude::*;

/// The core's validator. That of R4 alone lives as long as the instance: the code that would take it apart is left out.
#[cfg(feature = "exchange")]
type Kept = Core;
#[cfg(not(feature = "exchange"))]
type Kept = std::mem::ManuallyDrop<Core>;

/// Validates, routes and answers by the definitions that it was made with.
/// In a bundle the package's own `Validator` would get another name beside it.
#[wasm_bindgen(js_name = CoreValidator)]
pub struct Validator {
    pub(crate) core: Kept,
    /// What is wrong with its definitions: the items of a list, as JSON text.
    issues: String,
    /// The text that is to be read next.
    room: Vec<u8>,
}

impl Validator {
    /// The first so many bytes of the room, read.
    fn take(&mut self, length: usize, limits: Limits) -> Text<'static> {
        let text = self.given(length);
        self.core.read_within(text, limits)
    }

    /// The first so many bytes of the room.
    pub(crate) fn given(&mut self, length: usize) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.room);
        text.truncate(length);
        text
    }

    #[inline(never)]
    fn verdict(&self, text: &Text<'_>, given: &ValidateOptions, units: Units) -> Report {
        self.core.validate(text, &given.options(units))
    }
}

#[cfg(feature = "exchange")]
fn kept(core: Core) -> Kept {
    core
}

#[cfg(not(feature = "exchange"))]
fn kept(core: Core) -> Kept {
    std::mem::ManuallyDrop::new(core)
}

fn units(utf16: bool) -> Units {
    if utf16 { Units::Utf16 } else { Units::Bytes }
}

#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// A validator for R4 and the built-in events.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self { core: kept(Core::default()), issues: String::new(), room: Vec::new() }
    }

    /// A validator that knows more than R4: what was compiled before and packages, as many as `packages` says, in layers on top, then other
    /// definitions above them. The bytes of all come one behind the other, with the place where each ends.
    #[wasm_bindgen(js_name = withDefinitions)]
    pub fn with_definitions(bytes: &[u8], ends: &[u32], packages: usize) -> Result<Self, JsValue> {
        let Known { definitions, issues } = Known::read(bytes, ends, packages)?;
        Ok(Self { core: kept(Core::new(definitions)), issues, room: Vec::new() })
    }

    /// What is wrong with the definitions that it was made with.
    #[wasm_bindgen(getter)]
    pub fn issues(&self) -> String {
        format!("[{}]", self.issues)
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
        json(&self.core.route(&message.text))
    }

    /// Every rule.
    pub fn rules(&self) -> Result<String, JsValue> {
        json(&self.core.rules())
    }
}

#[cfg(feature = "exchange")]
#[wasm_bindgen(js_class = CoreValidator)]
impl Validator {
    /// What it knows besides R4, as bytes that `withDefinitions` takes like a package.
    pub fn kept(&self) -> Vec<u8> {
        self.core.definitions().kept(&self.issues).into_bytes()
    }

    /// Makes UTF-8 of Latin-1 that was written to the end of the room, which has as many bytes as that becomes.
    pub fn latin1(&mut self, bytes: usize) {
        fhirpost::json::utf8_of_latin1(&mut self.room, bytes);
    }

    /// Fixes a text that was read. Nothing is said of the text where it stays as it is.
    pub fn fix(&self, message: &Message, given: Option<Given>) -> Result<String, JsValue> {
        json(&self.core.fix(&message.text, &ValidateOptions::from(given).options(message.units)))
    }

    /// Outlines a message.
    pub fn outline(&self, message: &Message, given: Option<Given>) -> Result<String, JsValue> {
        json(&self.core.outline(&message.text, &ValidateOptions::from(given).options(message.units)))
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
        validator.core.route(MESSAGE).supported
    }

    #[test]
    fn each_validator_knows_its_own_events() {
        let builtin = Validator::new();
        let with = |texts: &[&str]| {
            let mut end = 0;
            let ends: Vec<u32> = texts
                .iter()
                .map(|text| {
                    end += text.len() as u32;
                    end
                })
                .collect();
            Validator::with_definitions(texts.concat().as_bytes(), &ends, 0).unwrap()
        };
        let own = with(&[PING]);
        let both = with(&[PING, "{"]);
        for _ in 0..2 {
            assert_eq!((knows(&builtin), knows(&own), knows(&both)), (false, true, true));
        }
        assert_eq!(
            (own.issues().as_str(), builtin.events().unwrap().len() < own.events().unwrap().len()),
            ("[]", true)
        );
        assert!(both.issues().contains(r#""resource":1"#), "{}", both.issues());
    }

    #[test]
    fn the_room_is_taken_once() {
        let mut validator = Validator::new();
        validator.room(4);
        let taken = |validator: &mut Validator| validator.take(2, Limits::default()).text().to_vec();
        assert_eq!((taken(&mut validator), taken(&mut validator)), (vec![0, 0], vec![]));
    }
}
