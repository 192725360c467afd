/** Validates, asks a lookup what is wanted, and validates again by what it answers: a few rounds, until nothing new is wanted. */
import { callable, check, given, LONGEST_TIMER, signal as signalCheck, VALIDATE, wholeNumber } from "../arguments.js";
import { type Bindings, core, type DefinitionSet, forget } from "../core.js";
import { subjectOf } from "../input.js";
import { Message } from "../message.js";
import type { LookedUpReport, Lookup, LookupNote, ValidateWithOptions } from "../types/lookup.js";
import type { MessageInput, ValidateOptions, ValidationReport, Wanted } from "../types/validation.js";
import { learn } from "../validator/definitions.js";
import { readMessage, type SmallValidator, setOf, usingSet } from "../validator/small.js";
import { type Limit, limitOf } from "../waiting.js";
import { Answered } from "./answers.js";

/** Each round needs what the one before has brought: a profile, the value sets that it binds to, their codes. */
const MOST_ROUNDS = 4;

const TIMEOUT = 30_000;

const OPTIONS = { ...VALIDATE, lookup: callable, timeout: wholeNumber(1, LONGEST_TIMER), signal: signalCheck };

export async function validateWith(validator: SmallValidator, input: MessageInput, options: ValidateWithOptions): Promise<LookedUpReport> {
  const set = setOf(validator);
  const checked = usingSet(set, () => check(options, OPTIONS)) as Partial<ValidateWithOptions>;
  const { lookup, timeout = TIMEOUT, signal, ...validation } = checked;
  if (lookup === undefined) throw new TypeError("options.lookup must be a function");
  signal?.throwIfAborted();
  // Read once: it is the same text in each round, whatever its owner does with it.
  const message = input instanceof Message ? input : readMessage(input, "input");
  const limit = limitOf(timeout, { signal });
  try {
    return await new Rounds(set, message, validation).run(lookup, limit, signal);
  } finally {
    limit.stop();
    if (message !== input) message.free();
  }
}

class Rounds {
  readonly #set: DefinitionSet | undefined;
  readonly #message: Message;
  readonly #options: ValidateOptions;
  readonly #answered = new Answered();

  constructor(set: DefinitionSet | undefined, message: Message, options: ValidateOptions) {
    this.#set = set;
    this.#message = message;
    this.#options = options;
  }

  async run(lookup: Lookup, limit: Limit, signal: AbortSignal | undefined): Promise<LookedUpReport> {
    let report = this.#validate();
    let rounds = 0;
    let failure: LookupNote["failure"];
    while (rounds < MOST_ROUNDS && failure === undefined) {
      const wanted = this.#answered.next(report.wanted);
      if (wanted === undefined) break;
      rounds += 1;
      let news: number | undefined;
      try {
        news = this.#answered.take(await limit.within(Promise.resolve().then(() => lookup(wanted, { signal: limit.signal }))));
      } catch {
        signal?.throwIfAborted();
        // What was thrown may quote what was asked.
        failure = limit.isOver() ? "timeout" : "error";
        break;
      }
      if (news === undefined) failure = "nonsense";
      if (news === undefined || news === 0) break;
      report = this.#validate();
    }
    return this.#noted(report, rounds, failure);
  }

  /** The core says what is wanted also where its texts quote no value: that goes to the lookup, and out of the report again. */
  #validate(): ValidationReport {
    const { definitions } = this.#answered;
    const set = definitions.size === 0 ? undefined : withDefinitions(this.#set, [...definitions.values()]);
    try {
      return usingSet(set ?? this.#set, () => {
        const { read, form } = subjectOf(this.#message, "input", this.#options);
        const options = { ...this.#options, ...form, wantedValues: true, answers: this.#answered.text() };
        return JSON.parse(core().validate(read, given(options)));
      });
    } finally {
      if (set !== undefined) forget(set);
    }
  }

  #noted(report: ValidationReport, rounds: number, failure: LookupNote["failure"]): LookedUpReport {
    const wanted = this.#answered.left(report.wanted);
    const { profiles, valueSets, codes, resources } = wanted;
    const undecided = { profiles: profiles.length, valueSets: valueSets.length, codes: codes.length, resources: resources.length };
    const shown: Wanted = this.#options.showValues === false ? { profiles: [], valueSets, codes: [], resources: [] } : wanted;
    const lookup = { rounds, decided: this.#answered.decided, undecided, ...(failure !== undefined && { failure }) };
    return { ...report, wanted: shown, lookup };
  }
}

/** What is known, and these beside. What they are made of is compiled already, so only these take time. */
function withDefinitions(set: DefinitionSet | undefined, texts: string[]): DefinitionSet | undefined {
  const kept = set === undefined ? [] : [usingSet(set, (its: Bindings) => its.kept())];
  return learn(kept, texts).set;
}
