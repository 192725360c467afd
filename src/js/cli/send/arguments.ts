/** The arguments of `fhirpost send`. */
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
  ISSUE_OPTIONS,
  type IssueSettings,
  inputNames,
  issueSettings,
  parse,
  QUIET_OPTION,
  UsageError,
  wholeNumber,
} from "../arguments.js";

export interface SendSettings extends IssueSettings, DefinitionsSettings, GuideSettings {
  /** Files, folders and globs; `-` is what comes on stdin. */
  names: string[];
  ndjson: boolean;
  base: string;
  tokenFile: string | undefined;
  tokenCommand: string | undefined;
  scope: string | undefined;
  async: boolean;
  responseUrl: string | undefined;
  /** Whether the receiver is asked first what it can do. */
  capability: boolean;
  retries: number;
  /** In milliseconds. */
  timeout: number;
  check: boolean;
  /** How many messages are under way at once. */
  concurrency: number;
  quiet: boolean;
}

const RETRIES = 2;
const TIMEOUT = 30;
const SECOND = 1000;

export const SEND_HELP = `Sends FHIR R4 messages to [base]/$process-message, and reads its answers.

Usage: fhirpost send --base <url> [options] [files, folders, globs, or - for stdin]

A file holds one message as JSON; one that ends in .ndjson or .jsonl holds one on each line. They are sent in their order, each when
the one before is answered. What is not valid is not sent. What failed for a while is sent again, with the ids that let a receiver
know it again.

  --base <url>           the base URL of the receiver
  --token-file <file>    the bearer token is in this file
  --token-command <cmd>  the bearer token is what this command of the shell prints; it runs again when the receiver refuses it
                         Without these it is the value of the environment's FHIRPOST_TOKEN, if there is one. It is not an argument
                         itself, since everybody on the machine can read those, and it is in no output.
  --scope <scopes>       the scopes of the token, where the token itself does not say
  --async                the answer may come later, at the sender's endpoint
  --response-url <url>   or here; goes with --async
  --capability           ask the receiver first whether it takes the message
  --retries <n>          how often a message is sent again (default ${RETRIES})
  --timeout <seconds>    how long one attempt may take (default ${TIMEOUT})
  --no-check             send also what is not valid, or not declared
${definitionsHelp(22)}
${guideHelp(22)}
  --concurrency <n>      how many messages are under way at once (default 1); they may arrive in another order then
  --format <name>        human (default)     for each message what came of it and the ids of what was created, and its issues
                         json                one object a line
                         operation-outcome   one OperationOutcome a line; meta.source says of what
                         github              annotations of a GitHub workflow
  --severity <name>      the least that is shown: error, warning or information
                         (default: warning for human and github, information for the others)
  --show-values          texts may quote values of the message, and the receiver's own texts are shown
  --ndjson               each line is a message, whatever the file is called; also for stdin
  --quiet                no closing line and no progress
  --help

Exit code: 0 the receiver has processed or accepted all, 1 something was not valid, was refused, failed or was not answered in FHIR,
2 wrong usage or something could not be read.
`;

const OPTIONS = {
  ...HELP_OPTION,
  ...INPUT_OPTIONS,
  ...ISSUE_OPTIONS,
  ...DEFINITIONS_OPTIONS,
  ...GUIDE_OPTIONS,
  ...QUIET_OPTION,
  base: { type: "string" },
  "token-file": { type: "string" },
  "token-command": { type: "string" },
  scope: { type: "string" },
  async: { type: "boolean" },
  "response-url": { type: "string" },
  capability: { type: "boolean" },
  retries: { type: "string" },
  timeout: { type: "string" },
  "no-check": { type: "boolean" },
  concurrency: { type: "string" },
} as const;

export function readSendArguments(args: string[], terminal: boolean): SendSettings | "help" {
  if (args.some((arg) => /^--token(=|$)/.test(arg))) {
    throw new UsageError(
      "a token is not an argument, since everybody on the machine can read those: use --token-file, --token-command or FHIRPOST_TOKEN",
    );
  }
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  if (values.base === undefined) throw new UsageError("--base is missing: the base URL of the receiver");
  if (values["token-file"] !== undefined && values["token-command"] !== undefined) {
    throw new UsageError("--token-file and --token-command exclude each other");
  }
  return {
    ...issueSettings(values),
    ...definitionsSettings(values),
    ...guideSettings(values),
    names: inputNames(positionals, terminal, "send"),
    ndjson: values.ndjson ?? false,
    base: values.base,
    tokenFile: values["token-file"],
    tokenCommand: values["token-command"],
    scope: values.scope,
    async: values.async ?? false,
    responseUrl: values["response-url"],
    capability: values.capability ?? false,
    retries: wholeNumber("retries", values.retries, 0, 100) ?? RETRIES,
    timeout: (wholeNumber("timeout", values.timeout, 1, 24 * 60 * 60) ?? TIMEOUT) * SECOND,
    check: !values["no-check"],
    concurrency: wholeNumber("concurrency", values.concurrency, 1, 256) ?? 1,
    quiet: values.quiet ?? false,
  };
}
