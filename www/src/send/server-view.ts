/** What the server says of itself, as far as it matters to a message. */
import { severityIcon } from "../check/severity.js";
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { type IconName, icon } from "../icons.js";
import { texts } from "../texts.js";
import type { ServerSays } from "./send.worker.js";

/** A server may take hundreds of events. */
const MOST_EVENTS = 8;
const LONGEST_NAME = 80;

export function serverView(says: ServerSays, issues: Issue[], hasMessage: boolean): HTMLElement {
  const unsaid = whyUnsaid(says);
  if (unsaid !== undefined) return line("warning", unsaid);
  const errors = issues.some(isError);
  const headline = errors
    ? texts.server.fitsNot
    : issues.length > 0
      ? texts.server.notes
      : hasMessage
        ? texts.server.fits
        : texts.server.fitsNoMessage;
  return element(
    "div",
    { class: "server-says" },
    line(errors ? "error" : issues.length > 0 ? "warning" : "ok", headline),
    issueLines(issues),
    element("p", { class: "muted hint" }, facts(says)),
  );
}

/** Why nothing is known of the server, in words; nothing when it has said what it can do. */
export function whyUnsaid({ status, failure, capability }: ServerSays): string | undefined {
  const { unsaid } = texts.server;
  if (failure !== undefined) return unsaid[failure];
  if (status !== 200) return unsaid.status(status);
  if (capability?.issues.some(({ rule }) => rule === "capability-type")) return unsaid.statement;
  return undefined;
}

export function issueLines(issues: Issue[]): HTMLElement {
  return element(
    "ul",
    { class: "plain" },
    ...issues.map(({ severity, message }) => element("li", {}, icon(severityIcon[severity]), message)),
  );
}

export const isError = ({ severity }: Issue) => severity === "error" || severity === "fatal";

function line(name: IconName, text: string): HTMLElement {
  return element("p", { class: "line" }, icon(name), element("span", {}, text));
}

function facts({ capability }: ServerSays): string {
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
