//! Faults of the text, before anything is known of FHIR.

use crate::fault::Mutant;
use crate::message::Message;
use crate::{Kind, kind};

/// What a tokenizer sees of a text that is JSON.
enum Token {
    /// A string from quote to quote; whether it is a property name.
    String(usize, usize, bool),
    Number(usize),
    Comma(usize),
    /// The closing bracket; the end of what is before it; whether anything does.
    Close(usize, usize, bool),
}

fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let (mut at, mut end, mut opened) = (0, 0, false);
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b' ' | b'\n' => continue,
            b'"' => {
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
                tokens.push(Token::String(start, at, text[at..].starts_with(':')));
            }
            b',' => tokens.push(Token::Comma(start)),
            b'}' | b']' => tokens.push(Token::Close(start, end, !opened)),
            b'0'..=b'9' => {
                while matches!(bytes[at], b'0'..=b'9' | b'.' | b'e' | b'+' | b'-') {
                    at += 1;
                }
                tokens.push(Token::Number(start));
            }
            // A digit put behind its sign is not a fault.
            b'-' => {
                while matches!(bytes[at], b'0'..=b'9' | b'.' | b'e' | b'+' | b'-') {
                    at += 1;
                }
            }
            _ => {}
        }
        opened = matches!(bytes[start], b'{' | b'[');
        end = at;
    }
    tokens
}

/// A text put before the last quote of each string.
fn in_strings(message: &Message, text: &'static str, names: bool) -> Vec<Mutant> {
    let strings = tokens(&message.text).into_iter().filter_map(|token| match token {
        Token::String(start, end, name) if names || !name => Some((start, end)),
        _ => None,
    });
    strings
        .map(|(start, end)| {
            // The string may be marked as a whole.
            let back = end - 1 - start;
            let mut mutant = Mutant::insert(end - 1, text, (0, text.len()));
            if let crate::fault::Places::Span(first, _) = &mut mutant.places {
                *first -= back;
            }
            mutant
        })
        .collect()
}

fn before_numbers(message: &Message, text: &str) -> Vec<Mutant> {
    let tokens = tokens(&message.text).into_iter();
    let numbers = tokens.filter_map(|token| match token {
        Token::Number(at) => Some(at),
        _ => None,
    });
    numbers.map(|at| Mutant::insert(at, text, (0, 1))).collect()
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        kind("json-syntax: a comma behind the last", |message| {
            let tokens = tokens(&message.text).into_iter();
            let ends = tokens.filter_map(|token| match token {
                Token::Close(at, end, true) => Some((at, end)),
                _ => None,
            });
            ends.map(|(at, end)| Mutant::insert(end, ",", (0, at + 1 - end))).collect()
        }),
        kind("json-syntax: a comma missing", |message| {
            let tokens = tokens(&message.text).into_iter();
            let commas = tokens.filter_map(|token| match token {
                Token::Comma(at) => Some(at),
                _ => None,
            });
            let next = |at: usize| message.text[at + 1..].bytes().take_while(u8::is_ascii_whitespace).count();
            commas.map(|at| Mutant::cut(at, at + 1, (at, at + next(at)))).collect()
        }),
        kind("json-syntax: the text is cut", |message| {
            let length = message.text.len();
            let ends = (0..length).filter(|&at| message.text.is_char_boundary(at));
            let token = |at: usize| {
                let starts = tokens_around(&message.text, at);
                message.text[..at].rfind(['{', '[', ',', ':', '\n', ' ']).map_or(0, |token| token).min(starts)
            };
            ends.map(|at| Mutant::cut(at, length, (token(at), at))).collect()
        }),
        kind("json-syntax: something behind the end", |message| {
            let length = message.text.len();
            [" {}", " x", "}"].iter().map(|text| Mutant::insert(length, text, (0, text.len()))).collect()
        }),
        kind("json-syntax: an unknown escape", |message| in_strings(message, "\\q", true)),
        kind("json-syntax: an escape that is cut", |message| in_strings(message, "\\u12", true)),
        kind("json-syntax: a line feed in a string", |message| in_strings(message, "\n", true)),
        kind("json-syntax: a zero before a number", |message| before_numbers(message, "0")),
        kind("json-syntax: a plus before a number", |message| before_numbers(message, "+")),
        kind("json-lone-surrogate: half a pair", |message| in_strings(message, "\\ud83d", false)),
        kind("json-lone-surrogate: the second half alone", |message| in_strings(message, "\\ude00", false)),
        kind("json-duplicate-key: a property twice", |message| {
            let members = message.members.iter().map(|member| Mutant::twice(&member.pointer));
            let types = message.resources().map(|resource| Mutant::twice(format!("{}/resourceType", resource.pointer)));
            members.chain(types).collect()
        }),
    ]
}

/// Where the string begins that this byte is in; the byte itself where it is in none.
fn tokens_around(text: &str, at: usize) -> usize {
    // Line by line: a pretty-printed string ends on the line on which it begins.
    let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let mut quotes = Vec::new();
    let mut escaped = false;
    for (index, byte) in text[line..at].bytes().enumerate() {
        match byte {
            b'"' if !escaped => quotes.push(line + index),
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    if quotes.len() % 2 == 1 { quotes.pop().unwrap_or(at) } else { at }
}
