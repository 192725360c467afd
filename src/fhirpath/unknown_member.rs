//! Names in an expression that no type has on which it is evaluated: what can be said of it before there is a resource.

use super::call::ExprId;
use super::expression::Expression;
use super::operator::Operator;
use super::tree::{Expr, Tree, TypeOperator};
use crate::definitions::{Definitions, TypeId, TypeKind};
use crate::document::NameId;

/// The types that a part of an expression gives; nothing where that is not known.
type Types = Option<Vec<TypeId>>;

struct Search<'s> {
    tree: &'s Tree,
    definitions: &'s Definitions,
    unknown: Option<&'s str>,
}

impl Expression {
    /// The first name that none of the types has to which it is applied, where the expression is evaluated on resources of these types.
    pub(crate) fn unknown_member<'s>(&'s self, definitions: &'s Definitions, of: Vec<TypeId>) -> Option<&'s str> {
        let tree = self.tree();
        let mut search = Search { tree, definitions, unknown: None };
        search.given(tree.root, &Some(of));
        search.unknown
    }
}

impl<'s> Search<'s> {
    /// The types that a part gives, on these.
    fn given(&mut self, part: ExprId, this: &Types) -> Types {
        let tree = self.tree;
        match tree.node(part) {
            Expr::This => this.clone(),
            Expr::Once(inner, _) => self.given(*inner, this),
            Expr::Member(base, name, text) => match base {
                Some(base) => self.given(*base, this).and_then(|on| self.member(on, *name, text)),
                None => this.clone().and_then(|on| self.first(on, *name, text)),
            },
            Expr::Indexer(base, index) => {
                self.given(*index, this);
                self.given(*base, this)
            }
            Expr::Negate(inner) | Expr::Plus(inner) => {
                self.given(*inner, this);
                None
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.given(*left, this), self.given(*right, this));
                let mut both = left.filter(|_| *operator == Operator::Union)?;
                both.extend(right?);
                Some(both)
            }
            Expr::Type(operator, base, of) => {
                if let Some(base) = base {
                    self.given(*base, this);
                }
                let of = self.definitions.type_named(&of.name).filter(|_| *operator != TypeOperator::Is)?;
                Some(vec![of])
            }
            Expr::Call(base, function, arguments) => {
                let on = base.map_or_else(|| this.clone(), |base| self.given(base, this));
                let mut last = None;
                for &argument in tree.arguments(*arguments) {
                    last = self.given(argument, if function.iterates { &on } else { this });
                }
                match function.name {
                    "select" => last,
                    "where" | "first" | "last" | "tail" | "skip" | "take" | "single" | "distinct" => on,
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A path may begin with the name of the type.
    fn first(&mut self, on: Vec<TypeId>, name: NameId, text: &'s str) -> Types {
        // The names of primitive types are those of elements, too.
        let named =
            self.definitions.type_named(text).filter(|_| text.starts_with(|first: char| first.is_ascii_uppercase()));
        let Some(named) = named else { return self.member(on, name, text) };
        let meant: Vec<TypeId> = on.into_iter().filter(|&of| self.definitions.is_a(of, named)).collect();
        if meant.is_empty() {
            return self.not_found(text);
        }
        Some(meant)
    }

    /// The types of an element of these types.
    fn member(&mut self, on: Vec<TypeId>, name: NameId, text: &'s str) -> Types {
        let mut given = Vec::new();
        let mut found = false;
        for of in on {
            let of = self.definitions.type_of(of);
            if !matches!(of.kind, TypeKind::Resource | TypeKind::Complex) {
                return None;
            }
            let body = self.definitions.body(of);
            if let Some(element) = body.elements.iter().find(|element| element.name == name) {
                found = true;
                given.extend(body.type_refs(element).iter().map(|of| of.of));
            }
        }
        if found { Some(given) } else { self.not_found(text) }
    }

    fn not_found(&mut self, text: &'s str) -> Types {
        self.unknown.get_or_insert(text);
        None
    }
}
