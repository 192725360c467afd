//! How often something may be there, as definitions say it.

use super::element::Element;
use crate::definitions::Cardinality;
use crate::document::name;

/// A repeating element's limit: `None` for `*`.
pub(super) fn max(text: &str) -> Result<Option<u32>, String> {
    if text == "*" {
        Ok(None)
    } else {
        text.parse().map(Some).map_err(|_| format!("max \"{text}\" is not a number and not *"))
    }
}

pub(super) fn min(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "has a min that is not a whole number".to_owned())
}

/// `min` and `max` of an element; 0..* where it has none.
#[inline(never)]
pub(super) fn cardinality(element: Element<'_>) -> Result<Cardinality, String> {
    let min = element.member(name::MIN).map_or(Ok(0), |at| min(at.raw()))?;
    let max = element.text(name::MAX).map_or(Ok(None), |text| max(&text))?;
    if max.is_some_and(|max| max < min) {
        return Err("has a min that is more than its max".to_owned());
    }
    Ok(Cardinality { min, max })
}
