/** Why there is no token, as a kind that the page has words for, and where the server said something, its own words. */
import type { texts } from "../../texts.js";

export type RefusalKind = keyof typeof texts.login.refusals;

export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** From the server: shown as text, never read. */
    readonly said = "",
  ) {
    super(kind);
  }
}
