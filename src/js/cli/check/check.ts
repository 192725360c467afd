/** `fhirpost check`: judges what the names lead to and writes what comes of it. */
import { validateMany } from "../../node.js";
import type { ManyOptions, ManyProgress } from "../../types/validation.js";
import { readDefinitions } from "../definitions.js";
import { atLeast, formats } from "../formats.js";
import { findInputs, totalOf } from "../inputs.js";
import { Messages } from "../messages.js";
import { Output, untilClosed } from "../output.js";
import { Progress } from "../progress.js";
import { tell } from "../terminal.js";
import type { CheckSettings } from "./arguments.js";
import { fix } from "./fix.js";
import { judgeWith } from "./judge-with.js";
import { Summary } from "./summary.js";

/** Gives the exit code: 0 all valid, 1 something is not, 2 something could not be read. */
export async function check(settings: CheckSettings): Promise<number> {
  if (settings.fix) return fix(settings);
  const { stdout, stderr } = process;
  let unread = false;
  const trouble = (text: string) => {
    unread = true;
    progress?.clear();
    tell(text);
  };
  let progress: Progress | undefined;
  const messaging = await readDefinitions(settings.definitions);
  const inputs = await findInputs(settings.names, settings.ndjson, trouble);
  progress = new Progress(settings.quiet ? undefined : stderr, totalOf(inputs));
  const output = new Output(stdout, () => progress?.clear());

  const messages = new Messages(inputs, trouble);
  const summary = new Summary();
  const { concurrency, maxIssues, message, showValues } = settings;
  const options: ManyOptions = {
    message,
    showValues,
    ...(concurrency !== undefined && { concurrency }),
    ...(maxIssues !== undefined && { maxIssues }),
    onProgress: (told: ManyProgress) => progress?.tell(told),
    signal: untilClosed(stdout),
  };
  const results = messaging === undefined ? validateMany(messages, options) : judgeWith(messaging, messages, options);
  const write = formats[settings.format];
  for await (const { report } of results) {
    summary.add(report);
    await output.write(write(messages.nextPlace(), atLeast(settings.severity, report)));
  }
  const forPeople = settings.format === "human" || settings.format === "github";
  if (forPeople && !settings.quiet) await output.write(summary.text(settings.severity));
  await output.flush();
  progress.clear();
  if (unread) return 2;
  return summary.invalid > 0 ? 1 : 0;
}
