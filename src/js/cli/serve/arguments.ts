/** The arguments of `fhirpost serve`. */
import { readBaseUrl } from "../../web-addresses.js";
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
  parse,
  QUIET_OPTION,
  terminologyUrl,
  UsageError,
  wholeNumber,
} from "../arguments.js";

export interface ServeSettings extends DefinitionsSettings, GuideSettings {
  port: number;
  host: string;
  /** The SQLite file that was asked for. */
  store: string | undefined;
  memory: boolean;
  /** The base URL of the terminology server that is asked for codes. */
  terminologyServer: string | undefined;
  requireToken: boolean;
  tokenFile: string | undefined;
  base: string | undefined;
  maxBytes: number | undefined;
  quiet: boolean;
}

/** Where answers are kept unless something else is asked for. */
export const DEFAULT_STORE = "fhirpost-answers.db";

const PORT = 8080;
const LAST_PORT = 65535;
const LONGEST_BODY = 64 * 1024 * 1024;

export const SERVE_HELP = `Receives FHIR R4 messages at [base]/$process-message, validates and answers them: what a sender needs to try sending out.

Usage: fhirpost serve [options]

It answers Netsmart's submit-service-request and update-service-request as a server that opens and changes referrals would, and
every event of --definitions with ok. It stores nothing of the messages but its answers, so that a message that comes twice is
answered alike; an answer quotes the referral, and so is health data. The address goes to stdout as soon as it is ready, a line for
each request, without anything of it, to stderr. Ctrl+C and SIGTERM end it when the open requests are answered.

  --port <n>           where it listens (default ${PORT}); 0 takes a free one
  --host <address>     the address on which it listens (default 127.0.0.1: this machine alone). One that can be reached from outside
                       needs --require-token and a token of yours.
  --store <file>       the SQLite file in which answers are kept (default ${DEFAULT_STORE}, in this folder), readable for its
                       owner alone. It takes better-sqlite3, or Node 22.13 or later; without either, the default is memory.
  --memory             answers are kept in memory, and forgotten at the end
${definitionsHelp()}
${guideHelp()}
  --terminology-server <url>
                       codes that are not known here are asked of this FHIR server ($validate-code), ten seconds at most for each
                       message: they leave the machine with their systems and value sets, nothing else does
  --require-token      only a request with a bearer token is answered: with the one of --token-file or, without that, of the
                       environment's FHIRPOST_TOKEN; without either, any token will do
  --token-file <file>  the token is in this file
  --base <url>         the base URL as senders write it, where that is not this address
  --max-bytes <n>      the longest body that is read (default 16777216)
  --quiet              no line for each request
  --help

Exit code: 0 it was ended, 2 wrong usage or it could not start.
`;

const OPTIONS = {
  ...HELP_OPTION,
  ...DEFINITIONS_OPTIONS,
  ...GUIDE_OPTIONS,
  ...QUIET_OPTION,
  port: { type: "string" },
  host: { type: "string" },
  store: { type: "string" },
  memory: { type: "boolean" },
  "require-token": { type: "boolean" },
  "token-file": { type: "string" },
  base: { type: "string" },
  "terminology-server": { type: "string" },
  "max-bytes": { type: "string" },
} as const;

export function readServeArguments(args: string[]): ServeSettings | "help" {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  if (positionals.length > 0) throw new UsageError("serve takes options only");
  const { store, memory = false, base, "require-token": requireToken = false, "token-file": tokenFile } = values;
  if (store !== undefined && memory) throw new UsageError("--store and --memory exclude each other");
  if (store === "") throw new UsageError("--store must name a file");
  if (tokenFile !== undefined && !requireToken) throw new UsageError("--token-file goes with --require-token");
  if (base !== undefined && isMalformed(base)) throw new UsageError("--base must be an absolute http or https URL");
  return {
    ...definitionsSettings(values),
    ...guideSettings(values),
    port: wholeNumber("port", values.port, 0, LAST_PORT) ?? PORT,
    host: values.host ?? "127.0.0.1",
    store,
    memory,
    terminologyServer: terminologyUrl(values["terminology-server"]),
    requireToken,
    tokenFile,
    base,
    maxBytes: wholeNumber("max-bytes", values["max-bytes"], 1, LONGEST_BODY),
    quiet: values.quiet ?? false,
  };
}

/** What else a base may not have, the receiver says. */
function isMalformed(base: string): boolean {
  const read = readBaseUrl(base);
  return "fault" in read && read.fault === "malformed";
}
