/** The forms in which it is written what came of messages. */
import { toOperationOutcome } from "../../operation-outcome.js";
import type { CreatedResource, SendResult } from "../../types/exchange.js";
import type { Issue, OperationOutcomeIssue, ValidationReport } from "../../types/validation.js";
import type { FormatName, IssueSettings } from "../arguments.js";
import { atLeast, githubIssues, humanIssues, outcomeLine, shown } from "../formats.js";
import { SuppressedIssues } from "../guide.js";
import { nameOf, type Place } from "../inputs.js";
import { count, jsonLine, number, printable } from "../terminal.js";

export interface SentMessage {
  place: Place;
  /** `interrupted` when the user ended it before there was a result. */
  result: SendResult | "interrupted";
}

type SentFormat = (sent: SentMessage, settings: IssueSettings) => string;

const INTERRUPTED = "It was interrupted: whether the receiver has processed the message is not known.";

/** An interruption as a result, so that there is one kind of them to write. */
const INTERRUPTED_RESULT = {
  outcome: "interrupted",
  issues: [{ severity: "error", code: "transient", rule: "send-interrupted", message: INTERRUPTED, expression: "", pointer: "" }],
  attempts: [],
} as const;

export const sentFormats: Record<FormatName, SentFormat> = {
  human: (sent, settings) => {
    const { place } = sent;
    const { report, issues, theirs } = saidOf(sent, settings);
    const told = theirs.map((issue) => printable(`${nameOf(place)} the receiver: ${issue.severity} ${issue.code}: ${textOf(issue)}`));
    return [`${printable(verdict(sent))}\n`, humanIssues(place, [...report, ...issues]), ...told.map((line) => `${line}\n`)].join("");
  },

  json: (sent, settings) => {
    const { outcome, messageId, retryAfter, attempts, answer, report } = resultOf(sent);
    const { issues, theirs } = saidOf(sent, settings);
    const line = {
      ...sent.place,
      outcome,
      messageId,
      status: answer?.status,
      failure: answer?.failure,
      retryAfter,
      created: answer?.created ?? [],
      issues,
      ...(settings.showValues && { outcomeIssues: theirs }),
      report: report && atLeast(settings.severity, report),
      attempts,
    };
    return jsonLine(line);
  },

  "operation-outcome": (sent, settings) => {
    const { report, issues, theirs } = saidOf(sent, settings);
    const created = (resultOf(sent).answer?.created ?? []).map((resource) =>
      informationOf(`The receiver created or updated ${createdName(resource)}.`),
    );
    const { retryAfter } = resultOf(sent);
    const asked = retryAfter === undefined ? [] : [informationOf(sentence(waitFor(retryAfter)))];
    const ours = [...report, ...issues];
    const made = toOperationOutcome({ issues: ours } as unknown as ValidationReport);
    const others = [...created, ...asked, ...theirs];
    // Without issues of ours it says that there are none: that is only true when there are no others.
    const issue = ours.length === 0 && others.length > 0 ? others : [...made.issue, ...others];
    return outcomeLine(sent.place, { ...made, issue });
  },

  github: (sent, settings) => {
    const { report, issues, theirs } = saidOf(sent, settings);
    const told = theirs.map((issue) => ({ ...PLACELESS, severity: issue.severity, rule: "the receiver", message: textOf(issue) }));
    // Behind a word of ours, since a file may be called like a command.
    return `fhirpost: ${printable(verdict(sent))}\n${githubIssues(sent.place, [...report, ...issues, ...told])}`;
  },
};

const PLACELESS = { code: "processing", expression: "", pointer: "" } as const;

function resultOf({ result }: SentMessage): Omit<SendResult, "outcome" | "issues"> & { outcome: string; issues: readonly Issue[] } {
  return result === "interrupted" ? { ...INTERRUPTED_RESULT, attempts: [] } : result;
}

/** What is shown of the issues: those of the message, those of sending it, and the receiver's own, whose texts may quote the message. */
function saidOf(sent: SentMessage, { severity, showValues }: IssueSettings) {
  const { report, issues, answer } = resultOf(sent);
  return {
    report: shown(severity, report?.issues ?? []),
    issues: shown(severity, [...issues]),
    theirs: showValues ? shown(severity, answer?.outcomeIssues ?? []) : [],
  };
}

/** Such as `message.json ok: HTTP 200, created ServiceRequest/41, 1 attempt, 0.2 s`. */
function verdict(sent: SentMessage): string {
  const { outcome, answer, attempts, retryAfter } = resultOf(sent);
  const created = answer?.created.map(createdName) ?? [];
  const milliseconds = attempts.reduce((sum, attempt) => sum + attempt.milliseconds, 0);
  const parts =
    attempts.length === 0
      ? [outcome === "interrupted" ? outcome : "not sent"]
      : [
          answer === undefined || answer.status === 0 ? "no answer" : `HTTP ${answer.status}`,
          ...(created.length === 0 ? [] : [`created ${created.join(", ")}`]),
          count(attempts.length, "attempt"),
          `${(milliseconds / 1000).toFixed(1)} s`,
          ...(retryAfter === undefined ? [] : [waitFor(retryAfter)]),
        ];
  return `${nameOf(sent.place)} ${outcome}: ${parts.join(", ")}`;
}

const waitFor = (seconds: number) => `the receiver asks to wait ${number(seconds)} s before it is sent again`;

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function informationOf(text: string): OperationOutcomeIssue {
  return { severity: "information", code: "informational", details: { text } };
}

function createdName({ type, id }: CreatedResource): string {
  return `${type}/${id}`;
}

function textOf({ details, diagnostics, code }: OperationOutcomeIssue): string {
  const { text, coding } = details ?? {};
  return [text ?? coding?.[0]?.display ?? coding?.[0]?.code, diagnostics].filter(Boolean).join(" ") || code;
}

const GOOD = ["ok", "accepted"];

/** What all results of sending come to, for the closing line. */
export class SendSummary {
  readonly #start = performance.now();
  readonly #outcomes = new Map<string, number>();
  readonly #suppressed = new SuppressedIssues();
  #created = 0;
  #messages = 0;
  /** How many the receiver has neither processed nor accepted. */
  notSent = 0;

  add({ result }: SentMessage): void {
    const outcome = result === "interrupted" ? result : result.outcome;
    this.#messages += 1;
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    if (!GOOD.includes(outcome)) this.notSent += 1;
    if (result === "interrupted") return;
    this.#created += result.answer?.created.length ?? 0;
    this.#suppressed.add(result.report?.suppressed);
  }

  /** Such as `3 messages: 2 ok, 1 refused; 2 resources created; 15/s, 0.2 s`. */
  text(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const outcomes = [...this.#outcomes].map(([outcome, times]) => `${number(times)} ${outcome}`);
    const messages = count(this.#messages, "message");
    const suppressed = this.#suppressed.text();
    const sentences = [
      outcomes.length === 0 ? messages : `${messages}: ${outcomes.join(", ")}`,
      `${count(this.#created, "resource")} created`,
      ...(suppressed === undefined ? [] : [suppressed]),
      `${number(this.#messages / seconds)}/s, ${seconds.toFixed(1)} s`,
    ];
    return `${sentences.join("; ")}\n`;
  }
}
