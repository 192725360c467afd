/** What the parts of the page say to each other about a text. */
import type { Suppression, ValidationReport } from "./fhirpost.js";

/** A stretch of the text, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

/** Why a stretch of the text is lit up: an expression gives it, or it is what is pointed at elsewhere. */
export type MarkKind = "hit" | "hover";

/** What the check says of a text. */
export interface CheckResult {
  text: string;
  /** Whether it was validated as a message, whatever it is. */
  message?: boolean;
  /** What was suppressed of it. */
  suppress?: Suppression[];
  /** Absent when the checker does not work, or could not finish this text. */
  report?: ValidationReport;
  /** Whether it works for other texts. */
  works?: boolean;
  milliseconds?: number;
}
