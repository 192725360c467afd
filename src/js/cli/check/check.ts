/** `fhirpost check`: validates what the names denote, or fixes it, and writes what comes of it. */
import { terminologyServer, type Validator, validateMany } from "../../node.js";
import type { LookedUpReport } from "../../types/lookup.js";
import type { ManyOptions, ManyProgress } from "../../types/many.js";
import type { FixResult, Issue, ValidateOptions, ValidationReport } from "../../types/validation.js";
import type { LeastSeverity } from "../arguments.js";
import { atLeast, formats, placeOf } from "../formats.js";
import { readGuideOptions, SuppressedIssues } from "../guide.js";
import { nameOf, type Place, PlacedMessages } from "../inputs.js";
import { type Session, startSession } from "../session.js";
import { count, jsonLine, number, Output, printable, untilClosed } from "../terminal.js";
import type { CheckSettings } from "./arguments.js";
import { Comparison, SavedOutcomes } from "./compare.js";
import { rewrite } from "./rewrite.js";

/** Gives the exit code: 0 all valid, 1 something is not, 2 something could not be read or, with `--fix`, written. */
export async function check(settings: CheckSettings): Promise<number> {
  const comparison = settings.compare === undefined ? undefined : new Comparison(await SavedOutcomes.read(settings.compare), settings);
  const session = await startSession(settings);
  const summary = new Summary();
  const output = settings.fix ? await fix(settings, session, summary) : await validate(settings, session, summary, comparison);
  if (isForPeople(settings) && !settings.quiet) {
    await output.write(comparison?.summary() ?? summary.text(settings.severity, settings.fix && fixWord(settings)));
  }
  await output.flush();
  session.progress.clear();
  if (session.hasFailed) return 2;
  return (comparison?.disagreed ?? summary.invalid) > 0 ? 1 : 0;
}

const isForPeople = ({ format }: CheckSettings) => format === "human" || format === "github";

const fixWord = ({ dryRun }: CheckSettings) => (dryRun ? "could be fixed" : "fixed");

async function validate(
  settings: CheckSettings,
  { inputs, validator, progress, fail }: Session,
  summary: Summary,
  comparison: Comparison | undefined,
): Promise<Output> {
  const { stdout } = process;
  const output = new Output(stdout, () => progress.clear());
  const messages = new PlacedMessages(inputs, fail);
  const { agree, concurrency, hl7Ids, maxIssues, message, now, profiles, severities, showValues } = settings;
  const options: ManyOptions = {
    validator,
    as: message ? "message" : "auto",
    agree,
    showValues,
    hl7Ids,
    now,
    profiles,
    severities,
    ...(await readGuideOptions(settings, validator)),
    ...(concurrency !== undefined && { concurrency }),
    ...(maxIssues !== undefined && { maxIssues }),
    onProgress: (told: ManyProgress) => progress.tell(told),
    signal: untilClosed(stdout),
  };
  const write = formats[settings.format];
  const { terminologyServer: url } = settings;
  const reports = url === undefined ? validateMany(messages, options) : lookedUp(messages, options, url, validator);
  for await (const { report } of reports) {
    summary.add(report);
    const place = messages.nextPlace();
    await output.write(comparison?.text(place, report) ?? write(place, atLeast(settings.severity, report)));
  }
  return output;
}

/** One after the other: each learns from what the server has said of those before. */
async function* lookedUp(
  messages: AsyncIterable<Uint8Array>,
  { validator: _, concurrency: __, onProgress, signal, ...options }: ManyOptions,
  url: string,
  validator: Validator,
): AsyncGenerator<{ report: LookedUpReport }> {
  const lookup = terminologyServer(url);
  const progress = { messages: 0, invalid: 0, bytes: 0 };
  for await (const message of messages) {
    const report = await validator.validateWith(message, { ...options, lookup, ...(signal && { signal }) });
    progress.messages += 1;
    progress.bytes += message.length;
    onProgress?.({ ...progress });
    yield { report };
  }
}

/** `--fix`: fixes what is found; says what was fixed, and what is left. */
async function fix(settings: CheckSettings, { inputs, validator, progress, fail }: Session, summary: Summary): Promise<Output> {
  const { stdout, stderr } = process;
  // What comes on stdin goes out on stdout, fixed: nothing else may be written there.
  const asFilter = !settings.dryRun && inputs.some(({ path }) => path === undefined);
  const output = new Output(asFilter ? stderr : stdout, () => progress.clear());
  const closed = untilClosed(stdout);
  const { agree, hl7Ids, maxIssues, message, now, profiles, severities, showValues } = settings;
  const options: ValidateOptions = {
    as: message ? "message" : "auto",
    agree,
    showValues,
    hl7Ids,
    now,
    profiles,
    severities,
    ...(await readGuideOptions(settings, validator)),
    ...(maxIssues !== undefined && { agree, maxIssues }),
  };
  const told = { messages: 0, bytes: 0 };
  const fixOne = async (place: Place, bytes: Uint8Array): Promise<Uint8Array> => {
    closed.throwIfAborted();
    const fixed = validator.fix(bytes, options);
    summary.add(fixed.report, fixed.fixed);
    told.messages += 1;
    told.bytes += bytes.length;
    progress.tell(told);
    await output.write(written(settings, place, fixed));
    return fixed.text;
  };
  for (const input of inputs) await rewrite(input, settings.dryRun, fixOne, fail);
  return output;
}

/** What was fixed, for people and programs, and then what is left. */
function written({ format, severity, dryRun }: CheckSettings, place: Place, { applied, report }: FixResult<Uint8Array>): string {
  const left = atLeast(severity, report);
  if (format === "json") return jsonLine({ ...place, applied, report: left });
  const fixes = format === "human" ? applied.map((issue) => fixLine(place, issue, dryRun)).join("") : "";
  return fixes + formats[format](place, left as ValidationReport);
}

/** Such as `message.json:12:5 fixed element-array: …`. The line is that of the text before it was fixed. */
function fixLine(place: Place, issue: Issue, dryRun: boolean): string {
  const at = placeOf(place, issue);
  const where = at === undefined ? nameOf(place) : `${place.file}:${at.line}:${at.column}`;
  return `${printable(`${where} ${dryRun ? "would fix" : "fixed"} ${issue.rule}: ${issue.message}`)}\n`;
}

/** What all results come to, for the closing line. */
class Summary {
  readonly #start = performance.now();
  readonly #counts = { error: 0, warning: 0, information: 0 };
  readonly suppressed = new SuppressedIssues();
  #lookedUp: { decided: number; undecided: number; failed: number } | undefined;
  #texts = 0;
  #truncated = 0;
  #incomplete = 0;
  #fixed = 0;
  invalid = 0;

  /** @param fixed How many issues were fixed before it is as the report says. */
  add({ valid, counts, truncated, complete, suppressed, ...others }: ValidationReport | LookedUpReport, fixed = 0): void {
    if ("lookup" in others) {
      this.#lookedUp ??= { decided: 0, undecided: 0, failed: 0 };
      this.#lookedUp.decided += others.lookup.decided.codes;
      this.#lookedUp.undecided += others.lookup.undecided.codes;
      this.#lookedUp.failed += others.lookup.failure === undefined ? 0 : 1;
    }
    this.suppressed.add(suppressed);
    this.#fixed += fixed;
    this.#texts += 1;
    if (!valid) this.invalid += 1;
    if (truncated) this.#truncated += 1;
    else if (!complete) this.#incomplete += 1;
    this.#counts.error += counts.fatal + counts.error;
    this.#counts.warning += counts.warning;
    this.#counts.information += counts.information;
  }

  /**
   * Such as `3 texts: 2 valid, 1 not; 1 error, 0 warnings, 2 information (not shown); 15/s, 0.2 s`: messages, or whichever resources they
   * are.
   * @param fixes What has become of the issues that can be fixed, where that was asked for.
   */
  text(shown: LeastSeverity, fixes: string | false): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const { error, warning, information } = this.#counts;
    const hidden = (count: number, isShown: boolean) => (count > 0 && !isShown ? " (not shown)" : "");
    const issues = [
      count(error, "error"),
      `${count(warning, "warning")}${hidden(warning, shown !== "error")}`,
      `${number(information)} information${hidden(information, shown === "information")}`,
    ];
    const suppressed = this.suppressed.text();
    const sentences = [
      `${count(this.#texts, "text")}: ${number(this.#texts - this.invalid)} valid, ${number(this.invalid)} not`,
      issues.join(", "),
      ...(suppressed === undefined ? [] : [suppressed]),
      ...(this.#lookedUp === undefined ? [] : [lookedUpText(this.#lookedUp)]),
      ...(fixes === false ? [] : [`${number(this.#fixed)} ${fixes}`]),
      ...(this.#truncated > 0 ? [`${count(this.#truncated, "text")} not validated to the end, for too many issues`] : []),
      ...(this.#incomplete > 0 ? [`${count(this.#incomplete, "text")} not validated to the end, for too much work`] : []),
      `${number(this.#texts / seconds)}/s, ${seconds.toFixed(1)} s`,
    ];
    const idle = this.suppressed.idle().map((reason) => `suppressed nothing: ${printable(reason)}\n`);
    return `${sentences.join("; ")}\n${idle.join("")}`;
  }
}

/** Such as `12 codes looked up, 3 undecided`. */
function lookedUpText({ decided, undecided, failed }: { decided: number; undecided: number; failed: number }): string {
  const silent = failed === 0 ? "" : ` (no answer for ${count(failed, "text")})`;
  return `${count(decided, "code")} looked up, ${number(undecided)} undecided${silent}`;
}
