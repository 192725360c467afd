//! Sorting by place: which item comes first, second, and so on.

use super::table::row_mut;
use std::cmp::Ordering;

/// The places `0..count` in order; equal ones keep theirs. A merge sort.
///
/// The standard library's sort is compiled anew for each type (5 to 16 kB of the wasm each time), and may panic where an order is not
/// total, which that of FHIRPath values is not: dates of different precision have none.
pub(crate) fn ordered(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..count).collect();
    let mut into = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in from.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().copied().peekable(), right.iter().copied().peekable());
            loop {
                super::step(1);
                let next = match (left.peek(), right.peek()) {
                    (Some(&one), Some(&other)) if compare(other, one) == Ordering::Less => right.next(),
                    (Some(_), _) => left.next(),
                    (None, _) => right.next(),
                };
                match next {
                    Some(next) => into.push(next),
                    None => break,
                }
            }
        }
        std::mem::swap(&mut from, &mut into);
        into.clear();
        width *= 2;
    }
    from
}

/// The items of a list in order; equal ones keep theirs.
pub(crate) fn sorted<'l, T>(
    list: &'l [T],
    compare: &mut dyn FnMut(&T, &T) -> Ordering,
) -> impl Iterator<Item = &'l T> + use<'l, T> {
    // All places that `ordered` asks for and gives are places of the list.
    let order =
        ordered(list.len(), &mut |a, b| list.get(a).zip(list.get(b)).map_or(Ordering::Equal, |(a, b)| compare(a, b)));
    order.into_iter().filter_map(|place| list.get(place))
}

/// A list in order, by moving its items; equal ones keep theirs.
pub(crate) fn into_sorted<T>(list: Vec<T>, compare: &mut dyn FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let order =
        ordered(list.len(), &mut |a, b| list.get(a).zip(list.get(b)).map_or(Ordering::Equal, |(a, b)| compare(a, b)));
    let mut list: Vec<Option<T>> = list.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| list.get_mut(place)?.take()).collect()
}

/// The places of what is at an earlier place already, in order.
pub(crate) fn repeated(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut again = vec![false; count];
    for pair in ordered(count, compare).windows(2) {
        if let &[one, other] = pair
            && compare(one, other) == Ordering::Equal
            && let Some(again) = row_mut(&mut again, other)
        {
            *again = true;
        }
    }
    again.into_iter().enumerate().filter_map(|(place, again)| again.then_some(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_occurs_before_is_repeated() {
        let values = [3, 1, 3, 2, 1, 3, 4];
        assert_eq!(repeated(values.len(), &mut |a, b| values.get(a).cmp(&values.get(b))), [2, 4, 5]);
        assert!(repeated(3, &mut |a, b| a.cmp(&b)).is_empty());
    }

    #[test]
    fn places_are_in_order_and_equal_ones_keep_theirs() {
        let mut state = 7_u32;
        for count in [0, 1, 2, 3, 7, 8, 100, 1000] {
            let values: Vec<u32> = (0..count)
                .map(|_| {
                    state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                    state >> 28
                })
                .collect();
            let mut expected: Vec<usize> = (0..values.len()).collect();
            expected.sort_by_key(|&index| values.get(index));
            assert_eq!(ordered(values.len(), &mut |a, b| values.get(a).cmp(&values.get(b))), expected);
            assert!(sorted(&values, &mut Ord::cmp).is_sorted());
        }
    }
}
