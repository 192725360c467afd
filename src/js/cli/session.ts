/** What a command that reads messages begins with. */
import type { Validator } from "../node.js";
import type { DefinitionsSettings } from "./arguments.js";
import { readDefinitions } from "./definitions.js";
import { findInputs, type Input, totalOf } from "./inputs.js";
import { Progress, tell } from "./terminal.js";

export interface Session {
  /** Knows what `--definitions` and `--package` define. */
  validator: Validator;
  inputs: Input[];
  progress: Progress;
  /** Says that something could not be read, or written; the command then ends with 2. */
  fail: (text: string) => void;
  readonly hasFailed: boolean;
}

interface SessionSettings extends DefinitionsSettings {
  names: string[];
  ndjson: boolean;
  quiet: boolean;
}

export async function startSession(settings: SessionSettings): Promise<Session> {
  let progress: Progress | undefined;
  let hasFailed = false;
  const fail = (text: string) => {
    hasFailed = true;
    progress?.clear();
    tell(text);
  };
  const validator = await readDefinitions(settings);
  const inputs = await findInputs(settings.names, settings.ndjson, fail);
  progress = new Progress(settings.quiet ? undefined : process.stderr, totalOf(inputs));
  return {
    validator,
    inputs,
    progress,
    fail,
    get hasFailed() {
      return hasFailed;
    },
  };
}
