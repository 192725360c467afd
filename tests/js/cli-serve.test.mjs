// `fhirpost serve`: a receiver that says where it is, what it keeps and where, and ends cleanly.
import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { command, run, serving } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";

const folder = mkdtempSync(join(tmpdir(), "fhirpost-serve-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const merge = { eventCoding: { system: "https://example.org/events", code: "merge" } };
const definition = {
  ...{ resourceType: "MessageDefinition", url: "https://example.org/MessageDefinition/merge", status: "active", date: "2026-01-01" },
  ...{ ...merge, category: "notification", responseRequired: "always", focus: [{ code: "ServiceRequest", min: 1, max: "1" }] },
};
writeFileSync(join(folder, "merge.json"), JSON.stringify(definition));
writeFileSync(join(folder, "nonsense.json"), JSON.stringify({ ...definition, category: "sometimes" }));
writeFileSync(join(folder, "token"), "secret-of-a-file\n");

const HEADERS = { "Content-Type": "application/fhir+json" };
const post = (base, body, headers = {}) => fetch(`${base}/$process-message`, { method: "POST", headers: { ...HEADERS, ...headers }, body });

const posix = { skip: process.platform === "win32" && "its processes get no signals, and its files have no modes" };

test("it says where it is and where it keeps its answers, which outlive it", posix, async (t) => {
  const cwd = join(folder, "default");
  mkdirSync(cwd);
  const answers = [];
  for (const signal of ["SIGINT", "SIGTERM"]) {
    const { base, said, end } = await serving(t, [], { cwd });
    assert.match(base, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(said.stderr, /^fhirpost: Answers are kept in \/.+\/default\/fhirpost-answers\.db, .+ health data on your disk/);
    const response = await post(base, smallMessage("m1", "b1"));
    assert.equal(response.status, 200);
    answers.push(await response.text());
    const { status, stdout } = await end(signal);
    assert.deepEqual([status, stdout], [0, `${base}\n`]);
    // Closed properly, the file has nothing beside it.
    assert.deepEqual(readdirSync(cwd), ["fhirpost-answers.db"]);
  }
  assert.equal(statSync(join(cwd, "fhirpost-answers.db")).mode & 0o777, 0o600);
  assert.match(answers[0], /"ServiceRequest"/);
  assert.equal(answers[1], answers[0]);
});

test("--memory keeps nothing; the log holds nothing of the messages; a body may be too long", async (t) => {
  const cwd = join(folder, "memory");
  mkdirSync(cwd);
  const { base, end } = await serving(t, ["--memory", "--max-bytes", "2000"], { cwd });
  assert.equal((await post(base, smallMessage("message-1", "b1"))).status, 200);
  assert.equal((await post(base, " ".repeat(3000))).status, 413);
  assert.equal((await fetch(`${base}/Patient/p1?name=Chalmers`)).status, 404);
  const { stderr } = await end();
  assert.match(stderr, /^fhirpost: Answers are kept in memory, and forgotten when it ends\.\n/);
  assert.match(
    stderr,
    /\n\d\d:\d\d:\d\d POST \$process-message 200, \d+ ms\n[\d:]{8} POST \$process-message 413, \d+ ms\n[\d:]{8} GET elsewhere 404,/,
  );
  assert.doesNotMatch(stderr, /message-1|Chalmers|p1/);
  assert.deepEqual(readdirSync(cwd), []);
});

const sqliteOfNode = process.getBuiltinModule?.("node:sqlite") !== undefined;

test("without a SQLite it keeps answers in memory and says so, unless a file was asked for", {
  skip: sqliteOfNode && "Node has one",
}, async (t) => {
  // Beside nothing that better-sqlite3 could be found in.
  const alone = join(folder, "alone");
  for (const file of ["cli.js", "fhirpost_bg.wasm"]) cpSync(join(dirname(command), file), join(alone, "pkg", file));
  writeFileSync(join(alone, "package.json"), '{ "type": "module" }');
  const options = { cwd: alone, file: join(alone, "pkg/cli.js") };
  const { base, end } = await serving(t, ["--quiet"], options);
  assert.equal((await post(base, smallMessage("m1", "b1"))).status, 200);
  const { stderr } = await end();
  assert.match(stderr, /^fhirpost: Answers are kept in memory, and forgotten when it ends, since SQLite cannot be used\. .+better-sqlite3/);
  assert.doesNotMatch(stderr, /POST/);
  const asked = await run(["serve", "--port", "0", "--store", "answers.db"], options);
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /^fhirpost: the answers cannot be kept in .+answers\.db: There is no SQLite here/);
});

test("the events of --definitions are answered with ok, and declared", async (t) => {
  const { base, end } = await serving(t, ["--memory", "--definitions", "merge.json"], { cwd: folder });
  const response = await post(base, smallMessage("m1", "b1", { event: merge }));
  assert.equal(response.status, 200);
  assert.equal((await response.json()).entry[0].resource.response.code, "ok");
  assert.equal((await post(base, smallMessage("m2", "b2"))).status, 200);
  const statement = await (await fetch(`${base}/metadata`)).json();
  assert.ok(statement.messaging[0].supportedMessage.some((one) => one.definition === definition.url));
  await end();
});

test("--require-token wants any token, or the one that it is given, which it does not tell", async (t) => {
  const [any, one] = await Promise.all([
    serving(t, ["--memory", "--require-token"], { cwd: folder }),
    serving(t, ["--memory", "--require-token", "--token-file", "token"], { cwd: folder }),
  ]);
  const status = async ({ base }, token, id) =>
    (await post(base, smallMessage(id, id), token === undefined ? {} : { Authorization: `Bearer ${token}` })).status;
  assert.deepEqual([await status(any, undefined, "1"), await status(any, "x", "1")], [401, 200]);
  const given = [await status(one, undefined, "1"), await status(one, "x", "1"), await status(one, "secret-of-a-file", "1")];
  assert.deepEqual(given, [401, 401, 200]);
  const [, { stdout, stderr }] = await Promise.all([any.end(), one.end()]);
  assert.doesNotMatch(stdout + stderr, /secret/);
});

test("a name that resolves to this machine from outside is refused; from outside it is reached with a token alone", async (t) => {
  const { base, end } = await serving(t, ["--memory"], { cwd: folder });
  const status = (Host) =>
    new Promise((resolve, reject) => {
      request(`${base}/metadata`, { headers: { Host } }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
  assert.deepEqual([await status("evil.example"), await status("127.0.0.1.evil.example"), await status("localhost:1")], [421, 421, 200]);
  await end();
  const closed = await run(["serve", "--port", "0", "--memory", "--host", "0.0.0.0", "--require-token"], { cwd: folder });
  assert.equal(closed.status, 2);
  assert.match(closed.stderr, /^fhirpost: --host 0\.0\.0\.0 can be reached from outside: it needs --require-token, and a token/);
  const empty = await run(["serve", "--port", "0", "--memory", "--require-token"], { cwd: folder, env: { FHIRPOST_TOKEN: " " } });
  assert.deepEqual([empty.status, empty.stderr.split(":")[1]], [2, " FHIRPOST_TOKEN is there and empty"]);
  const open = await serving(t, ["--memory", "--host", "0.0.0.0", "--require-token"], { env: { FHIRPOST_TOKEN: "secret" } });
  assert.match(open.base, /^http:\/\/0\.0\.0\.0:/);
  assert.equal((await post(open.base.replace("0.0.0.0", "127.0.0.1"), smallMessage("1", "1"))).status, 401);
  await open.end();
});

test("it ends when the open requests are answered", posix, async (t) => {
  const { base, running, done } = await serving(t, ["--store", "open.db"], { cwd: folder });
  // A connection that is kept alive, and has nothing under way, keeps nothing.
  assert.equal((await fetch(`${base}/metadata`)).status, 200);
  const message = smallMessage("m1", "b1");
  const sending = request(`${base}/$process-message`, { method: "POST", headers: { ...HEADERS, "Content-Length": message.length } });
  sending.write(message.slice(0, 100));
  await new Promise((resolve) => setTimeout(resolve, 200));
  running.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(running.exitCode, null);
  sending.end(message.slice(100));
  const [response] = await once(sending, "response");
  assert.equal(response.resume().statusCode, 200);
  const { status, stderr } = await done;
  assert.equal(status, 0, stderr);
  assert.ok(!existsSync(join(folder, "open.db-wal")));
});

test("what was sent before the end is answered, also where it was not read yet", posix, async (t) => {
  const { base, end } = await serving(t, ["--memory"], { cwd: folder });
  // Each is sent when its connection is there: what the process knows of it does not matter.
  const sent = Array.from({ length: 100 }, (_, index) => {
    const message = smallMessage(`m${index}`, `b${index}`);
    const socket = connect(new URL(base).port, "127.0.0.1");
    const head = "POST /$process-message HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n";
    socket.write(`${head}Content-Length: ${message.length}\r\n\r\n${message}`);
    return { connected: once(socket, "connect"), answer: text(socket) };
  });
  await Promise.all(sent.map(({ connected }) => connected));
  const done = end("SIGTERM");
  for (const { answer } of sent) assert.match(await answer, /^HTTP\/1\.1 200 /);
  assert.equal((await done).status, 0);
});

test("wrong usage, and what keeps it from starting, end with 2", async (t) => {
  const { base, end } = await serving(t, ["--memory", "--base", "https://clinic.example.org/fhir"], { cwd: folder });
  assert.equal(base, "https://clinic.example.org/fhir");
  await end();
  const taken = await serving(t, ["--store", "taken.db"], { cwd: folder });
  const cases = [
    [["--port", new URL(taken.base).port], /^fhirpost: the receiver could not start: port \d+ is in use; --port 0 takes a free one\n$/],
    [
      ["--port", "0", "--store", "taken.db"],
      /^fhirpost: the answers cannot be kept in .+taken\.db: a receiver that is running has it open\. Each /,
    ],
    [["--port", "0", "--store", "missing/x.db"], /^fhirpost: the answers cannot be kept in .+: there is no such file\n$/],
    [["--port", "0", "--definitions", "nonsense.json"], /^fhirpost: --definitions: https:\/\/example\.org\/MessageDefinition\/merge: /],
    [["message.json"], /^fhirpost: serve takes options only\nfhirpost serve --help says how it is used\.\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { status, stdout, stderr } = await run(["serve", ...(args.includes("--store") ? [] : ["--memory"]), ...args], { cwd: folder });
      assert.deepEqual([status, stdout], [2, ""], stderr);
      assert.match(stderr, said);
    }),
  );
  await taken.end();
});
