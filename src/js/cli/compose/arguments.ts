/** The arguments of `fhirpost compose`. */
import type { MessageEvent } from "../../types/validation.js";
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
  ISSUE_HELP,
  ISSUE_OPTIONS,
  type IssueSettings,
  issueSettings,
  parse,
  UsageError,
} from "../arguments.js";

export interface ComposeSettings extends IssueSettings, DefinitionsSettings, GuideSettings {
  event: MessageEvent;
  /** Files, folders and globs of what the message is about. */
  focus: string[];
  /** Those of everything else. */
  resources: string[];
  source: string | undefined;
  destinations: string[];
  header: string | undefined;
  base: string | undefined;
  /** Where the message is written, unless that is stdout. */
  out: string | undefined;
  pretty: boolean;
}

export const COMPOSE_HELP = `Makes a message of an event and its resources: the MessageHeader, ids and fullUrls, and the references between them.

Usage: fhirpost compose <event> [options]

The event is a code that one known event has, system|code, or a URI. The message goes to stdout or --out, what is to be said of it
to stderr. A message that is not valid is written all the same.

  --focus <file>       what the message is about: a file, a folder, a glob, or - for stdin
  --resource <file>    everything else that is in it, likewise; both may be given more than once
                       A file holds one resource as JSON, .ndjson and .jsonl one on each line. Of a Bundle its entries are taken,
                       with their fullUrls, but not a MessageHeader: the message gets its own.
  --source <url>       MessageHeader.source.endpoint: who sends
  --destination <url>  MessageHeader.destination.endpoint: who receives; may be given more than once
  --header <file>      a JSON object with other elements of the MessageHeader, such as sender or reason
  --base <url>         the base URL of the server at which resources with an id have their fullUrl; without it that is a urn:uuid
${definitionsHelp()}
${guideHelp()}
  --out <file>         where the message is written; a new file is readable for its owner alone
  --pretty             on many lines, indented

How the issues are written, to stderr:
${ISSUE_HELP}
  --show-values        texts may quote values of the message
  --help

Exit code: 0 the message is valid, 1 it is not, 2 wrong usage or something could not be read; nothing is written then.
`;

const OPTIONS = {
  ...HELP_OPTION,
  ...ISSUE_OPTIONS,
  ...DEFINITIONS_OPTIONS,
  ...GUIDE_OPTIONS,
  focus: { type: "string", multiple: true },
  resource: { type: "string", multiple: true },
  source: { type: "string" },
  destination: { type: "string", multiple: true },
  header: { type: "string" },
  base: { type: "string" },
  out: { type: "string" },
  pretty: { type: "boolean" },
} as const;

export function readComposeArguments(args: string[]): ComposeSettings | "help" {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  const [event, second] = positionals;
  if (event === undefined || event === "") throw new UsageError("name the event of the message");
  if (second !== undefined) throw new UsageError("one message has one event: name files with --focus and --resource");
  const [focus, resources] = [values.focus ?? [], values.resource ?? []];
  if ([...focus, ...resources].filter((name) => name === "-").length > 1) throw new UsageError("stdin can be read only once");
  return {
    ...issueSettings(values),
    ...definitionsSettings(values),
    ...guideSettings(values),
    event: readEvent(event),
    focus,
    resources,
    source: values.source,
    destinations: values.destination ?? [],
    header: values.header,
    base: values.base,
    out: values.out,
    pretty: values.pretty ?? false,
  };
}

/** `system|code`, a URI, which has a colon, or a code. */
function readEvent(text: string): MessageEvent {
  const bar = text.lastIndexOf("|");
  if (bar !== -1) return { system: text.slice(0, bar), code: text.slice(bar + 1) };
  return text.includes(":") ? { uri: text } : { code: text };
}
