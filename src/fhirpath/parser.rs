//! Tokens → expression, by precedence climbing over the operators of FHIRPath 2.0.

use super::call::ExprId;
use super::function;
use super::lexer::{ParseError, Token, TokenKind, tokens};
use super::once;
use super::operator::{OPERATORS, Operator, TYPE_PRECEDENCE};
use super::pattern::MatchMode;
use super::quantity::calendar_unit;
use super::tree::{Arguments, Expr, Tree, TypeName, TypeOperator};
use crate::document::Names;
use crate::edit_distance::edit_distance;
use rust_decimal::Decimal;
use std::sync::OnceLock;

/// How deep an expression may be nested: a caller's text must not exhaust the stack.
const DEEPEST: u32 = 100;

/// The name of a function that is not known is compared with others up to this length.
const LONGEST_NAME: usize = 100;

/// How many steps a path or a row of operators may have, for the same reason: each is one inside the other.
const LONGEST: u32 = 150;

pub(super) fn parse(text: &str, names: &Names) -> Result<Tree, ParseError> {
    let tokens = tokens(text)?;
    let tree = Tree { nodes: Vec::new(), arguments: Vec::new(), patterns: Vec::new(), root: ExprId(0), once: 0 };
    let mut parser = Parser { tokens: &tokens, at: 0, names, tree, depth: 0, chain: 0 };
    let root = parser.expression(0)?;
    match parser.peek() {
        TokenKind::End => {
            let mut tree = parser.tree;
            tree.root = root;
            find_patterns(&mut tree);
            once::mark(&mut tree);
            Ok(tree)
        }
        _ => Err(parser.error("the expression should end here")),
    }
}

/// Notes the regular expressions that are literals, in the order of their places.
fn find_patterns(tree: &mut Tree) {
    let pattern = |expr: &Expr| {
        let Expr::Call(_, function, arguments) = expr else { return None };
        let matching = MatchMode::by(function.name)?;
        let &first = tree.arguments(*arguments).first()?;
        matches!(tree.node(first), Expr::String(_)).then(|| (first, matching, OnceLock::new()))
    };
    tree.patterns = tree.nodes.iter().filter_map(pattern).collect();
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    names: &'t Names,
    tree: Tree,
    depth: u32,
    /// Steps that are one inside the other where the parser is.
    chain: u32,
}

impl<'t> Parser<'t> {
    /// The next token; there is always one, since the last is the end, which is not taken.
    fn peek(&self) -> &'t TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn error(&self, problem: impl Into<String>) -> ParseError {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        ParseError { offset: token.map_or(0, |token| token.offset), problem: problem.into(), quotes: false }
    }

    fn add(&mut self, expr: Expr) -> ExprId {
        self.tree.nodes.push(expr);
        ExprId(self.tree.nodes.len() as u32 - 1)
    }

    /// Counts a step that goes around what was parsed before it.
    fn wrap(&mut self) -> Result<(), ParseError> {
        self.chain += 1;
        if self.chain > LONGEST { Err(self.error("the expression has too many steps in a row")) } else { Ok(()) }
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Symbol(known) if *known == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.takes(symbol) { Ok(()) } else { Err(self.error(format!("{symbol} is missing"))) }
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let text = match self.peek() {
            TokenKind::Symbol(symbol) => symbol,
            TokenKind::Identifier(word, false) => word.as_ref(),
            _ => return None,
        };
        OPERATORS.iter().find(|(known, ..)| *known == text).map(|&(_, operator, precedence)| (operator, precedence))
    }

    fn type_operator(&self) -> Option<TypeOperator> {
        match self.peek() {
            TokenKind::Identifier(word, false) if word.as_ref() == "is" => Some(TypeOperator::Is),
            TokenKind::Identifier(word, false) if word.as_ref() == "as" => Some(TypeOperator::As),
            _ => None,
        }
    }

    fn expression(&mut self, least: u8) -> Result<ExprId, ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("the expression is nested too deeply"));
        }
        let outer = self.chain;
        let mut left = self.unary()?;
        loop {
            self.wrap()?;
            if let Some(operator) = self.type_operator().filter(|_| TYPE_PRECEDENCE >= least) {
                self.at += 1;
                let of = self.type_name()?;
                left = self.add(Expr::Type(operator, Some(left), of));
                continue;
            }
            let Some((operator, precedence)) = self.operator().filter(|&(_, precedence)| precedence >= least) else {
                break;
            };
            self.at += 1;
            let right = self.expression(precedence + 1)?;
            left = self.add(Expr::Binary(operator, left, right));
        }
        self.depth -= 1;
        self.chain = outer;
        Ok(left)
    }

    fn unary(&mut self) -> Result<ExprId, ParseError> {
        // A row of signs is a loop, not a recursion.
        let mut signs = Vec::new();
        loop {
            self.wrap()?;
            if self.takes("-") {
                signs.push(true);
            } else if self.takes("+") {
                signs.push(false);
            } else {
                break;
            }
        }
        let mut expr = self.path()?;
        for negative in signs.into_iter().rev() {
            expr = self.add(if negative { Expr::Negate(expr) } else { Expr::Plus(expr) });
        }
        Ok(expr)
    }

    /// A term with its invocations and indexers.
    fn path(&mut self) -> Result<ExprId, ParseError> {
        let mut base = self.term()?;
        loop {
            self.wrap()?;
            if self.takes(".") {
                base = self.invocation(Some(base))?;
            } else if self.takes("[") {
                let index = self.expression(0)?;
                self.expect("]")?;
                base = self.add(Expr::Indexer(base, index));
            } else {
                return Ok(base);
            }
        }
    }

    fn term(&mut self) -> Result<ExprId, ParseError> {
        let token = self.peek();
        match token {
            TokenKind::Symbol("(") => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            TokenKind::Symbol("{") => {
                self.at += 1;
                self.expect("}")?;
                Ok(self.add(Expr::Empty))
            }
            TokenKind::Identifier(word, false) if matches!(word.as_ref(), "true" | "false") => {
                self.at += 1;
                let value = word.as_ref() == "true";
                Ok(self.add(Expr::Boolean(value)))
            }
            TokenKind::Identifier(..) | TokenKind::Dollar(_) => self.invocation(None),
            TokenKind::Variable(name) => {
                self.at += 1;
                Ok(self.add(Expr::Variable(name.clone())))
            }
            TokenKind::String(text) => {
                self.at += 1;
                Ok(self.add(Expr::String(text.clone())))
            }
            TokenKind::Moment(moment) => {
                self.at += 1;
                Ok(self.add(Expr::Moment(*moment)))
            }
            TokenKind::Integer(value) => {
                self.at += 1;
                Ok(self.number(Decimal::from(*value), Expr::Integer(*value)))
            }
            TokenKind::Decimal(value) => {
                self.at += 1;
                Ok(self.number(*value, Expr::Decimal(*value)))
            }
            TokenKind::End => Err(self.error("the expression ends too early")),
            TokenKind::Symbol(symbol) => Err(self.error(format!("{symbol} is not allowed here"))),
        }
    }

    /// A number, or a quantity where a unit follows.
    fn number(&mut self, value: Decimal, plain: Expr) -> ExprId {
        let quantity = match self.peek() {
            TokenKind::String(unit) => Some(Expr::Quantity(value, unit.clone(), false)),
            TokenKind::Identifier(word, false) => {
                calendar_unit(word).map(|unit| Expr::Quantity(value, unit.into(), true))
            }
            _ => None,
        };
        self.at += usize::from(quantity.is_some());
        self.add(quantity.unwrap_or(plain))
    }

    fn invocation(&mut self, base: Option<ExprId>) -> Result<ExprId, ParseError> {
        match self.peek() {
            TokenKind::Dollar(name) if base.is_none() => {
                self.at += 1;
                Ok(self.add(match name.as_ref() {
                    "this" => Expr::This,
                    "index" => Expr::Index,
                    _ => Expr::Total,
                }))
            }
            TokenKind::Identifier(name, _) => {
                let start = self.at;
                self.at += 1;
                if self.takes("(") {
                    return self.call(base, name, start);
                }
                let known = self.names.find(name.as_bytes());
                Ok(self.add(Expr::Member(base, known, name.clone())))
            }
            _ => Err(self.error("the name of an element or a function is missing")),
        }
    }

    fn call(&mut self, base: Option<ExprId>, name: &str, start: usize) -> Result<ExprId, ParseError> {
        let operator = match name {
            "is" => Some(TypeOperator::Is),
            "as" => Some(TypeOperator::As),
            "ofType" => Some(TypeOperator::OfType),
            _ => None,
        };
        if let Some(operator) = operator {
            let of = self.type_name()?;
            self.expect(")")?;
            return Ok(self.add(Expr::Type(operator, base, of)));
        }
        let mut arguments = Vec::new();
        if !self.takes(")") {
            loop {
                arguments.push(self.expression(0)?);
                if !self.takes(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        let Some(function) = function::named(name) else {
            self.at = start;
            // A name that nobody has written is not compared with all there are.
            if name.len() > LONGEST_NAME {
                return Err(self.error("there is no function with such a long name"));
            }
            let near = function::names().min_by_key(|known| edit_distance(known, name, LONGEST_NAME)).unwrap_or("");
            return Err(self.error(format!("there is no function {name}(); is {near}() meant?")).quoting());
        };
        let (least, most) = (usize::from(function.least), usize::from(function.most));
        if !(least..=most).contains(&arguments.len()) {
            self.at = start;
            return Err(self.error(match (least, most) {
                (0, 0) => format!("{name}() takes no argument"),
                (least, most) if least == most => format!("the number of arguments of {name}() is {least}"),
                (least, most) => format!("{name}() takes {least} to {most} arguments"),
            }));
        }
        let first = self.tree.arguments.len() as u32;
        self.tree.arguments.extend(arguments);
        let range = Arguments { first, end: self.tree.arguments.len() as u32 };
        Ok(self.add(Expr::Call(base, function, range)))
    }

    fn type_name(&mut self) -> Result<TypeName, ParseError> {
        let name = self.type_part()?;
        if self.takes(".") {
            return Ok(TypeName { namespace: Some(name), name: self.type_part()? });
        }
        Ok(TypeName { namespace: None, name })
    }

    fn type_part(&mut self) -> Result<Box<str>, ParseError> {
        match self.peek() {
            TokenKind::Identifier(name, _) => {
                self.at += 1;
                Ok(name.clone())
            }
            _ => Err(self.error("the name of a type is missing")),
        }
    }
}
