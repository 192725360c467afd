//! The binary operators.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operator {
    Implies,
    Or,
    Xor,
    And,
    In,
    Contains,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    LessOrEqual,
    Less,
    Greater,
    GreaterOrEqual,
    Union,
    Add,
    Subtract,
    Concatenate,
    Multiply,
    Divide,
    Div,
    Mod,
}

impl Operator {
    /// Whether it gives true, false or nothing.
    pub(super) fn is_boolean(self) -> bool {
        use Operator as O;
        !matches!(self, O::Union | O::Add | O::Subtract | O::Concatenate | O::Multiply | O::Divide | O::Div | O::Mod)
    }
}

/// The binary operators and how tightly they bind.
pub(super) const OPERATORS: [(&str, Operator, u8); 22] = [
    ("implies", Operator::Implies, 1),
    ("or", Operator::Or, 2),
    ("xor", Operator::Xor, 2),
    ("and", Operator::And, 3),
    ("in", Operator::In, 4),
    ("contains", Operator::Contains, 4),
    ("=", Operator::Equal, 5),
    ("!=", Operator::NotEqual, 5),
    ("~", Operator::Equivalent, 5),
    ("!~", Operator::NotEquivalent, 5),
    ("<=", Operator::LessOrEqual, 6),
    ("<", Operator::Less, 6),
    (">", Operator::Greater, 6),
    (">=", Operator::GreaterOrEqual, 6),
    ("|", Operator::Union, 7),
    ("+", Operator::Add, 9),
    ("-", Operator::Subtract, 9),
    ("&", Operator::Concatenate, 9),
    ("*", Operator::Multiply, 10),
    ("/", Operator::Divide, 10),
    ("div", Operator::Div, 10),
    ("mod", Operator::Mod, 10),
];
/// How tightly `is` and `as` bind.
pub(super) const TYPE_PRECEDENCE: u8 = 8;
