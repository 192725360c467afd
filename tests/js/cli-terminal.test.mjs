// Nothing that comes from outside reaches a terminal so that it obeys: file names, messages, what a receiver says; in every command and format.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { command, listening, run, start } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";

const folder = mkdtempSync(join(tmpdir(), "fhirpost-terminal-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Escape, the 8-bit form of it, a line end, delete, line separators, and what turns the direction of writing. */
const ODD = "\u001b\u009b\n\u007f\u2028\u2029\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
const OBEYED = /[^\P{Cc}\n]|[\p{Bidi_Control}\u2028\u2029]/u;
const NAME = `a${ODD}b`;
const odd = { cwd: folder };

const patient = (name) => JSON.stringify({ resourceType: "Patient", gender: name });
writeFileSync(join(folder, "token"), "secret");
const names = process.platform === "win32" ? { skip: "its file names have no such characters" } : {};
if (process.platform !== "win32") {
  writeFileSync(join(folder, `${NAME}.json`), patient(ODD));
  writeFileSync(join(folder, `${NAME}.ndjson`), `${patient("x")}\n${patient(ODD)}\n`);
  writeFileSync(join(folder, `${NAME}.message.json`), smallMessage("m1", "b1"));
  writeFileSync(join(folder, `${NAME}.header.json`), JSON.stringify({ resourceType: "MessageHeader", id: "h" }));
  writeFileSync(join(folder, `${NAME}.broken.json`), "{");
}
const FORMATS = ["human", "json", "operation-outcome", "github"];
const file = (end) => `${NAME}.${end}`;

/** No line more than was meant, and none that a terminal would obey. */
function assertHarmless({ stdout, stderr }, what) {
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    assert.doesNotMatch(text, OBEYED, `${what}: ${name}`);
    for (const line of text.split("\n")) assert.ok(!line.startsWith("b."), `${what}: ${name} has a line of a file name`);
  }
}

test("check, with and without --fix", names, async () => {
  for (const format of FORMATS) {
    for (const more of [[], ["--fix", "--dry-run"]]) {
      const args = ["--format", format, "--show-values", "--severity", "information", ...more];
      const done = await run(["check", file("json"), file("ndjson"), `missing${ODD}.json`, ...args], odd);
      assertHarmless(done, format);
      assert.match(done.stderr, /missing\\u001b\\u009b\\u000a\\u007f.+\\u202e.+ there is no such file/);
      if (format !== "json") continue;
      // What JSON says stays the same.
      assert.deepEqual(
        done.lines.map((line) => JSON.parse(line).file),
        [file("json"), file("ndjson"), file("ndjson")],
      );
    }
  }
});

test("compose, fhirpath, send and serve, and what no command is", names, async (t) => {
  const said = JSON.stringify({
    resourceType: "OperationOutcome",
    issue: [{ severity: "error", code: "invalid", details: { text: ODD } }],
  });
  const base = await listening(t, (request, response) => {
    request.resume();
    response.writeHead(422, { "Content-Type": "application/fhir+json" }).end(said);
  });
  const calls = [
    [
      "compose",
      "submit-service-request",
      "--focus",
      file("json"),
      "--resource",
      file("header.json"),
      "--show-values",
      "--out",
      file("out"),
    ],
    ["compose", "submit-service-request", "--focus", file("broken.json")],
    ["compose", "submit-service-request", "--focus", file("json"), "--out", `missing${ODD}/x`],
    ["compose", `event${ODD}`, "--focus", file("json"), "--out", file("out")],
    ["fhirpath", "gender", file("json"), file("ndjson"), file("broken.json"), `missing${ODD}`],
    ["fhirpath", "gender", "--format", "json", file("json"), file("broken.json")],
    ["fhirpath", `gender${ODD}`, file("json")],
    ...FORMATS.map((format) => [
      "send",
      "--base",
      base,
      "--show-values",
      "--format",
      format,
      file("message.json"),
      file("json"),
      `missing${ODD}`,
    ]),
    ["send", "--base", `x${ODD}`, file("json")],
    ["send", "--base", base, "--token-file", `missing${ODD}`, file("json")],
    ["serve", "--port", "0", "--store", `missing${ODD}/x.db`],
    ["serve", "--port", "0", "--memory", "--definitions", file("broken.json")],
    ["serve", "--port", "0", "--memory", "--host", `host${ODD}`],
    ["check", `--odd${ODD}`],
    ["check", "--format", `odd${ODD}`],
    [`check${ODD}`],
  ];
  for (const args of calls) assertHarmless(await run(args, odd), JSON.stringify(args));
});

const script = spawnSync("script", ["--version"]).status === 0;

test("a message itself goes to a terminal with escapes, and anywhere else as it is", {
  skip: !script && "there is no script(1) to make a terminal",
}, async () => {
  const text = `{"resourceType":"Patient","name":[{"text":"\u202eRivera\u009b"}]}`;
  writeFileSync(join(folder, "patient.json"), text);
  const args = ["compose", "submit-service-request", "--focus", "patient.json", "--pretty"];
  assert.match((await run(args, odd)).stdout, /"\u202eRivera\u009b"/);
  for (const line of [args.join(" "), "check --fix - < patient.json"]) {
    const { stdout } = spawnSync("script", ["-qec", `${process.execPath} ${command} ${line}`, "/dev/null"], { ...odd, encoding: "utf8" });
    assert.match(stdout, /"\\u202eRivera\\u009b"/, line);
    assert.doesNotMatch(stdout, /[\u202e\u009b]/, line);
  }
});

test("an interruption of --fix leaves no file behind, and the old one as it was", {
  skip: process.platform === "win32" && "its processes get no signals",
}, async (t) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    const inside = mkdtempSync(join(folder, "fix-"));
    // So much that it is in the middle of it for a while.
    const line = `${JSON.stringify({ resourceType: "Patient", gender: "femle" })}\n`;
    const many = line.repeat(60_000);
    writeFileSync(join(inside, "many.ndjson"), many);
    const { running, done } = start(["check", "--fix", "many.ndjson"], { cwd: inside });
    t.after(() => running.kill("SIGKILL"));
    while (!readdirSync(inside).some((name) => name.endsWith(".fhirpost"))) await new Promise((resolve) => setTimeout(resolve, 1));
    running.kill(signal);
    await done;
    assert.equal(running.signalCode, signal);
    assert.deepEqual(readdirSync(inside), ["many.ndjson"]);
    assert.equal(readFileSync(join(inside, "many.ndjson"), "utf8"), many);
  }
});
