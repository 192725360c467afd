//! Text → tokens, by the grammar of FHIRPath 2.0 (N1), section "Formal specifications".

use super::decimal::exact;
use super::moment::Moment;
use crate::document::table::part;
use rust_decimal::Decimal;

/// Why a text is not an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The byte at which it was noticed.
    pub offset: u32,
    /// What is wrong there.
    pub problem: String,
    /// Whether `problem` quotes something of the text.
    pub quotes: bool,
}

impl ParseError {
    pub(super) fn quoting(self) -> Self {
        Self { quotes: true, ..self }
    }
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "at {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for ParseError {}

/// A token and where it begins.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub(super) offset: u32,
    pub(super) kind: TokenKind,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum TokenKind {
    /// An identifier, and whether it was in backticks, in which case it is not a keyword.
    Identifier(Box<str>, bool),
    /// `$this`, `$index`, `$total`.
    Dollar(Box<str>),
    /// `%name`.
    Variable(Box<str>),
    String(Box<str>),
    Integer(i64),
    Decimal(Decimal),
    Moment(Moment),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 21] =
    ["<=", ">=", "!=", "!~", "=", "~", "<", ">", "+", "-", "*", "/", "&", "|", "(", ")", "[", "]", "{", "}", "."];

// Apart from the parser: V8 optimises a caller with all that was inlined into it, while the first verdict waits.
#[inline(never)]
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space()?;
        let offset = lexer.at as u32;
        let kind = lexer.token()?;
        let ends = kind == TokenKind::End;
        tokens.push(Token { offset, kind });
        if ends {
            return Ok(tokens);
        }
    }
}

/// A character as it is written, or its number where nothing would be seen of it. How the standard library writes that, `{:?}`, takes 4 kB
/// of tables, which are in the module only where something asks for them.
fn visible(character: char) -> String {
    let is_unseen = character.is_control()
        || character.is_whitespace()
        || matches!(character, '\\' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if is_unseen { character.escape_default().collect() } else { character.into() }
}

/// The character that follows `\u`, and how many bytes of the text write it: four hexadecimal digits, or two halves of a surrogate
/// pair with another `\u` between them. A half alone is not a character.
pub(super) fn escaped_character(rest: &str) -> Option<(char, usize)> {
    let unit = |at: usize| -> Option<u16> {
        let digits = rest.get(at..at + 4)?;
        // The library takes a sign, too.
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| all)
    };
    let first = unit(0)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, 4));
    }
    let second = if rest.get(4..6) == Some("\\u") { unit(6)? } else { return None };
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, 10))
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        part(self.text, self.at..self.text.len())
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error(&self, offset: usize, problem: impl Into<String>) -> ParseError {
        ParseError { offset: offset as u32, problem: problem.into(), quotes: false }
    }

    /// Takes what `wanted` accepts.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        part(rest, 0..length)
    }

    fn skip_space(&mut self) -> Result<(), ParseError> {
        loop {
            self.take_while(|character| matches!(character, ' ' | '\t' | '\r' | '\n'));
            if self.rest().starts_with("//") {
                self.take_while(|character| character != '\n' && character != '\r');
            } else if self.rest().starts_with("/*") {
                let Some(end) = self.rest().find("*/") else {
                    return Err(self.error(self.at, "this comment does not end"));
                };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<TokenKind, ParseError> {
        let Some(first) = self.peek() else { return Ok(TokenKind::End) };
        match first {
            'a'..='z' | 'A'..='Z' | '_' => Ok(TokenKind::Identifier(self.identifier().into(), false)),
            '`' => Ok(TokenKind::Identifier(self.quoted('`')?, true)),
            '\'' => Ok(TokenKind::String(self.quoted('\'')?)),
            '0'..='9' => self.number(),
            '@' => self.moment(),
            '$' => {
                self.at += 1;
                match self.identifier() {
                    name @ ("this" | "index" | "total") => Ok(TokenKind::Dollar(name.into())),
                    _ => Err(self.error(self.at, "only $this, $index and $total begin with $")),
                }
            }
            '%' => {
                self.at += 1;
                let name = match self.peek() {
                    Some('`') => self.quoted('`')?,
                    Some('\'') => self.quoted('\'')?,
                    _ => self.identifier().into(),
                };
                if name.is_empty() {
                    return Err(self.error(self.at, "the name of a variable is missing after %"));
                }
                Ok(TokenKind::Variable(name))
            }
            ',' => {
                self.at += 1;
                Ok(TokenKind::Symbol(","))
            }
            other => match SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
                Some(symbol) => {
                    self.at += symbol.len();
                    Ok(TokenKind::Symbol(symbol))
                }
                None => Err(self.error(self.at, format!("'{}' has no meaning here", visible(other))).quoting()),
            },
        }
    }

    fn identifier(&mut self) -> &'t str {
        self.take_while(|character| character.is_ascii_alphanumeric() || character == '_')
    }

    /// A string or a delimited identifier, with its escapes resolved.
    fn quoted(&mut self, quote: char) -> Result<Box<str>, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(character) = self.peek() else {
                return Err(self.error(start, format!("the closing {quote} is missing")));
            };
            self.at += character.len_utf8();
            match character {
                _ if character == quote => return Ok(text.into()),
                '\\' => text.push(self.escape()?),
                _ => text.push(character),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let start = self.at - 1;
        let bad = |lexer: &Self| lexer.error(start, "FHIRPath has no such escape");
        let Some(character) = self.peek() else { return Err(bad(self)) };
        self.at += character.len_utf8();
        Ok(match character {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'u' => match escaped_character(self.rest()) {
                Some((character, length)) => {
                    self.at += length;
                    character
                }
                None => return Err(bad(self)),
            },
            // R4's own expressions escape more than the grammar knows (`\-` in eld-16 is `\\-`, but `\.` occurs elsewhere).
            '\\' | '\'' | '"' | '`' | '/' => character,
            _ => return Err(bad(self)),
        })
    }

    fn number(&mut self) -> Result<TokenKind, ParseError> {
        let start = self.at;
        self.take_while(|character| character.is_ascii_digit());
        let rest = self.rest().as_bytes();
        let is_decimal = rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_digit);
        if is_decimal {
            self.at += 1;
            self.take_while(|character| character.is_ascii_digit());
        }
        let text = part(self.text, start..self.at);
        let too_large = || self.error(start, "this number has more digits than can be kept exactly");
        if !is_decimal && let Ok(integer) = text.parse() {
            return Ok(TokenKind::Integer(integer));
        }
        exact(text).map(TokenKind::Decimal).ok_or_else(too_large)
    }

    fn moment(&mut self) -> Result<TokenKind, ParseError> {
        let start = self.at;
        self.at += 1;
        // `-` and `+` are part of it only where a date or a zone goes on: `@2014-01-25 - 1 day` has a blank there.
        let body = self.take_while(|character| character.is_ascii_digit() || "-:TZ+.".contains(character));
        // `@2015.is(Date)`: a dot that no digit follows begins an invocation.
        let kept = body.trim_end_matches('.');
        let kept = match kept.rfind('.') {
            Some(dot) if !kept.as_bytes().get(dot + 1).is_some_and(u8::is_ascii_digit) => part(kept, 0..dot),
            _ => kept,
        };
        self.at = start + 1 + kept.len();
        Moment::literal(kept)
            .map(TokenKind::Moment)
            .ok_or_else(|| self.error(start, "this is not a date, dateTime or time of FHIRPath"))
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_is_not_seen_is_written_as_its_number() {
        for character in [
            'x', 'é', '#', '"', '\\', '\n', '\u{1}', '\u{7f}', '\u{a0}', '\u{ad}', '\u{200b}', '\u{2028}', '\u{feff}',
            '😀',
        ] {
            assert_eq!(format!("'{}'", visible(character)), format!("{character:?}"));
        }
    }
}
