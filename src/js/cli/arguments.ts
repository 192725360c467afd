/** What the arguments of all commands have in common. Each command reads its own in its folder. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../nearest.js";
import { readBaseUrl } from "../web-addresses.js";

const FORMATS = ["human", "json", "operation-outcome", "github"] as const;
const SEVERITIES = ["error", "warning", "information"] as const;

export type FormatName = (typeof FORMATS)[number];
export type LeastSeverity = (typeof SEVERITIES)[number];

/** The user asked for what there is not. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What every command takes. */
export const HELP_OPTION = { help: { type: "boolean", short: "h" } } as const;
/** What a command that reads messages takes. */
export const INPUT_OPTIONS = { ndjson: { type: "boolean" } } as const;
/** What a command that writes issues takes. */
export const ISSUE_OPTIONS = { format: { type: "string" }, severity: { type: "string" }, "show-values": { type: "boolean" } } as const;
/** What a command that knows more than R4 takes. */
export const DEFINITIONS_OPTIONS = {
  definitions: { type: "string", multiple: true },
  package: { type: "string", multiple: true },
  "package-cache": { type: "string" },
  "package-lock": { type: "string" },
  registry: { type: "string" },
  verbose: { type: "boolean" },
} as const;
/** What a command that validates messages takes beside that. */
export const GUIDE_OPTIONS = {
  events: { type: "string" },
  "strict-focus": { type: "boolean" },
  suppress: { type: "string", multiple: true },
  "advisor-file": { type: "string", multiple: true },
} as const;
export const QUIET_OPTION = { quiet: { type: "boolean", short: "q" } } as const;

/** How the help of these commands describes it. */
export const ISSUE_HELP = `  --format <name>      human (default)     file:line:column severity rule: text
                       json                one object a line
                       operation-outcome   one OperationOutcome a line; meta.source says of what
                       github              annotations of a GitHub workflow
  --severity <name>    the least that is shown: error, warning or information
                       (default: warning for human and github, information for the others)`;
/** @param width How long the names of options are in that help. */
export function definitionsHelp(width = 20): string {
  const line = (option: string, text: string) => `  ${option.padEnd(width)} ${text}`;
  return [
    line("--definitions <file>", "definitions of your own, such as MessageDefinitions with the GraphDefinitions that they name, in"),
    line("", "JSON or XML: a file, a folder or a glob; may be given more than once"),
    line("--package <name>", "a FHIR package: name#version, a .tgz file, or the folder of one that is unpacked; or a definition (.json,"),
    line("", ".xml); may be given more than once. By name it is found in ~/.fhir/packages, and so is what packages"),
    line("", "depend on; nothing is downloaded without --registry"),
    line("--package-cache <folder>", ""),
    line("", "where that is looked for instead (default: the environment's FHIR_PACKAGE_CACHE); what packages were"),
    line("", "compiled to is kept there, too"),
    line("--package-lock <file>", ""),
    line("", "records the packages that were used, with their digests; where it is there, they must be the same"),
    line("--registry <url>", "where packages are downloaded from that are not there: <url>/<name>/<version> gives a .tgz"),
    line("--verbose", "says each thing that is to be said of the packages, and not only the first"),
  ]
    .map((text) => text.trimEnd())
    .join("\n");
}

/** @param width As in `definitionsHelp`. */
export const guideHelp = (
  width = 20,
) => `  ${"--events <file>".padEnd(width)} profiles that resources in messages have to meet, where no definition says so: a JSON object of events
  ${" ".repeat(width)} (system|code, code or URI), in each resource types, or focus, with lists of profiles
  ${"--strict-focus".padEnd(width)} the focus of a MessageDefinition is what MessageHeader.focus refers to also where it names a Bundle or
  ${" ".repeat(width)} MessageHeader; otherwise it then lists what is in the message
  ${"--suppress <file>".padEnd(width)} issues that are passed over, or taken less seriously: a JSON list of objects with rule, path, profile
  ${" ".repeat(width)} or hl7Id, and severity (default off) and reason (docs/suppress.md); may be given more than once
  ${"--advisor-file <file>".padEnd(width)} ${" ".repeat(Math.max(0, width - 21))}the same as HL7's validator has it: a list of its message ids, as JSON or text; may be given more than
  ${" ".repeat(width)} once`;

/** The options and the other arguments. @throws {UsageError} when this command has no such ones. */
export function parse<Known extends Options>(args: string[], options: Known) {
  // An unknown name is looked for first: what Node says of it does not know which is nearest.
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const near = nearest(token.name, Object.keys(options));
    throw new UsageError(`there is no option ${token.rawName}${near === undefined ? "" : `; is --${near} meant?`}`);
  }
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // Node says it on several lines.
    throw new UsageError((error instanceof Error ? error.message : String(error)).replaceAll("\n", " "));
  }
}

export interface IssueSettings {
  format: FormatName;
  /** The least severity that is shown. */
  severity: LeastSeverity;
  /** Whether texts may quote the messages. */
  showValues: boolean;
}

type Maybe<Value> = Value | undefined;

/** What is asked for beside what definitions say, and what of them is not. */
export interface GuideSettings {
  /** The file that says which profiles events ask for. */
  events: string | undefined;
  strictFocus: boolean;
  /** Files that say which issues are suppressed. */
  suppress: string[];
  /** Those of HL7's validator. */
  advisorFiles: string[];
}

export function guideSettings(values: {
  events?: Maybe<string>;
  "strict-focus"?: Maybe<boolean>;
  suppress?: Maybe<string[]>;
  "advisor-file"?: Maybe<string[]>;
}): GuideSettings {
  const { events, suppress = [], "advisor-file": advisorFiles = [], "strict-focus": strictFocus = false } = values;
  return { events, strictFocus, suppress, advisorFiles };
}

/** What is known beside R4. */
export interface DefinitionsSettings {
  /** Files, folders and globs. */
  definitions: string[];
  /** Packages by name and version, files and folders of them. */
  packages: string[];
  packageCache: string | undefined;
  packageLock: string | undefined;
  /** Where packages are downloaded from that are not there. */
  registry: string | undefined;
  /** Whether all is told that is said of the packages. */
  verbose: boolean;
}

export function definitionsSettings(values: {
  definitions?: Maybe<string[]>;
  package?: Maybe<string[]>;
  "package-cache"?: Maybe<string>;
  "package-lock"?: Maybe<string>;
  registry?: Maybe<string>;
  verbose?: Maybe<boolean>;
}): DefinitionsSettings {
  const { registry } = values;
  if (registry !== undefined && !/^https?:\/\/./.test(registry)) throw new UsageError("--registry must be an http or https URL");
  return {
    definitions: values.definitions ?? [],
    packages: values.package ?? [],
    packageCache: values["package-cache"],
    packageLock: values["package-lock"],
    registry,
    verbose: values.verbose ?? false,
  };
}

export function issueSettings(values: { format?: Maybe<string>; severity?: Maybe<string>; "show-values"?: Maybe<boolean> }): IssueSettings {
  const format = oneOf("format", values.format ?? "human", FORMATS);
  const usual = format === "human" || format === "github" ? "warning" : "information";
  return {
    format,
    severity: oneOf("severity", values.severity ?? usual, SEVERITIES),
    showValues: values["show-values"] ?? false,
  };
}

/** Files, folders and globs; `-` is what comes on stdin, and nothing at all stands for that where stdin is not a terminal. */
export function inputNames(names: string[], terminal: boolean, what: string): string[] {
  if (names.length === 0 && terminal) throw new UsageError(`name the files to ${what}, or - for stdin`);
  return names.length === 0 ? ["-"] : names;
}

export function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const name = names.find((name) => name === value);
  if (name === undefined) throw new UsageError(`--${option} must be one of ${names.join(", ")}`);
  return name;
}

/** The value of `--terminology-server`. */
export function terminologyUrl(value: string | undefined): string | undefined {
  if (value !== undefined && "fault" in readBaseUrl(value)) {
    throw new UsageError("--terminology-server must be an absolute http or https URL, without a password, query or fragment");
  }
  return value;
}

/** The number in the text that an option was given, if it was given. */
export function wholeNumber(option: string, value: string | undefined, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`--${option} must be a whole number from ${least} to ${most}`);
}
