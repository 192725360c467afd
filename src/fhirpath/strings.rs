//! The functions of section "String Manipulation".

use super::call::{Call, One, Truth, text};
use super::element::system;
use super::item::Item;
use super::lexer::escaped_character;
use super::pattern::{MatchMode, compile};
use super::reader::{EvaluationError, Sink, Step};
use super::regex::Regex;
use crate::document::{base64, table};
use std::borrow::Cow;
use std::sync::OnceLock;

/// Longer texts are not escaped.
const LONGEST_ESCAPED: usize = 1 << 22;

/// The text that a function works on, and its arguments.
type Texts<'e> = (Cow<'e, str>, [Cow<'e, str>; 2]);

/// Nothing where one of them is not there.
fn texts<'e>(call: &Call<'_, 'e>) -> Result<Option<Texts<'e>>, EvaluationError> {
    let Some(own) = text(call.value()?)? else { return Ok(None) };
    let mut given = [Cow::Borrowed(""), Cow::Borrowed("")];
    for (index, slot) in given.iter_mut().enumerate().take(call.arguments.len()) {
        match call.text(index)? {
            Some(argument) => *slot = argument,
            None => return Ok(None),
        }
    }
    call.reader.charge(own.len() / 64)?;
    Ok(Some((own, given)))
}

/// Asks something of a text and the argument.
pub(super) fn asks(call: &Call<'_, '_>, ask: fn(&str, &str) -> bool) -> Truth {
    Ok(texts(call)?.map(|(text, [argument, _])| ask(&text, &argument)))
}

/// Where the argument is in a text, in characters; -1 where it is not.
pub(super) fn place<'e>(call: &Call<'_, 'e>, find: fn(&str, &str) -> Option<usize>) -> One<'e> {
    let Some((text, [part, _])) = texts(call)? else { return Ok(None) };
    let place = find(&text, &part).map(|at| table::part(&text, 0..at).chars().count() as i64);
    Ok(Some(Item::Integer(place.unwrap_or(-1))))
}

/// Makes a text of a text and the argument; nothing where there is none.
pub(super) fn makes<'e>(call: &Call<'_, 'e>, make: fn(&str, &str) -> Option<String>) -> One<'e> {
    let Some((text, [argument, _])) = texts(call)? else { return Ok(None) };
    make(&text, &argument).map(|made| call.reader.built(made)).transpose()
}

pub(super) fn length<'e>(call: &Call<'_, 'e>) -> One<'e> {
    Ok(texts(call)?.map(|(text, _)| Item::Integer(text.chars().count() as i64)))
}

pub(super) fn replace<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some((text, [from, to])) = texts(call)? else { return Ok(None) };
    let times = text.matches(&*from).count();
    call.reader.room(times.saturating_mul(to.len()).saturating_add(text.len()))?;
    Ok(Some(Item::String(Cow::Owned(text.replace(&*from, &to)))))
}

pub(super) fn matches(call: &Call<'_, '_>, matching: MatchMode) -> Truth {
    let Some((text, [pattern, _])) = texts(call)? else { return Ok(None) };
    let mut is_match = false;
    with_regex(call, matching, &pattern, &mut |compiled| {
        is_match = compiled.is_match(&text, &mut |items| call.reader.charge(items))?;
        Ok(())
    })?;
    Ok(Some(is_match))
}

pub(super) fn replace_matches<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some((text, [pattern, by])) = texts(call)? else { return Ok(None) };
    if pattern.is_empty() {
        return call.reader.copied(&Item::String(text)).map(Some);
    }
    let mut replaced = None;
    with_regex(call, MatchMode::Each, &pattern, &mut |compiled| {
        replaced = with_replacements(call, compiled, &text, &by)?;
        Ok(())
    })?;
    Ok(replaced)
}

/// Compiles a pattern, or finds it compiled where it is a literal.
fn with_regex(
    call: &Call<'_, '_>,
    matching: MatchMode,
    text: &str,
    apply: &mut dyn FnMut(&Regex) -> Result<(), EvaluationError>,
) -> Result<(), EvaluationError> {
    let literal = call.argument(0).and_then(|argument| call.evaluator.pattern(argument));
    if let Some(compiled) = literal.and_then(OnceLock::get) {
        return apply(compiled);
    }
    let compiled = compile(text, matching, &mut |items| call.reader.charge(items))?;
    match literal {
        Some(literal) => apply(literal.get_or_init(|| compiled)),
        None => apply(&compiled),
    }
}

/// Replaces every match. Each of them may look at all the rest of the text, and is counted so.
fn with_replacements<'e>(call: &Call<'_, 'e>, compiled: &Regex, text: &str, by: &str) -> One<'e> {
    let reader = call.reader;
    let (mut replaced, mut done, mut from) = (String::new(), 0, 0);
    let mut last_end = None;
    while let Some(slots) = compiled.captures(text, from, &mut |items| reader.charge(items))? {
        reader.spend()?;
        let Some(&[start, end]) = slots.first_chunk() else { break };
        // Right behind a match, nothing is no match of its own.
        if start == end && last_end == Some(end) {
            from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            continue;
        }
        let before = table::part(text, done..start);
        reader.room_for(replaced.len(), before.len())?;
        replaced.push_str(before);
        reader.room_for(replaced.len(), by.len().saturating_mul(end - start + 1))?;
        compiled.expand(by, text, &slots, &mut replaced);
        (done, from, last_end) = (end, end, Some(end));
    }
    replaced.push_str(table::part(text, done..text.len()));
    reader.built(replaced).map(Some)
}

pub(super) fn substring<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some(own) = text(call.value()?)? else { return Ok(None) };
    call.reader.charge(own.len() / 64)?;
    let Some(start) = call.integer(0)? else { return Ok(None) };
    let length = call.integer(1)?;
    let Ok(start) = usize::try_from(start) else { return Ok(None) };
    if start >= own.chars().count() {
        return Ok(None);
    }
    // Without a length it is all that follows, and with a negative one nothing.
    let length = length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
    call.reader.built(own.chars().skip(start).take(length).collect()).map(Some)
}

pub(super) fn to_chars<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let Some((text, _)) = texts(call)? else { return Ok(true) };
    for character in text.chars() {
        if !give_text(call, character.into(), sink)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn split<'e>(call: &Call<'_, 'e>, sink: Sink<'_, 'e>) -> Step {
    let Some((text, [separator, _])) = texts(call)? else { return Ok(true) };
    for part in text.split(&*separator) {
        if !give_text(call, part.to_owned(), sink)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn give_text<'e>(call: &Call<'_, 'e>, text: String, sink: Sink<'_, 'e>) -> Step {
    call.reader.spend()?;
    sink(call.reader.built(text)?)
}

pub(super) fn join<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let separator = call.text(0)?.unwrap_or_default();
    let mut joined: Option<String> = None;
    call.input(&mut |item| {
        let Some(text) = text(Some(system(call.reader, item)?))? else { return Ok(true) };
        call.reader.room_for(joined.as_ref().map_or(0, String::len), separator.len() + text.len())?;
        match &mut joined {
            Some(joined) => {
                joined.push_str(&separator);
                joined.push_str(&text);
            }
            None => joined = Some(text.into_owned()),
        }
        Ok(true)
    })?;
    Ok(joined.map(|joined| Item::String(Cow::Owned(joined))))
}

pub(super) fn encode<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some((text, [how, _])) = texts(call)? else { return Ok(None) };
    let encoded = match &*how {
        "base64" | "urlbase64" => {
            call.reader.room(text.len().saturating_mul(4) / 3)?;
            let alphabet = if how == "base64" { base64::STANDARD } else { base64::URL_SAFE };
            base64::encode(text.as_bytes(), alphabet)
        }
        "hex" => {
            call.reader.room(text.len().saturating_mul(2))?;
            hex(&text)
        }
        _ => return Ok(None),
    };
    Ok(Some(Item::String(Cow::Owned(encoded))))
}

pub(super) fn decoded(text: &str, how: &str) -> Option<String> {
    let bytes = match how {
        "base64" => base64::decode(text.as_bytes(), base64::STANDARD),
        "urlbase64" => base64::decode(text.as_bytes(), base64::URL_SAFE),
        "hex" => unhex(text),
        _ => None,
    };
    String::from_utf8(bytes?).ok()
}

/// Of what is escaped, a character becomes six at most.
pub(super) fn escape<'e>(call: &Call<'_, 'e>) -> One<'e> {
    let Some((text, [how, _])) = texts(call)? else { return Ok(None) };
    if text.len() > LONGEST_ESCAPED {
        return Err(EvaluationError::too_costly("a text is too long to be escaped"));
    }
    escaped(&text, &how).map(|escaped| call.reader.built(escaped)).transpose()
}

fn hex(text: &str) -> String {
    // Half of a byte is a digit.
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

fn escaped(text: &str, how: &str) -> Option<String> {
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
/// escape. In HTML an `&` that begins none stays as it is.
pub(super) fn unescaped(text: &str, how: &str) -> Option<String> {
    let mark = match how {
        "html" => '&',
        "json" => '\\',
        _ => return None,
    };
    let read = if how == "html" { html_reference } else { json_escape };
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(mark) {
        plain.push_str(table::part(rest, 0..at));
        rest = table::part(rest, at + 1..rest.len());
        match read(rest) {
            Some((character, length)) => {
                plain.push(character);
                rest = table::part(rest, length..rest.len());
            }
            None if how == "html" => plain.push(mark),
            None => return None,
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// What follows a `\` in JSON, and how many bytes it has.
fn json_escape(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    if first == 'u' {
        return escaped_character(table::part(rest, 1..rest.len())).map(|(character, length)| (character, length + 1));
    }
    let found = JSON.iter().find(|(_, escaped)| escaped.chars().nth(1) == Some(first)).map(|(plain, _)| *plain);
    Some((found.or((first == '/').then_some('/'))?, 1))
}

/// A longer text is not a reference to a character.
const LONGEST_REFERENCE: usize = 10;

/// What follows an `&` in HTML, and how many bytes it has.
fn html_reference(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')?;
    let name = table::part(rest, 0..end);
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
