//! UCUM units: their syntax, and how many of one are another.
//!
//! Source: The Unified Code for Units of Measure, <https://ucum.org/ucum>, case-sensitive codes.

use super::navigate::decimal;
use super::ucum_atoms::{ATOMS, Atom};
use rust_decimal::Decimal;

/// What a unit measures, and how many base units it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// Times `10^tens`: the product of its factors.
    factor: Decimal,
    tens: i32,
    /// Exponents of metre, second, gram, radian, kelvin, coulomb and candela.
    dimension: [i8; 7],
    /// The arbitrary and special units in it, which are comparable only with themselves.
    own: Vec<(&'static str, i8)>,
}

/// Why a code is no unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UcumError {
    /// The byte at which it was noticed.
    pub offset: usize,
    /// What is wrong there.
    pub problem: &'static str,
}

const PREFIXES: [(&str, i32); 20] = [
    ("Y", 24),
    ("Z", 21),
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("da", 1),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
];
const BINARY_PREFIXES: [(&str, u64); 4] = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40)];

/// Deeper parentheses than anybody writes.
const DEEPEST: u32 = 20;

impl Unit {
    fn one() -> Self {
        Self { factor: Decimal::ONE, tens: 0, dimension: [0; 7], own: Vec::new() }
    }

    /// This unit times another one to a power. `None` where the numbers get too large.
    fn times(mut self, other: &Unit, power: i32) -> Option<Self> {
        for _ in 0..power.abs() {
            self.factor = if power > 0 {
                self.factor.checked_mul(other.factor)?
            } else {
                self.factor.checked_div(other.factor)?
            };
        }
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

/// Reads a unit.
///
/// # Errors
/// When the code is no unit of UCUM.
pub fn parse(code: &str) -> Result<Unit, UcumError> {
    if code.is_empty() {
        return Err(UcumError { offset: 0, problem: "a unit is missing" });
    }
    if let Some(offset) = code.bytes().position(|byte| !(0x21..0x7f).contains(&byte)) {
        return Err(UcumError { offset, problem: "units have no blanks, and only characters of ASCII" });
    }
    let mut parser = Parser { code, at: 0, depth: 0 };
    let unit = parser.term()?;
    if parser.at < code.len() {
        return Err(parser.error("this parenthesis was not opened"));
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
        let text = self.code.get(start..self.at).unwrap_or("");
        let unit = simple(text).ok_or(UcumError { offset: start, problem: "UCUM has no such unit" })?;
        self.annotation()?;
        Ok(unit)
    }

    /// `{…}`, which changes nothing.
    fn annotation(&mut self) -> Result<bool, UcumError> {
        if !self.takes(b'{') {
            return Ok(false);
        }
        let rest = self.code.get(self.at..).unwrap_or("");
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
        let factor = Decimal::from_str_exact(text).ok().filter(|factor| !factor.is_zero())?;
        return Some(Unit { factor, ..Unit::one() });
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
        return unit_of(found);
    }
    let metric = |rest| atom(rest).filter(|(_, metric, ..)| *metric).and_then(unit_of);
    for (prefix, tens) in PREFIXES {
        if let Some(mut unit) = text.strip_prefix(prefix).and_then(metric) {
            unit.tens += tens;
            return Some(unit);
        }
    }
    for (prefix, times) in BINARY_PREFIXES {
        if let Some(mut unit) = text.strip_prefix(prefix).and_then(metric) {
            unit.factor = unit.factor.checked_mul(times.into())?;
            return Some(unit);
        }
    }
    None
}

fn atom(code: &str) -> Option<&'static Atom> {
    let index = ATOMS.binary_search_by(|(known, ..)| known.as_bytes().cmp(code.as_bytes())).ok()?;
    ATOMS.get(index)
}

fn unit_of(&(code, _, number, of): &Atom) -> Option<Unit> {
    if number.is_empty() {
        return Some(Unit { own: vec![(code, 1)], ..Unit::one() });
    }
    if of.is_empty() {
        let mut unit = Unit::one();
        *unit.dimension.get_mut(number.parse::<usize>().ok()?)? = 1;
        return Some(unit);
    }
    let (digits, tens) = match number.split_once(['e', 'E']) {
        Some((digits, tens)) => (digits, tens.parse().ok()?),
        None => (number, 0),
    };
    // Longer than can be kept is only pi: 28 digits of it are enough.
    let factor = decimal(digits.get(..29).unwrap_or(digits))?;
    let mut unit = parse(of).ok()?;
    unit.factor = unit.factor.checked_mul(factor)?;
    unit.tens = unit.tens.checked_add(tens)?;
    Some(unit)
}

/// Whether two units measure the same.
pub fn comparable(left: &Unit, right: &Unit) -> bool {
    left.dimension == right.dimension && left.own == right.own
}

/// How many `to` so many `from` are. `None` where they measure different things, or the number cannot be kept.
pub fn convert(value: Decimal, from: &Unit, to: &Unit) -> Option<Decimal> {
    // A unit with a scale of its own is only itself: half as many degrees Celsius are not half as warm.
    if !comparable(from, to) || (!from.own.is_empty() && (from.factor, from.tens) != (to.factor, to.tens)) {
        return None;
    }
    let mut converted = value.checked_mul(from.factor)?.checked_div(to.factor)?;
    let mut tens = from.tens - to.tens;
    // Powers of ten are exact: multiplied in, or taken from the scale.
    while tens > 0 {
        let step = tens.min(18);
        converted = converted.checked_mul(Decimal::from(10_u64.checked_pow(step as u32)?))?;
        tens -= step;
    }
    while tens < 0 {
        let step = (-tens).min(18);
        converted = converted.checked_div(Decimal::from(10_u64.checked_pow(step as u32)?))?;
        tens += step;
    }
    Some(converted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_atom_is_defined() {
        assert!(ATOMS.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
        for atom in ATOMS {
            assert!(unit_of(atom).is_some(), "{}", atom.0);
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
        assert_eq!(convert("37", "Cel", "K"), None);
        assert_eq!(convert("1", "[iU]", "mg"), None);
        assert_eq!(convert("1", "cm", "s"), None);
    }
}
