//! Decimal numbers: read from text, calculated with, and compared by the digits that they are known to.

use rust_decimal::Decimal;

/// A number as JSON writes it, kept exactly; none where it has too many digits for that.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => scaled(exact(digits)?, exponent.parse().ok()?),
        None => exact(text),
    }
}

/// A number without an exponent, kept exactly; none where it has too many digits for that. The library's own reading is compiled for each
/// combination of what was read before: 12 kB of code.
pub(super) fn exact(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mut number, mut digits, mut whole) = (0_u128, 0_u32, None);
    for byte in unsigned.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add((byte - b'0').into())?;
                digits += 1;
            }
            b'.' if whole.is_none() => whole = Some(digits),
            _ => return None,
        }
    }
    let scale = digits - whole.unwrap_or(digits);
    // Parts of 32 bits, of which there are three.
    let part = |place: u32| (number >> (32 * place)) as u32;
    let fits = digits > 0 && part(3) == 0 && scale <= Decimal::MAX_SCALE;
    fits.then(|| Decimal::from_parts(part(0), part(1), part(2), text.starts_with('-'), scale))
}

/// A decimal times a power of ten. The library's own reading of exponents rounds as well, and is twice the code of all else that is read.
fn scaled(mut value: Decimal, exponent: i32) -> Option<Decimal> {
    let scale = i32::try_from(value.scale()).ok()?.checked_sub(exponent)?;
    value.set_scale(scale.max(0).unsigned_abs()).ok()?;
    // What is not 0 is too large long before.
    for _ in 0..scale.min(0).unsigned_abs().min(Decimal::MAX_SCALE + 1) {
        value = product(value, Decimal::TEN)?;
    }
    Some(value)
}

// The library inlines its arithmetic wherever it is called, one to three kilobytes each time: all calls go through these.

#[inline(never)]
pub(super) fn sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_add(right)
}

#[inline(never)]
pub(super) fn difference(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_sub(right)
}

#[inline(never)]
pub(super) fn product(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_mul(right)
}

#[inline(never)]
pub(super) fn quotient(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_div(right)
}

#[inline(never)]
pub(super) fn remainder(left: Decimal, right: Decimal) -> Option<Decimal> {
    left.checked_rem(right)
}

/// Whether a text is a number as FHIRPath writes them, `(\\+|-)?\d+(\.\d+)?`; the library reads others, too.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// Numbers are equivalent when they agree to the digits of the less precise one, trailing zeros left out.
pub(super) fn are_equivalent(left: Decimal, right: Decimal) -> bool {
    let digits = left.normalize().scale().min(right.normalize().scale());
    left.round_dp(digits) == right.round_dp(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The number with its scale, and whether it is below 0: numbers of different scales are equal.
    fn parts(number: Option<Decimal>) -> Option<(i128, u32, bool)> {
        number.map(|number| (number.mantissa(), number.scale(), number.is_sign_negative()))
    }

    #[test]
    fn numbers_at_the_limits_are_read_as_the_library_reads_them() {
        let zeros = "0".repeat(60);
        let long = [format!("-{}", Decimal::MAX), format!("{zeros}7"), format!("1{zeros}")];
        let short = [
            "",
            "-",
            "+",
            ".",
            "-.",
            "5.",
            ".5",
            "+1.50",
            "-0",
            "-0.00",
            "1.2.3",
            "1e3",
            " 1",
            "1-",
            "--1",
            "é",
            "79228162514264337593543950335",
            "79228162514264337593543950336",
            "0.0000000000000000000000000001",
            "0.00000000000000000000000000001",
            "1.00000000000000000000000000000",
            "7.9228162514264337593543950335",
            "7.9228162514264337593543950336",
        ];
        for text in long.iter().map(String::as_str).chain(short) {
            assert_eq!(parts(exact(text)), parts(Decimal::from_str_exact(text).ok()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_the_library_reads_them(text in "[-+]?[0-9]{0,32}([.][0-9]{0,30})?") {
            prop_assert_eq!(parts(exact(&text)), parts(Decimal::from_str_exact(&text).ok()));
        }
    }
}
