/** The report to hand on: as HTML, Markdown, JSON or OperationOutcome, into the clipboard or a file. */
import { signal } from "@preact/signals";
import { Button, Disclosure, options } from "../elements.js";
import type { ValidationReport } from "../fhirpost.js";
import { Said, Words } from "../notices.js";
import { current } from "../store.js";
import { copy, jsonText, saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import { tools } from "../workers.js";

type Format = keyof typeof texts.check.reports.formats;

const FILES: Record<Format, [name: string, type: string]> = {
  html: ["report.html", "text/html"],
  markdown: ["report.md", "text/markdown"],
  json: ["report.json", "application/json"],
  outcome: ["operation-outcome.json", "application/fhir+json"],
};

const format = signal<Format>("html");
const words = new Words();

async function made(): Promise<string> {
  const { report } = await current.peek().whenChecked();
  return written(report as ValidationReport, format.peek());
}

async function written(report: ValidationReport, as: Format): Promise<string> {
  if (as === "json") return jsonText(report);
  if (as === "outcome") return jsonText(await tools.ask("toOperationOutcome", [report]));
  const { asHtml, asMarkdown } = await import("./reports.js");
  return as === "html" ? asHtml(report) : asMarkdown(report);
}

async function copied(): Promise<void> {
  try {
    await copy(made());
    words.say(texts.check.reports.copied);
  } catch {
    words.say(texts.share.copyFailed);
  }
}

async function saved(): Promise<void> {
  const [name, type] = FILES[format.peek()];
  try {
    saveFile(name, await made(), type);
    words.say(texts.share.downloaded(name));
  } catch {
    words.say(texts.share.failed);
  }
}

export const ReportMenu = () => (
  <Disclosure summary={texts.check.reports.menu}>
    <p class="hint muted">{texts.share.reportHint}</p>
    <div class="report-menu">
      <label>
        <span>{texts.check.reports.format}</span>
        <select
          value={format.value}
          onChange={({ currentTarget }) => {
            format.value = currentTarget.value as Format;
          }}>
          {options(Object.entries(texts.check.reports.formats))}
        </select>
      </label>
      <Button label={texts.check.reports.copy} press={copied} />
      <Button label={texts.check.reports.save} press={saved} />
    </div>
    <Said words={words} class="hint" />
  </Disclosure>
);
