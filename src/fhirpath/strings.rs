//! The functions of section "String Manipulation".

use super::EvaluationError;
use super::evaluate::{Evaluator, Frame, Sink, Step};
use super::expression::ExprId;
use super::function::Function;
use super::item::Item;
use super::lexer::escaped_character;
use super::pattern::{Pattern, literal_regex};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use regex_lite::Regex;
use std::borrow::Cow;

/// Longer texts are not escaped.
const LONGEST_ESCAPED: usize = 1 << 22;

impl<'e> Evaluator<'e> {
    pub(super) fn string_function(
        &self,
        function: Function,
        base: Option<ExprId>,
        arguments: &[ExprId],
        frame: &Frame<'_, 'e>,
        sink: Sink<'_, 'e>,
    ) -> Step {
        use Function as F;
        let Some(text) = self.text_of(self.single_input_value(base, frame)?)? else { return Ok(true) };
        let mut given: Vec<Cow<'e, str>> = Vec::new();
        if function != F::Substring {
            for &argument in arguments {
                match self.text(argument, frame)? {
                    Some(argument) => given.push(argument),
                    None => return Ok(true),
                }
            }
        }
        let argument = |index: usize| given.get(index).map_or("", AsRef::as_ref);
        let place = |at: Option<usize>| {
            Item::Integer(at.and_then(|at| text.get(..at)).map_or(-1, |before| before.chars().count() as i64))
        };
        self.charge(text.len() / 64)?;
        let answer = match function {
            F::IndexOf => place(text.find(argument(0))),
            F::LastIndexOf => place(text.rfind(argument(0))),
            F::StartsWith => Item::Boolean(text.starts_with(argument(0))),
            F::EndsWith => Item::Boolean(text.ends_with(argument(0))),
            F::Contains => Item::Boolean(text.contains(argument(0))),
            F::Upper => self.built(text.to_uppercase())?,
            F::Lower => self.built(text.to_lowercase())?,
            F::Length => Item::Integer(text.chars().count() as i64),
            F::Trim => self.built(text.trim().to_owned())?,
            F::Replace => {
                let (from, to) = (argument(0), argument(1));
                let times = text.matches(from).count();
                self.room(times.saturating_mul(to.len()).saturating_add(text.len()))?;
                Item::String(Cow::Owned(text.replace(from, to)))
            }
            F::Matches | F::MatchesFull => {
                let is_match = |compiled: &Regex| Ok(Item::Boolean(compiled.is_match(&text)));
                self.with_regex(function, arguments.first(), argument(0), text.len(), is_match)?
            }
            F::ReplaceMatches if argument(0).is_empty() => self.copied(&Item::String(text.clone()))?,
            F::ReplaceMatches => {
                let replaced = |compiled: &Regex| self.replace_matches(compiled, &text, argument(0), argument(1));
                self.with_regex(function, arguments.first(), argument(0), text.len(), replaced)?
            }
            F::Substring => return self.substring(&text, arguments, frame, sink),
            F::ToChars => {
                for character in text.chars() {
                    self.spend()?;
                    if !sink(self.built(character.to_string())?)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            F::Split => {
                for part in text.split(argument(0)) {
                    self.spend()?;
                    if !sink(self.built(part.to_owned())?)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            F::Encode => match argument(0) {
                "base64" | "urlbase64" => {
                    self.room(text.len().saturating_mul(4) / 3)?;
                    let alphabet = if argument(0) == "base64" { STANDARD } else { URL_SAFE };
                    Item::String(Cow::Owned(alphabet.encode(text.as_bytes())))
                }
                "hex" => {
                    self.room(text.len().saturating_mul(2))?;
                    Item::String(Cow::Owned(hex(&text)))
                }
                _ => return Ok(true),
            },
            F::Decode => {
                let bytes = match argument(0) {
                    "base64" => STANDARD.decode(text.as_bytes()).ok(),
                    "urlbase64" => URL_SAFE.decode(text.as_bytes()).ok(),
                    "hex" => unhex(&text),
                    _ => None,
                };
                match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
                    Some(text) => self.built(text)?,
                    None => return Ok(true),
                }
            }
            // Of what is escaped, a character becomes six at most.
            F::Escape if text.len() > LONGEST_ESCAPED => {
                return Err(EvaluationError::too_costly("a text is too long to be escaped"));
            }
            F::Escape | F::Unescape => {
                match (if function == F::Escape { escape } else { unescape })(&text, argument(0)) {
                    Some(text) => self.built(text)?,
                    None => return Ok(true),
                }
            }
            _ => return Ok(true),
        };
        sink(answer)
    }

    /// Compiles a pattern, or finds it compiled where it is a literal, and counts what that costs and what a match does.
    fn with_regex(
        &self,
        function: Function,
        literal: Option<&ExprId>,
        text: &str,
        bytes: usize,
        apply: impl FnOnce(&Regex) -> Result<Item<'e>, EvaluationError>,
    ) -> Result<Item<'e>, EvaluationError> {
        let pattern = Pattern::whole(text);
        let known = &self.expression.patterns;
        let known = literal.and_then(|id| known.get(known.binary_search_by_key(&id.0, |(own, ..)| own.0).ok()?));
        let Some((.., known)) = known else {
            self.charge(pattern.compiling().saturating_add(pattern.matching(bytes)))?;
            let full = format!("^(?:{text})$");
            let text = if function == Function::MatchesFull { full.as_str() } else { text };
            return apply(&Pattern { text, ..pattern }.compile()?);
        };
        // What a text may have behind its match, does not decide whether there is one.
        let decisive = if function == Function::Matches { Pattern::decisive(text) } else { pattern };
        let is_usual = self.expression.prepared;
        self.charge(if is_usual { decisive.matching_as_usual(bytes) } else { decisive.matching(bytes) })?;
        if let Some(compiled) = known.get() {
            return apply(compiled);
        }
        self.charge(pattern.compiling())?;
        let compiled = literal_regex(text, function)?;
        apply(known.get_or_init(|| compiled))
    }

    /// Replaces every match. Each of them may look at all the rest of the text, and is counted so.
    fn replace_matches(
        &self,
        compiled: &Regex,
        text: &str,
        pattern: &str,
        by: &str,
    ) -> Result<Item<'e>, EvaluationError> {
        let pattern = Pattern::whole(pattern);
        let (mut replaced, mut done) = (String::new(), 0);
        for found in compiled.captures_iter(text) {
            self.charge(pattern.matching(text.len().saturating_sub(done)).saturating_add(1))?;
            let Some(whole) = found.get(0) else { break };
            let before = text.get(done..whole.start()).unwrap_or("");
            self.room_for(replaced.len(), before.len())?;
            replaced.push_str(before);
            self.room_for(replaced.len(), by.len().saturating_mul(whole.len() + 1))?;
            found.expand(by, &mut replaced);
            done = whole.end();
        }
        replaced.push_str(text.get(done..).unwrap_or(""));
        self.built(replaced)
    }

    fn substring(&self, text: &str, arguments: &[ExprId], frame: &Frame<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
        let number = |index: usize| match arguments.get(index) {
            Some(&argument) => self.integer(argument, frame),
            None => Ok(None),
        };
        let Some(start) = number(0)? else { return Ok(true) };
        let length = number(1)?;
        let Ok(start) = usize::try_from(start) else { return Ok(true) };
        if start >= text.chars().count() {
            return Ok(true);
        }
        let length = length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
        sink(self.built(text.chars().skip(start).take(length).collect())?)
    }
}

fn hex(text: &str) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // The library takes a sign, too.
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// What `escape('html')` and `escape('json')` replace, and with what.
const HTML: [(char, &str); 5] = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
const JSON: [(char, &str); 7] =
    [('\\', "\\\\"), ('"', "\\\""), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t"), ('\u{8}', "\\b"), ('\u{c}', "\\f")];

fn escape(text: &str, how: &str) -> Option<String> {
    let table: &[(char, &str)] = match how {
        "html" => &HTML,
        "json" => &JSON,
        _ => return None,
    };
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match table.iter().find(|(plain, _)| *plain == character) {
            Some((_, with)) => escaped.push_str(with),
            // JSON has no other control character in a string.
            None if character < ' ' && how == "json" => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            None => escaped.push(character),
        }
    }
    Some(escaped)
}

/// The opposite, once from left to right: what an escape gives is never read as part of another one. None where JSON has no such
/// escape. HTML takes an `&` that begins none as it stands.
fn unescape(text: &str, how: &str) -> Option<String> {
    let mark = match how {
        "html" => '&',
        "json" => '\\',
        _ => return None,
    };
    let read = if how == "html" { html_reference } else { json_escape };
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(mark) {
        plain.push_str(rest.get(..at)?);
        rest = rest.get(at + 1..)?;
        match read(rest) {
            Some((character, length)) => {
                plain.push(character);
                rest = rest.get(length..)?;
            }
            None if how == "html" => plain.push(mark),
            None => return None,
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// What stands behind a `\` in JSON, and how many bytes it has.
fn json_escape(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    if first == 'u' {
        return escaped_character(rest.get(1..)?).map(|(character, length)| (character, length + 1));
    }
    let found = JSON.iter().find(|(_, escaped)| escaped.chars().nth(1) == Some(first)).map(|(plain, _)| *plain);
    Some((found.or((first == '/').then_some('/'))?, 1))
}

/// Longer references to a character are none.
const LONGEST_REFERENCE: usize = 10;

/// What stands behind an `&` in HTML, and how many bytes it has.
fn html_reference(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')?;
    let name = rest.get(..end)?;
    let number = |digits: &str, radix: u32| -> Option<char> {
        let all = digits.chars().all(|digit| digit.is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| all).and_then(char::from_u32)
    };
    let character = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16)?,
            None => number(digits, 10)?,
        },
        None if name == "apos" => '\'',
        None => HTML.iter().find(|(_, escaped)| escaped.get(1..) == rest.get(..end + 1)).map(|(plain, _)| *plain)?,
    };
    Some((character, end + 1))
}
