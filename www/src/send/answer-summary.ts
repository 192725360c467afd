/** What came of sending, in words: what happened to the message, and what to do next. */
import type { Answer, Route } from "../fhirpost.js";
import { texts } from "../texts.js";
import type { SendReply } from "./send.worker.js";

export interface AnswerSummary {
  tone: "ok" | "warning" | "error";
  /** What happened, in one sentence. */
  headline: string;
  /** What fhirpost knows of it, and what to do next. */
  advice: string[];
  /** Whether sending it once more is what to do next, or may be. */
  resend: boolean;
}

type Headline = keyof typeof texts.answer.headline;

/** Says no more than the headline does. */
const SAID = "answer-failed";

export function summaryOf({ result }: SendReply, category: Route["category"]): AnswerSummary {
  const { answer, outcome, issues } = result;
  if (answer === undefined || outcome === "invalid")
    return summary(
      "error",
      "notSent",
      issues.map(({ message }) => message),
    );
  const has = (rule: string) => answer.issues.some((issue) => issue.rule === rule);
  const known = answer.issues.filter(({ rule }) => rule !== SAID).map(({ message }) => message);
  switch (outcome) {
    case "ok":
      return summary("ok", "accepted", known);
    case "accepted":
      return summary("ok", "acceptedLater", known);
    case "refused":
      return refused(answer, has, known);
    case "failed":
      return summary(tone(answer), failedHeadline(answer, has), [...known, ...again(answer, category)], true);
    default:
      return summary("warning", notFhirHeadline(has), [...known, texts.answer.advice.againUnknown], true);
  }
}

/** What is to be said of a sending that was given up: whether the server has the message nobody knows. */
export function unansweredSummary(why: "cancelled" | "brokenOff", category: Route["category"]): AnswerSummary {
  return summary("warning", why, [renews(category) ? texts.answer.advice.againRenewed : texts.answer.advice.again], true);
}

/** R4, page messaging: how a message of this kind is sent again. Where the kind is not known, as a consequence. */
export function renews(category: Route["category"]): boolean {
  return category === "currency" || category === "notification";
}

function summary(tone: AnswerSummary["tone"], headline: Headline, advice: string[], resend = false): AnswerSummary {
  return { tone, headline: texts.answer.headline[headline], advice, resend };
}

function refused({ status, code }: Answer, has: (rule: string) => boolean, known: string[]): AnswerSummary {
  const { advice } = texts.answer;
  if (has("answer-redirect")) return summary("error", "redirected", [...known, advice.redirect]);
  if (has("network-cors")) return summary("error", "cors", known);
  if (code === "fatal-error") return summary("error", "fatal", [advice.useless]);
  if (status < 400) return summary("error", "fatal", [...known, advice.useless]);
  const next = { 401: advice.useless401, 403: advice.useless403, 404: advice.useless404, 409: advice.useless409 }[status];
  return summary("error", "refused", [...known, next ?? advice.useless]);
}

function failedHeadline({ code, status }: Answer, has: (rule: string) => boolean): Headline {
  if (has("network-timeout")) return "timeout";
  if (has("network-broken")) return "incomplete";
  if (has("network-unreachable")) return "unreachable";
  if (code === "transient-error") return "transient";
  return status < 500 ? "later" : "failedServer";
}

function notFhirHeadline(has: (rule: string) => boolean): Headline {
  if (has("answer-too-long")) return "tooLong";
  if (has("answer-identifier")) return "otherMessage";
  return has("answer-empty") ? "empty" : "notFhir";
}

function tone({ code, status }: Answer): AnswerSummary["tone"] {
  return code === "transient-error" || (status >= 400 && status < 500) ? "warning" : "error";
}

function again({ retryAfter }: Answer, category: Route["category"]): string[] {
  const { advice } = texts.answer;
  return [renews(category) ? advice.againRenewed : advice.again, ...(retryAfter === undefined ? [] : [advice.wait(retryAfter)])];
}
