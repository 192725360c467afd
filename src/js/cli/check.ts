/** `fhirpost check`: judges what the names lead to and writes what comes of it. */
import { validateMany } from "../node.js";
import type { ManyProgress } from "../types.js";
import type { Settings } from "./arguments.js";
import { atLeast, formats } from "./formats.js";
import { findInputs, type Input } from "./inputs.js";
import { Messages } from "./messages.js";
import { Output } from "./output.js";
import { Progress } from "./progress.js";
import { Summary } from "./summary.js";

/** Gives the exit code: 0 all valid, 1 something is not, 2 something could not be read. */
export async function check(settings: Settings): Promise<number> {
  const { stdout, stderr } = process;
  let unread = false;
  const trouble = (text: string) => {
    unread = true;
    progress?.clear();
    stderr.write(`fhirpost: ${text}\n`);
  };
  let progress: Progress | undefined;
  const inputs = await findInputs(settings.names, settings.ndjson, trouble);
  progress = new Progress(settings.quiet ? undefined : stderr, totalOf(inputs));
  const output = new Output(stdout, () => progress?.clear());

  const messages = new Messages(inputs, trouble);
  const summary = new Summary();
  const { concurrency, maxIssues, message, showValues } = settings;
  const results = validateMany(messages, {
    message,
    showValues,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(maxIssues === undefined ? {} : { maxIssues }),
    onProgress: (told: ManyProgress) => progress?.tell(told),
    signal: untilClosed(stdout),
  });
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

/** Aborts when nobody reads any more what is written, as behind `| head`. */
function untilClosed(stdout: NodeJS.WriteStream): AbortSignal {
  const closed = new AbortController();
  stdout.on("error", (error) => closed.abort(error));
  return closed.signal;
}

/** How many bytes there are, unless one of the inputs does not say. */
function totalOf(inputs: Input[]): number | undefined {
  return inputs.reduce<number | undefined>((sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes), 0);
}
