//! What does it say? `cargo run --example evaluate -- <expression> <file>` prints what a FHIRPath expression gives, and where it is.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{EvaluateOptions, Validator};
use std::error::Error;

fn print(expression: &str, resource: &str) -> Result<usize, Box<dyn Error>> {
    let items = Validator::default().evaluate(resource, expression, &EvaluateOptions::default())?;
    for item in &items {
        println!("{} {} {}", item.of, item.value, item.expression.as_deref().unwrap_or_default());
    }
    Ok(items.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    if let (Some(expression), Some(file)) = (arguments.next(), arguments.next()) {
        print(&expression, &std::fs::read_to_string(file)?)?;
    }
    Ok(())
}

#[test]
fn it_runs() {
    let patient = r#"{ "resourceType": "Patient", "name": [{ "given": ["Ada", "Augusta"] }] }"#;
    assert_eq!(print("name.given", patient).unwrap(), 2);
    assert!(print("name.", patient).is_err());
}
