import type { ValidateOptions } from "../types.js";

/** The core's options by which each message is judged as what it is: a Bundle by the rules of its type, any other resource by its own. */
export function judging(options: ValidateOptions): object {
  // Where a message is asked for, anything else is an error, and only the rules of Bundles say so.
  return { ...options, resource: options.message !== true };
}
