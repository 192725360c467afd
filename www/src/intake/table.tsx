/** Several resources at once: a verdict on each, a filter, a way to open one, and a report on all. */
import { computed, signal } from "@preact/signals";
import { Button, Icon, options, typed } from "../elements.js";
import type { ValidationReport } from "../fhirpost.js";
import { Dialog, DialogHandle } from "../notices.js";
import { whenChanged } from "../store.js";
import { jsonText, saveFile } from "../take-away.js";
import { intakeTexts } from "../texts/intake.js";
import { countsInWords } from "../texts.js";
import { showView } from "../views.js";
import { newTools, taught } from "../workers.js";
import { put, writeNotice } from "../write/incoming-text.js";
import { DEFINITIONS, type Part } from "./recognise.js";
import { lookAgain } from "./requests.js";

const { table: words } = intakeTexts;

type Verdict = "valid" | "invalid" | "failed";
type Row = Part & { what: string; verdict?: Verdict; report?: ValidationReport };

/** More rows than anyone reads; all of them are in the report. */
const MOST_ROWS = 500;

/** How often the table shows what was checked meanwhile, in milliseconds. */
const PACE = 100;

const dialog = new DialogHandle();
const rows = signal<Row[]>([]);
const filter = signal("all");
const search = signal("");
const isRunning = signal(false);
const asMessages = signal(false);
const worker = newTools();
/** Counts what was begun: what runs ends when a newer one began. */
let turn = 0;

const done = computed(() => rows.value.filter(({ verdict }) => verdict !== undefined).length);
const valid = computed(() => rows.value.filter(({ verdict }) => verdict === "valid").length);
const shown = computed(() => {
  const wanted = search.value.trim().toLowerCase();
  return rows.value.filter(
    ({ name, what, verdict }) =>
      (filter.value === "all" || (filter.value === "valid" ? verdict === "valid" : verdict === "invalid" || verdict === "failed")) &&
      `${name} ${what}`.toLowerCase().includes(wanted),
  );
});

export const open = (): void => dialog.open();

/** Begins with others. */
export function check(parts: Part[]): void {
  rows.value = parts.map((part) => ({ ...part, what: whatOf(part.text) }));
  filter.value = "all";
  search.value = "";
  void run();
}

const whatOf = (text: string): string => /"resourceType"\s*:\s*"(\w{1,64})"/.exec(text)?.[1] ?? "";

async function run(): Promise<void> {
  const mine = ++turn;
  isRunning.value = true;
  const all = [...rows.peek()];
  let shownAt = 0;
  for (const [at, row] of all.entries()) {
    if (row.verdict !== undefined) continue;
    const told = await verdictOf(row.text);
    if (mine !== turn) return;
    all[at] = { ...row, ...told };
    // To lay out the table anew for each row would take longer than the check.
    if (performance.now() - shownAt > PACE) {
      rows.value = [...all];
      shownAt = performance.now();
    }
  }
  rows.value = all;
  isRunning.value = false;
}

async function verdictOf(text: string): Promise<Pick<Row, "verdict" | "report">> {
  try {
    const report = await worker.ask("validate", [text, asMessages.peek()]);
    return { report, verdict: report.valid ? "valid" : "invalid" };
  } catch {
    return { verdict: "failed" };
  }
}

function stop(): void {
  turn++;
  isRunning.value = false;
}

/** Checks all anew, by other rules. */
function again(): void {
  rows.value = rows.peek().map(({ name, text, what }) => ({ name, text, what }));
  void run();
}
whenChanged(asMessages, again);
whenChanged(taught, again);

async function useDefinitions(definitions: Part[]): Promise<void> {
  dialog.close();
  const { useResources } = await import("../packages/packages.js");
  await showView("packages");
  await useResources(definitions);
}

function openRow({ name, text }: Row): void {
  dialog.close();
  put(text, words.opened(name), { isWork: true, always: true, file: name });
  // What was there before is in the undo history, and the way back is asked for more often.
  writeNotice.say(words.opened(name), <Button label={words.back} press={open} />);
  lookAgain();
}

function download(): void {
  const list = rows.peek().map(({ name, what, verdict, report }) => ({ name, resourceType: what, verdict, ...report }));
  saveFile("report.json", jsonText({ checked: done.peek(), valid: valid.peek(), resources: list }));
}

export function View() {
  const list = shown.value;
  const definitions = rows.value.filter(({ what }) => DEFINITIONS.includes(what));
  return (
    <Dialog handle={dialog} name="table" heading={words.heading}>
      <div class="table-bar">
        <p class="muted">{words.intro}</p>
        <label for="table-filter">{words.filter}</label>
        <select id="table-filter" value={filter} onChange={({ currentTarget }) => (filter.value = currentTarget.value)}>
          {options(Object.entries(words.filters))}
        </select>
        <input type="search" aria-label={words.search} placeholder={words.search} {...typed(search)} />
        <label>
          <input type="checkbox" checked={asMessages} onChange={({ currentTarget }) => (asMessages.value = currentTarget.checked)} />
          {words.asMessages}
        </label>
        <Button label={words.download} disabled={done.value === 0} press={download} />
        {definitions.length > 0 && <Button label={words.definitions(definitions.length)} press={() => useDefinitions(definitions)} />}
        {done.value < rows.value.length && (
          <Button label={isRunning.value ? words.stop : words.goOn} press={() => (isRunning.peek() ? stop() : void run())} />
        )}
      </div>
      <p class="table-sum" role="status">
        {done.value < rows.value.length
          ? words.progress(done.value, rows.value.length)
          : words.counts(valid.value, rows.value.length - valid.value)}
      </p>
      {/* It scrolls by key. */}
      <div class="table-rows" tabIndex={0} role="region" aria-label={words.heading}>
        <table>
          <thead>
            <tr>
              {Object.values(words.columns).map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.slice(0, MOST_ROWS).map((row, at) => (
              <tr key={at}>
                <td>
                  <Button class="quiet" aria-label={words.open(row.name)} label={row.name} press={() => openRow(row)} />
                </td>
                <td>{row.what}</td>
                <td class={`table-${row.verdict ?? "waiting"}`}>
                  <Icon name={row.verdict === "valid" ? "ok" : row.verdict === undefined ? "waiting" : "error"} />
                  {words[row.verdict ?? "waiting"]}
                </td>
                <td>{row.report && countsInWords(row.report.counts)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {list.length === 0 && <p class="muted">{words.none}</p>}
        {list.length > MOST_ROWS && <p class="muted">{words.more(list.length - MOST_ROWS)}</p>}
      </div>
    </Dialog>
  );
}
