/** What is wanted beyond what is known here, and the answers of whoever looks it up. */
import type { GivenResource } from "./given.js";
import type { ValidateOptions, ValidationReport, Wanted, WantedCode } from "./validation.js";

/**
 * Looks up what is wanted: asks a terminology server, a registry, another FHIR server. What it does not answer stays undecided. What it is asked is
 * of the message: codes and references leave the machine by it, and by nothing else.
 */
export type Lookup = (wanted: Wanted, asking: { signal: AbortSignal }) => LookupAnswers | Promise<LookupAnswers>;

export interface LookupAnswers {
  /** Codes as they were wanted, each with what is known of it. */
  codes?: readonly AnsweredCode[];
  /**
   * Resources by what they were wanted as: profiles, value sets and Questionnaires by their canonical URLs, targets of references by these.
   */
  resources?: Readonly<Record<string, GivenResource | string>>;
}

/** A wanted code, and whether it is one: of its code system, or of the value set where one is named. */
export interface AnsweredCode extends WantedCode {
  /** Left out: it is not known. */
  valid?: boolean;
}

/** Options of `validate`, and who looks up what is wanted. */
export interface ValidateWithOptions extends ValidateOptions {
  lookup: Lookup;
  /** How long all of the looking up may take, in milliseconds (default 30,000). The verdict then is what is known by that time. */
  timeout?: number;
  /** Ends the wait: its reason is thrown. */
  signal?: AbortSignal;
}

/** A report, and what has become of what was wanted. */
export interface LookedUpReport extends ValidationReport {
  lookup: LookupNote;
}

export interface LookupNote {
  /** How often the lookup was asked. */
  rounds: number;
  /** How many codes, and how many resources, it has decided. */
  decided: { codes: number; resources: number };
  /** What is still wanted, by its kind. */
  undecided: { profiles: number; valueSets: number; codes: number; resources: number };
  /** Why the lookup was not asked to its end: it took too long, it threw, or what it gave are no answers. */
  failure?: "timeout" | "error" | "nonsense";
}

export interface TerminologyServerOptions {
  /** How the server is asked (default: the global `fetch`). */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Headers of each request, such as `Authorization`. */
  headers?: Record<string, string>;
  /** How long a request may take, in milliseconds (default 10,000). */
  timeout?: number;
  /** How many codes are asked in one request (default 100). */
  batchSize?: number;
  /** How many requests are open at once (default 4). */
  concurrency?: number;
  /** The longest answer that is read, in bytes (default 4 MiB). */
  maxBytes?: number;
  /** How many answers are remembered (default 10,000). */
  cacheSize?: number;
}
