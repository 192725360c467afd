//! Options as JavaScript gives them, by `serde-wasm-bindgen`: one type for all of them, of which each call takes its members. `src/js` has looked at
//! each before. A type of its own for each call would be 3 kB of the wasm each time: what reads it, and what says how it is wrong.

use super::error::refused;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use wasm_bindgen::prelude::*;

/// A value of JavaScript.
#[derive(Default)]
pub enum Value {
    /// `undefined` or `null`.
    #[default]
    Nothing,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Members(Vec<(String, Value)>),
}

impl Value {
    #[inline(never)]
    pub fn read(given: JsValue) -> Result<Self, JsValue> {
        serde_wasm_bindgen::from_value(given).map_err(|error| refused(&error))
    }

    /// Takes a member out.
    #[inline(never)]
    fn take(&mut self, name: &str) -> Self {
        let Self::Members(members) = self else { return Self::Nothing };
        let found = members.iter_mut().find(|(own, _)| own == name);
        found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }

    #[inline(never)]
    pub fn text(&mut self, name: &str) -> Option<String> {
        if let Self::Text(text) = self.take(name) { Some(text) } else { None }
    }

    #[inline(never)]
    pub fn number(&mut self, name: &str) -> f64 {
        if let Self::Number(number) = self.take(name) { number } else { 0.0 }
    }

    #[inline(never)]
    pub fn is_true(&mut self, name: &str) -> bool {
        matches!(self.take(name), Self::Boolean(true))
    }

    /// The names and values of a list of such pairs.
    pub fn pairs(&mut self, name: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if let Self::List(items) = self.take(name) {
            for item in items {
                if let Self::List(pair) = item
                    && let Ok([Self::Text(name), Self::Text(value)]) = <[Self; 2]>::try_from(pair)
                {
                    pairs.push((name, value));
                }
            }
        }
        pairs
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        // A name is read as a value, too, so that there is one way to read.
        while let Some(name) = entries.next_key()? {
            let value = entries.next_value()?;
            if let Value::Text(name) = name {
                members.push((name, value));
            }
        }
        Ok(Value::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_taken_by_their_names_and_kinds() {
        let text = r#"{ "text": "t", "number": 1.5, "whole": 7, "yes": true, "nothing": null, "list": [["a", "b"], ["c"], 1] }"#;
        let mut given: Value = serde_json::from_str(text).unwrap();
        assert_eq!((given.number("number"), given.number("whole"), given.number("text")), (1.5, 7.0, 0.0));
        assert_eq!((given.text("yes"), given.text("nothing"), given.text("missing")), (None, None, None));
        assert_eq!(given.pairs("list"), [("a".to_owned(), "b".to_owned())]);
        let mut given: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            (given.text("text").as_deref(), given.is_true("yes"), given.is_true("number")),
            (Some("t"), true, false)
        );
    }
}
