// `fhirpost send`: what it sends, what it says of it, and its exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { createReceiver, nodeListener, toOperationOutcome, validateBundle } from "fhirpost";
import { command, listening, run, start } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";

const folder = mkdtempSync(join(tmpdir(), "fhirpost-send-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const spoilt = smallMessage("m9", "b9").replace('"active"', '"acktive"');
const own = { eventCoding: { system: "https://example.org/events", code: "merge" } };
const files = {
  "one.json": smallMessage("m1", "b1"),
  "two.json": smallMessage("m2", "b2"),
  "many.ndjson": [3, 4, 5].map((n) => `${smallMessage(`m${n}`, `b${n}`)}\n\n`).join(""),
  "spoilt.json": spoilt,
  "own.json": smallMessage("m6", "b6", { event: own }),
  "merge.json": JSON.stringify({
    ...{ resourceType: "MessageDefinition", url: "https://example.org/MessageDefinition/merge", status: "active" },
    ...{ date: "2026-01-01", ...own, category: "notification", focus: [{ code: "ServiceRequest", min: 1, max: "1" }] },
  }),
  token: "from-a-file\n",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

const send = (base, args, options) => run(["send", "--base", base, ...args], { cwd: folder, ...options });

/** A receiver that goes by the book, and keeps the requests that it got. */
async function receiving(t, handlers) {
  const requests = [];
  const receive = nodeListener(createReceiver(handlers && { handlers }));
  const base = await listening(t, (request, response) => {
    requests.push(request);
    receive(request, response);
  });
  return { base, requests };
}

/** A server that answers as the function says: a status, a body and headers. It keeps the requests with their bodies. */
async function answering(t, answer) {
  const requests = [];
  const base = await listening(t, async (request, response) => {
    const { url, headers } = request;
    requests.push({ url, headers, body: await text(request) });
    const [status, body = "", more = {}] = await answer(requests.length, requests.at(-1));
    response.writeHead(status, { "Content-Type": "application/fhir+json", ...more }).end(body);
  });
  return { base, requests };
}

const outcome = (text) =>
  JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity: "error", code: "invalid", diagnostics: text }] });

test("files, NDJSON and what was created, in their order, with a closing line", async (t) => {
  const { base, requests } = await receiving(t);
  const { status, stderr, lines } = await send(base, ["{one,two}.json", "many.ndjson", "--concurrency", "3"]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  const created = / ok: HTTP 200, created ServiceRequest\/[0-9a-f-]{36}, 1 attempt, \d\.\d s$/;
  for (const line of lines.slice(0, -1)) assert.match(line, created);
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.replace(created, "")),
    ["one.json", "two.json", "many.ndjson:1", "many.ndjson:3", "many.ndjson:5"],
  );
  assert.match(lines.at(-1), /^5 messages: 5 ok; 5 resources created; [\d,]+\/s, \d+\.\d s$/);
  assert.equal(requests.length, 5);
});

test("one after the other, unless more are asked for", async (t) => {
  let [open, most] = [0, 0];
  const { base } = await answering(t, async () => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, 30));
    open -= 1;
    return [422];
  });
  await send(base, ["many.ndjson"]);
  assert.equal(most, 1);
  await send(base, ["many.ndjson", "--concurrency", "2"]);
  assert.equal(most, 2);
});

test("what is not valid is not sent, and says why without quoting; --no-check sends it", async (t) => {
  const { base, requests } = await receiving(t);
  const { status, lines } = await send(base, ["spoilt.json"]);
  assert.equal(status, 1);
  const [{ line, column }] = validateBundle(spoilt).issues;
  assert.equal(lines[0], "spoilt.json invalid: not sent");
  assert.ok(lines[1].startsWith(`spoilt.json:${line}:${column} error binding-required: The code '…'`), lines[1]);
  assert.equal(requests.length, 0);
  const sent = await send(base, ["spoilt.json", "--no-check", "-q"]);
  assert.equal(sent.status, 1);
  assert.match(sent.stdout, /^spoilt\.json refused: HTTP 422, 1 attempt, \d\.\d s\nspoilt\.json error answer-\w+: [^\n]+\n$/);
});

test("the receiver's own texts may quote the message: they are shown only when values are", async (t) => {
  const { base } = await answering(t, () => [400, outcome("Chalmers is unknown")]);
  const [hidden, shown] = await Promise.all([[], ["--show-values"]].map((args) => send(base, ["one.json", ...args])));
  assert.deepEqual([hidden.status, shown.status], [1, 1]);
  assert.doesNotMatch(hidden.stdout + hidden.stderr, /Chalmers/);
  assert.match(shown.stdout, /\none\.json the receiver: error invalid: Chalmers is unknown\n/);
});

test("the token comes from a file, the environment or a command, and is in no output", async (t) => {
  const { base, requests } = await answering(t, () => [401, outcome("no")]);
  const env = { FHIRPOST_TOKEN: "from-the-environment" };
  const runs = [
    await send(base, ["one.json", "--token-file", "token"], { env }),
    await send(base, ["one.json", "--format", "json"], { env }),
    await send(base, ["one.json", "--token-command", "echo from-a-command"]),
  ];
  // A file and a command are asked once more after a 401.
  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ["from-a-file", "from-a-file", "from-the-environment", "from-a-command", "from-a-command"].map((token) => `Bearer ${token}`),
  );
  for (const { status, stdout, stderr } of runs) {
    assert.equal(status, 1);
    assert.doesNotMatch(stdout + stderr, /from-/);
  }
  const argued = await send(base, ["one.json", "--token=from-an-argument"]);
  assert.deepEqual([argued.status, argued.stdout, requests.length], [2, "", 5]);
  assert.match(argued.stderr, /^fhirpost: a token is not an argument, since everybody on the machine can read those: use --token-file/);
  assert.doesNotMatch(argued.stderr, /from-an/);
});

test("a token that the receiver refuses is fetched anew, once for all messages", async (t) => {
  const counted = join(folder, "count.mjs");
  writeFileSync(
    counted,
    'import { appendFileSync, readFileSync } from "node:fs"; appendFileSync("n", "1"); console.log("t" + readFileSync("n").length);',
  );
  const { base, requests } = await answering(t, (_, { headers }) => (headers.authorization === "Bearer t2" ? [422] : [401]));
  const { status } = await send(base, ["many.ndjson", "--token-command", `"${process.execPath}" "${counted}"`]);
  assert.equal(status, 1);
  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization.slice(-2)),
    ["t1", "t2", "t2", "t2"],
  );
});

test("what failed is sent again with the same ids, as often as --retries says", async (t) => {
  const { base, requests } = await answering(t, (count) => (count % 3 === 1 ? [503] : [422]));
  const { stdout } = await send(base, ["one.json"]);
  assert.match(stdout, /^one\.json refused: HTTP 422, 2 attempts, /);
  assert.equal(requests[1].body, requests[0].body);
  requests.length = 0;
  const { status, lines } = await send(base, ["one.json", "--retries", "0"]);
  assert.equal(status, 1);
  assert.match(lines[0], /^one\.json failed: HTTP 503, 1 attempt, /);
  assert.match(lines.at(-1), /^1 message: 1 failed; 0 resources created; /);
});

test("a wait that is longer than it waits is said, not shortened", async (t) => {
  const { base, requests } = await answering(t, () => [503, outcome("busy"), { "Retry-After": "3600" }]);
  const formats = ["human", "json", "operation-outcome", "github"];
  const [human, json, outcomes, github] = await Promise.all(formats.map((format) => send(base, ["one.json", "--format", format])));
  assert.equal(requests.length, formats.length);
  for (const { status } of [human, json, outcomes, github]) assert.equal(status, 1);
  const wait = /^(fhirpost: )?one\.json failed: HTTP 503, 1 attempt, \d\.\d s, the receiver asks to wait 3,600 s before it is sent again$/;
  assert.match(human.lines[0], wait);
  assert.match(github.lines[0], wait);
  assert.equal(JSON.parse(json.lines[0]).retryAfter, 3600);
  const texts = JSON.parse(outcomes.lines[0]).issue.map(({ details }) => details?.text);
  assert.ok(texts.includes("The receiver asks to wait 3,600 s before it is sent again."), texts.join());
});

test("why there was no answer is said, without the address", async (t) => {
  const closing = await listening(t, (request) => request.socket.destroy());
  const closed = JSON.parse((await send(closing, ["one.json", "--retries", "0", "--format", "json"])).lines[0]);
  assert.deepEqual([closed.outcome, closed.failure, closed.issues[0].rule], ["failed", "broken", "network-broken"]);
  const gone = createServer();
  await once(gone.listen(0, "127.0.0.1"), "listening");
  const { port } = gone.address();
  await once(gone.close(), "close");
  const { stdout } = await send(`http://127.0.0.1:${port}`, ["one.json", "--retries", "0"]);
  assert.match(stdout, /network-unreachable: The connection was refused/);
  assert.doesNotMatch(stdout, /127\.0\.0\.1/);
});

test("--timeout, and answers that are not FHIR", async (t) => {
  const { base } = await answering(t, (count) => (count === 1 ? [200, "<html>"] : new Promise(() => {})));
  const { status, lines } = await send(base, ["one.json"]);
  assert.equal(status, 1);
  assert.match(lines[0], /^one\.json not-fhir: HTTP 200, /);
  const late = await send(base, ["one.json", "--timeout", "1", "--retries", "0"]);
  assert.equal(late.status, 1);
  assert.match(late.stdout, /^one\.json failed: no answer, 1 attempt, 1\.\d s\none\.json error network-timeout: /);
});

test("--capability asks once for all, and what is not declared is not sent", async (t) => {
  const statement = { resourceType: "CapabilityStatement", fhirVersion: "4.0.1", format: ["json"], rest: [{ mode: "server" }] };
  const { base, requests } = await answering(t, () => [200, JSON.stringify(statement)]);
  const { status, stdout } = await send(base, ["many.ndjson", "--capability"]);
  assert.equal(status, 1);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["/metadata"],
  );
  assert.match(stdout, /many\.ndjson:5 invalid: not sent\nmany\.ndjson:5 error capability-/);
});

test("--async, --response-url and --definitions: accepted is good", async (t) => {
  const { base, requests } = await answering(t, () => [202]);
  const args = ["own.json", "--async", "--response-url", "https://clinic.example.org/in"];
  const [unknown, known] = [await send(base, args), await send(base, [...args, "--definitions", "merge.json"])];
  assert.match(unknown.stdout, /warning msg-event-unknown/);
  assert.deepEqual([known.status, known.stderr], [0, ""]);
  assert.match(known.stdout, /^own\.json accepted: HTTP 202, 1 attempt, \d\.\d s\n1 message: 1 accepted; /);
  assert.equal(requests[1].url, "/$process-message?async=true&response-url=https%3A%2F%2Fclinic.example.org%2Fin");
});

test("json, operation-outcome and github say the same", async (t) => {
  const { base } = await receiving(t);
  const [json, outcomes, github] = await Promise.all(
    ["json", "operation-outcome", "github"].map((format) => send(base, ["one.json", "spoilt.json", "--format", format])),
  );
  for (const { status } of [json, outcomes, github]) assert.equal(status, 1);
  const [first, second] = json.lines.map((line) => JSON.parse(line));
  const { type, id } = first.created[0];
  assert.deepEqual([first.file, first.outcome, first.status, first.messageId, type], ["one.json", "ok", 200, "m1", "ServiceRequest"]);
  assert.equal(first.attempts[0].bundleId, "b1");
  const report = validateBundle(Buffer.from(spoilt), { showValues: false, as: "message" });
  assert.deepEqual([second.outcome, second.created, second.report], ["invalid", [], report]);
  assert.ok(!("outcomeIssues" in second));
  const [made, refused] = outcomes.lines.map((line) => JSON.parse(line));
  assert.deepEqual(made.issue[0].details, { text: `The receiver created or updated ServiceRequest/${id}.` });
  const { meta, ...rest } = refused;
  assert.deepEqual([meta, rest], [{ source: "spoilt.json" }, toOperationOutcome(report)]);
  assert.match(github.lines[0], new RegExp(`^fhirpost: one\\.json ok: HTTP 200, created ServiceRequest/${id}, `));
  assert.match(github.lines[2], /^::error file=spoilt\.json,line=1,col=\d+,title=binding-required::The code '…'/);
});

test("stdin is sent as it comes, and Ctrl+C still says what was done", { skip: process.platform === "win32" }, async (t) => {
  const { base, requests } = await answering(t, (count) => (count === 1 ? [422] : new Promise(() => {})));
  const { running, said, done } = start(["send", "--base", base, "--ndjson", "--format", "json"], { cwd: folder });
  running.stdin.write(`${smallMessage("m1", "b1")}\n`);
  await once(running.stdout, "data");
  assert.match(said.stdout, /"outcome":"refused"/);
  running.stdin.write(`${smallMessage("m2", "b2")}\n${smallMessage("m3", "b3")}\n`);
  while (requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  // Nothing says that the input has ended.
  running.kill("SIGINT");
  const { status, stderr, lines } = await done;
  assert.deepEqual([status, stderr, requests.length], [1, "", 2]);
  const { outcome, issues } = JSON.parse(lines.at(-1));
  assert.equal(outcome, "interrupted");
  assert.match(issues[0].message, /whether the receiver has processed the message is not known/);
  assert.equal(lines.length, 2);
});

const script = spawnSync("script", ["--version"]).status === 0;

test("a terminal sees how far the work is", { skip: !script && "there is no script(1) to make a terminal" }, async (t) => {
  const { base } = await answering(t, async () => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return [422];
  });
  const line = `"${process.execPath}" "${command}" send --base ${base} many.ndjson`;
  const { spawn } = await import("node:child_process");
  const shown = await text(spawn("script", ["-qec", line, "/dev/null"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }).stdout);
  assert.ok(shown.includes("\r\u001b[K[#"), shown);
  assert.match(shown, /\[#+ *\] \d+ %, \d messages, \d+\/s/);
});

test("wrong usage and what cannot be read end with 2, and nothing is sent", async (t) => {
  const { base, requests } = await answering(t, () => [422]);
  const cases = [
    [["send", "one.json"], /^fhirpost: --base is missing: .+\nfhirpost send --help says how it is used\.\n$/],
    [["send", "--base", base, "--response-url", "https://a.example", "one.json"], /^fhirpost: --response-url goes with --async\n/],
    [["send", "--base", base, "--retrys", "1"], /^fhirpost: there is no option --retrys; is --retries meant\?\n/],
    [["send", "--base", base, "--token-file", "missing", "one.json"], /^fhirpost: --token-file missing: there is no such file\n$/],
    [["send", "--base", base, "--token-command", "exit 3", "one.json"], /^fhirpost: --token-command ended with 3\n$/],
    [["send", "--base", base, "missing.json"], /^fhirpost: missing\.json: there is no such file\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { status, stderr } = await run(args, { cwd: folder });
      assert.equal(status, 2, stderr);
      assert.match(stderr, said);
    }),
  );
  assert.equal(requests.length, 0);
});
