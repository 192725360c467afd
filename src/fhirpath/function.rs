//! The functions: each is a line of one table.

use super::call::{Call, One, Truth};
use super::pattern::MatchMode;
use super::reader::{Sink, Step};
use super::{additional, convert, existence, filtering, math, strings, subsetting, utility};
use crate::document::case;
use rust_decimal::Decimal;

/// A function of FHIRPath or of FHIR's additions to it.
#[derive(Debug)]
pub(super) struct Function {
    /// The name that expressions use.
    pub(super) name: &'static str,
    /// The fewest and the most arguments.
    pub(super) least: u8,
    pub(super) most: u8,
    /// Whether its arguments are evaluated for each item of its input.
    pub(super) iterates: bool,
    pub(super) run: Run,
}

/// What it gives.
#[derive(Debug)]
pub(super) enum Run {
    /// True, false or nothing. What most constraints ask is answered without making an item.
    Truth(fn(&Call<'_, '_>) -> Truth),
    /// One item or nothing.
    One(for<'e> fn(&Call<'_, 'e>) -> One<'e>),
    /// Any number of items.
    Each(for<'e> fn(&Call<'_, 'e>, Sink<'_, 'e>) -> Step),
}

use Run::{Each, One as Single, Truth as Asks};

const fn function(name: &'static str, (least, most): (u8, u8), run: Run) -> Function {
    Function { name, least, most, iterates: false, run }
}

const fn iterating(name: &'static str, (least, most): (u8, u8), run: Run) -> Function {
    Function { name, least, most, iterates: true, run }
}

const NONE: (u8, u8) = (0, 0);
const ONE: (u8, u8) = (1, 1);

static FUNCTIONS: &[Function] = &[
    // Existence
    function("empty", NONE, Asks(existence::empty)),
    iterating("exists", (0, 1), Asks(existence::exists)),
    iterating("all", ONE, Asks(existence::all)),
    function("allTrue", NONE, Asks(|call| existence::booleans(call, false, true))),
    function("anyTrue", NONE, Asks(|call| existence::booleans(call, true, true))),
    function("allFalse", NONE, Asks(|call| existence::booleans(call, false, false))),
    function("anyFalse", NONE, Asks(|call| existence::booleans(call, true, false))),
    function("subsetOf", ONE, Asks(existence::subset_of)),
    function("supersetOf", ONE, Asks(existence::superset_of)),
    function("count", NONE, Each(existence::count)),
    function("distinct", NONE, Each(existence::distinct_items)),
    function("isDistinct", NONE, Asks(existence::is_distinct)),
    // Filtering and projection
    iterating("where", ONE, Each(filtering::filter)),
    iterating("select", ONE, Each(filtering::select)),
    iterating("repeat", ONE, Each(filtering::repeat)),
    iterating("aggregate", (1, 2), Each(filtering::aggregate)),
    iterating("sort", (0, 100), Each(filtering::sort)),
    // Subsetting and combining
    function("single", NONE, Single(subsetting::single)),
    function("first", NONE, Each(subsetting::first)),
    function("last", NONE, Single(subsetting::last)),
    function("tail", NONE, Each(subsetting::tail)),
    function("skip", ONE, Each(subsetting::skip)),
    function("take", ONE, Each(subsetting::take)),
    function("intersect", ONE, Each(subsetting::intersect)),
    function("exclude", ONE, Each(subsetting::exclude)),
    function("union", ONE, Each(subsetting::union)),
    function("combine", ONE, Each(subsetting::combine)),
    // Conversion
    function("iif", (2, 3), Each(convert::iif)),
    function("toBoolean", NONE, Single(|call| convert::to(call, convert::boolean))),
    function("convertsToBoolean", NONE, Asks(|call| convert::converts(call, convert::boolean))),
    function("toInteger", NONE, Single(|call| convert::to(call, convert::integer))),
    function("convertsToInteger", NONE, Asks(|call| convert::converts(call, convert::integer))),
    function("toDate", NONE, Single(|call| convert::to(call, convert::date))),
    function("convertsToDate", NONE, Asks(|call| convert::converts(call, convert::date))),
    function("toDateTime", NONE, Single(|call| convert::to(call, convert::date_time))),
    function("convertsToDateTime", NONE, Asks(|call| convert::converts(call, convert::date_time))),
    function("toTime", NONE, Single(|call| convert::to(call, convert::time))),
    function("convertsToTime", NONE, Asks(|call| convert::converts(call, convert::time))),
    function("toDecimal", NONE, Single(|call| convert::to(call, convert::decimal))),
    function("convertsToDecimal", NONE, Asks(|call| convert::converts(call, convert::decimal))),
    function("toQuantity", (0, 1), Single(convert::to_quantity)),
    function("convertsToQuantity", (0, 1), Asks(convert::converts_to_quantity)),
    function("toString", NONE, Single(|call| convert::to(call, convert::text))),
    function("convertsToString", NONE, Asks(|call| convert::converts(call, convert::text))),
    // Strings
    function("indexOf", ONE, Single(|call| strings::place(call, |text, part| text.find(part)))),
    function("lastIndexOf", ONE, Single(|call| strings::place(call, |text, part| text.rfind(part)))),
    function("substring", (1, 2), Single(strings::substring)),
    function("startsWith", ONE, Asks(|call| strings::asks(call, |text, part| text.starts_with(part)))),
    function("endsWith", ONE, Asks(|call| strings::asks(call, |text, part| text.ends_with(part)))),
    function("contains", ONE, Asks(|call| strings::asks(call, |text, part| text.contains(part)))),
    function("upper", NONE, Single(|call| strings::makes(call, |text, _| Some(case::upper(text))))),
    function("lower", NONE, Single(|call| strings::makes(call, |text, _| Some(case::lower(text))))),
    function("replace", (2, 2), Single(strings::replace)),
    function("matches", ONE, Asks(|call| strings::matches(call, MatchMode::Any))),
    function("matchesFull", ONE, Asks(|call| strings::matches(call, MatchMode::Full))),
    function("replaceMatches", (2, 2), Single(strings::replace_matches)),
    function("length", NONE, Single(strings::length)),
    function("toChars", NONE, Each(strings::to_chars)),
    function("encode", ONE, Single(strings::encode)),
    function("decode", ONE, Single(|call| strings::makes(call, strings::decoded))),
    function("escape", ONE, Single(strings::escape)),
    function("unescape", ONE, Single(|call| strings::makes(call, strings::unescaped))),
    function("trim", NONE, Single(|call| strings::makes(call, |text, _| Some(text.trim().to_owned())))),
    function("split", ONE, Each(strings::split)),
    function("join", (0, 1), Single(strings::join)),
    // Math
    function("abs", NONE, Single(math::abs)),
    function("ceiling", NONE, Single(|call| math::whole(call, Decimal::ceil))),
    function("exp", NONE, Single(|call| math::real(call, f64::exp))),
    function("floor", NONE, Single(|call| math::whole(call, Decimal::floor))),
    function("ln", NONE, Single(|call| math::real(call, f64::ln))),
    function("log", ONE, Single(math::log)),
    function("power", ONE, Single(math::power)),
    function("round", (0, 1), Single(math::round)),
    function("sqrt", NONE, Single(|call| math::real(call, f64::sqrt))),
    function("truncate", NONE, Single(|call| math::whole(call, Decimal::trunc))),
    function("lowBoundary", (0, 1), Single(|call| math::boundary(call, false))),
    function("highBoundary", (0, 1), Single(|call| math::boundary(call, true))),
    function("precision", NONE, Single(math::precision)),
    function("comparable", ONE, Asks(math::comparable)),
    // Navigation and utility
    function("children", NONE, Each(utility::children)),
    function("descendants", NONE, Each(utility::descendants)),
    function("trace", (1, 2), Each(utility::trace)),
    function("now", NONE, Single(utility::now)),
    function("timeOfDay", NONE, Single(utility::time_of_day)),
    function("today", NONE, Single(utility::today)),
    function("not", NONE, Asks(existence::not)),
    function("type", NONE, Each(utility::type_of)),
    // FHIR's own: R4 page fhirpath, section "Additional functions"
    function("extension", ONE, Each(additional::extension)),
    function("hasValue", NONE, Asks(additional::has_value_itself)),
    function("getValue", NONE, Each(additional::get_value)),
    function("resolve", NONE, Each(additional::resolve)),
    function("conformsTo", ONE, Asks(additional::conforms_to)),
    function("memberOf", ONE, Asks(additional::member_of)),
    function("subsumes", ONE, Asks(additional::subsumption)),
    function("subsumedBy", ONE, Asks(additional::subsumption)),
    function("htmlChecks", NONE, Asks(additional::html_checks)),
];

/// The function with this name.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Every name, to suggest the nearest one.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_is_found_by_its_name() {
        for function in FUNCTIONS {
            assert!(named(function.name).is_some_and(|found| std::ptr::eq(found, function)), "{}", function.name);
            assert!(function.least <= function.most, "{}", function.name);
        }
        assert!(named("Where").is_none());
    }
}
