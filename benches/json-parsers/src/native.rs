//! `native <text>…`: answers questions on standard input, one a line, so that `run.mjs` can interleave the native parsers with
//! the rest. `time <parser> <text> <times>` gives milliseconds per parse, `probe` one line per parser on odd texts, and
//! `spans <text>` one line per parser on whether its positions are those of the scanner.

use json_parsers::{Input, PARSERS, Parser};
use std::io::{BufRead, Write};
use std::time::Instant;

/// Texts that a checker of strangers' messages meets.
const ODD: [(&str, &str); 7] = [
    ("duplicate key", r#"{"a":1,"a":2}"#),
    ("lone surrogate", r#"{"a":"\ud800"}"#),
    ("byte order mark", "\u{feff}{}"),
    ("trailing comma", "[1,]"),
    ("01", "[01]"),
    ("tab in a string", "[\"\t\"]"),
    ("400 levels", ""),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<Input> =
        std::env::args().skip(1).map(|path| std::fs::read_to_string(path).map(Input::new)).collect::<Result<_, _>>()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words[..] {
            ["time", parser, text, times] => {
                let parser = PARSERS.iter().find(|known| known.name == parser).ok_or("no such parser")?;
                time(parser, &inputs[text.parse::<usize>()?], times.parse()?).to_string()
            }
            ["probe"] => PARSERS.iter().map(probe).collect::<Vec<_>>().join(";"),
            ["spans", text] => {
                let input = &inputs[text.parse::<usize>()?];
                PARSERS.iter().map(|parser| spans(parser, input)).collect::<Vec<_>>().join(";")
            }
            _ => return Err("no such question".into()),
        };
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "the library has no clock; a bench needs one")]
fn time(parser: &Parser, input: &Input, times: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        assert!((parser.parse)(input), "{} refuses the text", parser.name);
    }
    start.elapsed().as_secs_f64() * 1000.0 / f64::from(times)
}

fn probe(parser: &Parser) -> String {
    let answers = ODD.iter().map(|(name, text)| {
        let text = if text.is_empty() { "[".repeat(400) + &"]".repeat(400) } else { (*text).to_owned() };
        let input = Input::new(text);
        let answer = match (parser.parse)(&input) {
            true if (parser.complains)(&input) => "reads, reports",
            true => "reads",
            false => "refuses",
        };
        format!("{name}={answer}")
    });
    format!("{}|{}", parser.name, answers.collect::<Vec<_>>().join("|"))
}

fn spans(parser: &Parser, input: &Input) -> String {
    let sorted = |parser: &Parser| {
        let mut spans = parser.spans.map_or_else(Vec::new, |spans| spans(input));
        spans.sort_unstable();
        spans
    };
    let (ours, theirs) = (sorted(&PARSERS[0]), sorted(parser));
    let same = theirs.iter().filter(|span| ours.binary_search(span).is_ok()).count();
    format!("{} {same}/{}", parser.name, ours.len())
}
