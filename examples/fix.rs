//! What would be right? `cargo run --example fix -- <file>…` prints each text with everything fixed that is certain.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Options, Validator};

fn fixed(text: &str) -> (String, usize) {
    let fixed = Validator::default().fix(text, &Options::default());
    (fixed.text.unwrap_or_else(|| text.to_owned()), fixed.fixed)
}

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let (text, count) = fixed(&std::fs::read_to_string(&file)?);
        println!("{file}: {count} fixed\n{text}");
    }
    Ok(())
}

#[test]
fn it_runs() {
    let (text, count) = fixed(r#"{ "resourceType": "Patient", "gender": "Female", }"#);
    assert_eq!((text.as_str(), count), (r#"{ "resourceType": "Patient", "gender": "female" }"#, 2));
}
