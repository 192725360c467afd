//! JSON text, written member by member. JSON that is passed on goes in as it is, every digit of it: serde_json would read it first to
//! see that it is JSON, and its parser alone is a fiftieth of the wasm.

/// Writes one value. Commas are set by themselves.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
}

impl Writer {
    /// What has been written.
    pub fn finish(self) -> String {
        self.text
    }

    /// An object; `inside` writes its members.
    pub fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.open('{');
        inside(self);
        self.text.push('}');
    }

    /// An array; `inside` writes its items.
    pub fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.open('[');
        inside(self);
        self.text.push(']');
    }

    /// The name of a member, whose value is written next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.string(name);
        self.text.push(':');
        self
    }

    /// A member that is a string.
    #[inline(never)]
    pub fn member(&mut self, name: &str, value: &str) {
        self.name(name).string(value);
    }

    /// A member that is a string, where there is one.
    #[inline(never)]
    pub fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.member(name, value);
        }
    }

    /// A value that is JSON already; the byte order mark of a file stays outside.
    #[inline(never)]
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.text.push_str(json.strip_prefix('\u{feff}').unwrap_or(json));
    }

    /// A string.
    #[inline(never)]
    pub fn string(&mut self, value: &str) {
        self.open('"');
        for character in value.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\0'..'\x20' => self.text.push_str(&format!("\\u{:04x}", u32::from(character))),
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
    }

    #[inline(never)]
    fn open(&mut self, bracket: char) {
        self.separate();
        self.text.push(bracket);
    }

    /// Nothing but the beginning of something and the colon of a name have no comma behind them.
    fn separate(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut writer = Writer::default();
    writer.string(text);
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let mut writer = Writer::default();
        writer.object(|object| {
            object.member("a\"b", "\\ \n\u{1f} é😀");
            object.optional("left out", None);
            object.optional("[", Some("{"));
            object.name("list").array(|list| {
                list.raw("\u{feff}1.00");
                list.object(|_| {});
                list.array(|_| {});
                list.string(":");
                list.raw("null");
            });
        });
        let text = writer.finish();
        assert_eq!(text, r#"{"a\"b":"\\ \u000a\u001f é😀","[":"{","list":[1.00,{},[],":",null]}"#);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["a\"b"], "\\ \n\u{1f} é😀");
    }
}
