/** The summary of a check: valid or not, how many issues, which event, which resources; and the switch that asks for a message. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { Icon } from "../elements.js";
import { entryNames } from "../entry-names.js";
import type { ValidationReport } from "../fhirpost.js";
import type { CheckResult } from "../message.js";
import { current } from "../store.js";
import { countsInWords, texts } from "../texts.js";
import { announced, sayLater } from "./issues.js";

/** A verdict that is older than the text is shown no longer than this, in milliseconds: most checks are done by then. */
const STALE = 300;

export function CheckSummary() {
  return (
    <section class="panel check" aria-labelledby="check-heading">
      <h2 id="check-heading" class="visually-hidden">
        {check.heading}
      </h2>
      <Verdict />
      <AsMessage />
      <p class="visually-hidden" role="status">
        {announced}
      </p>
    </section>
  );
}

function Verdict() {
  const isLate = useSignal(false);
  useSignalEffect(() => {
    const { text, isEmpty, checked } = current.value;
    const isCurrent = checked.value.text === text.value || isEmpty.value;
    if (isCurrent) isLate.value = false;
    const timer = isCurrent ? undefined : setTimeout(() => (isLate.value = true), STALE);
    return () => clearTimeout(timer);
  });
  useSignalEffect(() => sayLater(spoken(current.value.isEmpty.value ? undefined : current.value.checked.value)));
  const { isEmpty, checked } = current.value;
  const { tone, title, hint, report } = isLate.value ? WAITING : summary(isEmpty.value ? { text: "" } : checked.value);
  return (
    <div class="verdict" data-tone={tone} key={checked.value}>
      <div class="verdict-line">
        <Icon name={tone} />
        <strong>{title}</strong>
        <span class="muted">{hint}</span>
      </div>
      {report && <Facts report={report} asMessage={checked.value.message === true} />}
    </div>
  );
}

type Summary = { tone: "ok" | "error" | "warning" | "waiting"; title: string; hint: string; report?: ValidationReport };

const { check } = texts;
const WAITING: Summary = { tone: "waiting", title: check.waiting, hint: "" };

function summary({ text, report, milliseconds, works }: CheckResult): Summary {
  if (text.trim() === "") return { tone: "waiting", title: check.empty, hint: check.emptyHint };
  if (report === undefined && works) return { tone: "warning", title: check.tooMuch, hint: check.tooMuchHint };
  if (report === undefined) return { tone: "warning", title: check.failed, hint: check.failedHint };
  const hint = [countsInWords(report.counts), milliseconds === undefined ? "" : check.took(milliseconds)].filter(Boolean).join(" · ");
  return { tone: report.valid ? "ok" : "error", title: report.valid ? check.valid : check.invalid, hint, report };
}

function spoken(checked: CheckResult | undefined): string {
  if (checked === undefined || checked.text.trim() === "") return "";
  const { report } = checked;
  return report === undefined ? summary(checked).title : check.announce(countsInWords(report.counts) || check.noIssues);
}

function Facts({ report: { event, resources }, asMessage }: { report: ValidationReport; asMessage: boolean }) {
  const name = event?.code ?? event?.uri;
  const patient = entryNames.value.find(({ type }) => type === "Patient")?.name ?? "";
  // As one line of words: the views below need the room more.
  const words = Object.entries(resources).map(([type, count]) => (count > 1 ? `${type}\u00a0×${count}` : type));
  return (
    <dl class="facts">
      {/* What is not a message, and need not be one, has no event. */}
      {(asMessage || name !== undefined || resources.MessageHeader !== undefined) && (
        <>
          <dt>{check.event}</dt>
          <dd class="event" title={event?.system ?? ""}>
            {name ?? check.noEvent}
            {patient !== "" && <span class="patient-name">{check.patient(patient)}</span>}
          </dd>
        </>
      )}
      {words.length > 0 && (
        <>
          <dt>{check.resources}</dt>
          <dd class="resource-types">{words.join(", ")}</dd>
        </>
      )}
    </dl>
  );
}

/** Without it, a text is validated as what it is. */
function AsMessage() {
  return (
    <div class="as-message">
      <label title={check.asMessageHint}>
        <input
          type="checkbox"
          id="as-message"
          aria-describedby="as-message-hint"
          checked={current.value.asMessage.value}
          onChange={({ currentTarget }) => current.peek().validateAs(currentTarget.checked)}
        />
        {check.asMessage}
      </label>
      <span id="as-message-hint" class="visually-hidden">
        {check.asMessageHint}
      </span>
    </div>
  );
}
