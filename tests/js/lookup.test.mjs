// What a report wants, looked up: by a caller's function, and by a FHIR terminology server.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createReceiver, terminologyServer, Validator } from "fhirpost";
import { listening, run, serving } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";
import { profile } from "./tgz.mjs";

const SNOMED = "http://snomed.info/sct";
const validator = new Validator();
const basic = (...codes) => JSON.stringify({ resourceType: "Basic", code: { coding: codes.map((code) => ({ system: SNOMED, code })) } });
const rules = ({ issues }) => issues.map(({ rule }) => rule);
const nothing = { profiles: 0, valueSets: 0, codes: 0, resources: 0 };

test("what a lookup says of codes decides them, and each is asked once", async () => {
  const asked = [];
  const lookup = async (wanted, { signal }) => {
    assert.ok(signal instanceof AbortSignal);
    asked.push(...wanted.codes.map(({ code }) => code));
    return { codes: wanted.codes.map((code) => ({ ...code, ...(code.code !== "3" && { valid: code.code === "1" }) })) };
  };
  const report = await validator.validateWith(basic("1", "2", "2", "3"), { lookup });
  assert.deepEqual(asked, ["1", "2", "3"]);
  assert.deepEqual(rules(report), ["code-unknown", "code-unknown", "code-unchecked"]);
  assert.deepEqual([report.valid, report.wanted.codes], [false, [{ system: SNOMED, code: "3" }]]);
  assert.deepEqual(report.lookup, { rounds: 1, decided: { codes: 2, resources: 0 }, undecided: { ...nothing, codes: 1 } });
  const fine = await validator.validateWith(JSON.parse(basic("1")), { lookup });
  assert.deepEqual([rules(fine), fine.lookup.undecided, fine.issues.length], [[], nothing, 0]);
});

test("a lookup is asked also where texts show no values, and nothing of that comes out", async () => {
  let seen = 0;
  const lookup = ({ codes }) => {
    seen += codes.length;
    return { codes: codes.map((code) => ({ ...code, valid: code.code !== "secret-2" })) };
  };
  const report = await validator.validateWith(basic("secret-1", "secret-2"), { lookup, showValues: false });
  assert.deepEqual([seen, rules(report), report.lookup.decided.codes], [2, ["code-unknown"], 2]);
  assert.doesNotMatch(JSON.stringify(report), /secret|snomed/);
  const open = await validator.validateWith(basic("secret-3"), { lookup: () => ({}), showValues: false });
  assert.doesNotMatch(JSON.stringify(open), /secret|snomed/);
  assert.equal(open.lookup.undecided.codes, 1);
});

test("a lookup that fails leaves the verdict as it would be without, and a note", async () => {
  const text = basic("1");
  const { wanted, ...usual } = validator.validate(text);
  const failing = {
    error: [
      () => {
        throw new Error("secret");
      },
      async () => Promise.reject(new Error("secret")),
      () =>
        new Proxy(
          {},
          {
            get() {
              throw new Error("secret");
            },
          },
        ),
    ],
    timeout: [() => new Promise(() => {})],
    nonsense: [() => undefined, () => "yes", () => [], () => ({ codes: {} }), () => ({ codes: ["1"] }), () => ({ resources: [] })],
    none: [
      () => ({}),
      () => ({ codes: [] }),
      () => ({ codes: [{ system: SNOMED, code: "other", valid: false }] }),
      ({ codes }) => ({ codes: codes.map((code) => ({ ...code, valid: "no" })) }),
      () => ({ resources: { "http://example.org/p": { resourceType: "StructureDefinition" } } }),
    ],
  };
  for (const [failure, lookups] of Object.entries(failing)) {
    for (const lookup of lookups) {
      const {
        lookup: note,
        wanted: left,
        ...report
      } = await validator.validateWith(text, { lookup, timeout: failure === "timeout" ? 1 : 60_000 });
      assert.deepEqual([report, left], [usual, wanted], String(lookup));
      assert.deepEqual(
        [note.failure, note.decided.codes, note.undecided.codes],
        [failure === "none" ? undefined : failure, 0, 1],
        String(lookup),
      );
      assert.doesNotMatch(JSON.stringify(note), /secret/);
    }
  }
});

test("who ends the wait gets its reason, and arguments are looked at", async () => {
  const ending = new AbortController();
  const lookup = () => new Promise(() => ending.abort(new Error("enough")));
  await assert.rejects(validator.validateWith(basic("1"), { lookup, signal: ending.signal }), /^Error: enough$/);
  await assert.rejects(validator.validateWith(basic("1")), /^TypeError: options\.lookup must be a function$/);
  await assert.rejects(validator.validateWith(basic("1"), { lookup: 7 }), /^TypeError: options\.lookup must be a function$/);
  await assert.rejects(validator.validateWith(7, { lookup }), TypeError);
  assert.throws(() => terminologyServer("tx.example.org"), /^TypeError: url must be an absolute http or https URL/);
  assert.throws(() => terminologyServer("https://tx.example.org", { batchSize: 0 }), /^TypeError: options\.batchSize must be/);
});

const structure = (name, type, element) => ({ ...profile(name, type, [element]), url: `http://example.org/${name}` });

test("profiles, value sets and targets that are looked up are validated by, round by round", async () => {
  const known = {
    "http://example.org/task": structure("task", "Task", {
      id: "Task.for",
      path: "Task.for",
      type: [{ code: "Reference", targetProfile: ["http://example.org/named"] }],
    }),
    "http://example.org/named": structure("named", "Patient", { id: "Patient.name", path: "Patient.name", min: 1 }),
    "Patient/1": '{"resourceType":"Patient","id":"1","active":true}',
  };
  const own = new Validator({ resources: [known["http://example.org/named"]] });
  const task = {
    resourceType: "Task",
    meta: { profile: ["http://example.org/task"] },
    status: "draft",
    intent: "order",
    for: { reference: "Patient/1" },
  };
  const asked = [];
  const lookup = ({ profiles, valueSets, resources }) => {
    const names = [...profiles, ...valueSets, ...resources];
    asked.push(names);
    return { resources: Object.fromEntries(names.filter((name) => name in known).map((name) => [name, known[name]])) };
  };
  const report = await own.validateWith(JSON.stringify(task), { lookup });
  assert.deepEqual(asked, [["http://example.org/task"], ["Patient/1"]]);
  assert.deepEqual(rules(report), ["target-profile"]);
  assert.deepEqual(report.lookup, { rounds: 2, decided: { codes: 0, resources: 2 }, undecided: nothing });
  known["Patient/1"] = { resourceType: "Patient", id: "1", name: [{ text: "Ana" }] };
  assert.deepEqual(rules(await own.validateWith(task, { lookup })), []);
  // What was looked up for one message is not known of the next.
  assert.deepEqual(rules(own.validate(task)), ["profile-unknown"]);
});

/** What a terminology server does with a request for codes: `valid` decides each. */
function answer(body, valid) {
  const one = ({ parameter }) => {
    const of = (name) => Object.values(parameter.find((each) => each.name === name) ?? {}).at(-1);
    const result = valid(of("code"), of("url"));
    if (result === undefined) return { resourceType: "OperationOutcome", issue: [] };
    const unknown = { name: "issues", resource: { resourceType: "OperationOutcome", issue: [{ severity: "error", code: "not-found" }] } };
    const parameters =
      result === "unknown" ? [{ name: "result", valueBoolean: false }, unknown] : [{ name: "result", valueBoolean: result }];
    return { resourceType: "Parameters", parameter: parameters };
  };
  if (body.resourceType !== "Bundle") return one(body);
  const entry = body.entry.map(({ resource }) => one(resource));
  return {
    resourceType: "Bundle",
    type: "batch-response",
    entry: entry.map((resource) => ({ resource, response: { status: resource.resourceType === "Parameters" ? "200 OK" : "404" } })),
  };
}

/** A server that answers so, and what it was asked. */
async function server(t, valid, respond = (body, request) => ({ status: 200, body: answer(body, valid, request) })) {
  const requests = [];
  let open = 0;
  const most = { open: 0 };
  const base = await listening(t, (request, response) => {
    open += 1;
    most.open = Math.max(most.open, open);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      requests.push({ url: request.url, headers: request.headers, body });
      const given = respond(body, request);
      open -= 1;
      if (given === undefined) return;
      response.writeHead(given.status, { "Content-Type": "application/fhir+json" });
      response.end(typeof given.body === "string" ? given.body : JSON.stringify(given.body));
    });
  });
  return { base: `${base}/fhir`, requests, most };
}

test("a terminology server is asked in batches, each code once, and what it said is remembered", async (t) => {
  const { base, requests, most } = await server(t, (code) => (code === "7" ? "unknown" : Number(code) % 100 !== 0));
  const lookup = terminologyServer(`${base}/`, { headers: { Authorization: "Bearer x" }, batchSize: 50, concurrency: 2 });
  const codes = Array.from({ length: 1000 }, (_, code) => String(code + 1));
  const report = await validator.validateWith(basic(...codes), { lookup });
  assert.deepEqual([report.counts.error, report.lookup.decided.codes, report.lookup.undecided.codes], [10, 999, 1]);
  assert.deepEqual([requests.length, most.open <= 2], [20, true]);
  const [{ url, headers, body }] = requests;
  assert.deepEqual(
    [url, headers.authorization, headers["content-type"], body.type],
    ["/fhir", "Bearer x", "application/fhir+json", "batch"],
  );
  assert.deepEqual(body.entry[0], {
    resource: {
      resourceType: "Parameters",
      parameter: [
        { name: "url", valueUri: SNOMED },
        { name: "code", valueCode: "1" },
      ],
    },
    request: { method: "POST", url: "CodeSystem/$validate-code" },
  });
  await validator.validateWith(basic("1", "2", "7", "2000"), { lookup });
  assert.deepEqual(
    requests[20].body.entry.map(({ resource }) => resource.parameter[1].valueCode),
    ["7", "2000"],
  );
});

test("codes of a value set are asked of that", async (t) => {
  const { base, requests } = await server(t, (_, url) => url === SNOMED);
  const set = {
    resourceType: "ValueSet",
    url: "http://example.org/set",
    status: "active",
    compose: { include: [{ system: SNOMED, filter: [{ property: "concept", op: "is-a", value: "1" }] }] },
  };
  const bound = structure("bound", "Basic", {
    id: "Basic.code",
    path: "Basic.code",
    binding: { strength: "required", valueSet: "http://example.org/set" },
  });
  const own = new Validator({ resources: [set, bound] });
  const text = JSON.stringify({ ...JSON.parse(basic("1")), meta: { profile: ["http://example.org/bound"] } });
  const report = await own.validateWith(text, { lookup: terminologyServer(base) });
  assert.deepEqual([rules(report), report.issues[0].profiles], [["binding-required"], ["http://example.org/bound"]]);
  assert.deepEqual(
    requests.map(({ body }) => body.entry.map(({ request, resource }) => [request.url, resource.parameter.map(({ name }) => name).join()])),
    [[["ValueSet/$validate-code", "url,code,system"]], [["CodeSystem/$validate-code", "url,code"]]],
  );
});

test("a server that takes no batches is asked for one code after the other", async (t) => {
  const respond = (body) =>
    body.resourceType === "Bundle" ? { status: 404, body: "no" } : { status: 200, body: answer(body, (code) => code !== "2") };
  const { base, requests } = await server(t, undefined, respond);
  const report = await validator.validateWith(basic("1", "2", "3"), { lookup: terminologyServer(base, { concurrency: 1 }) });
  assert.deepEqual([rules(report), report.lookup.undecided], [["code-unknown"], nothing]);
  assert.deepEqual(
    requests.map(({ url }) => url),
    ["/fhir", ...Array(3).fill("/fhir/CodeSystem/$validate-code")],
  );
});

test("a server that fails decides nothing, and is not asked on", async (t) => {
  const ok = { resourceType: "Parameters", parameter: [{ name: "result", valueBoolean: true }] };
  const failing = {
    hangs: () => undefined,
    "answers 500": () => ({ status: 500, body: "{}" }),
    "answers 401": () => ({ status: 401, body: "{}" }),
    "answers no JSON": () => ({ status: 200, body: "<html>" }),
    "answers another resource": () => ({ status: 200, body: ok }),
    "answers another Bundle": ({ entry }) => ({ status: 200, body: { resourceType: "Bundle", entry: entry.slice(1) } }),
    "answers too much": () => ({ status: 200, body: JSON.stringify("x".repeat(2000)) }),
  };
  for (const [what, respond] of Object.entries(failing)) {
    const { base, requests } = await server(t, undefined, respond);
    const lookup = terminologyServer(base, { batchSize: 1, concurrency: 1, timeout: what === "hangs" ? 50 : 60_000, maxBytes: 1000 });
    const report = await validator.validateWith(basic("1", "2", "3"), { lookup });
    assert.deepEqual([rules(report), report.lookup.failure, report.lookup.undecided.codes], [["code-unchecked"], "error", 3], what);
    assert.equal(requests.length, 1, what);
  }
  const strange = {
    "an entry that failed": { resourceType: "Bundle", entry: [{ response: { status: "500" }, resource: ok }] },
    "an entry without a response": { resourceType: "Bundle", entry: [{ resource: ok }] },
    "no result": {
      resourceType: "Bundle",
      entry: [{ response: { status: "200" }, resource: { resourceType: "Parameters", parameter: [{}] } }],
    },
    "an empty entry": { resourceType: "Bundle", entry: [null] },
  };
  for (const [what, body] of Object.entries(strange)) {
    const { base } = await server(t, undefined, () => ({ status: 200, body }));
    const report = await validator.validateWith(basic("1"), { lookup: terminologyServer(base) });
    assert.deepEqual([rules(report), report.lookup.undecided.codes], [["code-unchecked"], 1], what);
  }
});

test("the command asks a terminology server where one is named", async (t) => {
  const { base, requests } = await server(t, (code) => code !== "2");
  const folder = mkdtempSync(join(tmpdir(), "fhirpost-lookup-"));
  writeFileSync(join(folder, "codes.ndjson"), `${basic("1", "2")}\n${basic("1")}\n`);
  const { status, stdout, stderr } = await run(["check", "--terminology-server", base, "codes.ndjson"], { cwd: folder });
  assert.equal(status, 1, stderr);
  assert.match(
    stdout,
    /^codes\.ndjson:1:\d+ error code-unknown: The code '…' is not in the code system '…', as it was looked up\.\n2 texts: 1 valid, 1 not;/,
  );
  assert.match(stdout, /; 3 codes looked up, 0 undecided; /);
  assert.equal(requests.length, 1);
  const wrong = await run(["check", "--terminology-server", "tx.example.org", "codes.ndjson"], { cwd: folder });
  assert.deepEqual([wrong.status, /--terminology-server must be an absolute http or https URL/.test(wrong.stderr)], [2, true]);
});

/** A referral whose service has this code of SNOMED CT. */
function referral(code) {
  const bundle = JSON.parse(smallMessage("m1", "b1"));
  bundle.entry[1].resource.code = { coding: [{ system: SNOMED, code }] };
  return JSON.stringify(bundle);
}

const posted = (base, operation, body) =>
  new Request(`${base}/${operation}`, { method: "POST", headers: { "Content-Type": "application/fhir+json" }, body });

test("a receiver looks up what it cannot decide, for messages and for $validate", async () => {
  const failures = [];
  const receiver = (lookup) => createReceiver({ validator, lookup, onError: ({ code }) => failures.push(code) });
  const statuses = async (lookup, code) => {
    const answers = await Promise.all([
      receiver(lookup)(posted("https://example.org/fhir", "$process-message", referral(code))),
      receiver(lookup)(posted("https://example.org/fhir", "$validate", referral(code))),
    ]);
    const [, outcome] = await Promise.all(answers.map((answer) => answer.json()));
    return [answers[0].status, outcome.issue.filter(({ severity }) => severity === "error").length];
  };
  const lookup = ({ codes }) => ({ codes: codes.map((code) => ({ ...code, valid: code.code === "1" })) });
  assert.deepEqual(await statuses(lookup, "1"), [200, 0]);
  assert.deepEqual(await statuses(lookup, "2"), [422, 1]);
  assert.deepEqual([await statuses(undefined, "2"), failures], [[200, 0], []]);
  // One that fails leaves the verdict as it is, and is told.
  assert.deepEqual(await statuses(() => Promise.reject(new Error("secret")), "2"), [200, 0]);
  assert.deepEqual(failures, ["lookup-error", "lookup-error"]);
  assert.throws(() => createReceiver({ lookup: "https://tx.example.org" }), /^TypeError: options\.lookup must be a function/);
  for (const validate of [false, () => validator.validate("{}")]) {
    assert.throws(() => createReceiver({ lookup, validate }), /^TypeError: options\.lookup goes with options of validate/);
  }
});

test("the receiver of the command line asks a terminology server where one is named", async (t) => {
  const { base: terminology, requests } = await server(t, (code) => code !== "2");
  const { base, said, end } = await serving(t, ["--memory", "--terminology-server", terminology]);
  for (const [code, status] of [
    ["1", 200],
    ["2", 422],
  ]) {
    const answer = await fetch(posted(base, "$process-message", referral(code)));
    assert.equal(answer.status, status, code);
    const text = await answer.text();
    if (status === 422) assert.doesNotMatch(text, /snomed/);
  }
  assert.equal(requests.length, 2);
  // A server that is not there keeps no message from being answered.
  const gone = await serving(t, ["--memory", "--terminology-server", "http://127.0.0.1:1/fhir"]);
  assert.equal((await fetch(posted(gone.base, "$process-message", referral("2")))).status, 200);
  await Promise.all([end(), gone.end()]);
  assert.doesNotMatch(said.stderr, /failed/);
  assert.match(gone.said.stderr, /the receiver failed: lookup-error/);
  const wrong = await run(["serve", "--memory", "--terminology-server", "tx.example.org"]);
  assert.deepEqual([wrong.status, /--terminology-server must be an absolute http or https URL/.test(wrong.stderr)], [2, true]);
});
