//! Canonicals that are named in texts: in constraints by `conformsTo()` and `memberOf()`, in Questionnaires by `answerValueSet`. What they mean in
//! their package is written down with the version, since it is not known any more where the text is used.

use super::element::Element;
use super::tables::Tables;
use crate::json::Writer;
use std::borrow::Cow;

/// The functions that name a profile and a value set.
const PROFILE: &str = "conformsTo";
const VALUE_SET: &str = "memberOf";

/// An expression with the canonicals that it names as they are meant.
pub(super) fn scoped_expression<'e>(
    expression: &'e str,
    profile: &dyn Fn(String) -> String,
    tables: &Tables<'_>,
) -> Cow<'e, str> {
    let mut scoped = Cow::Borrowed(expression);
    for function in [PROFILE, VALUE_SET] {
        let mut from = 0;
        while let Some((begin, end)) = argument(&scoped, function, from) {
            let Some(canonical) = scoped.get(begin..end) else { break };
            let meant = match function {
                PROFILE => profile(canonical.to_owned()),
                _ => tables.scoped_value_set(canonical),
            };
            from = begin + meant.len();
            if meant != canonical {
                scoped.to_mut().replace_range(begin..end, &meant);
            }
        }
    }
    scoped
}

/// Where the text begins and ends that is the only argument of the next call of a function.
fn argument(expression: &str, function: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        at += expression.get(at..)?.find(function)? + function.len();
        let rest = expression.get(at..)?;
        let opened = rest.trim_start().strip_prefix('(').map(str::trim_start).and_then(|rest| rest.strip_prefix('\''));
        let Some(text) = opened else { continue };
        let begin = expression.len() - text.len();
        return Some((begin, begin + text.find('\'')?));
    }
}

/// The text of a Questionnaire, with the value sets of its questions as they are meant.
pub(super) fn scoped_questionnaire(questionnaire: Element<'_>, tables: &Tables<'_>) -> String {
    let mut text = questionnaire.raw().to_owned();
    // From behind, so that what is in front stays where it is.
    for ((begin, end), canonical) in questionnaire.texts_named("answerValueSet").into_iter().rev() {
        let meant = tables.scoped_value_set(&canonical);
        if meant != canonical {
            let mut written = Writer::default();
            written.string(&meant);
            text.replace_range(begin..end, &written.finish());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::argument;

    #[test]
    fn an_argument_is_found_where_it_is_the_text_of_a_call() {
        let found = |expression: &str, from| {
            argument(expression, "memberOf", from).map(|(begin, end)| expression[begin..end].to_owned())
        };
        assert_eq!(found("code.memberOf('http://a') and memberOf ( 'b' )", 0).unwrap(), "http://a");
        assert_eq!(found("code.memberOf('http://a') and memberOf ( 'b' )", 20).unwrap(), "b");
        for none in ["memberOf(%set)", "'memberOf'", "memberOf", "memberOf('a", ""] {
            assert_eq!(found(none, 0), None, "{none}");
        }
    }
}
