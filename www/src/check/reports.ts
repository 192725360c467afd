/** The report as people hand it on: printable HTML, and Markdown. Loaded when it is first asked for. */
import type { Issue, ValidationReport } from "../fhirpost.js";
import { countsInWords, texts } from "../texts.js";

const placeOf = ({ line, column }: Issue) => (line === undefined ? "" : `${line}:${column}`);

const verdictOf = ({ valid, counts }: ValidationReport) =>
  `${valid ? texts.check.valid : texts.check.invalid}. ${countsInWords(counts) || texts.check.noIssues}`;

const eventOf = ({ event }: ValidationReport) => event?.code ?? event?.uri;

export function asMarkdown(report: ValidationReport): string {
  const cell = (text: string) => text.replace(/[\\`*_{}[\]<>()#|!~]/g, "\\$&").replace(/\s+/g, " ");
  const { reports } = texts.check;
  const event = eventOf(report);
  const suppressed = report.suppressed?.map(({ reason, issues }) => `- ${cell(reports.suppressed(issues, reason))}\n`) ?? [];
  return [
    `# ${reports.heading}\n\n`,
    `${cell(verdictOf(report))}\n\n`,
    ...(event === undefined ? [] : [`${texts.check.event}: ${cell(event)}\n\n`]),
    ...(report.issues.length === 0 ? [] : [`| ${reports.columns.join(" | ")} |\n|${reports.columns.map(() => "---|").join("")}\n`]),
    ...report.issues.map(
      (issue) =>
        `| ${texts.severity[issue.severity]} | ${placeOf(issue)} | ${cell(issue.rule)} | ${cell(issue.message)} | ${cell(issue.expression)} |\n`,
    ),
    ...(suppressed.length > 0 ? ["\n", ...suppressed] : []),
  ].join("");
}

/** A page of its own, without scripts, that prints well in black and white. */
const STYLE = `body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead{display:table-header-group}tr{break-inside:avoid}td:nth-child(3),td:nth-child(5){font-family:monospace;font-size:12px}
@media print{body{margin:0}}`;

export function asHtml(report: ValidationReport): string {
  const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
  const { reports } = texts.check;
  const event = eventOf(report);
  const cells = (of: string[]) => of.map((text) => `<td>${escaped(text)}</td>`).join("");
  const rows = report.issues.map(
    (issue) => `<tr>${cells([texts.severity[issue.severity], placeOf(issue), issue.rule, issue.message, issue.expression])}</tr>\n`,
  );
  const suppressed = report.suppressed?.map(({ reason, issues }) => `<li>${escaped(reports.suppressed(issues, reason))}</li>`) ?? [];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${reports.heading}</title>
<style>${STYLE}</style></head><body>
<h1>${reports.heading}</h1>
<p><strong>${escaped(verdictOf(report))}</strong></p>
${event === undefined ? "" : `<p>${texts.check.event}: ${escaped(event)}</p>`}
<table><thead><tr>${reports.columns.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>
${rows.join("")}</tbody></table>
${suppressed.length > 0 ? `<ul>${suppressed.join("")}</ul>` : ""}
</body></html>
`;
}
