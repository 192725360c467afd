//! The class that answers: the core's validator.

use super::error::json;
use super::given::Given;
use super::message::Message;
use super::options::ValidateOptions;
use super::report::report_text;
#[cfg(feature = "exchange")]
use fhirpost::{Definitions, Package, PackageLimits};
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
    /// What is wrong with its definitions, as JSON text.
    #[cfg(feature = "exchange")]
    issues: String,
    /// The text that is to be read next.
    room: Vec<u8>,
}

impl Validator {
    /// The first so many bytes of the room, read.
    fn take(&mut self, length: usize, limits: Limits) -> Text<'static> {
        let mut text = std::mem::take(&mut self.room);
        text.truncate(length);
        self.core.read_within(text, limits)
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
        Self {
            core: kept(Core::default()),
            #[cfg(feature = "exchange")]
            issues: "[]".to_owned(),
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
    /// A validator that knows these packages and definitions beside R4: the packages in layers on top, the others above them. The bytes of the
    /// packages come one behind the other, with the place where each ends.
    #[wasm_bindgen(js_name = withDefinitions)]
    pub fn with_definitions(definitions: Vec<String>, packages: &[u8], ends: &[u32]) -> Result<Self, JsValue> {
        // What is derived from R4's own profiles needs them; who only has events gets none of their verdicts.
        let has_profiles = !ends.is_empty() || definitions.iter().any(|one| one.contains("StructureDefinition"));
        let base = if has_profiles { Definitions::r4_with_profiles() } else { Definitions::r4() };
        let packages = one_by_one(packages, ends).map(|bytes| Package::read(bytes, PackageLimits::default()));
        let (base, mut issues) = base.with_packages(packages);
        let (definitions, of_definitions) = base.with(&definitions);
        issues.extend(of_definitions);
        Ok(Self { core: Core::new(definitions), issues: json(&issues)?, room: Vec::new() })
    }

    /// What is wrong with the definitions that it was made with.
    #[wasm_bindgen(getter)]
    pub fn issues(&self) -> String {
        self.issues.clone()
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

/// The packages in bytes that hold all of them.
#[cfg(feature = "exchange")]
fn one_by_one<'b>(bytes: &'b [u8], ends: &'b [u32]) -> impl Iterator<Item = &'b [u8]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| bytes.get(start as usize..*end as usize).unwrap_or_default())
}

/// What a package is, and what it depends on, as JSON text; why it cannot be read otherwise.
#[cfg(feature = "exchange")]
#[wasm_bindgen(js_name = describePackage)]
pub fn describe_package(bytes: &[u8]) -> Result<String, JsValue> {
    #[derive(serde::Serialize)]
    struct Described {
        name: String,
        version: String,
        dependencies: Vec<(String, String)>,
    }
    match Package::read(bytes, PackageLimits::default()) {
        Ok(Package { name, version, dependencies, .. }) => json(&Described { name, version, dependencies }),
        Err(problem) => Err(super::error::refused(&problem)),
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
            Validator::with_definitions(texts.iter().map(|text| (*text).to_owned()).collect(), &[], &[]).unwrap()
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
    fn packages_come_one_behind_the_other() {
        assert_eq!(one_by_one(b"abcde", &[2, 2, 5, 9]).collect::<Vec<_>>(), [&b"ab"[..], b"", b"cde", b""]);
        let issues = Validator::with_definitions(vec!["{".to_owned()], b"not one", &[3, 7]).unwrap().issues();
        for said in [r#""package":"packages[0]""#, r#""package":"packages[1]""#, r#""resource":0"#] {
            assert!(issues.contains(said), "{issues}");
        }
    }

    #[test]
    fn the_room_is_taken_once() {
        let mut validator = Validator::new();
        validator.room(4);
        let taken = |validator: &mut Validator| validator.take(2, Limits::default()).text().to_vec();
        assert_eq!((taken(&mut validator), taken(&mut validator)), (vec![0, 0], vec![]));
    }
}
