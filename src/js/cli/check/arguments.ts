/** The arguments of `fhirpost check`. */
import type { ValidateOptions } from "../../types/validation.js";
import {
  DEFINITIONS_OPTIONS,
  type DefinitionsSettings,
  definitionsHelp,
  definitionsSettings,
  GUIDE_OPTIONS,
  type GuideSettings,
  guideHelp,
  guideSettings,
  HELP_OPTION,
  INPUT_OPTIONS,
  ISSUE_HELP,
  ISSUE_OPTIONS,
  type IssueSettings,
  inputNames,
  issueSettings,
  oneOf,
  parse,
  QUIET_OPTION,
  terminologyUrl,
  UsageError,
  wholeNumber,
} from "../arguments.js";

export interface CheckSettings extends IssueSettings, DefinitionsSettings, GuideSettings {
  /** Files, folders and globs; `-` is what comes on stdin. */
  names: string[];
  /** Whether each line is a message, whatever a file is called. */
  ndjson: boolean;
  message: boolean;
  quiet: boolean;
  concurrency: number | undefined;
  maxIssues: number | undefined;
  /** Profiles that each resource has to meet, whatever it claims. */
  profiles: string[];
  agree: "none" | "hl7";
  /** Other severities of rules. */
  severities: NonNullable<ValidateOptions["severities"]>;
  /** The instant by which limits of profiles are that are relative to now. */
  now: string;
  /** The base URL of the terminology server that is asked for codes. */
  terminologyServer: string | undefined;
  /** Whether issues carry the message ids of HL7's validator. */
  hl7Ids: boolean;
  /** Whether what can be fixed is fixed. */
  fix: boolean;
  /** Whether that is only shown. */
  dryRun: boolean;
  /** The outcomes that HL7's validator saved, to compare with. */
  compare: string | undefined;
}

export const CHECK_HELP = `Checks FHIR R4 messages and other resources, offline.

Usage: fhirpost check [options] [files, folders, globs, or - for stdin]

A file holds one resource as JSON; one that ends in .ndjson or .jsonl holds one on each line. A Bundle is validated by the rules of
its type, a message by those for messages, any other resource by its own. Without files, stdin is read.

${ISSUE_HELP}
  --fix                fixes what is certain: writes the files anew, and what came on stdin to stdout (issues then to stderr);
                       says what was fixed, and what is left; one thread fixes
  --dry-run            with --fix: says what it would fix, and writes nothing
  --message            a Bundle that is not a message is an error
  --profile <url>      each resource has to meet this profile, whatever it claims itself; repeatable
${definitionsHelp()}
${guideHelp()}
  --show-values        texts may quote values of the messages; otherwise they do not, since these are health data
  --ndjson             each line is a resource, whatever the file is called; also for stdin
  --rule <name>=<s>    the rule has this severity: error, warning, information or off; repeatable
  --agree hl7          what is decided otherwise than by HL7's validator, by choice, is as that has it (docs/choices.md)
  --now <instant>      when it is, for limits of profiles that are relative to now (default: the clock's time)
  --terminology-server <url>
                       codes that are not known here are asked of this FHIR server ($validate-code): they leave the machine with
                       their systems and value sets, nothing else does; one thread validates
  --compare <file>     compares the errors with those in an outcome that HL7's validator saved (-output), place by place:
                       says which only one of both has; the texts of HL7's are shown with --show-values
  --hl7-ids            issues carry the message ids of HL7's validator, where it has them
  --max-issues <n>     validate a message no further after so many issues (default 10000)
  --concurrency <n>    how many threads validate (default: as many as the machine runs at once)
  --quiet              no closing line and no progress
  --help

Exit code: 0 all are valid, 1 something is not, 2 wrong usage or something could not be read
(with --fix: or written). With --fix: as fixed. With --compare: 0 all verdicts agree, 1 some do not.
`;

const OPTIONS = {
  ...HELP_OPTION,
  ...INPUT_OPTIONS,
  ...ISSUE_OPTIONS,
  ...DEFINITIONS_OPTIONS,
  ...GUIDE_OPTIONS,
  ...QUIET_OPTION,
  fix: { type: "boolean" },
  "dry-run": { type: "boolean" },
  message: { type: "boolean" },
  profile: { type: "string", multiple: true },
  "max-issues": { type: "string" },
  agree: { type: "string" },
  rule: { type: "string", multiple: true },
  now: { type: "string" },
  compare: { type: "string" },
  "hl7-ids": { type: "boolean" },
  "terminology-server": { type: "string" },
  concurrency: { type: "string" },
} as const;

export function readCheckArguments(args: string[], terminal: boolean): CheckSettings | "help" {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  if (values.compare !== undefined && values.fix) throw new UsageError("--compare and --fix exclude each other");
  if (values["dry-run"] && !values.fix) throw new UsageError("--dry-run belongs to --fix");
  const terminologyServer = terminologyUrl(values["terminology-server"]);
  if (terminologyServer !== undefined && values.fix) throw new UsageError("--terminology-server and --fix exclude each other");
  const now = values.now ?? new Date().toISOString();
  if (Number.isNaN(Date.parse(now))) throw new UsageError("--now must be an instant, such as 2026-01-31T12:00:00Z");
  return {
    ...issueSettings(values),
    ...definitionsSettings(values),
    ...guideSettings(values),
    names: inputNames(positionals, terminal, "check"),
    ndjson: values.ndjson ?? false,
    message: values.message ?? false,
    quiet: values.quiet ?? false,
    profiles: values.profile ?? [],
    concurrency: wholeNumber("concurrency", values.concurrency, 1, 1024),
    maxIssues: wholeNumber("max-issues", values["max-issues"], 1, 2 ** 32 - 1),
    severities: Object.fromEntries((values.rule ?? []).map(severityOf)),
    agree: oneOf("agree", values.agree ?? "none", ["none", "hl7"]),
    now,
    terminologyServer,
    hl7Ids: values["hl7-ids"] ?? false,
    fix: values.fix ?? false,
    dryRun: values["dry-run"] ?? false,
    compare: values.compare,
  };
}

/** `name=severity`. */
function severityOf(text: string): [string, "error" | "warning" | "information" | "off"] {
  const [name = "", severity = ""] = text.split("=", 2);
  if (name === "") throw new UsageError("--rule must be a rule and its severity, such as url-example=error");
  return [name, oneOf("rule", severity, ["error", "warning", "information", "off"])];
}
