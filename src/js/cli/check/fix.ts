/** `fhirpost check --fix`: mends what the names lead to; says what was mended, and what is left. */
import { fixMessage } from "../../fix.js";
import type { FixedMessage, Issue, ValidationReport } from "../../types/validation.js";
import { readDefinitions } from "../definitions.js";
import { atLeast, formats, placeOf } from "../formats.js";
import { findInputs, totalOf } from "../inputs.js";
import { nameOf, type Place } from "../messages.js";
import { Output, untilClosed } from "../output.js";
import { Progress } from "../progress.js";
import { jsonLine, printable, tell as say } from "../terminal.js";
import type { CheckSettings } from "./arguments.js";
import { rewrite } from "./rewrite.js";
import { Summary } from "./summary.js";

/** Gives the exit code: 0 all valid as mended, 1 something is not, 2 something could not be read or written. */
export async function fix(settings: CheckSettings): Promise<number> {
  const { stdout, stderr } = process;
  let trouble = false;
  const tell = (text: string) => {
    trouble = true;
    progress?.clear();
    say(text);
  };
  let progress: Progress | undefined;
  const messaging = await readDefinitions(settings.definitions);
  const inputs = await findInputs(settings.names, settings.ndjson, tell);
  progress = new Progress(settings.quiet ? undefined : stderr, totalOf(inputs));
  // What comes on stdin goes out on stdout, mended: nothing else may stand there.
  const asFilter = !settings.dryRun && inputs.some(({ path }) => path === undefined);
  const output = new Output(asFilter ? stderr : stdout, () => progress?.clear());
  const closed = untilClosed(stdout);

  const summary = new Summary();
  const { maxIssues, message, showValues } = settings;
  const options = { message, showValues, ...(maxIssues !== undefined && { maxIssues }) };
  const told = { messages: 0, bytes: 0 };
  const mend = async (place: Place, bytes: Uint8Array): Promise<Uint8Array> => {
    closed.throwIfAborted();
    const fixed = messaging === undefined ? fixMessage(bytes, options) : messaging.fixMessage(bytes, options);
    summary.add(fixed.report, fixed.fixed);
    told.messages += 1;
    told.bytes += bytes.length;
    progress?.tell(told);
    await output.write(written(settings, place, fixed));
    return fixed.text;
  };
  for (const input of inputs) await rewrite(input, settings.dryRun, mend, tell);
  const forPeople = settings.format === "human" || settings.format === "github";
  if (forPeople && !settings.quiet) await output.write(summary.text(settings.severity, settings.dryRun ? "could be mended" : "mended"));
  await output.flush();
  progress.clear();
  if (trouble) return 2;
  return summary.invalid > 0 ? 1 : 0;
}

/** What was mended, for people and programs, and then what is left. */
function written({ format, severity, dryRun }: CheckSettings, place: Place, { applied, report }: FixedMessage<Uint8Array>): string {
  const left = atLeast(severity, report);
  if (format === "json") return jsonLine({ ...place, applied, report: left });
  const mended = format === "human" ? applied.map((issue) => mendedLine(place, issue, dryRun)).join("") : "";
  return mended + formats[format](place, left as ValidationReport);
}

/** Such as `message.json:12:5 mended element-array: …`. The line is that of the text before it was mended. */
function mendedLine(place: Place, issue: Issue, dryRun: boolean): string {
  const at = placeOf(place, issue);
  const where = at === undefined ? nameOf(place) : `${place.file}:${at.line}:${at.column}`;
  return `${printable(`${where} ${dryRun ? "would mend" : "mended"} ${issue.rule}: ${issue.message}`)}\n`;
}
