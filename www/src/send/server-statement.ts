/** What the server says of itself, as far as it matters to a message. */
import { element, type IconName, icon, severityIcon } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import type { WorkerClient } from "../workers/client.js";
import type { Progress, SendOperations, ServerMetadata } from "./send.worker.js";

/** A server may take hundreds of events. */
const MOST_EVENTS = 8;
const LONGEST_NAME = 80;

export class ServerStatement {
  readonly element = element("div", { class: "server", role: "status" });
  readonly #sender: WorkerClient<SendOperations, Progress>;
  /** What servers have said of themselves in this visit. */
  readonly #says = new Map<string, ServerMetadata>();

  constructor(sender: WorkerClient<SendOperations, Progress>) {
    this.#sender = sender;
  }

  clear(): void {
    this.element.replaceChildren();
  }

  /** The types of resources that a server lets be read by their address, as far as that is known. */
  reads(base: string): string[] {
    return this.#says.get(base)?.reads ?? [];
  }

  /**
   * What speaks against this message by what the server says; it is asked once in a visit.
   * @param asking Called when it is asked.
   */
  async objections(base: string, text: string, signal: AbortSignal, asking: () => void): Promise<Issue[]> {
    let says = this.#says.get(base);
    if (says === undefined) {
      asking();
      says = await this.#sender.ask("readMetadata", [base], { signal });
      // An answer that did not come may come the next time, and sending says the same of it.
      if (says.failure !== undefined) return [];
      this.#says.set(base, says);
    }
    const issues = whyUnsaid(says) === undefined ? await this.#sender.ask("fits", [base, text], { signal }) : [];
    if (issues === undefined) {
      // The worker that had read it is gone. Sending says the same of it.
      this.#says.delete(base);
      return [];
    }
    this.element.replaceChildren(statementView(says, issues, true));
    return issues;
  }

  /** Asks the server anew, and shows what it says of this message, if there is one, once `done` was called. */
  async check(base: string, text: string, signal: AbortSignal, done: () => void): Promise<void> {
    const says = await this.#sender.ask("readMetadata", [base], { signal });
    if (says.failure === undefined) this.#says.set(base, says);
    else this.#says.delete(base);
    const hasMessage = text.trim() !== "";
    const issues = (hasMessage ? await this.#sender.ask("fits", [base, text], { signal }) : undefined) ?? [];
    done();
    this.element.replaceChildren(statementView(says, issues, hasMessage));
  }
}

function statementView(says: ServerMetadata, issues: Issue[], hasMessage: boolean): HTMLElement {
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
function whyUnsaid({ status, failure, capability }: ServerMetadata): string | undefined {
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
