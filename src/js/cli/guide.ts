/** What a guide asks for beside its definitions, and what of it is not taken as it is: the files of `--events`, `--suppress`, `--advisor-file`. */
import { readFile } from "node:fs/promises";
import { readAdvisorFile } from "../advisor-file.js";
import { checkValidateOptions } from "../arguments.js";
import type { Rule, Suppressed, Suppression, ValidateOptions } from "../types/validation.js";
import { using } from "../validator/small.js";
import type { Validator } from "../validator/whole.js";
import type { GuideSettings } from "./arguments.js";
import { inWords, TroubleError } from "./files.js";
import { count, number, printable, tell } from "./terminal.js";

/**
 * Them as options of `validate`.
 * @throws {TroubleError} when one is not what it should be: a file of suppressions that is only half understood would hide, or show, others
 * than those that were meant.
 */
export async function readGuideOptions(
  { events, strictFocus, suppress, advisorFiles }: GuideSettings,
  validator: Validator,
): Promise<Pick<ValidateOptions, "events" | "strictFocus" | "suppress">> {
  const entries: Suppression[] = [];
  for (const file of suppress) {
    const read = json(file, await text(file));
    const list = typeof read === "object" && read !== null && "suppress" in read ? read.suppress : read;
    entries.push(...(checked(file, "suppress", { suppress: list as Suppression[] }, validator).suppress ?? []));
  }
  const rules = advisorFiles.length === 0 ? [] : validator.rules();
  for (const file of advisorFiles) entries.push(...(await advised(file, rules)));
  return {
    ...(events !== undefined && checked(events, "events", { events: json(events, await text(events)) as never }, validator)),
    ...(strictFocus && { strictFocus }),
    ...(entries.length > 0 && { suppress: entries }),
  };
}

async function text(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error) => {
    throw new TroubleError(`${file}: ${inWords(error)}`);
  });
}

function json(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new TroubleError(`${file}: it is not JSON`);
  }
}

function checked(file: string, option: "events" | "suppress", options: ValidateOptions, validator: Validator): ValidateOptions {
  try {
    return using(validator, () => checkValidateOptions(options));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TroubleError(`${file}: ${error.message.replace(`options.${option}`, "it")}`);
  }
}

/** What an advisor file suppresses; what of it has no meaning here is told. */
async function advised(file: string, rules: Rule[]): Promise<Suppression[]> {
  const content = await text(file);
  let read: ReturnType<typeof readAdvisorFile>;
  try {
    read = readAdvisorFile(content);
  } catch (error) {
    throw new TroubleError(`${file}: ${(error as Error).message}`);
  }
  for (const { what, why } of read.ignored) tell(`${file}: ${printable(what)} is passed over: ${why}`);
  const unknown = read.suppress.map(({ hl7Id = "" }) => hl7Id).filter((id) => !isKnown(id, rules));
  if (unknown.length > 0) {
    const names = unknown.slice(0, MOST_NAMED).join(", ");
    const more = unknown.length > MOST_NAMED ? ` and ${unknown.length - MOST_NAMED} more` : "";
    tell(`${file}: no rule here has the message id ${printable(names)}${more}`);
  }
  return read.suppress;
}

const MOST_NAMED = 5;

/** Whether a rule has this id, or one that begins so. That of a constraint ends with its key. */
function isKnown(id: string, rules: Rule[]): boolean {
  const wanted = id.toLowerCase();
  const [, key] = wanted.split("#");
  if (key !== undefined) return rules.some(({ name }) => name.toLowerCase() === key) || key.endsWith("*");
  const is = (one: string) => (wanted.endsWith("*") ? one.startsWith(wanted.slice(0, -1)) : one === wanted);
  return rules.some(({ hl7Ids = [] }) => hl7Ids.some((one) => is(one.toLowerCase())));
}

/** What entries have done, all texts together. */
export class SuppressedIssues {
  readonly #entries: Suppressed[] = [];

  /** @param suppressed What a report says of them. */
  add(suppressed: readonly Suppressed[] = []): void {
    for (const [place, { reason, issues, errors }] of suppressed.entries()) {
      const before = this.#entries[place] ?? { reason, issues: 0, errors: 0 };
      this.#entries[place] = { reason, issues: before.issues + issues, errors: before.errors + errors };
    }
  }

  /** Such as `3 issues suppressed, 2 of them errors`; nothing where there is nothing to suppress. */
  text(): string | undefined {
    if (this.#entries.length === 0) return undefined;
    const sum = (of: (one: Suppressed) => number) => this.#entries.reduce((all, one) => all + of(one), 0);
    const errors = sum((one) => one.errors);
    return `${count(
      sum((one) => one.issues),
      "issue",
    )} suppressed${errors > 0 ? `, ${number(errors)} of them ${errors === 1 ? "an error" : "errors"}` : ""}`;
  }

  /** The reasons of the entries that have done nothing: they may have served their time. */
  idle(): string[] {
    return this.#entries.filter(({ issues }) => issues === 0).map(({ reason }) => reason);
  }
}
