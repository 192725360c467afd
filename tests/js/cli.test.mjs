// The command: what it writes in each form, where it finds messages, and its exit codes.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { toOperationOutcome, Validator, validateBundle } from "fhirpost";
import { smallMessage } from "./small-message.mjs";

const validator = new Validator();

const command = fileURLToPath(new URL("../../pkg/cli.js", import.meta.url));
const example = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const right = example("submit-service-request");
const wrong = example("submit-service-request-broken");
const patient = '{"resourceType":"Patient","gender":"female"}';
const spoilt = '{"resourceType":"Patient","gender":"femle"}';

const folder = mkdtempSync(join(tmpdir(), "fhirpost-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const inside of ["in/side", "in/node_modules"]) mkdirSync(join(folder, inside), { recursive: true });
const files = {
  "right.json": right,
  "wrong.json": wrong,
  "many.ndjson": `${patient}\n\n${spoilt}\r\n   \n${patient}`,
  "in/a.json": patient,
  "in/side/b.JSON": spoilt,
  "in/side/c.jsonl": `${patient}\n${patient}\n`,
  "in/side/d.txt": "no message",
  "in/node_modules/package.json": "{}",
  "[1].json": patient,
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

/** Runs `fhirpost check`; what it gives has the exit code and both outputs. */
function check(args, input) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", ...args], { cwd: folder, input, encoding: "utf8" });
  return { status, stdout, stderr, lines: stdout.split("\n").slice(0, -1) };
}

test("human: one line for each issue, and a closing line", () => {
  const { status, lines, stderr } = check(["right.json", "wrong.json"]);
  assert.equal(status, 1);
  assert.equal(stderr, "");
  const issues = validateBundle(wrong, { showValues: false }).issues.filter(({ severity }) => severity !== "information");
  const written = issues.map(({ line, column, severity, rule, message, suggestion }) => {
    const suggested = suggestion?.value === undefined ? "" : ` Suggested: ${suggestion.value}`;
    return `wrong.json:${line}:${column} ${severity} ${rule}: ${message}${suggested}`;
  });
  assert.deepEqual(lines.slice(0, -1), written);
  assert.match(lines.at(-1), /^2 texts: 1 valid, 1 not; 5 errors, 0 warnings, 4 information \(not shown\); [\d,]+\/s, \d+\.\d s$/);
});

test("--agree hl7: the verdict is that of HL7's validator, choices included", () => {
  const empty = '{"resourceType":"Patient","name":[{"family":"Rivera","given":[]}]}';
  assert.equal(check(["--quiet"], empty).status, 1);
  assert.equal(check(["--quiet", "--agree", "hl7"], empty).status, 0);
  assert.match(check(["--agree", "all"], empty).stderr, /--agree must be one of none, hl7/);
});

test("--rule: a rule has another severity, as options of HL7's validator have it", () => {
  for (const [rule, usual, text] of [
    ["extension-unknown", 0, '{"resourceType":"Patient","extension":[{"url":"http://xyzzy.test/a","valueCode":"a"}]}'],
    ["url-example", 0, '{"resourceType":"Patient","identifier":[{"system":"http://example.org/a","value":"1"}]}'],
    ["string-html", 0, '{"resourceType":"Patient","name":[{"text":"<b>Ana</b>"}]}'],
    ["ref-type", 0, '{"resourceType":"Patient","managingOrganization":{"reference":"Location/1"}}'],
  ]) {
    assert.equal(check(["--quiet"], text).status, usual, rule);
    const { status, stdout } = check(["--quiet", "--rule", `${rule}=error`], text);
    assert.equal(status, 1, rule);
    assert.match(stdout, new RegExp(` error ${rule}: `));
  }
  assert.match(check(["--rule", "url-example=bad"], "{}").stderr, /--rule must be one of error, warning, information, off/);
  assert.match(check(["--rule", "url-exampel=error"], "{}").stderr, /which does not exist: is url-example meant\?/);
});

test("--now: limits of profiles that are relative to now", () => {
  const element = { id: "Patient.birthDate", path: "Patient.birthDate", maxValueDuration: { value: 1, code: "a" } };
  const profile = {
    resourceType: "StructureDefinition",
    url: "http://example.org/p",
    name: "P",
    status: "active",
    kind: "resource",
    abstract: false,
    type: "Patient",
    baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
    derivation: "constraint",
    differential: { element: [element] },
  };
  writeFileSync(join(folder, "relative.json"), JSON.stringify(profile));
  const patient = '{"resourceType":"Patient","meta":{"profile":["http://example.org/p"]},"birthDate":"2030-01-01"}';
  const status = (now) => check(["--quiet", "--definitions", "relative.json", "--now", now], patient).status;
  assert.deepEqual([status("2026-01-01T12:00:00Z"), status("2029-06-01T12:00:00Z")], [1, 0]);
  assert.match(check(["--now", "soon"], patient).stderr, /--now must be an instant/);
});

test("values are shown only when they are asked for", () => {
  const hidden = check(["many.ndjson"]);
  assert.doesNotMatch(hidden.stdout, /femle/);
  const shown = check(["--show-values", "many.ndjson"]);
  assert.match(shown.stdout, /^many\.ndjson:3:36 error binding-required: The code 'femle'/);
});

// Elsewhere no file can be called so.
const oddNames = { skip: process.platform === "win32" };

test("a terminal obeys nothing of what is written", oddNames, () => {
  writeFileSync(join(folder, "\u001b[2J.json"), spoilt);
  assert.match(check(["\u001b[2J.json"]).stdout, /^\\u001b\[2J\.json:1:36 error/);
});

test("exit codes: 0 when all is valid, 1 when something is not, 2 for trouble, which stops nothing", () => {
  assert.equal(check(["right.json"]).status, 0);
  assert.equal(check(["right.json", "wrong.json"]).status, 1);
  const { status, stderr, lines } = check(["missing.json", "right.json", "in/side/d.txt", "no-*.json"]);
  assert.equal(status, 2);
  assert.equal(stderr, "fhirpost: missing.json: there is no such file\nfhirpost: nothing matches no-*.json\n");
  assert.match(lines.at(-1), /^2 texts: 1 valid, 1 not;/);
});

const readsAll = process.getuid?.() === 0 || process.platform === "win32";

test("a file that may not be read is told in plain words", { skip: readsAll && "root and Windows may read every file" }, () => {
  writeFileSync(join(folder, "locked.json"), patient);
  chmodSync(join(folder, "locked.json"), 0);
  const { status, stderr } = check(["locked.json", "right.json"]);
  assert.equal(status, 2);
  assert.equal(stderr, "fhirpost: locked.json: it may not be read\n");
});

test("NDJSON: each line is a message, with its line in the file", () => {
  const { status, lines } = check(["many.ndjson"]);
  assert.equal(status, 1);
  assert.match(lines[0], /^many\.ndjson:3:36 error binding-required: /);
  assert.match(lines.at(-1), /^3 texts: 2 valid, 1 not; 1 error,/);
  assert.equal(lines.length, 2);
  const fromStdin = check(["--ndjson"], files["many.ndjson"]);
  assert.equal(fromStdin.lines[0], lines[0].replace("many.ndjson", "stdin"));
  assert.match(check(["--ndjson", "-"], "").lines[0], /^0 texts: 0 valid, 0 not;/);
});

test("NDJSON: many lines over many pieces of a file are all validated, in their order", () => {
  const lines = Array.from({ length: 20_000 }, (_, at) =>
    at % 1000 === 999 ? spoilt : at % 2500 === 0 ? JSON.stringify(JSON.parse(right)) : patient,
  );
  writeFileSync(join(folder, "large.ndjson"), lines.join("\n"));
  const { lines: written } = check(["large.ndjson"]);
  assert.deepEqual(
    written.slice(0, -1).map((line) => Number(line.split(":")[1])),
    Array.from({ length: 20 }, (_, at) => (at + 1) * 1000),
  );
  assert.match(written.at(-1), /^20,000 texts: 19,980 valid, 20 not;/);
});

test("json: one object a line, with the report", () => {
  const { status, lines } = check(["--format", "json", "wrong.json", "many.ndjson"]);
  assert.equal(status, 1);
  const [first, ...rest] = lines.map((line) => JSON.parse(line));
  assert.deepEqual(first, { file: "wrong.json", report: validator.validate(Buffer.from(wrong), { showValues: false }) });
  assert.deepEqual(
    rest.map(({ file, line, report }) => [file, line, report.valid]),
    [
      ["many.ndjson", 1, true],
      ["many.ndjson", 3, false],
      ["many.ndjson", 5, true],
    ],
  );
});

test("operation-outcome: one OperationOutcome a line, with its source", () => {
  const { lines } = check(["--format", "operation-outcome", "wrong.json", "many.ndjson", "[1].json"]);
  const outcomes = lines.map((line) => JSON.parse(line));
  const { meta, ...outcome } = outcomes[0];
  assert.deepEqual(outcome, toOperationOutcome(validateBundle(wrong, { showValues: false })));
  assert.deepEqual(
    outcomes.map(({ meta }) => meta.source),
    ["wrong.json", "many.ndjson#1", "many.ndjson#3", "many.ndjson#5", "%5B1%5D.json"],
  );
  for (const line of lines) assert.equal(validator.validate(line).valid, true);
});

test("github: annotations, escaped as workflow commands are", () => {
  const { lines } = check(["--format", "github", "--severity", "information", "wrong.json"]);
  const issues = validateBundle(wrong, { showValues: false }).issues;
  assert.equal(lines.length, issues.length + 1);
  const { line, column, rule, message } = issues[0];
  assert.equal(lines[0], `::error file=wrong.json,line=${line},col=${column},title=${rule}::${message}`);
  assert.ok(lines.some((line) => line.startsWith("::notice file=wrong.json,line=")));
});

test("github: what would end a command or a property is escaped", oddNames, () => {
  writeFileSync(join(folder, "50%,a:b\n.json"), '{"resourceType":"Patient","gender":"100%"}');
  const { lines } = check(["--format", "github", "--show-values", "50%,a:b\n.json"]);
  assert.match(lines[0], /^::error file=50%25%2Ca%3Ab%0A\.json,line=1,col=36,title=binding-required::The code '100%25' is not/);
});

test("--severity says the least that is shown, whatever is counted", () => {
  const count = (severity) => check(["--severity", severity, "--format", "json", "wrong.json"]).lines.map(JSON.parse)[0].report;
  assert.deepEqual([...new Set(count("error").issues.map(({ severity }) => severity))], ["error"]);
  assert.equal(count("information").issues.length, count("error").issues.length + 2);
  assert.equal(count("error").counts.information, 2);
});

test("--message, --max-issues, --concurrency and --quiet", () => {
  assert.equal(check(["--message", "right.json"]).status, 0);
  assert.equal(check(["--message", "in/a.json"]).status, 1);
  const few = check(["--max-issues", "1", "wrong.json"]);
  assert.equal(few.lines.length, 2);
  assert.match(few.lines[1], /1 text not validated to the end, for too many issues/);
  assert.equal(check(["--concurrency", "1", "right.json"]).status, 0);
  assert.equal(check(["--quiet", "right.json"]).stdout, "");
  assert.equal(check(["--quiet", "wrong.json"]).lines.length, 5);
});

test("globs and folders stand for files, in order and each once; a file may be called like a glob", () => {
  const names = (args) =>
    check(["--format", "json", ...args])
      .lines.map((line) => JSON.parse(line).file)
      .join(" ");
  assert.equal(names(["in/{a,side/*}.json*"]), "in/a.json in/side/c.jsonl in/side/c.jsonl");
  assert.equal(names(["in"]), "in/a.json in/side/b.JSON in/side/c.jsonl in/side/c.jsonl");
  assert.equal(names(["{right,wrong}.json", "right.json"]), "right.json wrong.json");
  assert.equal(names(["[1].json"]), "[1].json");
  const absolute = folder.replaceAll("\\", "/");
  assert.equal(names([`${absolute}/{right,wrong}.json`]), `${absolute}/right.json ${absolute}/wrong.json`);
});

test("without files stdin is read, and `-` is stdin among files", () => {
  assert.match(check([], wrong).lines[0], /^stdin:\d+:\d+ error /);
  const { lines } = check(["--format", "json", "right.json", "-"], spoilt);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).file),
    ["right.json", "stdin"],
  );
  assert.equal(check(["-"], "").status, 1);
});

test("wrong usage ends with 2 and says what would be right", () => {
  const usage = [
    [["check", "--format", "xml"], "--format must be one of human, json, operation-outcome, github"],
    [["check", "--severity", "fatal"], "--severity must be one of error, warning, information"],
    [["check", "--max-issues", "0"], "--max-issues must be a whole number from 1 to 4294967295"],
    [["check", "--concurrency", "many"], "--concurrency must be a whole number from 1 to 1024"],
    [["check", "--formt"], "there is no option --formt; is --format meant?"],
    [["check", "--nonsense=Chalmers"], "there is no option --nonsense"],
    [["chekc"], 'there is no command "chekc"; is check meant?'],
    [["nonsense"], 'there is no command "nonsense"'],
    [[], "a command comes first: check, compose, send, serve, fhirpath, package"],
  ];
  for (const [args, text] of usage) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8", input: "" });
    assert.equal(status, 2, text);
    assert.equal(stdout, "");
    assert.equal(stderr, `fhirpost: ${text}\nfhirpost ${args[0] === "check" ? "check " : ""}--help says how it is used.\n`);
  }
});

test("--help and --version", () => {
  for (const [name, begin] of [
    [[], "Checks, composes, sends and receives FHIR R4 messages."],
    [["check"], "Checks FHIR R4 messages"],
    [["compose"], "Makes a message of an event and its resources"],
    [["send"], "Sends FHIR R4 messages"],
    [["serve"], "Receives FHIR R4 messages"],
    [["fhirpath"], "Evaluates a FHIRPath expression"],
  ]) {
    const { status, stdout } = spawnSync(process.execPath, [command, ...name, "--help"], { encoding: "utf8" });
    assert.equal(status, 0);
    assert.ok(stdout.startsWith(begin), stdout);
    assert.match(stdout, new RegExp(`\n\nUsage: fhirpost ${name[0] ?? "<command>"} `));
    for (const line of stdout.split("\n")) assert.ok(line.length <= 132, line);
  }
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  assert.equal(spawnSync(process.execPath, [command, "--version"], { encoding: "utf8" }).stdout, `${version}\n`);
});

test("--definitions: messages of one's own events are validated by them", () => {
  const eventCoding = { system: "https://example.org/events", code: "merge" };
  const definition = { resourceType: "MessageDefinition", url: "https://example.org/MessageDefinition/merge", status: "active" };
  const focus = [{ code: "Patient", min: 1, max: "1" }];
  writeFileSync(
    join(folder, "merge.def"),
    JSON.stringify({ ...definition, date: "2026-01-01", eventCoding, category: "notification", focus }),
  );
  writeFileSync(join(folder, "own.json"), smallMessage("m1", "b1", { event: { eventCoding } }));
  const rules = (...args) =>
    check(["own.json", "right.json", "many.ndjson", "--format", "json", ...args]).lines.map((line) => JSON.parse(line));
  const without = rules();
  const known = rules("--definitions", "merge.def");
  assert.ok(without[0].report.issues.some(({ rule }) => rule === "msg-event-unknown"));
  assert.ok(known[0].report.issues.some(({ rule }) => rule === "msg-focus"));
  assert.deepEqual(known.slice(1), without.slice(1), "all others as ever");
  assert.match(
    check(["right.json", "--definitions", "many.ndjson"]).stderr,
    /^fhirpost: --definitions: many\.ndjson:1 is not a definition .*\nfhirpost: --definitions adds nothing to what is built in\n$/,
  );
  writeFileSync(join(folder, "broken.def"), "{");
  const { status, stdout, stderr } = check(["right.json", "--definitions", "broken.def"]);
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /^fhirpost: --definitions: broken\.def: /);
});

test("a result is written while more input is awaited", async () => {
  const running = spawn(process.execPath, [command, "check", "--ndjson", "-"], { stdio: ["pipe", "pipe", "inherit"] });
  running.stdin.write(`${spoilt}\n`);
  const [first] = await new Promise((resolve) => running.stdout.once("data", (data) => resolve(String(data).split("\n"))));
  assert.match(first, /^stdin:1:36 error binding-required/);
  running.stdin.end(`${patient}\n`);
  assert.equal(await new Promise((resolve) => running.on("close", resolve)), 1);
});

test("it ends quietly when nobody reads its output any more", async () => {
  const running = spawn(process.execPath, [command, "check", "--ndjson", "-"]);
  let told = "";
  running.stderr.on("data", (data) => {
    told += data;
  });
  // More than the pipes hold, and no end: it must not wait for one.
  running.stdin.on("error", () => {});
  running.stdin.write(`${spoilt}\n`.repeat(20_000));
  running.stdout.once("data", () => running.stdout.destroy());
  assert.equal(await new Promise((resolve) => running.on("close", resolve)), 2);
  assert.equal(told, "");
});
