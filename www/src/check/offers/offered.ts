/** What can be done about the issues that are shown, besides the fixes of the core: looked for once the check of a text is there. */
import { effect, signal } from "@preact/signals";
import type { Issue } from "../../fhirpost.js";
import { current, shownView } from "../../store.js";
import { texts } from "../../texts.js";
import { newTools } from "../../workers.js";
import type { Candidate } from "./candidates.js";

/** Of one check: the text that it was of, and what is offered for each issue. */
interface Offered {
  text: string;
  byIssue: ReadonlyMap<Issue, Candidate[]>;
}

const none: Offered = { text: "", byIssue: new Map() };
export const offered = signal<Offered>(none);
/** Counts the checks for which it was looked: nothing more is offered then. */
export const settled = signal(0);

/** Trials take a while: they begin when typing pauses, in a worker of their own. In milliseconds. */
const PAUSE = 150;
/** There are thousands of whole validations to be made for a text with so many issues. */
const MOST_ISSUES = 200;

const tools = newTools();
let waiting: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  const { checked, isEmpty } = current.value;
  const { text, message = false, report, suppress = [] } = checked.value;
  clearTimeout(waiting);
  if (isEmpty.value || report === undefined || shownView.value !== "check") return;
  if (report.counts.fatal > 0 || report.issues.length === 0 || report.issues.length > MOST_ISSUES) {
    settled.value = settled.peek() + 1;
    return;
  }
  waiting = setTimeout(async () => {
    try {
      const offers = await tools.ask("findOffers", [text, message, report, zone(), suppress]);
      const byIssue = new Map(
        Object.entries(offers).flatMap(([at, candidates]) => {
          const issue = report.issues[Number(at)];
          return issue === undefined ? [] : [[issue, candidates] as const];
        }),
      );
      if (current.peek().checked.peek().report === report) {
        offered.value = { text, byIssue };
        settled.value = settled.peek() + 1;
      }
    } catch {
      // There is then less to press.
      settled.value = settled.peek() + 1;
    }
  }, PAUSE);
});

function zone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return minutes === 0 ? "Z" : `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

export const offersOf = (issue: Issue): Candidate[] => offered.value.byIssue.get(issue) ?? [];

export const offerName = ({ doing, value }: Candidate): string => texts.fix.offer[doing](value);
