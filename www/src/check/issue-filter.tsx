/** Which issues are shown: by severity and by rule, with how many there are of each. */
import { Button, Icon, options, severityIcon } from "../elements.js";
import type { Issue, Severity } from "../fhirpost.js";
import { figure, texts } from "../texts.js";
import { choose, chooseRule } from "./issues.js";

const SEVERITIES: Severity[] = ["fatal", "error", "warning", "information"];

export function IssueFilter({ issues, chosen, rule }: { issues: Issue[]; chosen: ReadonlySet<Severity>; rule: string }) {
  const severities = counted(issues.map(({ severity }) => severity));
  const rules = counted(issues.map((issue) => issue.rule));
  if (rule !== "" && !rules.has(rule)) rules.set(rule, 0);
  return (
    <div class="issue-filter" role="group" aria-label={texts.check.filters}>
      {SEVERITIES.map((severity) => (
        <Button
          key={severity}
          class="toggle"
          aria-pressed={chosen.has(severity)}
          // Hardly any message has a fatal issue, and one that has has little else.
          hidden={severity === "fatal" && !severities.has(severity) && !chosen.has(severity)}
          press={() => choose(severity)}>
          <Icon name={severityIcon[severity]} />
          {`${texts.check.severityFilter[severity]} `}
          <span class="count">{figure(severities.get(severity) ?? 0)}</span>
        </Button>
      ))}
      <select aria-label={texts.check.ruleFilter} value={rule} onChange={({ currentTarget }) => chooseRule(currentTarget.value)}>
        {options([
          ["", texts.check.allRules(issues.length)],
          ...[...rules].sort(([a], [b]) => a.localeCompare(b, "en")).map(([name, n]) => [name, texts.check.rule(name, n)] as const),
        ])}
      </select>
    </div>
  );
}

function counted<Name>(names: Name[]): Map<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
