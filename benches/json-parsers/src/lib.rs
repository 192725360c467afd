//! The parsers that were weighed against the library's own scanner, each behind a feature.
//!
//! The scanner is included as source. As a dependency, the library would bring its definitions and its JavaScript boundary
//! into every wasm of this bench, and the sizes would say nothing.

mod parsers;

#[cfg(feature = "names")]
#[path = "../../../src/document/mod.rs"]
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the bench asks less than the library does")]
mod document;
#[cfg(feature = "names")]
#[path = "../../../src/json/mod.rs"]
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the bench asks less than the library does")]
mod json;

pub use parsers::{PARSERS, Parser};

/// A text, and what the library has made ready before a text arrives.
pub struct Input {
    #[allow(dead_code, reason = "not read in the wasm without a parser, by which the others are weighed")]
    text: String,
    #[cfg(feature = "names")]
    names: document::Names,
}

impl Input {
    /// Keeps the text. The table of names gets those of the text, and is filled up to the size that R4's has.
    pub fn new(text: String) -> Self {
        #[cfg(feature = "names")]
        let names = {
            let mut names = document::Names::new();
            // A key is what is between quotes in front of a colon.
            for (key, _) in text.split('"').zip(text.split('"').skip(1)).filter(|(_, after)| after.starts_with(':')) {
                names.intern(key.trim_start_matches('_'));
            }
            // Without format!, whose weight would be taken for the scanner's.
            for number in names.len() as u32..1627 {
                let letters = [number / 676, number / 26 % 26, number % 26].map(|digit| char::from(b'a' + digit as u8));
                names.intern(&letters.iter().chain(&['N', 'a', 'm', 'e']).collect::<String>());
            }
            names
        };
        Self {
            text,
            #[cfg(feature = "names")]
            names,
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{Input, PARSERS};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// A text inside the wasm.
    #[wasm_bindgen]
    pub struct Text(Input);

    #[wasm_bindgen]
    impl Text {
        /// Takes UTF-8, of which the wasm's memory then holds exactly one copy.
        #[wasm_bindgen(constructor)]
        pub fn new(text: Vec<u8>) -> Self {
            Self(Input::new(String::from_utf8(text).unwrap_or_default()))
        }

        /// Parses with the one parser that this wasm was built with; false if it refuses.
        pub fn parse(&self) -> bool {
            PARSERS.first().is_some_and(|parser| (parser.parse)(&self.0))
        }
    }

    /// The price of handing a text over, without parsing it.
    #[wasm_bindgen]
    pub fn receive(text: &str) -> usize {
        text.len()
    }
}
