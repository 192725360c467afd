//! Kinds of types.

/// What kind of type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// A JSON string, number or boolean.
    Primitive(Primitive),
    /// A datatype or a backbone element: an object.
    Complex,
    /// A resource type.
    Resource,
    /// `Resource` or `DomainResource`: any resource type may be there.
    AbstractResource,
}

/// The primitive types of R4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are FHIR's own")]
pub enum Primitive {
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}

impl Primitive {
    /// All of them, with the names that the specification gives them.
    pub const ALL: [(Primitive, &'static str); 20] = [
        (Primitive::Base64Binary, "base64Binary"),
        (Primitive::Boolean, "boolean"),
        (Primitive::Canonical, "canonical"),
        (Primitive::Code, "code"),
        (Primitive::Date, "date"),
        (Primitive::DateTime, "dateTime"),
        (Primitive::Decimal, "decimal"),
        (Primitive::Id, "id"),
        (Primitive::Instant, "instant"),
        (Primitive::Integer, "integer"),
        (Primitive::Markdown, "markdown"),
        (Primitive::Oid, "oid"),
        (Primitive::PositiveInt, "positiveInt"),
        (Primitive::String, "string"),
        (Primitive::Time, "time"),
        (Primitive::UnsignedInt, "unsignedInt"),
        (Primitive::Uri, "uri"),
        (Primitive::Url, "url"),
        (Primitive::Uuid, "uuid"),
        (Primitive::Xhtml, "xhtml"),
    ];

    /// The primitive with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(primitive, _)| *primitive)
    }

    /// The specification's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(primitive, _)| *primitive == self).map_or("", |(_, name)| name)
    }
}

impl TypeKind {
    /// As a number: that of the primitive, or one behind theirs.
    pub(super) fn number(self) -> u8 {
        let behind = Primitive::ALL.len() as u8;
        match self {
            Self::Primitive(primitive) => primitive as u8,
            Self::Complex => behind,
            Self::Resource => behind + 1,
            Self::AbstractResource => behind + 2,
        }
    }

    pub(super) fn of_number(number: u8) -> Self {
        let behind = Primitive::ALL.len() as u8;
        match Primitive::ALL.get(usize::from(number)) {
            Some((primitive, _)) => Self::Primitive(*primitive),
            None if number == behind => Self::Complex,
            None if number == behind + 1 => Self::Resource,
            None => Self::AbstractResource,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_number() {
        let primitives = Primitive::ALL.iter().map(|(primitive, _)| TypeKind::Primitive(*primitive));
        let all = primitives.chain([TypeKind::Complex, TypeKind::Resource, TypeKind::AbstractResource]);
        for (place, kind) in all.enumerate() {
            assert_eq!((usize::from(kind.number()), TypeKind::of_number(place as u8)), (place, kind));
        }
    }
}
