/** One issue in the list: its place and what is wrong, how to fix it, and on demand why it is an issue. */
import { Component, type ComponentType } from "preact";
import { BreakablePath, Icon, severityIcon } from "../elements.js";
import { calledAt } from "../entry-names.js";
import type { Issue } from "../fhirpost.js";
import { texts } from "../texts.js";
import { choicesOf, valueAlone, type Way, waysOf } from "./fix-names.js";
import type { Candidate } from "./offers/candidates.js";
import { offerName } from "./offers/offered.js";

interface RowProps {
  issue: Issue;
  /** All that it stands for: what says the same of several places is one row. */
  repeats: Issue[];
  heading: string | undefined;
  /** Whether it is about the place of the issue above. */
  follows: boolean;
  /** What can be done besides the fixes of the core. */
  offers: Candidate[];
  /** Whether Tab stops here: at one row of the list. */
  isReachable: boolean;
  /** Whether the cursor is in this issue. */
  isCurrent: boolean;
  /** What explains a rule, where that is asked for; nothing while it is being loaded. */
  explanation?: ComponentType<{ rule: string }> | "loading" | undefined;
}

let lastId = 0;

/** The list answers what is pressed: a row is asked for by the element in it. */
export class IssueRow extends Component<RowProps> {
  readonly #id = `explanation-${++lastId}`;

  /** Each key that is typed brings issues that are new, and mostly say the same: then nothing is compared, and nothing laid out anew. */
  override shouldComponentUpdate(next: RowProps): boolean {
    return !showsSame(this.props, next);
  }

  override render({ issue, repeats, heading, follows, offers, isReachable, isCurrent, explanation: Explanation }: RowProps) {
    const name = severityIcon[issue.severity];
    const tabIndex = isReachable ? 0 : -1;
    const value = valueAlone(issue);
    return (
      <li class={`issue-card${isCurrent ? " current" : ""}${follows ? " follows" : ""}`} data-severity={name}>
        {heading !== undefined && <h3 class="issue-group">{heading}</h3>}
        <button type="button" class={`issue issue-${name}`} tabIndex={tabIndex} aria-current={isCurrent ? "true" : undefined}>
          <span class="issue-head">
            <span class="issue-icon">
              <Icon name={name} />
            </span>
            <span class="issue-severity">{texts.severity[issue.severity]}</span>
            <span class="issue-place">{placeOf(issue)}</span>
            {repeats.length > 1 && <span class="issue-times">{texts.check.times(repeats.length)}</span>}
            {follows && <span class="muted">{texts.check.follows}</span>}
            <span class="issue-rule">{issue.rule}</span>
            <Called pointer={issue.pointer} />
          </span>
          <span class="issue-message">{issue.message}</span>
          {repeats.length > 1 && <span class="issue-places muted">{placesOf(repeats)}</span>}
        </button>
        <div class="issue-fix">
          <Fixes ways={waysOf(issue)} isChoice={choicesOf(issue).length > 0} tabIndex={tabIndex} />
          {offers.length > 0 && (
            <span class="issue-choices" role="group" aria-label={texts.fix.choices}>
              {offers.map((offer, at) => (
                <button key={at} type="button" class="fix" tabIndex={tabIndex} data-offer={at}>
                  {offerName(offer)}
                </button>
              ))}
            </span>
          )}
          {value !== undefined && (
            <span class="issue-suggestion">
              {`${texts.check.suggestion} `}
              <code>{value}</code>
            </span>
          )}
        </div>
        <div class="issue-foot">
          <span class="issue-expression">
            <BreakablePath path={issue.expression} />
            {issue.profiles !== undefined && <span class="issue-profiles">{texts.check.demandedBy(issue.profiles)}</span>}
          </span>
          <button type="button" class="quiet suppress" tabIndex={tabIndex} aria-label={texts.check.suppress.hereRule(issue.rule)}>
            {texts.check.suppress.here}
          </button>
          <button
            type="button"
            class="quiet explain"
            tabIndex={tabIndex}
            aria-expanded={Explanation !== undefined}
            aria-controls={this.#id}
            aria-label={texts.check.explainRule(issue.rule)}>
            {texts.check.explain}
          </button>
        </div>
        <div class="issue-explanation" id={this.#id} hidden={Explanation === undefined}>
          {Explanation !== undefined && Explanation !== "loading" && <Explanation rule={issue.rule} />}
        </div>
      </li>
    );
  }
}

/** What people call the resource. Names come after the verdict, and render nothing else of the row. */
const Called = ({ pointer }: { pointer: string | undefined }) => <span class="issue-called">{calledAt(pointer)}</span>;

function Fixes({ ways, isChoice, tabIndex }: { ways: Way[]; isChoice: boolean; tabIndex: number }) {
  const buttons = ways.map(({ name, value }) => (
    <button key={name} type="button" class="fix" tabIndex={tabIndex} data-choice={value} aria-keyshortcuts={isChoice ? undefined : "f"}>
      {name}
    </button>
  ));
  if (!isChoice) return buttons;
  return (
    <span class="issue-choices" role="group" aria-label={texts.fix.choices}>
      {buttons}
    </span>
  );
}

const placeOf = ({ line, column }: Issue) => (line === undefined ? "" : `${line}:${column}`);

const PLACES = 6;

const placesOf = ([, ...rest]: Issue[]) => texts.check.places(rest.slice(0, PLACES).map(placeOf), Math.max(0, rest.length - PLACES));

function showsSame(one: RowProps, other: RowProps): boolean {
  const says = ({ issue, repeats, heading, follows, offers, isReachable, isCurrent }: RowProps) =>
    [
      issue.severity,
      placeOf(issue),
      issue.expression,
      placesOf(repeats),
      heading,
      follows,
      ...offers.map(offerName),
      isReachable,
      isCurrent,
      valueAlone(issue),
      issue.profiles,
      ...waysOf(issue).map(({ name }) => name),
    ].join();
  return (
    one.issue.rule === other.issue.rule &&
    one.issue.message === other.issue.message &&
    one.explanation === other.explanation &&
    says(one) === says(other)
  );
}
