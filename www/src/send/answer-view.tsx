/** Shows what came back. Everything from the server is put in as text, never as markup, and only http and https become links. */
import { useSignal } from "@preact/signals";
import { type ComponentChildren, h } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, Icon, OutsideLink, severityIcon } from "../elements.js";
import type { OperationOutcomeIssue } from "../fhirpost.js";
import type { Span } from "../message.js";
import { current, currentText } from "../store.js";
import { saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import type { AnswerSummary } from "./answer-summary.js";
import { MOST_ISSUES } from "./places.js";
import type { SendReply } from "./send.worker.js";
import type { SentMessage } from "./sent-message.js";

/** What is put on the page of a long answer, in characters: the browser lays out every one of them. */
const SHOWN = 200_000;
const MOST_RESOURCES = 200;
const LONGEST_WORDS = 2_000;

interface AnswerViewProps {
  sending: SentMessage;
  summary: AnswerSummary;
  reads: readonly string[];
  /** Where each issue is in the text as it is now; nothing until that is known. */
  places: (Span | undefined)[] | undefined;
  /** What may be done next. */
  children: ComponentChildren;
}

export function AnswerView({ sending, summary: { tone, headline, advice }, reads, places, children }: AnswerViewProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  const { sent } = sending;
  return (
    <section class="answer" aria-label={texts.answer.heading} data-tone={tone} ref={box}>
      <div class="answer-head">
        <Icon name={tone} />
        <strong>{headline}</strong>
      </div>
      <p class="muted answer-facts">{factsOf(sending)}</p>
      {advice.map((words) => h("p", null, words))}
      {children}
      {sent && <Resources sent={sent} base={sending.base} reads={reads} />}
      {sent?.location !== undefined && (
        <p>
          {`${texts.answer.location}: `}
          <ServerLink address={sent.location} text={sent.location} />
        </p>
      )}
      <div>
        <AnswerIssues issues={sent?.result.answer?.outcomeIssues ?? []} places={places} />
      </div>
      {sent?.result.answer !== undefined && sent.result.answer.status !== 0 && <RawText {...sent} />}
    </section>
  );
}

function factsOf({ sent, milliseconds, endpoint, relayed }: SentMessage): string {
  const status = sent?.result.answer?.status ?? 0;
  const words = [
    ...(status === 0 ? [] : [texts.answer.status(status, sent?.statusText ?? "")]),
    texts.answer.took(milliseconds),
    texts.answer.attributed(endpoint),
    ...(relayed ? [texts.relay.through] : []),
  ];
  return words.join(" · ");
}

/**
 * Links go to the server that the message was sent to: an answer cannot name another one. And only to what the server says that it lets
 * be read: one that takes messages need not keep resources under their addresses.
 */
function Resources({ sent: { result, focus }, base, reads }: { sent: SendReply; base: string; reads: readonly string[] }) {
  const created = result.answer?.created ?? [];
  if (created.length === 0) return null;
  return (
    <>
      <h3>{texts.answer.resources}</h3>
      <ul class="resources">
        {created.slice(0, MOST_RESOURCES).map(({ type, id, version }, at) => {
          const name = `${type}/${id}`;
          return (
            <li key={at}>
              {reads.includes(type) ? <ServerLink address={`${base}/${name}`} text={name} /> : <code>{name}</code>}{" "}
              <span class="chip">{texts.answer[focus.includes(name) ? "updated" : "created"]}</span>
              {version !== undefined && <> {<span class="muted">{texts.answer.version(version)}</span>}</>}
            </li>
          );
        })}
        {created.length > MOST_RESOURCES && <li class="muted">{texts.answer.more(created.length - MOST_RESOURCES)}</li>}
      </ul>
    </>
  );
}

/** A link where the address is one of the web; otherwise just the text. */
function ServerLink({ address, text }: { address: string; text: string }) {
  const code = <code>{text.slice(0, LONGEST_WORDS)}</code>;
  return /^https?:\/\/[^\s]+$/i.test(address) && URL.canParse(address) ? <OutsideLink address={address}>{code}</OutsideLink> : code;
}

function AnswerIssues({ issues, places }: { issues: OperationOutcomeIssue[]; places: (Span | undefined)[] | undefined }) {
  if (issues.length === 0) return null;
  return (
    <>
      <h3>{texts.answer.issues}</h3>
      <p class="muted hint places-note">{places?.some((place) => place !== undefined) ? texts.answer.placesFound : ""}</p>
      <ul class="answer-issues">
        {issues.slice(0, MOST_ISSUES).map((issue, at) => (
          <li key={at}>
            <IssueRow issue={issue} place={places?.[at]} />
          </li>
        ))}
      </ul>
      {issues.length > MOST_ISSUES && <p class="muted hint">{texts.answer.more(issues.length - MOST_ISSUES)}</p>}
    </>
  );
}

function IssueRow({ issue, place }: { issue: OperationOutcomeIssue; place: Span | undefined }) {
  const { severity, code, details, diagnostics, expression = [], location = [] } = issue;
  const name = severityIcon[severity] ?? "error";
  const codings = (details?.coding ?? []).map((coding) => coding.display ?? coding.code ?? "");
  const said = [details?.text ?? codings.filter(Boolean).join(", "), diagnostics ?? ""];
  const where = [...new Set([...expression, ...location])].filter(Boolean).join(", ");
  return (
    <Button class={`issue issue-${name}`} disabled={place === undefined} press={() => place !== undefined && current.peek().select(place)}>
      <span class="issue-head">
        <Icon name={name} />
        <span class="issue-severity">{texts.severity[severity] ?? texts.severity.error}</span>
        <span class="issue-place">{place === undefined ? "" : texts.answer.goTo(lineOf(currentText.value, place.start))}</span>
        <span class="issue-rule">{(code ?? "").slice(0, LONGEST_WORDS)}</span>
      </span>
      <span class="issue-message">{[...new Set(said)].filter(Boolean).join(" — ").slice(0, LONGEST_WORDS)}</span>
      <span class="issue-expression">{where.slice(0, LONGEST_WORDS)}</span>
    </Button>
  );
}

/** Open by itself when nothing else says what the server answered; filled when it is first opened. */
function RawText({ result, bytes }: SendReply) {
  const raw = result.body ?? "";
  const { created = [], outcomeIssues = [] } = result.answer ?? {};
  const isAlone = created.length === 0 && outcomeIssues.length === 0;
  const isFilled = useSignal(isAlone);
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isAlone && details.current) details.current.open = true;
  }, []);
  return (
    <details
      class="raw"
      ref={details}
      onToggle={() => {
        isFilled.value = true;
      }}>
      <summary>{texts.answer.raw(texts.size(bytes))}</summary>
      {isFilled.value && (
        <>
          <pre tabIndex={0} aria-label={texts.answer.rawLabel}>
            {raw === "" ? texts.answer.rawEmpty : raw.slice(0, SHOWN)}
          </pre>
          {raw.length > SHOWN && <p class="muted hint">{texts.answer.rawCut(texts.size(SHOWN))}</p>}
          {raw !== "" && (
            <Button label={texts.answer.download} class="quiet" press={() => saveFile("answer.json", raw, "application/fhir+json")} />
          )}
        </>
      )}
    </details>
  );
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
