/** Options and results of `validateMany`. */
import type { SmallValidator } from "../validator/small.js";
import type { ValidateOptions, ValidationReport } from "./validation.js";

/** Those of `validate`, which hold for every message, and how the work is done. */
export interface ManyOptions extends ValidateOptions {
  /** What validates them (default: R4 and the built-in events). */
  validator?: SmallValidator;
  /**
   * How many worker threads validate (default: as many as the machine runs at once). Browsers validate on the calling thread, whatever it
   * is.
   */
  concurrency?: number;
  /** Ends the work: the loop then throws the signal's reason. */
  signal?: AbortSignal;
  /** Told now and then how far the work is, before the results of which it tells are yielded. What it throws, the loop throws. */
  onProgress?: (progress: ManyProgress) => void;
}

/** How far `validateMany` is. */
export interface ManyProgress {
  /** How many messages have been validated. */
  messages: number;
  /** How many of them are not valid. */
  invalid: number;
  /** How long they are together, in UTF-8 bytes. */
  bytes: number;
}

/** What `validateMany` yields for each message. */
export interface ManyResult {
  /** Which message it was, from 0. Results come in this order. */
  index: number;
  /** As `validate` gives it. */
  report: ValidationReport;
}
