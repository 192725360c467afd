/** What the server says of itself, as far as it matters to a message. */
import { signal } from "@preact/signals";
import { Icon, type IconName, severityIcon } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { sendWorker } from "../workers.js";
import { isRelayed } from "./relay.js";
import type { ServerMetadata } from "./send.worker.js";

/** A server may take hundreds of events. */
const MOST_EVENTS = 8;
const LONGEST_NAME = 80;

interface Statement {
  says: ServerMetadata;
  /** Of this message, if there is one. */
  issues: Issue[];
  hasMessage: boolean;
}

const shown = signal<Statement | undefined>(undefined);

/** What servers have said of themselves in this visit. */
const known = new Map<string, ServerMetadata>();

export function clear(): void {
  shown.value = undefined;
}

/** The types of resources that a server lets be read by their address, as far as that is known. */
export const reads = (base: string): string[] => known.get(base)?.reads ?? [];

/**
 * What speaks against this message by what the server says; it is asked once in a visit.
 * @param asking Called when it is asked.
 */
export async function objections(base: string, text: string, signal: AbortSignal, asking: () => void): Promise<Issue[]> {
  let says = known.get(base);
  if (says === undefined) {
    asking();
    says = await sendWorker.ask("readMetadata", [base, isRelayed(base)], { signal });
    // An answer that did not come may come the next time, and sending says the same of it.
    if (says.failure !== undefined) return [];
    known.set(base, says);
  }
  const issues = whyUnsaid(says) === undefined ? await sendWorker.ask("fits", [base, text], { signal }) : [];
  if (issues === undefined) {
    // The worker that had read it is gone. Sending says the same of it.
    known.delete(base);
    return [];
  }
  shown.value = { says, issues, hasMessage: true };
  return issues;
}

/** Asks the server anew, and shows what it says of this message, if there is one, once `done` was called. */
export async function check(base: string, text: string, signal: AbortSignal, done: () => void): Promise<void> {
  const says = await sendWorker.ask("readMetadata", [base, isRelayed(base)], { signal });
  if (says.failure === undefined) known.set(base, says);
  else known.delete(base);
  const hasMessage = text.trim() !== "";
  const issues = (hasMessage ? await sendWorker.ask("fits", [base, text], { signal }) : undefined) ?? [];
  done();
  shown.value = { says, issues, hasMessage };
}

export function ServerStatement() {
  return (
    <div class="server" role="status">
      {shown.value && <Statement {...shown.value} />}
    </div>
  );
}

function Statement({ says, issues, hasMessage }: Statement) {
  const unsaid = whyUnsaid(says);
  if (unsaid !== undefined) return <Line name="warning" text={unsaid} />;
  const { fitsNot, notes, fits, fitsNoMessage } = texts.server;
  const [name, headline]: [IconName, string] = issues.some(isError)
    ? ["error", fitsNot]
    : issues.length > 0
      ? ["warning", notes]
      : ["ok", hasMessage ? fits : fitsNoMessage];
  return (
    <div class="server-says">
      <Line name={name} text={headline} />
      <IssueLines issues={issues} />
      <p class="muted hint">{facts(says)}</p>
    </div>
  );
}

/** Why nothing is known of the server, in words; nothing when it has said what it can do. */
function whyUnsaid({ status, failure, capability }: ServerMetadata): string | undefined {
  const { unsaid } = texts.server;
  if (failure !== undefined) return unsaid[failure];
  if (status !== 200) return unsaid.status(status);
  if (capability?.issues.some(({ rule }) => rule === "capability-type")) return unsaid.statement;
  return undefined;
}

export function IssueLines({ issues }: { issues: Issue[] }) {
  return (
    <ul class="plain">
      {issues.map(({ severity, message }, at) => (
        <li key={at}>
          <Icon name={severityIcon[severity]} />
          {message}
        </li>
      ))}
    </ul>
  );
}

export const isError = ({ severity }: Issue) => severity === "error" || severity === "fatal";

function Line({ name, text }: { name: IconName; text: string }) {
  return (
    <p class="line">
      <Icon name={name} />
      <span>{text}</span>
    </p>
  );
}

function facts({ capability }: ServerMetadata): string {
  const events = (capability?.events ?? [])
    .filter(({ mode }) => mode !== "sender")
    .flatMap(({ event, definition }) => event?.code ?? event?.uri ?? definition ?? [])
    .map((name) => name.slice(0, LONGEST_NAME));
  const more = events.length > MOST_EVENTS ? [texts.answer.more(events.length - MOST_EVENTS)] : [];
  const names = [...events.slice(0, MOST_EVENTS), ...more].join(", ");
  return [
    ...(capability?.fhirVersion === undefined ? [] : [texts.server.version(capability.fhirVersion.slice(0, LONGEST_NAME))]),
    ...(names === "" ? [] : [texts.server.events(names)]),
  ].join(" · ");
}
