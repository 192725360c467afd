//! UCUM units: their syntax, and how many of one are another.
//!
//! Source: The Unified Code for Units of Measure, <https://ucum.org/ucum>, case-sensitive codes.

use super::decimal::{decimal, exact, product, quotient, remainder};
use super::ucum_atoms::{ATOMS, BINARY_PREFIXES, PREFIXES};
use crate::document::table::{part, rows};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What a unit measures, and how many base units it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// How many base units it is: this fraction of whole numbers, which keeps a sixtieth exact, times `10^tens * pi^pis`. `None`
    /// where they get too large: such a unit is one, and cannot be converted.
    fraction: Option<(Decimal, Decimal)>,
    tens: i32,
    pis: i32,
    /// Exponents of metre, second, gram, radian, kelvin, coulomb and candela.
    dimension: [i8; 7],
    /// The arbitrary and special units in it, which are comparable only with themselves.
    own: Vec<(&'static str, i8)>,
}

/// Why a code is not a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UcumError {
    /// The byte at which it was noticed.
    pub offset: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

/// A longer code than anybody writes, in bytes: each of its parts is read and multiplied.
const LONGEST: usize = 1_000;

/// Deeper parentheses than anybody writes.
const DEEPEST: u32 = 20;

impl Unit {
    fn one() -> Self {
        Self { fraction: Some((Decimal::ONE, Decimal::ONE)), tens: 0, pis: 0, dimension: [0; 7], own: Vec::new() }
    }

    /// This unit times another one to a power. `None` where the exponents get too large.
    fn times(mut self, other: &Unit, power: i32) -> Option<Self> {
        // The factor of nearly all units is 1: `m99` does not need to multiply 99 times by that.
        if other.fraction != Some((Decimal::ONE, Decimal::ONE)) {
            for _ in 0..power.abs() {
                self.fraction = self.fraction.zip(other.fraction).and_then(|(own, (factor, per))| {
                    multiplied(own, if power > 0 { (factor, per) } else { (per, factor) })
                });
                if self.fraction.is_none() {
                    break;
                }
            }
        }
        self.pis = self.pis.checked_add(other.pis.checked_mul(power)?)?;
        self.tens = self.tens.checked_add(other.tens.checked_mul(power)?)?;
        for (own, other) in self.dimension.iter_mut().zip(other.dimension) {
            *own = i8::try_from(i32::from(*own) + i32::from(other) * power).ok()?;
        }
        for &(name, exponent) in &other.own {
            let more = i8::try_from(i32::from(exponent) * power).ok()?;
            match self.own.iter_mut().find(|(known, _)| *known == name) {
                Some((_, exponent)) => *exponent = exponent.checked_add(more)?,
                None => {
                    // Kept in order, so that equal units are equal lists.
                    let place = self.own.partition_point(|(known, _)| *known < name);
                    self.own.insert(place, (name, more));
                }
            }
        }
        self.own.retain(|(_, exponent)| *exponent != 0);
        Some(self)
    }
}

/// A fraction of two whole numbers in its smallest terms.
fn reduced(factor: Decimal, per: Decimal) -> Option<(Decimal, Decimal)> {
    let (mut shared, mut rest) = (factor, per);
    while !rest.is_zero() {
        (shared, rest) = (rest, remainder(shared, rest)?);
    }
    Some((quotient(factor, shared)?, quotient(per, shared)?))
}

/// Two fractions multiplied. `None` where the numbers get too large.
fn multiplied(left: (Decimal, Decimal), right: (Decimal, Decimal)) -> Option<(Decimal, Decimal)> {
    // What they share is taken out first, so that the numbers stay small.
    let (up, under) = reduced(left.0, right.1)?;
    let (more, below) = reduced(right.0, left.1)?;
    Some((product(up, more)?, product(under, below)?))
}

/// Reads a unit.
///
/// # Errors
/// When the code is not a unit of UCUM.
pub fn parse(code: &str) -> Result<Unit, UcumError> {
    if code.is_empty() {
        return Err(UcumError { offset: 0, problem: "a unit is missing" });
    }
    if let Some(offset) = code.bytes().position(|byte| !(0x21..0x7f).contains(&byte)) {
        return Err(UcumError { offset, problem: "units have no blanks, and only characters of ASCII" });
    }
    if code.len() > LONGEST {
        return Err(UcumError { offset: LONGEST, problem: "it is too long for a unit" });
    }
    let mut parser = Parser { code, at: 0, depth: 0 };
    let unit = parser.term()?;
    if parser.at < code.len() {
        let unopened = parser.peek() == Some(b')');
        return Err(parser.error(if unopened { "this parenthesis was not opened" } else { "a . or / is missing" }));
    }
    Ok(unit)
}

struct Parser<'c> {
    code: &'c str,
    at: usize,
    depth: u32,
}

impl<'c> Parser<'c> {
    fn error(&self, problem: &'static str) -> UcumError {
        UcumError { offset: self.at, problem }
    }

    fn peek(&self) -> Option<u8> {
        self.code.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Components with `.` and `/` between them; a `/` may begin.
    fn term(&mut self) -> Result<Unit, UcumError> {
        let too_large = UcumError { offset: self.at, problem: "the numbers in this unit are too large" };
        let mut unit = Unit::one();
        let mut power = if self.takes(b'/') { -1 } else { 1 };
        loop {
            let component = self.component()?;
            unit = unit.times(&component, power).ok_or_else(|| too_large.clone())?;
            power = match self.peek() {
                Some(b'.') => 1,
                Some(b'/') => -1,
                _ => return Ok(unit),
            };
            self.at += 1;
        }
    }

    fn component(&mut self) -> Result<Unit, UcumError> {
        if self.takes(b'(') {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(self.error("parentheses are nested too deeply"));
            }
            let unit = self.term()?;
            if !self.takes(b')') {
                return Err(self.error("a closing parenthesis is missing"));
            }
            self.depth -= 1;
            self.annotation()?;
            return Ok(unit);
        }
        if self.annotation()? {
            return Ok(Unit::one());
        }
        let start = self.at;
        let mut in_brackets = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => in_brackets = true,
                b']' => in_brackets = false,
                b'.' | b'/' | b'(' | b')' | b'{' if !in_brackets => break,
                _ => {}
            }
            self.at += 1;
        }
        let text = part(self.code, start..self.at);
        let unit = simple(text).ok_or(UcumError { offset: start, problem: "UCUM does not define this unit" })?;
        self.annotation()?;
        Ok(unit)
    }

    /// `{…}`, which changes nothing.
    fn annotation(&mut self) -> Result<bool, UcumError> {
        if !self.takes(b'{') {
            return Ok(false);
        }
        let rest = part(self.code, self.at..self.code.len());
        match rest.find(['{', '}']) {
            Some(end) if rest.as_bytes().get(end) == Some(&b'}') => {
                self.at += end + 1;
                Ok(true)
            }
            _ => Err(self.error("an annotation is not closed")),
        }
    }
}

/// A number, or an atom with an optional prefix and exponent.
fn simple(text: &str) -> Option<Unit> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let factor = exact(text).filter(|factor| !factor.is_zero())?;
        return Some(Unit { fraction: Some((factor, Decimal::ONE)), ..Unit::one() });
    }
    if let Some(unit) = prefixed(text) {
        return Some(unit);
    }
    let base = text.trim_end_matches(|character: char| character.is_ascii_digit());
    let base = base.strip_suffix(['+', '-']).unwrap_or(base);
    let exponent: i32 = text.get(base.len()..)?.parse().ok().filter(|exponent: &i32| exponent.abs() < 100)?;
    Unit::one().times(&prefixed(base)?, exponent)
}

fn prefixed(text: &str) -> Option<Unit> {
    if let Some(found) = atom(text) {
        return found.unit();
    }
    let metric = |rest| atom(rest).filter(|atom| atom.is_metric).and_then(|atom| atom.unit());
    for (prefix, tens) in PREFIXES {
        if let Some(mut unit) = text.strip_prefix(prefix).and_then(metric) {
            unit.tens += tens;
            return Some(unit);
        }
    }
    for (prefix, times) in BINARY_PREFIXES {
        if let Some(mut unit) = text.strip_prefix(prefix).and_then(metric) {
            unit.fraction = unit.fraction.and_then(|own| multiplied(own, (times.into(), Decimal::ONE)));
            return Some(unit);
        }
    }
    None
}

/// A line of the table of atoms.
struct Atom {
    code: &'static str,
    is_metric: bool,
    number: &'static str,
    of: &'static str,
}

/// Torr is in UCUM's examples for messages, and not yet in its table.
const TORR: Atom = Atom { code: "Torr", is_metric: false, number: "133.322", of: "Pa" };

/// The lines of the table are sorted: half of what is left is left out with each that is looked at. A loop over the bytes of so short lines is
/// more than twice as fast as what texts have for it.
fn atom(code: &str) -> Option<Atom> {
    let table = ATOMS.as_bytes();
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let before = rows(table, low..low.midpoint(high));
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(low, |end| low + end + 1);
        let line = rows(table, start..high);
        let length = line.iter().position(|byte| *byte == b' ')?;
        match rows(line, 0..length).cmp(code.as_bytes()) {
            Ordering::Less => low = start + line.iter().position(|byte| *byte == b'\n')? + 1,
            Ordering::Greater => high = start,
            Ordering::Equal => return part(ATOMS, start..ATOMS.len()).lines().next().and_then(Atom::new),
        }
    }
    (code == TORR.code).then_some(TORR)
}

impl Atom {
    fn new(line: &'static str) -> Option<Self> {
        let mut columns = line.split(' ');
        Some(Self {
            code: columns.next()?,
            is_metric: columns.next()? == "+",
            // A base unit has neither, an arbitrary unit no second one.
            number: columns.next().unwrap_or(""),
            of: columns.next().unwrap_or(""),
        })
    }

    fn unit(&self) -> Option<Unit> {
        let &Self { code, number, of, .. } = self;
        if number.is_empty() {
            return Some(Unit { own: vec![(code, 1)], ..Unit::one() });
        }
        if of.is_empty() {
            let mut unit = Unit::one();
            *unit.dimension.get_mut(number.parse::<usize>().ok()?)? = 1;
            return Some(unit);
        }
        if number == "pi" {
            return Some(Unit { pis: 1, ..Unit::one() });
        }
        let (digits, tens): (_, i32) = match number.split_once('e') {
            Some((digits, tens)) => (digits, tens.parse().ok()?),
            None => (number, 0),
        };
        let mut factor = decimal(digits)?.normalize();
        let tens = tens.checked_sub(i32::try_from(factor.scale()).ok()?)?;
        factor.set_scale(0).ok()?;
        Unit { fraction: Some((factor, Decimal::ONE)), tens, ..Unit::one() }.times(&parse(of).ok()?, 1)
    }
}

/// Whether two units measure the same.
pub fn comparable(left: &Unit, right: &Unit) -> bool {
    left.dimension == right.dimension && left.own == right.own
}

/// How many `to` so many `from` are: exact where 28 digits hold that, else rounded. `None` where they measure different things, or
/// the number cannot be kept.
pub fn convert(value: Decimal, from: &Unit, to: &Unit) -> Option<Decimal> {
    if !comparable(from, to) {
        return None;
    }
    let (factor, per) = to.fraction?;
    let (factor, per) = multiplied(from.fraction?, (per, factor))?;
    let mut converted = product(value, factor)?;
    let mut tens = from.tens - to.tens;
    while tens > 0 {
        let step = tens.min(18);
        converted = product(converted, Decimal::from(10_u64.checked_pow(step as u32)?))?;
        tens -= step;
    }
    converted = quotient(converted, per)?;
    while tens < 0 {
        let step = (-tens).min(18);
        converted = quotient(converted, Decimal::from(10_u64.checked_pow(step as u32)?))?;
        tens += step;
    }
    if from.pis != to.pis {
        let pi = decimal("3.1415926535897932384626433833")?;
        for _ in 0..from.pis.abs_diff(to.pis) {
            converted = if from.pis > to.pis { product(converted, pi)? } else { quotient(converted, pi)? };
        }
    }
    // Too small to be kept is not nothing.
    Some(converted).filter(|converted| converted.is_zero() == value.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_atom_is_defined() {
        let codes: Vec<&str> = ATOMS.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b));
        for code in codes {
            let found = atom(code);
            assert!(found.is_some_and(|found| found.code == code && found.unit().is_some()), "{code}");
        }
    }

    #[test]
    fn units_of_clinical_life_are_units() {
        for code in [
            "mg",
            "kg",
            "mm[Hg]",
            "10*3/uL",
            "10*9/L",
            "/min",
            "{score}",
            "%",
            "1",
            "mmol/L",
            "[iU]/mL",
            "Cel",
            "[degF]",
            "kg/m2",
            "mL/min/{1.73_m2}",
            "ug/kg/h",
            "[lb_av]",
            "[in_i]",
            "g/(24.h)",
            "m/s2",
            "10^-6",
            "umol/L",
            "[pH]",
            "s-1",
            "a",
            "mo",
            "wk",
            "d",
            "h",
            "min",
            "meq/L",
            "L/(min.m2)",
            "{beats}/min",
            "10*",
            "KiBy",
            "nmol/mL{cells}",
            "[lb_av]3",
            "[mu_0]",
            "[NTU]",
            "Torr",
        ] {
            assert!(parse(code).is_ok(), "{code}: {:?}", parse(code));
        }
    }

    #[test]
    fn others_are_not() {
        for code in [
            "",
            "mmHg",
            "Kg",
            "kg/",
            "foo",
            "mg//dL",
            "{open",
            "(m",
            "m)",
            "pounds",
            "lbs",
            "k[in_i]",
            "m 2",
            "0",
            "µg",
            ".",
            "m.",
            "beats/min",
            "{a{b}}",
            "{a}mg",
            "(m)2",
            "g/12h",
            "10+3/uL",
            "bpm",
        ] {
            assert!(parse(code).is_err(), "{code}");
        }
    }

    #[test]
    fn conversion_is_exact() {
        let convert = |value: &str, from: &str, to: &str| {
            let value = decimal(value)?;
            super::convert(value, &parse(from).ok()?, &parse(to).ok()?).map(|value| value.normalize().to_string())
        };
        assert_eq!(convert("4.0000", "g", "mg").as_deref(), Some("4000"));
        assert_eq!(convert("1", "wk", "d").as_deref(), Some("7"));
        assert_eq!(convert("1", "[in_i]", "cm").as_deref(), Some("2.54"));
        assert_eq!(convert("0.04", "m2", "(cm).(m)").as_deref(), Some("4"));
        assert_eq!(convert("5", "mmol/L", "umol/mL").as_deref(), Some("5"));
        assert_eq!(convert("1", "[iU]", "[iU]").as_deref(), Some("1"));
        assert_eq!(convert("60", "mL/h", "mL/min").as_deref(), Some("1"));
        assert_eq!(convert("1", "/h", "/d").as_deref(), Some("24"));
        assert_eq!(convert("7", "/wk", "/d").as_deref(), Some("1"));
        assert_eq!(convert("10", "mg/h", "mg/d").as_deref(), Some("240"));
        assert_eq!(convert("60", "U", "umol/s").as_deref(), Some("1"));
        assert_eq!(convert("60", "'", "deg").as_deref(), Some("1"));
        assert_eq!(convert("3937", "[ft_us]", "m").as_deref(), Some("1200"));
        assert_eq!(convert("180", "deg", "[pi].rad").as_deref(), Some("1"));
        assert_eq!(convert("1", "mo", "d").as_deref(), Some("30.4375"));
        assert_eq!(convert("1", "mol", "1").as_deref(), Some("602214076000000000000000"));
        assert_eq!(convert("2", "[diop]", "/m").as_deref(), Some("2"));
        assert_eq!(convert("1", "Bd", "/s").as_deref(), Some("1"));
        assert_eq!(convert("1", "[S]", "s").as_deref(), Some("0.0000000000001"));
        assert_eq!(convert("1", "[iU]/mL", "k[IU]/L").as_deref(), Some("1"));
        assert_eq!(convert("10", "dB", "B").as_deref(), Some("1"));
        assert_eq!(convert("1", "10*99", "10^98").as_deref(), Some("10"), "no decimal holds either");
        assert_eq!(convert("1", "ym", "Ym"), None);
        assert_eq!(convert("1", "[ly]3", "m3"), None);
        assert_eq!(convert("37", "Cel", "K"), None);
        assert_eq!(convert("1", "[iU]", "mg"), None);
        assert_eq!(convert("1", "cm", "s"), None);
    }
}
