//! Where somebody is in a text that need not be JSON: the objects and arrays around, and what is typed there.

/// An object or array around a place, and what is in it: in front of the place and behind.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) is_array: bool,
    /// The name of the property that it is the value of; none for an item.
    pub(super) key: Option<String>,
    /// The names of the properties that are in it, but for the one that is typed.
    pub(super) names: Vec<String>,
    /// Its properties that are strings and say what it is: resourceType, url, system, fullUrl, code.
    texts: Vec<(String, String)>,
    /// The items that are strings: of `meta.profile` they are wanted.
    items: Vec<String>,
    /// What became of `meta.profile` and of `resource`, once these were read.
    pub(super) profiles: Vec<String>,
    pub(super) resource_type: Option<String>,
}

impl Frame {
    /// A property that is a string.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
    }
}

/// The names of properties whose strings are kept.
const KEPT: [&str; 6] = ["resourceType", "url", "system", "fullUrl", "code", "reference"];

/// What is typed at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    /// The name of a property.
    Name,
    /// The value of the property with this name, or of an item of the array around.
    Value(Option<String>),
    /// Nothing can be typed here but what JSON puts between values.
    Between,
}

/// A place in a text.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    /// The objects and arrays around, the outermost first.
    pub(super) frames: Vec<Frame>,
    pub(super) slot: Slot,
    /// The bytes of what is typed, quotes included: what takes its place is there instead. Nothing is typed where they are the same.
    pub(super) span: (usize, usize),
    /// What is typed, without quotes.
    pub(super) typed: String,
    /// Whether that is in quotes.
    pub(super) is_string: bool,
    /// The first character that follows, white space left out.
    pub(super) next: Option<u8>,
    /// The entries of the text: fullUrl and type of the resource.
    pub(super) entries: Vec<(String, String)>,
}

/// What is expected next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Name,
    Colon,
    Value,
    Comma,
}

/// Longer strings are not kept.
const LONGEST: usize = 500;

struct Reader<'t> {
    text: &'t str,
    offset: usize,
    stack: Vec<Frame>,
    expected: Vec<Expected>,
    /// The name whose value comes next.
    key: Option<String>,
    /// How many frames were around the place, once it was reached, and what of them has ended since.
    around: Option<(usize, Vec<Frame>)>,
    found: Option<(Slot, (usize, usize), bool)>,
    entries: Vec<(String, String)>,
}

impl Cursor {
    /// Reads a text around a byte of it.
    pub(super) fn read(text: &str, offset: usize) -> Self {
        let mut reader = Reader {
            text,
            offset,
            stack: Vec::new(),
            expected: vec![Expected::Value],
            key: None,
            around: None,
            found: None,
            entries: Vec::new(),
        };
        reader.read();
        let (around, mut frames) = reader.around.take().unwrap_or_default();
        // What has not ended is still there; what has was taken innermost first.
        frames.reverse();
        let open = around.saturating_sub(frames.len()).min(reader.stack.len());
        let mut all: Vec<Frame> = reader.stack.drain(..open).collect();
        all.append(&mut frames);
        let (slot, span, is_string) = reader.found.unwrap_or((Slot::Between, (offset, offset), false));
        let inner = text.get(span.0..span.1).unwrap_or("");
        let typed = inner.strip_prefix('"').unwrap_or(inner);
        let typed = if is_string { typed.strip_suffix('"').unwrap_or(typed) } else { typed };
        let next = text.as_bytes().get(span.1..).and_then(|rest| rest.iter().find(|byte| !byte.is_ascii_whitespace()));
        Self {
            frames: all,
            slot,
            span,
            typed: typed.to_owned(),
            is_string,
            next: next.copied(),
            entries: reader.entries,
        }
    }
}

impl Reader<'_> {
    fn read(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.found.is_none() && at >= self.offset && byte.is_ascii_whitespace() {
                self.nothing_typed();
            }
            match byte {
                b'"' => {
                    let end = string_end(bytes, at);
                    self.string(at, end);
                    at = end;
                    continue;
                }
                b'{' | b'[' => {
                    self.reach(at);
                    self.open(byte == b'[');
                }
                b'}' | b']' => {
                    self.reach(at);
                    self.close(byte == b']');
                }
                b':' => {
                    self.reach(at);
                    self.expect(Expected::Value);
                }
                b',' => {
                    self.reach(at);
                    self.key = None;
                    let is_array = self.stack.last().is_none_or(|frame| frame.is_array);
                    self.expect(if is_array { Expected::Value } else { Expected::Name });
                }
                _ if byte.is_ascii_whitespace() => {}
                _ => {
                    let end = word_end(bytes, at);
                    self.word(at, end);
                    at = end;
                    continue;
                }
            }
            at += 1;
        }
        self.reach(bytes.len());
        self.nothing_typed();
    }

    fn expect(&mut self, next: Expected) {
        if let Some(expected) = self.expected.last_mut() {
            *expected = next;
        }
    }

    fn expected(&self) -> Expected {
        self.expected.last().copied().unwrap_or(Expected::Value)
    }

    /// The place is in front of a bracket, a colon or a comma.
    fn reach(&mut self, at: usize) {
        if self.found.is_none() && at >= self.offset {
            self.nothing_typed();
        }
    }

    fn nothing_typed(&mut self) {
        if self.found.is_some() {
            return;
        }
        let slot = match self.expected() {
            Expected::Name => Slot::Name,
            Expected::Value if !self.stack.is_empty() => Slot::Value(self.key.clone()),
            _ => Slot::Between,
        };
        self.found_at(slot, (self.offset, self.offset), false);
    }

    fn found_at(&mut self, slot: Slot, span: (usize, usize), is_string: bool) {
        self.found = Some((slot, span, is_string));
        self.around = Some((self.stack.len(), Vec::new()));
    }

    /// What is typed at a place: from one byte to another.
    fn token(&mut self, start: usize, end: usize, is_string: bool) -> bool {
        // Behind a closing quote nothing is typed any more.
        let is_open = !is_string || !self.text.get(start + 1..end).is_some_and(|inner| inner.ends_with('"'));
        let is_here = start < self.offset && (self.offset < end || self.offset == end && is_open);
        if self.found.is_some() || !is_here {
            self.reach(start);
            return false;
        }
        let slot = match self.expected() {
            Expected::Name | Expected::Colon => Slot::Name,
            Expected::Value => Slot::Value(self.key.clone()),
            Expected::Comma => Slot::Between,
        };
        self.found_at(slot, (start, end), is_string);
        true
    }

    fn string(&mut self, start: usize, end: usize) {
        let is_here = self.token(start, end, true);
        let inner = self.text.get(start + 1..end).unwrap_or("");
        let inner = inner.strip_suffix('"').unwrap_or(inner);
        let short = if inner.len() <= LONGEST { inner } else { "" };
        match self.expected() {
            Expected::Name => {
                self.key = Some(short.to_owned());
                if let Some(frame) = self.stack.last_mut().filter(|_| !is_here) {
                    frame.names.push(short.to_owned());
                }
                self.expect(Expected::Colon);
            }
            Expected::Value => {
                let key = self.key.take();
                if let Some(frame) = self.stack.last_mut() {
                    match key {
                        Some(key) if KEPT.contains(&key.as_str()) => frame.texts.push((key, short.to_owned())),
                        None if frame.is_array && frame.key.as_deref() == Some("profile") => {
                            frame.items.push(short.to_owned());
                        }
                        _ => {}
                    }
                }
                self.expect(Expected::Comma);
            }
            Expected::Colon | Expected::Comma => {}
        }
    }

    fn word(&mut self, start: usize, end: usize) {
        let is_here = self.token(start, end, false);
        match self.expected() {
            Expected::Value => {
                self.key = None;
                self.expect(Expected::Comma);
            }
            // A name that has no quotes yet.
            Expected::Name if !is_here => self.expect(Expected::Colon),
            _ => {}
        }
    }

    fn open(&mut self, is_array: bool) {
        let key = self.key.take();
        self.expect(Expected::Comma);
        self.stack.push(Frame { is_array, key, ..Frame::default() });
        self.expected.push(if is_array { Expected::Value } else { Expected::Name });
    }

    fn close(&mut self, is_array: bool) {
        // A bracket that closes nothing is passed over.
        if self.stack.last().is_none_or(|frame| frame.is_array != is_array) {
            return;
        }
        self.expected.pop();
        self.key = None;
        let Some(frame) = self.stack.pop() else { return };
        self.pass_up(&frame);
        if let Some((around, ended)) = &mut self.around
            && self.stack.len() < *around - ended.len().min(*around)
        {
            ended.push(frame);
        }
    }

    /// What an inner object or array says of those around.
    fn pass_up(&mut self, frame: &Frame) {
        let Some(outer) = self.stack.last_mut() else { return };
        match frame.key.as_deref() {
            Some("profile") if frame.is_array => outer.profiles.clone_from(&frame.items),
            Some("meta") => outer.profiles.clone_from(&frame.profiles),
            Some("resource") => outer.resource_type = frame.text("resourceType").map(str::to_owned),
            None => {
                if let (Some(url), Some(of)) = (frame.text("fullUrl"), &frame.resource_type) {
                    self.entries.push((url.to_owned(), of.clone()));
                }
            }
            _ => {}
        }
    }
}

/// Where a string ends: behind its quote, or where its line does.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"{}[]:,".contains(byte);
    start + rest.iter().position(is_end).unwrap_or(rest.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Slot};

    /// Reads a text around the `|` in it.
    fn at(text: &str) -> (Cursor, String) {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let cursor = Cursor::read(&text, offset);
        let keys: Vec<&str> = cursor.frames.iter().map(|frame| frame.key.as_deref().unwrap_or("-")).collect();
        let keys = keys.join("/");
        (cursor, keys)
    }

    fn value(key: &str) -> Slot {
        Slot::Value(Some(key.to_owned()))
    }

    #[test]
    fn a_place_is_known_in_what_is_not_json() {
        let cases = [
            (r#"{"resourceType":"Patient","na|"#, "-", Slot::Name, "na"),
            (r#"{"resourceType":"Patient","na|me":[]}"#, "-", Slot::Name, "name"),
            (r#"{"resourceType":"Patient",|"#, "-", Slot::Name, ""),
            (r#"{"resourceType":"Patient", | }"#, "-", Slot::Name, ""),
            (r#"{"gender": "fe|}"#, "-", value("gender"), "fe}"),
            ("{\"gender\": \"fe|\n}", "-", value("gender"), "fe"),
            (r#"{"gender": |}"#, "-", value("gender"), ""),
            (r#"{"gender": "male"|}"#, "-", Slot::Between, ""),
            (r#"{"name": [{"giv|en": 1}]}"#, "-/name/-", Slot::Name, "given"),
            (r#"{"name": [{"given": ["|"]}]}"#, "-/name/-/given", Slot::Value(None), ""),
            (r#"{"active": tr|ue}"#, "-", value("active"), "true"),
            (r#"{"a": {"b": 1}, na|"#, "-", Slot::Name, "na"),
            (r#"{"a": [1, 2}, "b|"#, "-/a", Slot::Value(None), "b"),
            ("|", "", Slot::Between, ""),
        ];
        for (text, keys, slot, typed) in cases {
            let (cursor, around) = at(text);
            assert_eq!((around.as_str(), &cursor.slot, cursor.typed.as_str()), (keys, &slot, typed), "{text}");
        }
    }

    #[test]
    fn what_is_behind_a_place_is_known_as_well() {
        let (cursor, keys) = at(
            r#"{"entry":[{"resource":{"n|":1,"meta":{"profile":["http://a.example/p"]},"resourceType":"Patient"},"fullUrl":"urn:x"},
            {"fullUrl":"urn:y","resource":{"resourceType":"Group"}}],"resourceType":"Bundle"}"#,
        );
        assert_eq!(keys, "-/entry/-/resource");
        let resource = cursor.frames.last().unwrap();
        assert_eq!(
            (resource.text("resourceType"), resource.profiles.as_slice()),
            (Some("Patient"), &["http://a.example/p".to_owned()][..])
        );
        assert_eq!(resource.names, ["meta", "resourceType"]);
        assert_eq!(cursor.frames.first().unwrap().text("resourceType"), Some("Bundle"));
        assert_eq!(
            cursor.entries,
            [("urn:x", "Patient"), ("urn:y", "Group")].map(|(url, of)| (url.to_owned(), of.to_owned()))
        );
        assert_eq!((cursor.span, cursor.next), ((23, 26), Some(b':')));
    }
}
