//! How many steps loops take, counted where tests are built: that a loop is linear is shown by numbers, not by a clock.

#[cfg(debug_assertions)]
thread_local! {
    static TAKEN: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts steps; in a release nothing is counted.
#[inline(always)]
pub(crate) fn step(count: usize) {
    #[cfg(debug_assertions)]
    TAKEN.set(TAKEN.get() + count as u64);
    #[cfg(not(debug_assertions))]
    let _ = count;
}

/// How many steps this thread has taken.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn steps() -> u64 {
    TAKEN.get()
}
