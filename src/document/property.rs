//! A property of an object and its companion: two members of JSON that are one element of FHIR.

use super::{Children, Document, Kind, NodeId};

/// A value and its companion (`birthDate` and `_birthDate`, which has the id and the extensions of a primitive), as far as they are there.
///
/// Source: R4's page on JSON, "JSON representation of primitive elements".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Property {
    /// The value, or the array of values.
    pub value: Option<NodeId>,
    /// The companion, or the array of companions.
    pub companion: Option<NodeId>,
}

impl Property {
    /// Takes a member that has the name of the property, with or without its underscore. Of several, the first counts.
    #[inline]
    pub fn take(&mut self, document: &Document<'_>, member: NodeId) {
        let place = if document.node(member).is_companion() { &mut self.companion } else { &mut self.value };
        *place = place.or(Some(member));
    }

    /// Whether there are items of arrays.
    #[inline]
    pub fn repeats(self, document: &Document<'_>) -> bool {
        let is_array = |node: Option<NodeId>| node.is_some_and(|node| document.kind(node) == Kind::Array);
        is_array(self.value) || is_array(self.companion)
    }

    /// The items of arrays, each value with the companion across from it, and null for what is not there; itself where neither is an array.
    #[inline]
    pub fn items<'d>(self, document: &'d Document<'_>) -> Items<'d> {
        let array = |node: Option<NodeId>| node.filter(|&node| document.kind(node) == Kind::Array);
        let (values, companions) = (array(self.value), array(self.companion));
        let alone = (values.is_none() && companions.is_none()).then_some(self);
        let children = |node: Option<NodeId>| node.map(|node| document.children(node));
        Items { alone, values: children(values), companions: children(companions) }
    }
}

/// The items of a [`Property`].
#[derive(Clone, Debug)]
pub struct Items<'d> {
    alone: Option<Property>,
    values: Option<Children<'d>>,
    companions: Option<Children<'d>>,
}

impl Iterator for Items<'_> {
    type Item = Property;

    #[inline]
    fn next(&mut self) -> Option<Property> {
        if let Some(alone) = self.alone.take() {
            return Some(alone);
        }
        let value = self.values.as_mut().and_then(Iterator::next);
        let companion = self.companions.as_mut().and_then(Iterator::next);
        (value.is_some() || companion.is_some()).then_some(Property { value, companion })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the items of `a` and `_a` are, as they are in the text.
    fn items(text: &str) -> Vec<(Option<String>, Option<String>)> {
        let document = Document::plain(text).unwrap();
        let mut property = Property::default();
        document.children(NodeId::ROOT).for_each(|member| property.take(&document, member));
        let raw = |node: Option<NodeId>| node.map(|node| document.raw(node).to_owned());
        property.items(&document).map(|item| (raw(item.value), raw(item.companion))).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn values_and_companions_are_across_from_each_other() {
        assert_eq!(items(r#"{"a":1}"#), [(some("1"), None)]);
        assert_eq!(items(r#"{"_a":{},"a":1}"#), [(some("1"), some("{}"))]);
        assert_eq!(items(r#"{"_a":{},"_a":0}"#), [(None, some("{}"))]);
        assert_eq!(items(r#"{"a":[1,2],"_a":[null]}"#), [(some("1"), some("null")), (some("2"), None)]);
        assert_eq!(items(r#"{"_a":[null,{}]}"#), [(None, some("null")), (None, some("{}"))]);
        assert_eq!(items(r#"{"a":[1],"_a":{}}"#), [(some("1"), None)]);
        assert_eq!(items(r#"{"a":[],"_a":[]}"#), []);
    }
}
