//! What JSON is not, and how much of it is read.

/// How much is read before the scanner gives up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The deepest nesting of objects and arrays. Later stages recurse, so [`Limits::DEEPEST`] is the most that counts.
    pub depth: u32,
    /// The longest text in bytes.
    pub bytes: u32,
}

impl Limits {
    /// No text is read deeper than this, whatever `depth` says: the stack of a WebAssembly module is small and fixed.
    pub const DEEPEST: u32 = 512;
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, bytes: 64 << 20 }
    }
}

/// Why a text could not be read at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The byte at which reading stopped.
    pub offset: u32,
    /// What was wrong there.
    pub fault: SyntaxFault,
}

/// What stopped the reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// The text is empty or only white space.
    Empty,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// No value can begin with this character.
    ExpectedValue,
    /// A property name in double quotes should be here.
    ExpectedName,
    /// A property name must be followed by a colon.
    ExpectedColon,
    /// `,` or the closing bracket should be here.
    ExpectedCommaOr(char),
    /// A comma before a closing bracket.
    TrailingComma,
    /// More text after the outermost value.
    TrailingText,
    /// Not a number by JSON's grammar, such as `01`, `1.`, `.5` or `+1`.
    BadNumber,
    /// A backslash with a character that JSON does not escape.
    BadEscape,
    /// A line break, tab or other control character inside a string.
    ControlCharacter,
    /// Comments are not part of JSON.
    Comment,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// Half of a surrogate pair, encoded as if it were a character.
    EncodedSurrogate,
    /// Nested deeper than [`Limits::depth`].
    TooDeep(u32),
    /// Longer than [`Limits::bytes`].
    TooLong(u32),
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "at byte {}: {}", self.offset, self.message())
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// What is wrong, in a sentence that quotes nothing of the text.
    pub fn message(&self) -> String {
        match self.fault {
            SyntaxFault::Empty => "There is no JSON here: the text is empty.".into(),
            SyntaxFault::UnexpectedEnd => "The text ends before the value is complete.".into(),
            SyntaxFault::ExpectedValue => "A JSON value should begin here.".into(),
            SyntaxFault::ExpectedName => "A property name in double quotes is expected here.".into(),
            SyntaxFault::ExpectedColon => "A colon should follow the property name.".into(),
            SyntaxFault::ExpectedCommaOr(close) => format!("A comma or '{close}' is expected here."),
            SyntaxFault::TrailingComma => "A comma must be followed by another value: remove it.".into(),
            SyntaxFault::TrailingText => "There is more text after the end of the JSON value.".into(),
            SyntaxFault::BadNumber => "This is not a JSON number.".into(),
            SyntaxFault::BadEscape => "This escape does not exist in JSON.".into(),
            SyntaxFault::ControlCharacter => {
                "Line breaks, tabs and other control characters must be escaped in a JSON string.".into()
            }
            SyntaxFault::Comment => "JSON has no comments.".into(),
            SyntaxFault::InvalidUtf8 => "The text is not valid UTF-8 from here on.".into(),
            SyntaxFault::EncodedSurrogate => "Half of a surrogate pair is here: the character is broken.".into(),
            SyntaxFault::TooDeep(depth) => format!("Nested deeper than {depth} levels."),
            SyntaxFault::TooLong(bytes) => format!("The text is longer than {bytes} bytes."),
        }
    }
}
