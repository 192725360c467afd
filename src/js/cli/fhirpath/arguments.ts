/** The arguments of `fhirpost fhirpath`. */
import type { FhirPathVariable } from "../../types/validation.js";
import { HELP_OPTION, INPUT_OPTIONS, inputNames, oneOf, parse, UsageError } from "../arguments.js";

export interface FhirPathSettings {
  expression: string;
  /** Files, folders and globs; `-` is what comes on stdin. */
  names: string[];
  ndjson: boolean;
  strict: boolean;
  variables: Record<string, FhirPathVariable>;
  format: (typeof FORMATS)[number];
  exitStatus: boolean;
}

const FORMATS = ["human", "json"] as const;

export const FHIRPATH_HELP = `Evaluates a FHIRPath expression on FHIR R4 resources.

Usage: fhirpost fhirpath <expression> [options] [files, folders, globs, or - for stdin]

Each item that comes out of it is written on a line: where it is, its type and its value, which may be health data.

  --format <name>      human (default)   file:pointer type value; of a line of NDJSON file:line:pointer
                       json              one object a line for each resource: { file, line, items } or { file, line, error }
  --strict             an element name that the type does not have is an error
  --variable <n>=<v>   what %n is: a number, true or false, else a text; "5" with its quotes is a text too;
                       may be given more than once
  --exit-status        end with 1 when nothing was found
  --ndjson             each line is a resource, whatever the file is called; also for stdin
  --help

Exit code: 0 every resource could be evaluated, 1 one could not (or, with --exit-status, nothing was found), 2 wrong usage or
something could not be read.
`;

const OPTIONS = {
  ...HELP_OPTION,
  ...INPUT_OPTIONS,
  format: { type: "string" },
  strict: { type: "boolean" },
  variable: { type: "string", multiple: true },
  "exit-status": { type: "boolean" },
} as const;

export function readFhirPathArguments(args: string[], terminal: boolean): FhirPathSettings | "help" {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  const [expression, ...names] = positionals;
  if (expression === undefined) throw new UsageError("an expression is missing");
  return {
    expression,
    names: inputNames(names, terminal, "read"),
    ndjson: values.ndjson ?? false,
    strict: values.strict ?? false,
    variables: Object.fromEntries((values.variable ?? []).map(readVariable)),
    format: oneOf("format", values.format ?? "human", FORMATS),
    exitStatus: values["exit-status"] ?? false,
  };
}

function readVariable(text: string): [string, FhirPathVariable] {
  const sign = text.indexOf("=");
  if (sign < 1) throw new UsageError("--variable must be name=value");
  const [name, value] = [text.slice(0, sign).replace(/^%/, ""), text.slice(sign + 1)];
  // Numbers, true, false and quoted texts are what JSON takes them for.
  const isJson = /^(true|false|-?(0|[1-9]\d*)(\.\d+)?|".*")$/s.test(value);
  try {
    return [name, isJson ? JSON.parse(value) : value];
  } catch {
    throw new UsageError(`--variable ${name}: what is in quotes must be a JSON string`);
  }
}
