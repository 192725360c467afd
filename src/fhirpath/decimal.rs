//! Decimal numbers: read from text, calculated with, and compared by the digits that they are known to.

use rust_decimal::Decimal;

/// A number as JSON writes it, kept exactly; none where it has too many digits for that.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => scaled(Decimal::from_str_exact(digits).ok()?, exponent.parse().ok()?),
        None => Decimal::from_str_exact(text).ok(),
    }
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
