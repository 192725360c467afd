//! `cargo run --example check -- <file>…`: the issues of each message or resource.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::validate::{Options, Validator};

fn main() -> std::io::Result<()> {
    let validator = Validator::default();
    for file in std::env::args().skip(1) {
        let text = std::fs::read(&file)?;
        let report = match std::env::var_os("RESOURCE") {
            Some(_) => validator.validate_resource(&text, &Options::default()),
            None => validator.validate_bundle(&text, &Options::default()),
        };
        println!("{file}: {:?} {:?}", report.counts, report.event);
        for issue in &report.issues {
            let place =
                issue.line.zip(issue.column).map(|(line, column)| format!("{line}:{column}")).unwrap_or_default();
            println!(
                "  {place} {} {} {}\n      {}",
                issue.severity.name(),
                issue.rule,
                issue.message,
                issue.expression
            );
        }
    }
    Ok(())
}
