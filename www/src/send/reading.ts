/** Puts an exchange into words: what happened to the message, and what to do next. No DOM here. */
import type { Route } from "fhirpost";
import { texts } from "../texts.js";
import type { Answered, Exchange } from "./exchange.js";
import type { AnswerIssue, ReadBody } from "./outcome.js";

export interface Reading {
  tone: "ok" | "warning" | "error";
  /** What happened, in one sentence. */
  headline: string;
  advice: string[];
  resources: { name: string; change: "created" | "updated" }[];
  location: string | undefined;
  issues: AnswerIssue[];
  raw: string | undefined;
}

const NOTHING = { advice: [], resources: [], location: undefined, issues: [], raw: undefined };

/** What the message that was sent said of itself. */
export interface Sent {
  messageId: string | undefined;
  focus: string[];
}

export function readFailure(kind: Exclude<Exchange["kind"], "answered">): Reading {
  const headline = {
    redirected: texts.answer.redirected,
    unreachable: texts.answer.unreachable,
    cors: texts.answer.cors,
    cancelled: texts.send.cancelled,
  };
  return { ...NOTHING, tone: kind === "cancelled" ? "warning" : "error", headline: headline[kind] };
}

export function readAnswer(answered: Answered, body: ReadBody, route: Route | undefined, sent: Sent): Reading {
  const reading = { ...judge(answered, body, route), location: answered.location, issues: body.issues, raw: answered.text };
  const advice = [...reading.advice];
  if (answered.cut === "too-long") advice.push(texts.answer.cutShort);
  if (answered.cut === "broken") advice.push(texts.answer.incomplete);
  const answeredId = route?.response?.identifier;
  if (answeredId !== undefined && sent.messageId !== undefined && answeredId !== sent.messageId) advice.push(texts.answer.otherMessage);
  const resources = (route?.kind === "response" ? route.focus : []).map((focus) => {
    const name = focus.type !== undefined && focus.id !== undefined ? `${focus.type}/${focus.id}` : focus.reference;
    return { name, change: sent.focus.includes(name) ? ("updated" as const) : ("created" as const) };
  });
  return { ...reading, advice, resources };
}

function judge({ status, text }: Answered, body: ReadBody, route: Route | undefined): Pick<Reading, "tone" | "headline" | "advice"> {
  if (status >= 500) return { tone: "error", headline: texts.answer.failedServer, advice: [] };
  if (status >= 400) {
    const known = texts.answer.advice[status];
    return {
      tone: "error",
      headline: texts.answer.refused,
      advice: known === undefined ? [] : [known, ...(status === 422 ? [texts.answer.sameAgain] : [])],
    };
  }
  const code = route?.kind === "response" ? route.response?.code : undefined;
  if (code === "ok") return { tone: "ok", headline: texts.answer.accepted, advice: [] };
  if (code === "transient-error") return { tone: "warning", headline: texts.answer.transient, advice: [] };
  if (code === "fatal-error") return { tone: "error", headline: texts.answer.fatal, advice: [texts.answer.sameAgain] };
  if (text.trim() === "") return { tone: "ok", headline: texts.answer.acceptedLater, advice: [] };
  if (body.resourceType === "OperationOutcome") {
    const failed = body.issues.some((issue) => issue.severity === "error" || issue.severity === "fatal");
    return failed
      ? { tone: "error", headline: texts.answer.fatal, advice: [] }
      : { tone: "ok", headline: texts.answer.accepted, advice: [] };
  }
  return { tone: "warning", headline: texts.answer.notFhir, advice: [] };
}
