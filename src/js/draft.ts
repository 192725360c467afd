/// <reference lib="esnext.disposable" preserve="true" />
/** A text while it is written, validated after each edit. */
import { checkText, checkValidateOptions, given } from "./arguments.js";
import type { Bindings } from "./core.js";
import { applyEdits } from "./fix.js";
import { hand } from "./input.js";
import { disposable } from "./message.js";
import type { TextEdit, ValidateOptions, ValidationReport } from "./types/validation.js";
import { isWellFormed, MAX_BYTES } from "./utf8.js";

/** How a validator lets a draft ask the core. */
export type Ask = <Answer>(question: (core: Bindings) => Answer) => Answer;

/**
 * A text while it is written, as `validator.draft` gives it: after an edit only what has changed is validated, and what hangs on that. The
 * report is that of a whole validation.
 *
 * It may be freed when it is not needed any more, with `free()` or `using`; one that is dropped frees itself.
 */
export class Draft implements Disposable {
  /** The bundle may call it something else. */
  static readonly name: string = "Draft";
  /** The same as `free`, where the platform knows this symbol. */
  declare readonly [Symbol.dispose]: () => void;
  readonly #ask: Ask;
  readonly #options: ValidateOptions;
  #text: string;
  #report: ValidationReport;
  #isFreed = false;

  /** `validator.draft` makes them. */
  constructor(ask: Ask, text: string, options?: ValidateOptions) {
    checkText(text, "text");
    this.#ask = ask;
    this.#options = checkValidateOptions(options);
    this.#text = text;
    this.#report = this.#anew();
    disposable(this);
  }

  /** The text of now. */
  get text(): string {
    return this.#text;
  }

  /** The verdict on it. */
  get report(): ValidationReport {
    return this.#report;
  }

  /**
   * Edits the text, and gives the verdict on it. The edits are those of one step, as `suggestion.edits` are: each says places of the text
   * before all of them, and they are in its order.
   * @throws {TypeError} when it was freed, or the edits are of the wrong kind.
   * @throws {RangeError} when the edits are not sorted, overlap, or go beyond the text. Nothing is edited then.
   */
  edit(edits: readonly TextEdit[]): ValidationReport {
    if (this.#isFreed) throw new TypeError("draft was freed: make another");
    const text = applyEdits(this.#text, edits);
    const isInCharacters = edits.every(({ start, end, text: typed }) => isWellFormed(typed) && !this.#splits(start) && !this.#splits(end));
    this.#text = text;
    const report = isInCharacters ? this.#edited(edits) : undefined;
    this.#report = report === undefined ? this.#anew() : JSON.parse(report);
    return this.#report;
  }

  /** Frees what it holds. Afterwards it cannot be edited; to free it again does nothing. */
  free(): void {
    this.#isFreed = true;
    this.#ask((core) => core.forgetDraft(this));
  }

  #edited(edits: readonly TextEdit[]): string | undefined {
    const places = Uint32Array.from(edits.flatMap(({ start, end }) => [start, end]));
    return this.#ask((core) =>
      core.edit(
        this,
        places,
        edits.map(({ text }) => text),
      ),
    );
  }

  /** Whether a place in the text is inside of a character: what is on either side of it is no text for the core. */
  #splits(place: number): boolean {
    return place > 0 && (this.#text.codePointAt(place - 1) ?? 0) > 0xffff;
  }

  #anew(): ValidationReport {
    const options = given(this.#options);
    return JSON.parse(
      this.#ask((core) => {
        const handed = hand({ text: this.#text, utf16: true, form: {} }, this.#options);
        const isRead = handed.bytes <= (this.#options.maxBytes ?? MAX_BYTES);
        if (isRead && isWellFormed(this.#text)) return core.draft(this, handed, options);
        // The core keeps no text with half a character in it, and of what is too long it gets the beginning.
        core.forgetDraft(this);
        return core.validate(handed, options);
      }),
    );
  }
}
