/** `--compare`: what HL7's validator said of the same texts, as it saved it, beside what is said here, place by place. */
import { readFile } from "node:fs/promises";
import type { Issue, ValidationReport } from "../../types/validation.js";
import { UsageError } from "../arguments.js";
import { placeOf } from "../formats.js";
import { nameOf, type Place } from "../inputs.js";
import { count, jsonLine, number, printable } from "../terminal.js";

/** HL7's extensions of an OperationOutcome and its issues: the file it is of, the place in that, and the id of the message. */
const EXTENSION = "http://hl7.org/fhir/StructureDefinition/operationoutcome-";
const OF = { file: "file", line: "issue-line", column: "issue-col", id: "message-id" } as const;

interface Extended {
  extension?: { url?: string; [value: `value${string}`]: unknown }[];
}

interface SavedIssue extends Extended {
  severity?: string;
  code?: string;
  details?: { text?: string };
  diagnostics?: string;
  expression?: string[];
}

interface SavedOutcome extends Extended {
  resourceType?: string;
  issue?: SavedIssue[];
  entry?: { resource?: SavedOutcome }[];
}

/** An error that HL7's validator found. */
interface Theirs {
  line?: number;
  column?: number;
  expression: string;
  id: string;
  text: string;
}

/** What was saved, by the names of the files that it is of. */
export class SavedOutcomes {
  /** The parts of the path of each, from its end. */
  readonly #files: { path: string[]; errors: Theirs[] }[] = [];
  /** One that says nothing of its file is of the one text that is checked: of others nothing was saved. */
  #only: Theirs[] | undefined;

  private constructor(outcomes: SavedOutcome[]) {
    for (const outcome of outcomes) {
      const file = extensionOf(outcome, OF.file);
      if (typeof file === "string") this.#files.push({ path: partsOf(file), errors: errorsOf(outcome) });
    }
    if (outcomes.length === 1 && outcomes[0] !== undefined && this.#files.length === 0) this.#only = errorsOf(outcomes[0]);
  }

  static async read(path: string): Promise<SavedOutcomes> {
    let saved: SavedOutcome;
    try {
      saved = JSON.parse(await readFile(path, "utf8"));
    } catch (error) {
      throw new UsageError(`--compare: ${path} could not be read: ${(error as NodeJS.ErrnoException).code ?? "it is not JSON"}`);
    }
    const all = saved?.resourceType === "Bundle" ? (saved.entry ?? []).map((entry) => entry?.resource) : [saved];
    const outcomes = all.filter((outcome): outcome is SavedOutcome => outcome?.resourceType === "OperationOutcome");
    if (outcomes.length === 0) throw new UsageError(`--compare: ${path} is neither an OperationOutcome nor a Bundle of those`);
    return new SavedOutcomes(outcomes);
  }

  /** What is said of a text; nothing where it is not there. Of several files of one name it is the one in the same folders. */
  of(place: Place): Theirs[] | undefined {
    const own = partsOf(place.file);
    let best: { errors: Theirs[]; alike: number } | undefined;
    for (const { path, errors } of this.#files) {
      const different = own.findIndex((part, at) => part !== path[at]);
      const alike = different < 0 ? own.length : different;
      if (alike > (best?.alike ?? 0)) best = { errors, alike };
    }
    if (best !== undefined) return best.errors;
    const only = this.#only;
    this.#only = undefined;
    return only;
  }
}

const partsOf = (path: string) =>
  path
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== ".")
    .reverse();

function extensionOf({ extension }: Extended, name: string): unknown {
  const found = Array.isArray(extension) ? extension.find((one) => one?.url === EXTENSION + name) : undefined;
  return found && Object.entries(found).find(([key]) => key.startsWith("value"))?.[1];
}

function errorsOf({ issue }: SavedOutcome): Theirs[] {
  const errors = (Array.isArray(issue) ? issue : []).filter((one) => one?.severity === "error" || one?.severity === "fatal");
  return errors.map((one) => {
    const [line, column] = [extensionOf(one, OF.line), extensionOf(one, OF.column)];
    return {
      ...(typeof line === "number" && line > 0 && { line }),
      ...(typeof column === "number" && column > 0 && { column }),
      expression: String(one.expression?.[0] ?? ""),
      id: String(extensionOf(one, OF.id) ?? one.code ?? ""),
      text: String(one.details?.text ?? one.diagnostics ?? ""),
    };
  });
}

/** HL7's validator names what a value is, and the resource in an entry. */
const plain = (expression: string) => expression.replace(/\.ofType\([^()]*\)|\/\*.*?\*\//g, "");

const isAt = (theirs: Theirs, ours: Issue) =>
  (theirs.line !== undefined && theirs.line === ours.line) ||
  (theirs.expression !== "" && plain(theirs.expression) === plain(ours.expression));

/** How the errors of both compare, text by text and all together. */
export class Comparison {
  readonly #saved: SavedOutcomes;
  readonly #showValues: boolean;
  readonly #isJson: boolean;
  readonly #counts = { both: 0, theirs: 0, ours: 0 };
  #texts = 0;
  #absent = 0;
  disagreed = 0;

  constructor(saved: SavedOutcomes, { showValues, format }: { showValues: boolean; format: string }) {
    this.#saved = saved;
    this.#showValues = showValues;
    this.#isJson = format === "json";
  }

  /** The lines on one text. */
  text(place: Place, { issues }: ValidationReport): string {
    const theirs = this.#saved.of(place);
    if (theirs === undefined) {
      this.#absent += 1;
      return this.#isJson ? jsonLine({ ...place, compared: false }) : `${printable(`${nameOf(place)}: nothing of it was saved`)}\n`;
    }
    const ours = issues.filter(({ severity }) => severity === "error" || severity === "fatal");
    const both = theirs.filter((one) => ours.some((other) => isAt(one, other)));
    const onlyTheirs = theirs.filter((one) => !both.includes(one));
    const onlyOurs = ours.filter((one) => !theirs.some((other) => isAt(other, one)));
    const agrees = theirs.length > 0 === ours.length > 0;
    this.#texts += 1;
    this.#counts.both += both.length;
    this.#counts.theirs += onlyTheirs.length;
    this.#counts.ours += onlyOurs.length;
    if (!agrees) this.disagreed += 1;
    // What HL7's validator writes quotes the message.
    const shown = onlyTheirs.map(({ text, ...one }) => (this.#showValues ? { ...one, text } : one));
    if (this.#isJson) return jsonLine({ ...place, compared: true, agrees, both: both.length, onlyHl7: shown, onlyOurs });
    const lines = [
      ...onlyTheirs.map(({ line, column, expression, id, text }) => {
        const at = placeOf(place, { line, column } as Issue);
        const where = at === undefined ? nameOf(place) : `${place.file}:${at.line}:${at.column}`;
        return `${where} only HL7's: ${id} (${expression})${this.#showValues ? `: ${text}` : ""}`;
      }),
      ...onlyOurs.map((issue) => {
        const at = placeOf(place, issue);
        const where = at === undefined ? nameOf(place) : `${place.file}:${at.line}:${at.column}`;
        return `${where} only ours: ${issue.rule}: ${issue.message} (${issue.expression})`;
      }),
      ...(agrees
        ? []
        : [`${nameOf(place)}: ${ours.length > 0 ? "valid for HL7's validator, not here" : "valid here, not for HL7's validator"}`]),
    ];
    return lines.map((line) => `${printable(line)}\n`).join("");
  }

  /** Such as `3 texts compared: 2 verdicts agree, 1 does not; 4 errors at both, 1 only HL7's, 0 only ours`. */
  summary(): string {
    const { both, theirs, ours } = this.#counts;
    const agreed = this.#texts - this.disagreed;
    return `${[
      `${count(this.#texts, "text")} compared: ${count(agreed, "verdict")} agree, ${number(this.disagreed)} not`,
      `${count(both, "error")} at both, ${number(theirs)} only HL7's, ${number(ours)} only ours`,
      ...(this.#absent > 0 ? [`of ${count(this.#absent, "text")} nothing was saved`] : []),
    ].join("; ")}\n`;
  }
}
