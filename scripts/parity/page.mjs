// docs/parity.md: how our verdicts compare with those of HL7's validator, from what is recorded of runs (tests/parity/record.json, numbers
// alone) and from the table of choices.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../steps.mjs";

const RECORD = join(root, "tests/parity/record.json");
const PAGE = join(root, "docs/parity.md");

/** With fewer cases, a kind is counted among the others. */
const FEWEST = 10;

const HEAD = `# Parity

Written by \`npm run parity\` and \`npm run profiles -- --record\` from \`tests/parity/record.json\`. How the verdicts of this validator compare with
those of HL7's (Java), which ran beside it, without a network and without a terminology server.

**Agreement** is the share of the texts in which both find an error or neither does. A **false alarm** is an error of ours where HL7's validator has
none, **missed** is the opposite; both are shares of all texts. The **place** agrees where one of our errors has the line or the expression of one of
HL7's: a share of the texts in which both find errors. What HL7's validator cannot decide offline (media types, languages, currencies, units), what
a terminology server would have to say, displays, links to pages of the web and HL7's rules for its own publications are left out.

**Blind faults** know nothing of FHIR: a property is left out, renamed, doubled, moved, a text is swapped for another one, a value gets another kind, an
item goes. The same seed makes the same faults (\`scripts/parity/faults.mjs\`).
`;

const REPEAT = `
## How to repeat it

\`\`\`sh
npm run profiles -- --record            # the public sets, of which the verdicts of HL7's validator are kept; needs no Java
npm run parity -- --validator PROGRAM --seed 7 --record my-faults --what "my resources" FOLDER
\`\`\`

PROGRAM runs HL7's validator and answers line by line; \`npm run parity -- --help\` says how. Both print each text in which the verdicts differ, grouped by
what HL7's says. \`tests/hl7_profiles.rs\` holds the figures as bars, and a recorded sample of blind faults, \`tests/parity/faults.ndjson\`, with the list of
what differs there and why, which needs neither Java nor the public data.
`;

const read = () => JSON.parse(readFileSync(RECORD, "utf8"));

/** Says what a set is; its figures follow. */
export function addSet(name, about) {
  const record = read();
  record.sets[name] = { ...record.sets[name], ...about };
  writeFileSync(RECORD, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Writes the page anew. */
export async function writePage() {
  writeFileSync(PAGE, page(read(), readFileSync(join(root, "docs/choices.md"), "utf8")));
}

const percent = (part, whole) => (whole === 0 ? "" : ((100 * part) / whole).toFixed(2));

const cells = ([cases, falseAlarms, missed, both, placed]) => [
  cases,
  percent(cases - falseAlarms - missed, cases),
  percent(falseAlarms, cases),
  percent(missed, cases),
  percent(placed, both),
];

const row = (list) => `| ${list.join(" | ")} |\n`;
const FIGURES = ["cases", "agreement %", "false alarms %", "missed %", "place %"];
const head = (...first) => row([...first, ...FIGURES]) + row([...first, ...FIGURES].map(() => "---"));

const sum = (lists) => lists.reduce((all, list) => all.map((number, index) => number + list[index]), [0, 0, 0, 0, 0]);

/** A table of parts, the largest first; small ones are one line. */
function parts(title, of) {
  const all = Object.entries(of).filter(([name]) => title !== "fault" || name !== "");
  if (all.length === 0) return "";
  all.sort(([one, a], [other, b]) => b[0] - a[0] || (one < other ? -1 : 1));
  const large = all.filter(([, [cases]]) => cases >= FEWEST);
  const small = all.filter(([, [cases]]) => cases < FEWEST);
  const shown = large.map(([name, figures]) => row([name === "" ? "(valid)" : `\`${name}\``, ...cells(figures)]));
  const others = small.length > 0 ? row([`${small.length} others`, ...cells(sum(small.map(([, figures]) => figures)))]) : "";
  return `\n${head(title)}${shown.join("")}${others}`;
}

const TITLES = { type: "type of resource", rule: "HL7's first error", fault: "fault" };

/** The page of a record and the page of choices. */
export function page(record, choices) {
  const sets = Object.entries(record.sets);
  let text = `${HEAD}\n## All sets\n\n\`usual\`: as it is without options. \`hl7\`: with \`agree: "hl7"\`.\n\n${head("set", "seed", "verdict")}`;
  for (const [name, { seed, usual, hl7 }] of sets) {
    for (const [verdict, figures] of [
      ["usual", usual],
      ["hl7", hl7],
    ]) {
      text += row([`[${name}](#${name.replaceAll(/[^a-z0-9-]/g, "")})`, seed ?? "", verdict, ...cells(figures.all)]);
    }
  }
  const { texts, withoutRemovals, withRemovals } = record.fixes;
  text += `
## Fixes

Of the ${texts} faulty texts of r4-faults: what certain fixes come to, and with them the first choice that is offered for each error, one after the other. Choices
that leave something out, which is not elsewhere, are counted apart: leaving out what somebody wrote is offered, but is no repair.

| | equal to the original % | valid % |
|---|---|---|
`;
  for (const [name, { equal, valid }] of [
    ["certain fixes", record.fixes.certain],
    ["and first choices", withoutRemovals],
    ["and what is left out", withRemovals],
  ]) {
    text += row([name, percent(equal, texts), percent(valid, texts)]);
  }
  const table = choices.slice(choices.indexOf("| rule |"), choices.lastIndexOf("|\n") + 2).split("\n\n")[0];
  text += `\n## By choice otherwise\n\nOf [choices.md](choices.md), which says how each becomes HL7's:\n\n${table.trim()}\n`;
  for (const [name, { what, seed, faults, usual }] of sets) {
    const made = seed === undefined ? "" : ` Seed ${seed}, ${faults} faults in each.`;
    text += `\n## ${name}\n\n${what}${made}\n`;
    for (const [part, title] of Object.entries(TITLES)) text += parts(title, usual.parts[part]);
  }
  return text + REPEAT;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writePage();
