//! The official FHIRPath suite for R4.

use super::{SuiteResult, folder, notes};
use fhirpost::definitions::Definitions;
use fhirpost::document::Document;
use fhirpost::fhirpath::{Context, Expression, Item, MomentKind, value_of};
use fhirpost::json::Limits;
use roxmltree::Node;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Tests that are not won, and why. The list shrinks.
const MISSES: &[(&str, &str)] = &[
    (
        "testPolymorphismAsB",
        "needs types worked out before evaluation: a member of what `as` leaves empty is empty here",
    ),
    (
        "testDollarOrderNotAllowed",
        "needs a check before evaluation that children() has no order; skip() works on the order of the text",
    ),
    (
        "LowBoundaryDecimal15",
        "expects -0.0; the least value that -0.0034 can stand for, -0.00345, is not above -0.0 but above -0.1",
    ),
    ("HighBoundaryDecimal15", "expects 0.0, which is below 0.0034 itself"),
    ("HighBoundaryDecimal16", "expects 0.0, as HighBoundaryDecimal15 does"),
    ("HighBoundaryDateTimeMillisecond1", "expects 08:00:59.999 as the end of the hour 08; that is 08:59:59.999"),
    ("HighBoundaryDateTimeMillisecond3", "expects 08:00:59.999 as the end of the hour 08; that is 08:59:59.999"),
    ("testFHIRPathIsFunction8", "asks for an extension that the JSON form of the resource does not have"),
    ("testFHIRPathIsFunction9", "asks for an extension that the JSON form of the resource does not have"),
    ("testFHIRPathIsFunction10", "asks for an extension that the JSON form of the resource does not have"),
];

/// What `now()` is: later than every date of the examples.
const NOW: &str = "2026-01-31T12:00:00.000Z";

pub(crate) fn run() -> Option<SuiteResult> {
    let folder = folder("fhirpath")?;
    let suite = fs::read_to_string(folder.join("tests-fhir-r4.xml")).unwrap();
    let suite = roxmltree::Document::parse(&suite).unwrap();
    let definitions = Definitions::r4();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let stand_ins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhirpath");
    let (mut total, mut won, mut on_stand_ins, mut surprises) = (0, 0, 0, Vec::new());
    for test in suite.descendants().filter(|node| node.has_tag_name("test")) {
        let name = test.attribute("name").unwrap();
        // The suite names XML files; the same resources are there as JSON, but for a few, for which our own stand in.
        let input = test.attribute("inputfile").unwrap_or("patient-example.xml").replace(".xml", ".json");
        let text = texts.entry(input.clone()).or_insert_with(|| {
            let own = || fs::read_to_string(stand_ins.join(&input)).unwrap();
            fs::read_to_string(folder.join("input").join(&input)).unwrap_or_else(|_| own())
        });
        on_stand_ins += usize::from(stand_ins.join(&input).exists());
        total += 1;
        let known = MISSES.iter().find(|(miss, _)| *miss == name);
        match (validate(test, text, &definitions), known) {
            (Ok(()), None) => won += 1,
            (Ok(()), Some(_)) => surprises.push(format!("{name} is expected to fail, and does not: shorten the list")),
            (Err(_), Some(_)) => {}
            (Err(problem), None) => surprises.push(format!("{name}: {problem}")),
        }
    }
    Some(SuiteResult {
        name: "fhirpath",
        what: "The official FHIRPath suite for R4: expressions, the resources that they run on, and what they give.",
        licence: "Apache-2.0, the FHIR community's test cases (FHIR/fhir-test-cases)",
        total,
        won,
        winning: "give what the suite says",
        figures: vec![(
            "run on resources of our own, since the data does not hold those that the suite names".to_owned(),
            on_stand_ins.to_string(),
        )],
        noted: "Expressions that give something else",
        notes: notes(MISSES),
        surprises,
    })
}

fn validate(test: Node<'_, '_>, text: &str, definitions: &Definitions) -> Result<(), String> {
    let child = |name: &'static str| test.children().filter(move |node| node.has_tag_name(name));
    let expression_node = child("expression").next().unwrap();
    let source = expression_node.text().unwrap_or("");
    let document =
        Document::read(text.as_bytes(), definitions.names(), Limits::default()).map_err(|e| format!("{e:?}"))?;
    let mut context = Context::new(&document, definitions);
    context.now = Some(NOW);
    // What is wrong by its types alone is noticed only where names are validated strictly.
    let semantic = expression_node.attribute("invalid") == Some("semantic");
    context.strict = semantic || test.attribute("mode") == Some("strict");
    let wanted: Vec<(&str, &str)> =
        child("output").map(|output| (output.attribute("type").unwrap_or(""), output.text().unwrap_or(""))).collect();
    let parsed = Expression::parse(source, definitions.names());
    let result = match &parsed {
        Ok(expression) => expression
            .evaluate(&context)
            .map(|items| items.into_iter().map(|item| shown(&context, item)).collect::<Vec<_>>())
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Some(invalid) = expression_node.attribute("invalid") {
        return match result {
            Err(_) => Ok(()),
            Ok(given) => Err(format!("`{source}` is invalid ({invalid}), and gave {given:?}")),
        };
    }
    let mut given = result.map_err(|error| format!("`{source}`: {error}"))?;
    if test.attribute("predicate") == Some("true") {
        given = vec![("boolean".to_owned(), (!given.is_empty()).to_string())];
    }
    let same = |(given, wanted): (&(String, String), &(&str, &str))| {
        given.1 == wanted.1 && (wanted.0.is_empty() || given.0.eq_ignore_ascii_case(wanted.0))
    };
    let ordered = test.attribute("ordered") != Some("false");
    let all = given.len() == wanted.len()
        && if ordered {
            given.iter().zip(&wanted).all(same)
        } else {
            wanted.iter().all(|wanted| given.iter().any(|given| same((given, wanted))))
        };
    if all { Ok(()) } else { Err(format!("`{source}` gave {given:?}, not {wanted:?}")) }
}

/// The type and the text of an item, as the suite writes them.
fn shown<'e>(context: &'e Context<'e>, item: Item<'e>) -> (String, String) {
    let own = match &item {
        Item::Element(element) => element.of.map(|of| context.definitions.type_of(of).name.to_string()),
        other => other.system_type().map(str::to_owned),
    };
    let value = value_of(item, context).unwrap();
    let text = match &value {
        Item::Moment(moment) if moment.kind == MomentKind::Time => format!("@T{moment}"),
        Item::Moment(moment) => format!("@{moment}"),
        other => other.to_text().unwrap_or_default(),
    };
    (own.unwrap_or_default(), text)
}
