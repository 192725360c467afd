//! A text that is read once, for many questions and on several threads: `cargo run --example read_once -- <file>`.
#![allow(clippy::print_stdout, reason = "a command speaks to the terminal")]
use fhirpost::{Options, Report, Route, Validator};
use std::sync::Arc;
use std::thread;

fn asked(text: String) -> thread::Result<(Report, Route)> {
    let validator = Arc::new(Validator::default());
    // It owns its text, so it goes where it is needed.
    let message = Arc::new(validator.read(text));
    let report = {
        let (validator, message) = (Arc::clone(&validator), Arc::clone(&message));
        thread::spawn(move || validator.validate(&*message, &Options::default()))
    };
    let route = validator.route(&*message);
    Ok((report.join()?, route))
}

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        if let Ok((report, route)) = asked(std::fs::read_to_string(file)?) {
            println!("{:?}: {report}", route.event);
        }
    }
    Ok(())
}

#[test]
fn it_runs() {
    let (report, route) = asked(r#"{ "resourceType": "Bundle", "type": "message" }"#.to_owned()).unwrap();
    assert!(!report.valid && !route.supported);
}
