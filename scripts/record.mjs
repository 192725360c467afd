// `npm run record`: what the library says of every text that there is to try it on, written down, so that it can be rebuilt without a change
// of a verdict. A record is one JSON object a line, written by the program of the commit that it is of (tests/record); the file is all that two
// commits share. The first line has the format.
import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { fail, isMain, readOptions, root, run, say } from "./steps.mjs";

const USAGE = `npm run record -- FILE                      writes a record of this commit; with gzip where FILE ends in .gz
npm run record -- --compare FILE [OTHER]    compares a record with OTHER, or with one of this commit that is made for it
  --hide-values      records only what the library tells where values are hidden; a comparison does as the record does
  --explained LIST   JSON: [{ "rule", "what", "reason" }]; differences of this rule and kind are listed with the reason, and allowed
  --all              lists every kind of difference, not only the most frequent
Differences of rule, severity, place, suggestion, edits or fixed text fail; those of words are listed.`;

const FORMAT = 1;
/** So many kinds of difference are listed of each group. */
const LISTED = 60;
const WAYS = ["auto", "bundle", "message"];
/** What a finding is known by when another one is to be found for it, the nearest first. */
const PAIRED_BY = [["rule", "pointer", "start"], ["rule", "pointer"], ["rule", "line"], ["rule"], ["pointer", "start"]];

async function main() {
  const options = readOptions(
    USAGE,
    {
      compare: { type: "boolean", default: false },
      "hide-values": { type: "boolean", default: false },
      explained: { type: "string" },
      all: { type: "boolean", default: false },
    },
    { allowPositionals: true },
  );
  const [file, other] = options.positionals.map((path) => resolve(process.env.INIT_CWD ?? ".", path));
  if (!file) fail(`Name the file of the record.\n\n${USAGE}`);
  if (!options.compare) {
    await record(file, !options["hide-values"]);
    return;
  }
  const explained = options.explained ? JSON.parse(readFileSync(options.explained, "utf8")) : [];
  const before = await readRecord(file);
  const after = other ?? join(root, "target/record/now.ndjson");
  if (!other) await record(after, before.head.values);
  const found = await compareRecords(before, after);
  console.log(report(found, explained, options.all ? Number.POSITIVE_INFINITY : LISTED));
  if (found.kinds.some((kind) => kind.group === "verdict" && !explanation(kind, explained))) process.exit(1);
}

/** Writes a record of this commit. */
async function record(file, values) {
  const folder = join(root, "target/record");
  mkdirSync(folder, { recursive: true });
  const plain = join(folder, "new.ndjson");
  // The profile of tests: it is compiled fastest, its overflows are caught, and a panic is recorded instead of ending all.
  const args = ["run", "--quiet", "--example", "record", "--", plain, ...(values ? [] : ["--hide-values"])];
  await run("The record", "cargo", args);
  if (!file.endsWith(".gz")) {
    renameSync(plain, file);
    return;
  }
  await pipeline(createReadStream(plain), createGzip(), createWriteStream(file));
  rmSync(plain);
}

async function* linesOf(file) {
  const bytes = createReadStream(file);
  const input = file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** The first line of a record, and its other lines by the names of their inputs. */
async function readRecord(file) {
  let head;
  const lines = new Map();
  for await (const line of linesOf(file)) {
    if (head === undefined) head = checkedHead(line, file);
    else lines.set(nameOf(line), line);
  }
  return { head, lines };
}

function checkedHead(line, file) {
  const head = JSON.parse(line);
  if (head.format !== FORMAT) fail(`${file} has format ${head.format}, and this reads ${FORMAT}.`);
  return head;
}

/** The name of the input, which is the first member of its line. */
const nameOf = (line) => JSON.parse(`"${/^\{"input":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? ""}"`);

async function compareRecords(before, file) {
  const found = { inputs: 0, added: [], missing: [], changed: [], kinds: [] };
  const kinds = new Map();
  const left = new Set(before.lines.keys());
  const moved = [];
  let head;
  for await (const line of linesOf(file)) {
    if (head === undefined) {
      head = checkedHead(line, file);
      if (head.values !== before.head.values) fail("One record shows values, and the other hides them.");
      continue;
    }
    found.inputs += 1;
    const name = nameOf(line);
    const old = before.lines.get(name);
    if (old === line) left.delete(name);
    else if (old === undefined || hashOf(old) !== hashOf(line)) moved.push(line);
    else {
      left.delete(name);
      compareInto(kinds, name, JSON.parse(old), JSON.parse(line));
    }
  }
  // Mutants may be the same in another order.
  const byText = new Map([...left].map((name) => [`${groupOf(name)} ${hashOf(before.lines.get(name))}`, name]));
  for (const line of moved) {
    const name = nameOf(line);
    const other = byText.get(`${groupOf(name)} ${hashOf(line)}`);
    if (other !== undefined) {
      left.delete(other);
      compareInto(kinds, name, JSON.parse(before.lines.get(other)), JSON.parse(line));
    } else (before.lines.has(name) ? found.changed : found.added).push(name);
  }
  const changed = new Set(found.changed);
  found.missing = [...left].filter((name) => !changed.has(name));
  found.kinds = [...kinds.values()].sort((a, b) => b.count - a.count);
  return found;
}

const hashOf = (line) => /^\{"input":"(?:[^"\\]|\\.)*","hash":"(\w*)"/.exec(line)?.[1];

/** The kind of mutants and their message, or the file: the name without the number. */
const groupOf = (name) => name.replace(/#[^#]*$/, "");

function compareInto(kinds, name, old, now) {
  for (const one of differences(old, now)) {
    const key = JSON.stringify([one.group, one.rule, one.what]);
    const kind = kinds.get(key) ?? { ...one, count: 0, first: name };
    kind.count += 1;
    kinds.set(key, kind);
  }
}

/**
 * The differences between two lines about the same text, each once, however many ways of validating it show it: `group` is "verdict",
 * "order" or "text", `what` the kind of difference without what differs between texts.
 */
export function differences(old, now) {
  const all = new Map();
  const add = (group, rule, what) => all.set(JSON.stringify([group, rule, what]), { group, rule, what });
  if (old.panicked || now.panicked) {
    return old.panicked === now.panicked
      ? []
      : [{ group: "verdict", rule: "panic", what: now.panicked ? "it panics" : "it no longer does" }];
  }
  const [before, after] = [expanded(old), expanded(now)];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    if (was?.issues && is?.issues) {
      for (const member of ["valid", "complete", "truncated"]) {
        if (was[member] !== is[member]) add("verdict", "report", `${member} ${was[member]} → ${is[member]}`);
      }
      compareIssues(was.issues, is.issues, add);
    } else if (name.endsWith(", fixed")) compareFixes(was, is, add);
    else compareOther(name, was, is, add);
  }
  return [...all.values()];
}

/** A line with what each way gives, also where it is the same as of the way before. */
function expanded(line) {
  const { input, hash, hidden, ...all } = line;
  for (const suffix of ["", ", fixed"]) {
    let before;
    for (const way of WAYS) {
      before = all[way + suffix] ?? (way + suffix in all ? undefined : before);
      all[way + suffix] = before;
    }
  }
  if (hidden) {
    const issues = hidden.map((one, at) => {
      if (one === null) return all.auto.issues[at];
      return typeof one === "string" ? { ...all.auto.issues[at], text: one } : one;
    });
    all.hidden = { issues };
  } else if (all.auto) all.hidden = { issues: all.auto.issues };
  return all;
}

const without = ({ text, ...rest }) => JSON.stringify(rest);

function compareIssues(was, is, add) {
  const [left, right] = [[...was], [...is]];
  const isOrder = was.length === is.length && was.some((issue, at) => without(issue) !== without(is[at]));
  pair(left, right, (issue) => JSON.stringify(issue));
  for (const [a, b] of pair(left, right, without)) add("text", a.rule, `${pattern(a.text)}\n   → ${pattern(b.text)}`);
  if (left.length + right.length === 0 && isOrder) add("order", "report", "the same issues in another order");
  for (const names of PAIRED_BY) {
    for (const [a, b] of pair(left, right, (issue) => JSON.stringify(names.map((name) => issue[name])))) {
      for (const what of changes(a, b)) add("verdict", a.rule, what);
    }
  }
  for (const issue of left) add("verdict", issue.rule, `no longer reported: ${issue.severity}`);
  for (const issue of right) add("verdict", issue.rule, `newly reported: ${issue.severity}`);
}

/** Takes out of both lists what has the same key, and gives the pairs. */
function pair(left, right, key) {
  const places = new Map();
  right.forEach((issue, at) => {
    const name = key(issue);
    places.set(name, [...(places.get(name) ?? []), at]);
  });
  const [pairs, gone] = [[], new Set()];
  const rest = left.filter((issue) => {
    const at = places.get(key(issue))?.shift();
    if (at === undefined) return true;
    pairs.push([issue, right[at]]);
    gone.add(at);
    return false;
  });
  left.splice(0, left.length, ...rest);
  right.splice(0, right.length, ...right.filter((_, at) => !gone.has(at)));
  return pairs;
}

const PLACE = ["pointer", "expression", "line", "column", "start", "end"];

/** How two issues about the same fault differ, but for their words. */
function changes(a, b) {
  const found = [];
  for (const name of ["rule", "severity", "code"]) if (a[name] !== b[name]) found.push(`${name} ${a[name]} → ${b[name]}`);
  const moved = PLACE.filter((name) => a[name] !== b[name]);
  if (moved.length > 0) found.push(`place (${moved.join(", ")}): ${pattern(a.expression)} → ${pattern(b.expression)}`);
  if (!same(a.causedBy, b.causedBy)) found.push(`causedBy ${a.causedBy?.[0]} → ${b.causedBy?.[0]}`);
  const [one, other] = [a.suggestion ?? {}, b.suggestion ?? {}];
  const suggested = ["value", "action", "certain", "edits"].filter((name) => !same(one[name], other[name]));
  if (suggested.length > 0) {
    const brief = ({ action, certain }) => (action === undefined ? "none" : `${action}${certain ? "" : ", not certain"}`);
    found.push(`suggestion (${suggested.join(", ")}): ${brief(one)} → ${brief(other)}`);
  }
  return found;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function compareFixes(was, is, add) {
  if (!was || !is) {
    add("verdict", "fix", was ? "nothing is fixed any more" : "is fixed, and was not");
    return;
  }
  if (was.hash !== is.hash) add("verdict", "fix", "the fixed text");
  else if (!same(was.edits, is.edits)) add("verdict", "fix", "other edits to the same text");
  for (const name of ["fixed", "applied", "valid", "left"]) if (!same(was[name], is[name])) add("verdict", "fix", name);
}

function compareOther(name, was, is, add) {
  if (was?.error !== undefined && is?.error !== undefined) {
    if (was.position !== is.position) add("verdict", name, "the position of the error");
    if (was.error !== is.error) add("text", name, `${pattern(was.error)}\n   → ${pattern(is.error)}`);
    return;
  }
  if (name !== "defines" || !same(was.events, is.events) || was.problems.length !== is.problems.length) {
    add("verdict", name, "gives something else");
    return;
  }
  was.problems.forEach(([definition, text], at) => {
    const [other, now] = is.problems[at];
    if (definition !== other) add("verdict", name, "problems of other definitions");
    else if (text !== now) add("text", name, `${pattern(text)}\n   → ${pattern(now)}`);
  });
}

/** A text without what differs from message to message: values in quotes, names of elements and numbers. */
export function pattern(text = "") {
  return text
    .replace(/'(?:[^'\\]|\\.)*'(?:, '(?:[^'\\]|\\.)*')*/g, "'…'")
    .replace(/"[^"]*"(?:, "[^"]*")*/g, '"…"')
    .replace(/\b[a-z]+:[^\s,;)]*[^\s,;).]/g, "…:…")
    .replace(/\b[A-Za-z_]\w*(?:\[\d+\])?(?:\.[\w$]+(?:\(\w*\))?(?:\[\d+\])?)+/g, "a.b")
    .replace(/\b[A-Za-z]*[a-z][A-Z]\w*\b/g, "aB")
    .replace(/\d+/g, "0");
}

const explanation = (kind, explained) =>
  explained.find(({ rule, what }) => (rule === undefined || rule === kind.rule) && (what === undefined || kind.what.startsWith(what)));

function report({ inputs, added, missing, changed, kinds }, explained, most) {
  const out = [];
  const list = (title, names) => {
    if (names.length > 0) out.push(`${names.length} ${title}, as ${names.slice(0, 3).join(", ")}`);
  };
  out.push(`${inputs} inputs`);
  list("inputs are only in the older record", missing);
  list("inputs are only in the newer record", added);
  list("inputs have another text, and are not compared", changed);
  const group = (title, chosen) => {
    out.push("", `${title}: ${chosen.length === 0 ? "none" : `${chosen.length} kinds`}`);
    for (const kind of chosen.slice(0, most)) {
      const why = kind.group === "verdict" ? explanation(kind, explained)?.reason : undefined;
      out.push(`${String(kind.count).padStart(7)}  ${kind.rule}: ${kind.what}${why ? `\n   since ${why}` : ""}\n   in ${kind.first}`);
    }
    if (chosen.length > most) out.push(`   and ${chosen.length - most} more kinds; --all lists them`);
  };
  const verdicts = kinds.filter((kind) => kind.group === "verdict");
  group(
    "Verdicts that differ",
    verdicts.filter((kind) => !explanation(kind, explained)),
  );
  if (explained.length > 0) {
    group(
      "Verdicts that differ, explained",
      verdicts.filter((kind) => explanation(kind, explained)),
    );
    const idle = explained.filter((one) => !verdicts.some((kind) => explanation(kind, [one])));
    for (const one of idle) say(`no difference needs this explanation: ${JSON.stringify(one)}`);
  }
  group(
    "Orders that differ",
    kinds.filter((kind) => kind.group === "order"),
  );
  group(
    "Texts that differ",
    kinds.filter((kind) => kind.group === "text"),
  );
  return out.join("\n");
}

if (isMain(import.meta.url)) await main();
