// How a time is taken. The page in Chromium loads this file too, so it imports nothing.

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

/** A candidate's time as a multiple of JSON.parse of the same text, taken just before it. */
export function sample(judge, text, budget) {
  const parse = callTime(() => JSON.parse(text), budget);
  const call = callTime(judge, budget);
  return { ratio: call / parse, parse, call };
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
