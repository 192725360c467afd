// Measures all candidates in rounds, so that a busy moment slows each of them once, and takes the median of the ratios.
import { setTimeout } from "node:timers/promises";
import { LONG, median } from "./timing.mjs";

/** A call that takes longer than this is given up. */
const CALL_LIMIT = 10_000;

/** How long V8 goes on compiling in the background, once all have started. */
const SETTLING = 2000;

/** Starts every candidate, and lets it compile, so that the first message finds as quiet a machine as the last. */
export async function settle(candidates, message, pace) {
  for (const candidate of candidates) {
    // One that cannot start says so when it is measured.
    await candidate.sample(message, pace.warmUp, 5 * CALL_LIMIT).catch(() => {});
  }
  await setTimeout(SETTLING);
}

/** Ratios of each candidate on a message, by its name; `pace` says how much time there is. */
export async function measureMessage(candidates, message, pace) {
  const states = [];
  for (const candidate of candidates) states.push(await warmUp(candidate, message, pace));
  for (let round = 0; round < pace.rounds; round++) {
    for (const state of states) {
      if (state.problem || round >= state.rounds) continue;
      await step(state, async () => {
        state.samples.push(await state.candidate.sample(message, pace.budget, 5 * CALL_LIMIT));
      });
    }
  }
  return new Map(states.map((state) => [state.candidate.name, summary(state)]));
}

/** Lets the engine compile what the candidate needs, looks at its verdict, and finds out how many rounds it can have. */
async function warmUp(candidate, message, pace) {
  const state = { candidate, samples: [], rounds: 0 };
  if (candidate.peer && message.bytes > pace.peerBytes) return { ...state, problem: "left out" };
  await step(state, async () => {
    // Where the verdict alone takes too long there is nothing to measure.
    state.verdict = await candidate.verdictOnMessage?.(message, CALL_LIMIT);
    const first = await candidate.sample(message, pace.warmUp, 5 * CALL_LIMIT);
    // Four calls of a sample do not count, unless they take long.
    const oneRound = 2 * pace.budget + first.call * (first.call > LONG ? 2 : 5);
    state.rounds = Math.min(pace.rounds, Math.floor(pace.allowance / oneRound));
    if (state.rounds === 0) state.samples.push(first);
  });
  return state;
}

async function step(state, task) {
  try {
    await task();
  } catch (error) {
    state.problem = error.message;
  }
}

function summary({ samples, verdict, problem }) {
  if (samples.length === 0) return { verdict, problem };
  const of = (name) => median(samples.map((sample) => sample[name]));
  return { verdict, ratio: of("ratio"), parse: of("parse"), call: of("call"), rounds: samples.length };
}

/** Which faults each candidate finds: its name and a list of yes and no. */
export async function findFaults(candidates, texts) {
  const found = new Map();
  for (const candidate of candidates) {
    const verdicts = [];
    try {
      for (const text of texts) verdicts.push(!(await candidate.verdict(text, CALL_LIMIT)));
      found.set(candidate.name, verdicts);
    } catch {
      // It cannot run here; the table of times says why.
    }
  }
  return found;
}
