// How a time is taken. The page in Chromium loads this file too, so it imports nothing.

// While others are measured, the caches of a process go cold and V8 gives its young heap back: a text of 5 MB takes some calls to be at
// its usual speed again. A call that takes a quarter of a second hardly notices.
const WARM_CALLS = 4;
export const LONG = 250;

/** Milliseconds of one call: the mean over as many calls as fit into the budget, and at least one. */
export function callTime(task, budget) {
  const start = performance.now();
  let calls = 0;
  let spent = 0;
  do {
    task();
    calls++;
    spent = performance.now() - start;
  } while (spent < budget);
  return spent / calls;
}

/** Calls that do not count. */
export function warmUp(...tasks) {
  for (let call = 0; call < WARM_CALLS; call++) {
    for (const task of tasks) if (callTime(task, 0) > LONG) return;
  }
}

/** A candidate's time as a multiple of JSON.parse of the same text, taken just before it. */
export function sample(validate, text, budget) {
  const parseText = () => JSON.parse(text);
  warmUp(parseText, validate);
  const parse = callTime(parseText, budget);
  const call = callTime(validate, budget);
  return { ratio: call / parse, parse, call };
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
