/** The message that is open in the editor, as the parts of the page see it: its text, what the check says of it, and how to change or mark it. */
import type { Issue, TextEdit, ValidationReport } from "./fhirpost.js";

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
  /** Absent when the checker does not work, or could not finish this text. */
  report?: ValidationReport;
  /** Whether it works for other texts. */
  works?: boolean;
  milliseconds?: number;
}

export interface OpenMessage {
  readonly text: string;
  /** Whether it is validated as a message, whatever it is; else as what it is. Setting it checks the text anew. */
  asMessage: boolean;
  /** Where the cursor is. */
  readonly cursor: number;
  /** The check of the text as it is now, waited for where it still runs. */
  checked(): Promise<CheckResult>;
  /** Selects a stretch, brings it into view, and puts the focus there. */
  select(span: Span): void;
  /** Opens the box at a place that says what is wrong there, until the cursor moves. */
  explain(issue: Issue): void;
  /** Lights up these stretches, until the next call for the same kind. Typing moves them along. */
  mark(kind: MarkKind, spans: Span[]): void;
  /** Brings a stretch into view without the focus or the selection. */
  reveal(span: Span): void;
  /** Changes the text at some places, as one step that undo takes back. The offsets are those of the text as it is now. */
  edit(edits: TextEdit[]): void;
  /** Puts another text in place, as one step that undo takes back, with the cursor at an offset of it (its beginning, if none is given). */
  replace(text: string, cursor?: number): void;
  /** Whether there is something to take back, or to do again. */
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(): void;
  redo(): void;
  focus(): void;
  onChange(listener: (text: string) => void): void;
  onChecked(listener: (checked: CheckResult) => void): void;
  onCursor(listener: (offset: number) => void): void;
}
