//! UCUM's functional tests, as the npm package `ucum` has them.

use super::{SuiteResult, notes};
use fhirpost::definitions::Definitions;
use fhirpost::document::Document;
use fhirpost::fhirpath::{Context, Expression, Item, ucum};
use fhirpost::json::Limits;
use roxmltree::Node;
use rust_decimal::Decimal;
use std::fs;
use std::path::Path;

/// Cases that are not won, and why. The list shrinks.
const MISSES: &[(&str, &str)] = &[];

/// A decimal has 28 digits, and as many places after the point: what the suite wants is read into one, too. It wants more than these in
/// multiples of pi only, and says that nobody needs them.
const DIGITS: u32 = 20;

pub(crate) fn run() -> Option<SuiteResult> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/ucum/vendor/ucum-functional-tests.xml");
    let Ok(suite) = fs::read_to_string(path) else {
        eprintln!("skipped: the npm packages are not here");
        return None;
    };
    let suite = roxmltree::Document::parse(&suite).unwrap();
    let definitions = Definitions::r4();
    let (mut total, mut won, mut surprises) = (0, 0, Vec::new());
    for case in suite.descendants().filter(|node| node.has_tag_name("case")) {
        let problem = match case.parent().unwrap().tag_name().name() {
            // Names for people: none are made here.
            "displayNameGeneration" => continue,
            "validation" => validation(case),
            "conversion" => conversion(case),
            "multiplication" => operation(case, "*", &definitions),
            "division" => operation(case, "/", &definitions),
            other => Some(format!("what is {other}?")),
        };
        let id = case.attribute("id").unwrap();
        total += 1;
        won += usize::from(problem.is_none());
        match (problem, MISSES.iter().any(|(miss, _)| *miss == id)) {
            (None, true) => surprises.push(format!("{id} is expected to fail, and does not: shorten the list")),
            (Some(problem), false) => surprises.push(format!("{id}: {problem}")),
            _ => {}
        }
    }
    Some(SuiteResult {
        name: "ucum",
        what: "UCUM's functional tests: which codes are units, conversions and products. Those of names for people are left out.",
        licence: "EPL-1.0, Grahame Grieve and other contributors; from the npm package `ucum`",
        total,
        won,
        winning: "give what the suite says",
        figures: Vec::new(),
        noted: "Cases that give something else",
        notes: notes(MISSES),
        surprises,
    })
}

fn attribute<'a>(case: Node<'a, '_>, name: &str) -> &'a str {
    case.attribute(name).unwrap()
}

fn validation(case: Node<'_, '_>) -> Option<String> {
    let (unit, valid) = (attribute(case, "unit"), attribute(case, "valid") == "true");
    (ucum::parse(unit).is_ok() != valid).then(|| format!("{unit} is {}a unit", if valid { "" } else { "not " }))
}

fn conversion(case: Node<'_, '_>) -> Option<String> {
    let (from, to) = (attribute(case, "srcUnit"), attribute(case, "dstUnit"));
    let (wanted, digits) = number(attribute(case, "outcome"));
    let value = number(attribute(case, "value")).0;
    let (Ok(from_unit), Ok(to_unit)) = (ucum::parse(from), ucum::parse(to)) else {
        return Some(format!("{from} or {to} is not a unit"));
    };
    let given = ucum::convert(value, &from_unit, &to_unit);
    let same = given.is_some_and(|given| given.round_sf(digits) == wanted.round_sf(digits));
    (!same).then(|| format!("{value} {from} is {wanted} {to}, not {given:?}"))
}

/// A product or a quotient, as FHIRPath has them.
fn operation(case: Node<'_, '_>, operator: &str, definitions: &Definitions) -> Option<String> {
    let quantity = |value, unit| format!("{} '{}'", attribute(case, value), attribute(case, unit));
    let source = format!("{} {operator} {} = {}", quantity("v1", "u1"), quantity("v2", "u2"), quantity("vRes", "uRes"));
    let document = Document::read_str("{}", definitions.names(), Limits::default()).unwrap();
    let expression = Expression::parse(&source, definitions.names()).unwrap();
    let context = Context::new(&document, definitions);
    let items = expression.evaluate(&context).unwrap();
    (!matches!(items.as_slice(), [Item::Boolean(true)])).then_some(source)
}

/// A number, and how many digits of it count.
fn number(text: &str) -> (Decimal, u32) {
    let digits = text.split(['e', 'E']).next().unwrap().trim_start_matches(['0', '.', '-']);
    let digits = digits.bytes().filter(u8::is_ascii_digit).count() as u32;
    let value = Decimal::from_scientific(text).or_else(|_| text.parse()).unwrap();
    (value, digits.min(DIGITS))
}
