/** The arguments of the command, read and checked. */
import { parseArgs } from "node:util";

const FORMATS = ["human", "json", "operation-outcome", "github"] as const;
const SEVERITIES = ["error", "warning", "information"] as const;

export type FormatName = (typeof FORMATS)[number];
export type LeastSeverity = (typeof SEVERITIES)[number];

export interface Settings {
  /** Files, folders and globs; `-` is what comes on stdin. */
  names: string[];
  /** Whether each line is a message, whatever a file is called. */
  ndjson: boolean;
  format: FormatName;
  /** The least severity that is shown. */
  severity: LeastSeverity;
  message: boolean;
  showValues: boolean;
  quiet: boolean;
  concurrency?: number;
  maxIssues?: number;
}

/** The user asked for what there is not. */
export class UsageError extends Error {}

export const HELP = `Checks FHIR R4 messages and other resources, offline.

Usage: fhirpost check [options] [files, folders, globs, or - for stdin]

A file holds one resource as JSON; one that ends in .ndjson or .jsonl holds one on each line. A Bundle is judged by the rules of its
type, a message by those for messages, any other resource by its own. Without files, stdin is read.

  --format <name>      human (default)     file:line:column severity rule: text
                       json                one object a line: { file, line, report }
                       operation-outcome   one OperationOutcome a line; meta.source says of what
                       github              annotations of a GitHub workflow
  --severity <name>    the least that is shown: error, warning or information
                       (default: warning for human and github, information for the others)
  --message            a Bundle that is no message is an error
  --show-values        texts may quote values of the messages; otherwise they do not, since these are health data
  --ndjson             each line is a resource, whatever the file is called; also for stdin
  --max-issues <n>     judge a message no further after so many issues (default 10000)
  --concurrency <n>    how many threads judge (default: as many as the machine runs at once)
  --quiet              no closing line and no progress
  --help, --version

Exit code: 0 all are valid, 1 something is not, 2 wrong usage or something could not be read.
`;

/** @throws {UsageError} when they are none of this command. */
export function readArguments(args: string[], terminal: boolean): Settings | "help" | "version" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  if (values.version) return "version";
  const [command, ...names] = positionals;
  if (command !== "check") throw new UsageError(command === undefined ? "a command is missing: check" : `there is no command "${command}"`);
  if (names.length === 0 && terminal) throw new UsageError("name the files to check, or - for stdin");
  const format = oneOf("format", values.format ?? "human", FORMATS);
  const usual = format === "human" || format === "github" ? "warning" : "information";
  return {
    names: names.length === 0 ? ["-"] : names,
    ndjson: values.ndjson ?? false,
    format,
    severity: oneOf("severity", values.severity ?? usual, SEVERITIES),
    message: values.message ?? false,
    showValues: values["show-values"] ?? false,
    quiet: values.quiet ?? false,
    ...wholeNumber("concurrency", values.concurrency, 1024),
    ...wholeNumber("maxIssues", values["max-issues"], 2 ** 32 - 1),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        format: { type: "string" },
        severity: { type: "string" },
        message: { type: "boolean" },
        "show-values": { type: "boolean" },
        ndjson: { type: "boolean" },
        "max-issues": { type: "string" },
        concurrency: { type: "string" },
        quiet: { type: "boolean", short: "q" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const name = names.find((name) => name === value);
  if (name === undefined) throw new UsageError(`--${option} must be one of ${names.join(", ")}`);
  return name;
}

function wholeNumber<Name extends string>(name: Name, value: string | undefined, most: number): { [name in Name]?: number } {
  if (value === undefined) return {};
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return { [name]: number } as { [name in Name]: number };
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${option} must be a whole number from 1 to ${most}`);
}
