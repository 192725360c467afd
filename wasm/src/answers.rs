//! What was looked up, as `src/js/lookup/answers.ts` writes it.

use super::arguments::Arguments;
use fhirpost::document::NodeId;
use fhirpost::{AnsweredCode, Answers, WantedCode};

/// Reads what was looked up; nothing of what is not so.
pub fn read(text: &str) -> Answers {
    let Ok(given) = Arguments::read(text) else { return Answers::default() };
    let text = |of: NodeId, name: &str| given.text(of, name);
    let code = |item: NodeId| {
        let set = text(item, "valueSet");
        let code = WantedCode::new(text(item, "system"), text(item, "version"), text(item, "code")?, set);
        Some(AnsweredCode { code, valid: given.is_true(item, "valid") })
    };
    let resource = |item: NodeId| Some((text(item, "name")?, text(item, "text")?));
    let items = |name| given.items(NodeId::ROOT, name);
    Answers::new(items("codes").filter_map(code).collect(), items("resources").filter_map(resource).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_looked_up_is_read_as_it_is_written() {
        let text = r#"{"codes":[{"system":"s","code":"c","valid":true},{"code":"d","valueSet":"v","valid":false},{"system":"s"}],
            "resources":[{"name":"Patient/1","text":"{}"},{"name":"Patient/2"}]}"#;
        let Answers { codes, resources, .. } = read(text);
        let said: Vec<_> =
            codes.iter().map(|one| (one.code.code.as_str(), one.code.value_set.as_deref(), one.valid)).collect();
        assert_eq!(said, [("c", None, true), ("d", Some("v"), false)]);
        assert_eq!(resources, [("Patient/1".to_owned(), "{}".to_owned())]);
        assert_eq!(read("{"), Answers::default());
    }
}
