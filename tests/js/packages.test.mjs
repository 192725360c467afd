// FHIR packages: what the Validator knows of them, on every way that messages are validated, and where the command finds them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { createReceiver, eventKey, Validator, validateMany } from "fhirpost";
import { run, serving } from "./command.mjs";
import { smallMessage } from "./small-message.mjs";
import { eventOf, messageDefinition, packageFiles, profile, tgz } from "./tgz.mjs";

const merge = (focus) => ({ "MessageDefinition-merge.json": messageDefinition("merge", focus) });
const base = packageFiles("example.base", "1.0.0", { "hl7.fhir.r4.core": "4.0.1" }, merge("ServiceRequest"));
const above = packageFiles("example.above", "2.1.0", { "example.base": "1.0.x" }, merge("Organization"));
const message = smallMessage("m1", "b1", { event: { eventCoding: eventOf("merge") } });

const focusOf = (validator) => validator.events().find(({ event }) => event.code === "merge")?.focus[0].type;
const rules = ({ issues }) => issues.map(({ rule }) => rule);

test("packages are known in the order of their dependencies, and resources come before them", async () => {
  for (const packages of [
    [tgz(base), tgz(above)],
    [tgz(above), tgz(base), tgz(above)],
  ]) {
    const validator = await Validator.load({ packages });
    assert.deepEqual([validator.issues, focusOf(validator)], [[], "Organization"]);
  }
  const both = new Validator({ packages: [tgz(base)], resources: messageDefinition("merge", "Group") });
  assert.deepEqual([both.issues, focusOf(both)], [[], "Group"]);
  const { buffer, byteOffset, length } = tgz(base);
  for (const bytes of [
    new DataView(buffer, byteOffset, length),
    buffer.slice(byteOffset, byteOffset + length),
    Uint8Array.from(tgz(base)),
  ]) {
    assert.equal(focusOf(new Validator({ packages: bytes })), "ServiceRequest");
  }
});

test("what is wrong names the package and its file; the rest works", () => {
  const bad = packageFiles(
    "example.bad",
    "1.0.0",
    { "example.other": "3.0.0" },
    { "ValueSet-a.json": { resourceType: "ValueSet" }, ...merge("ServiceRequest") },
  );
  const validator = new Validator({ packages: [Buffer.from("not one"), tgz(bad)], resources: "{" });
  assert.equal(focusOf(validator), "ServiceRequest");
  const said = validator.issues.map(({ severity, kind, package: of, file, resource }) => [severity, kind, of, file, resource]);
  assert.deepEqual(said, [
    ["error", "unreadable", "packages[0]", undefined, undefined],
    ["warning", "missing", "example.bad#1.0.0", undefined, undefined],
    ["error", "invalid", "example.bad#1.0.0", "package/ValueSet-a.json", undefined],
    ["error", "unreadable", undefined, undefined, 0],
  ]);
});

test("what holds no bytes is a TypeError", () => {
  const wrong = [
    ["x.tgz", /^TypeError: options\.packages\[0\] must be the bytes of a package, a Uint8Array$/],
    [Promise.resolve(tgz(base)), /^TypeError: options\.packages\[0\] .*not a Promise: await it first$/],
    [[tgz(base), {}], /^TypeError: options\.packages\[1\] must be/],
  ];
  for (const [packages, error] of wrong) assert.throws(() => new Validator({ packages }), error);
});

test("threads know what the validator knows, whatever becomes of the bytes", async () => {
  const bytes = tgz(base);
  const validator = new Validator({ packages: [bytes] });
  bytes.fill(0);
  assert.ok(!rules(validator.validate(message)).includes("msg-event-unknown"));
  assert.ok(rules(new Validator().validate(message)).includes("msg-event-unknown"));
  // The second time it is compiled already.
  for (const _ of [1, 2]) {
    for await (const { report } of validateMany([message], { validator, concurrency: 1 })) {
      assert.deepEqual(report, validator.validate(message));
    }
  }
});

const born = packageFiles(
  "example.born",
  "1.0.0",
  {},
  {
    "StructureDefinition-born.json": profile("born", "Patient", [{ id: "Patient.birthDate", path: "Patient.birthDate", min: 1 }]),
    "StructureDefinition-rate.json": {
      ...profile("rate", "Observation"),
      baseDefinition: "http://hl7.org/fhir/StructureDefinition/heartrate",
    },
  },
);
const bornUrl = "https://example.org/StructureDefinition/born";

test("resources are validated by the profiles that they claim and by those that are asked for", () => {
  const validator = new Validator({ packages: [tgz(born)] });
  assert.deepEqual(validator.issues, [], "R4's own profiles are there to derive from");
  const patient = { resourceType: "Patient", active: true };
  const found = (resource, options) => validator.validate(resource, options).issues.filter(({ profiles }) => profiles);
  assert.deepEqual(found(patient), []);
  for (const [resource, options] of [
    [{ ...patient, meta: { profile: [bornUrl] } }, {}],
    [patient, { profiles: [bornUrl] }],
  ]) {
    const [{ rule, severity, profiles }, ...others] = found(resource, options);
    assert.deepEqual([rule, severity, profiles, others], ["element-missing", "error", [bornUrl], []]);
  }
  assert.throws(
    () => validator.validate(patient, { profiles: bornUrl }),
    /^TypeError: options\.profiles must be a list of canonical URLs$/,
  );
});

/** A message about a Patient. */
function patientMessage(more = {}) {
  const bundle = JSON.parse(message);
  const [header, , patient] = bundle.entry;
  header.resource.focus = [{ reference: "Patient/p1" }];
  Object.assign(patient.resource, { active: true, ...more });
  return JSON.stringify({ ...bundle, entry: [header, patient] });
}

test("an event that the caller maps to profiles is validated as if its resources claimed them", async () => {
  const validator = new Validator({ packages: [tgz(born)] });
  const found = ({ issues }) =>
    issues.filter(({ profiles }) => profiles).map(({ rule, expression, profiles }) => [rule, expression, profiles]);
  const claimed = found(validator.validate(patientMessage({ meta: { profile: [bornUrl] } })));
  assert.equal(claimed.length, 1);
  for (const [event, resource] of [
    ["merge", "Patient"],
    [`${eventOf("merge").system}|merge`, "focus"],
  ]) {
    const options = { events: { [event]: { [resource]: [bornUrl] } } };
    assert.deepEqual(found(validator.validate(patientMessage(), options)), claimed, event);
    for await (const { report } of validateMany([patientMessage()], { validator, ...options })) assert.deepEqual(found(report), claimed);
  }
  assert.deepEqual(found(validator.validate(patientMessage(), { events: { split: { Patient: [bornUrl] } } })), []);
  for (const [events, problem] of [
    [[], /^TypeError: options\.events must be an object of events/],
    [{ merge: bornUrl }, /^TypeError: options\.events must give "merge" an object of resource types and lists of profiles$/],
    [
      { merge: { Patient: bornUrl } },
      /^TypeError: options\.events must give "merge" resource types, or focus, each with a list of canonical URLs$/,
    ],
    [{ merge: { patient: [bornUrl] } }, /^TypeError: options\.events must give "merge" resource types/],
  ]) {
    assert.throws(() => validator.validate(patientMessage(), { events }), problem);
  }
});

test("a receiver refuses what a profile of the event refuses, and its composer says so", async () => {
  const definition = { ...messageDefinition("merge"), focus: [{ code: "Patient", profile: bornUrl, min: 1, max: "1" }] };
  const validator = new Validator({ packages: [tgz(born)], resources: definition });
  const headers = { "Content-Type": "application/fhir+json" };
  const send = async (options, body) => {
    const handlers = { [eventKey(eventOf("merge"))]: () => undefined };
    const response = await createReceiver({ handlers, ...options })(
      new Request("https://example.org/$process-message", { method: "POST", headers, body }),
    );
    const issues = response.status === 422 ? (await response.json()).issue : [];
    return [response.status, ...issues.filter(({ severity }) => severity === "error").map(({ expression }) => expression[0])];
  };
  const missing = [422, "Bundle.entry[1].resource.ofType(Patient)"];
  assert.deepEqual(await send({ validator }, patientMessage()), missing);
  assert.deepEqual(await send({ validator }, patientMessage({ birthDate: "1990" })), [200]);
  const mapped = { validator: new Validator({ packages: [tgz(born)] }), validate: { events: { merge: { Patient: [bornUrl] } } } };
  assert.deepEqual(await send(mapped, patientMessage()), missing);
  const patient = { resourceType: "Patient", id: "p1" };
  const composed = (focus) => validator.compose(eventOf("merge"), { focus, source: { endpoint: "https://example.org" } }).report.valid;
  assert.deepEqual([composed(patient), composed({ ...patient, birthDate: "1990" })], [false, true]);
});

test("what was compiled is taken like a package, with what was wrong with it", () => {
  const broken = { "ValueSet-a.json": { resourceType: "ValueSet" } };
  const whole = new Validator({
    packages: [tgz(born), tgz(packageFiles("example.bad", "1.0.0", {}, broken))],
    resources: messageDefinition("merge"),
  });
  assert.equal(whole.issues.length, 1);
  const compiled = whole.compiled();
  const claims = { resourceType: "Patient", meta: { profile: [bornUrl] }, active: true };
  const needs = packageFiles("example.needs", "1.0.0", { "example.born": "1.0.x" });
  for (const validator of [new Validator({ packages: compiled }), new Validator({ packages: [tgz(needs), compiled] })]) {
    assert.deepEqual(validator.issues, whole.issues);
    assert.equal(focusOf(validator), "Patient");
    assert.deepEqual(validator.validate(claims), whole.validate(claims));
  }
  assert.deepEqual(new Validator({ packages: compiled }).compiled(), compiled);
  assert.deepEqual(new Validator({ packages: [compiled, compiled] }).validate(claims), whole.validate(claims));
  const { kind, package: of, message } = new Validator({ packages: compiled.slice(0, -1) }).issues.at(-1);
  assert.deepEqual([kind, of, message], ["unreadable", "packages[0]", "the definitions are not complete"]);
});

test("several compiled files are known together with packages and resources, in whatever order", () => {
  const coded = (name, code) =>
    packageFiles(
      `example.${name}`,
      "1.0.0",
      {},
      {
        "StructureDefinition-p.json": profile(name, "Patient", [
          {
            id: "Patient",
            path: "Patient",
            constraint: [{ key: `${name}-1`, severity: "error", human: "x", expression: "active = true" }],
          },
          {
            id: "Patient.maritalStatus",
            path: "Patient.maritalStatus",
            binding: { strength: "required", valueSet: `https://example.org/ValueSet/${name}` },
          },
        ]),
        "ValueSet-a.json": {
          resourceType: "ValueSet",
          url: `https://example.org/ValueSet/${name}`,
          status: "active",
          compose: { include: [{ system: "https://example.org/cs", concept: [{ code }] }] },
        },
      },
    );
  const compiled = (...packages) => new Validator({ packages }).compiled();
  const [one, two, both] = [
    compiled(tgz(coded("one", "a"))),
    compiled(tgz(coded("two", "b"))),
    compiled(tgz(coded("two", "b")), tgz(born)),
  ];
  const patient = {
    resourceType: "Patient",
    active: false,
    maritalStatus: { coding: [{ system: "https://example.org/cs", code: "b" }] },
    meta: { profile: ["one", "two", "born"].map((name) => `https://example.org/StructureDefinition/${name}`) },
  };
  const found = (packages) => {
    const validator = new Validator({ packages, resources: messageDefinition("merge") });
    assert.deepEqual([validator.issues, focusOf(validator)], [[], "Patient"]);
    const { issues } = validator.validate(patient);
    return issues.filter(({ profiles }) => profiles).map(({ rule, expression, profiles }) => `${rule} ${expression} ${profiles.join()}`);
  };
  const expected = found(["one", "two"].map((name, place) => tgz(coded(name, "ab"[place]))).concat(tgz(born)));
  assert.equal(expected.length, 4, expected.join("\n"));
  for (const packages of [
    [one, two, tgz(born)],
    [tgz(born), two, one],
    [both, one],
    [one, both],
    [two, both, one],
    [new Validator({ packages: [both, one] }).compiled()],
    [compiled(one, tgz(born)), two],
  ]) {
    assert.deepEqual(found(packages), expected);
  }
});

const FEMALE = `<?xml version="1.0" encoding="UTF-8"?>
<StructureDefinition xmlns="http://hl7.org/fhir">
  <url value="https://example.org/StructureDefinition/female"/><name value="Female"/><status value="draft"/><kind value="resource"/>
  <abstract value="false"/><type value="Patient"/><baseDefinition value="http://hl7.org/fhir/StructureDefinition/Patient"/>
  <derivation value="constraint"/>
  <differential><element id="Patient.gender"><path value="Patient.gender"/><min value="1"/></element></differential>
</StructureDefinition>`;

test("a definition in XML is known like one in JSON", () => {
  const validator = new Validator({ resources: [FEMALE, Buffer.from(FEMALE)] });
  assert.deepEqual(validator.issues, []);
  const { issues } = validator.validate({ resourceType: "Patient" }, { profiles: ["https://example.org/StructureDefinition/female"] });
  assert.ok(issues.some(({ rule, expression }) => rule === "element-missing" && expression === "Patient"));
  const [{ kind, message }] = new Validator({ resources: `<!DOCTYPE a [<!ENTITY b "c">]>${FEMALE.slice(38)}` }).issues;
  assert.deepEqual([kind, message], ["unreadable", "Line 1, column 1: A document type is not read: FHIR has none."]);
});

const folder = mkdtempSync(join(tmpdir(), "fhirpost-packages-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path, content) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.isBuffer(content) || typeof content === "string" ? content : JSON.stringify(content));
}

for (const [path, content] of Object.entries(base)) write(`cache/example.base#1.0.0/${path}`, content);
for (const [path, content] of Object.entries(packageFiles("example.base", "1.0.9", {}, merge("Group")))) {
  write(`cache/example.base#1.0.9/${path}`, content);
}
for (const [path, content] of Object.entries(above)) write(`cache/example.above#2.1.0/${path}`, content);
write("above.tgz", tgz(above));
write("flat/package.json", base["package/package.json"]);
write(`flat/MessageDefinition-${"m".repeat(120)}.json`, messageDefinition("merge"));
write("lonely.tgz", tgz(packageFiles("example.lonely", "1.0.0", { "example.nowhere": "1.0.0", "example.base": "1.0.0" })));
write("broken.tgz", tgz(base).subarray(0, 100));
write("own.json", message);
write("born.tgz", tgz(born));
write("patient.json", { resourceType: "Patient", active: true });

const cached = { cwd: folder, env: { FHIR_PACKAGE_CACHE: join(folder, "cache") } };
const check = async (args, options = cached) => {
  const { stdout, stderr, status } = await run(["check", "own.json", "--format", "json", "--severity", "information", ...args], options);
  return { status, stderr, rules: stdout === "" ? [] : rules(JSON.parse(stdout).report) };
};

test("--package takes a name and version, a file or a folder, with what the cache has of its dependencies", async () => {
  for (const args of [["example.base#1.0.0"], ["flat"], ["cache/example.base#1.0.0"], ["lonely.tgz"]]) {
    const { rules, stderr } = await check(["--package", ...args]);
    assert.ok(!rules.includes("msg-event-unknown"), args.join());
    const missing =
      "fhirpost: --package: example.lonely#1.0.0 depends on example.nowhere#1.0.0, which was not given: what it defines is not known\n";
    assert.equal(stderr, args[0] === "lonely.tgz" ? missing : "", args.join());
  }
  for (const name of ["example.above#2.1.0", "example.above#2.x", "above.tgz"]) {
    const { rules, stderr } = await check(["--package", name]);
    assert.ok(rules.includes("msg-focus"), name);
    assert.equal(stderr, "", "what it depends on is in the cache");
  }
  const elsewhere = { cwd: folder, env: { FHIR_PACKAGE_CACHE: folder } };
  const { stderr } = await check(["--package", "above.tgz"], elsewhere);
  assert.match(stderr, /^fhirpost: --package: example\.above#2\.1\.0 depends on example\.base#1\.0\.x, which was not given/);
  assert.equal((await check(["--package", "above.tgz", "--package-cache", "cache"], elsewhere)).stderr, "");
});

test("--profile names what each resource has to meet", async () => {
  const args = ["check", "patient.json", "--package", "born.tgz", "--profile", bornUrl];
  const { stdout, status } = await run(args, cached);
  assert.equal(status, 1);
  assert.match(stdout, /^patient\.json:1:1 error element-missing: /);
  assert.equal((await run(args.slice(0, 4), cached)).status, 0);
});

test("--package and --definitions take definitions in XML, alone and in folders", async () => {
  write("xml/StructureDefinition-female.xml", FEMALE);
  write("unpacked/package/package.json", { name: "example.xml", version: "1.0.0" });
  write("unpacked/package/StructureDefinition-female.xml", FEMALE);
  for (const args of [
    ["--package", "xml/StructureDefinition-female.xml"],
    ["--definitions", "xml"],
    ["--package", "unpacked"],
  ]) {
    const all = ["check", "patient.json", ...args, "--profile", "https://example.org/StructureDefinition/female"];
    const { stdout, stderr } = await run(all, cached);
    assert.match(stdout, /^patient\.json:1:1 error element-missing: /, args.join(" "));
    assert.doesNotMatch(stderr, /--package|--definitions/);
  }
});

test("Questionnaires of a package's examples are known, whether it is an archive or a folder", async () => {
  const questionnaire = {
    resourceType: "Questionnaire",
    url: "https://example.org/Questionnaire/q",
    status: "active",
    item: [{ linkId: "a", type: "string", required: true }],
  };
  const files = packageFiles("example.asked", "1.0.0", {}, { "example/of-it.json": questionnaire, "example/other.json": base });
  for (const [path, content] of Object.entries(files)) {
    write(`asked/${path}`, content);
    write(`cache/example.asked#1.0.0/${path}`, content);
    write(`asked-flat/${path.replace("package/", "")}`, content);
  }
  write("asked.tgz", tgz(files));
  write("answered.json", { resourceType: "QuestionnaireResponse", questionnaire: questionnaire.url, status: "completed" });
  for (const name of ["asked.tgz", "asked", "asked-flat", "example.asked#1.0.0"]) {
    const { stdout } = await run(["check", "answered.json", "--package", name], cached);
    assert.match(stdout, /error questionnaire-required: /, name);
  }
});

test("what is said of many packages is one line, and all of it with --verbose", async () => {
  write("needs.tgz", tgz(packageFiles("example.needs", "1.0.0", { "example.a": "1.0.0", "example.b": "1.0.0", "example.base": "9.0.0" })));
  const args = ["check", "patient.json", "--quiet", "--package", "needs.tgz", "--package", "example.base#1.0.0"];
  const line = "fhirpost: --package: example.a#1.0.0 and 1 more that packages depend on were not given (--verbose lists them)\n";
  assert.equal((await run(args, cached)).stderr, line);
  const lines = (await run([...args, "--verbose"], cached)).stderr.trim().split("\n");
  assert.deepEqual(
    lines.map((one) => /depends on (\S+),/.exec(one)?.[1]),
    ["example.a#1.0.0", "example.b#1.0.0", "example.base#9.0.0"],
  );
});

test("--events maps events to profiles", async () => {
  write("events.json", { merge: { Patient: [bornUrl] } });
  write("patient-message.json", patientMessage());
  const args = ["check", "patient-message.json", "--package", "born.tgz", "--events"];
  assert.match((await run([...args, "events.json"], cached)).stdout, / error element-missing: /);
  write("wrong.json", { merge: [] });
  const { status, stderr } = await run([...args, "wrong.json"], cached);
  assert.equal(status, 2);
  assert.match(stderr, /^fhirpost: wrong\.json: it must give "merge" an object of resource types and lists of profiles/);
});

test("package compile writes one file, which is taken like a package", async () => {
  const { status, stderr } = await run(["package", "compile", "--package", "born.tgz", "--out", "born.compiled"], cached);
  assert.deepEqual([status, stderr.replace(/\d+/, "…")], [0, "fhirpost: born.compiled: … bytes\n"]);
  const validator = new Validator({ packages: readFileSync(join(folder, "born.compiled")) });
  assert.deepEqual(validator.issues, []);
  assert.equal(validator.validate({ resourceType: "Patient", active: true }, { profiles: [bornUrl] }).valid, false);
  assert.equal((await run(["check", "patient.json", "--package", "born.compiled", "--profile", bornUrl], cached)).status, 1);
  const wrong = await run(["package", "compile", "--out", "x"], cached);
  assert.deepEqual([wrong.status, wrong.stderr.split("\n")[0]], [2, "fhirpost: --package says what is compiled"]);
});

test("what was compiled is kept in the cache by the digest of its packages, and read the next time", async () => {
  const own = { cwd: folder, env: { FHIR_PACKAGE_CACHE: join(folder, "own-cache") } };
  const check = () => run(["check", "patient.json", "--package", "born.tgz", "--profile", bornUrl], own);
  const first = await check();
  const kept = join(folder, "own-cache", ".fhirpost");
  const [file, ...others] = readdirSync(kept);
  assert.deepEqual([first.status, others], [1, []]);
  // Others in its place show that it is read.
  writeFileSync(join(kept, file), new Validator({ packages: [tgz(base)] }).compiled());
  assert.match((await check()).stdout, /warning profile-unknown/);
  // What is broken is compiled again.
  writeFileSync(join(kept, file), readFileSync(join(kept, file)).subarray(0, 50));
  assert.deepEqual((await check()).stdout.split("\n")[0], first.stdout.split("\n")[0]);
});

test("a lock file records the packages, and others than it says are told", async () => {
  const args = ["check", "own.json", "--package", "above.tgz", "--package-lock", "lock.json"];
  assert.equal((await run(args, cached)).stderr, "");
  const lock = JSON.parse(readFileSync(join(folder, "lock.json"), "utf8"));
  assert.deepEqual(
    lock.packages.map(({ name, version }) => `${name}#${version}`),
    ["example.above#2.1.0", "example.base#1.0.9"],
  );
  assert.equal((await run(args, cached)).stderr, "");
  for (const [packages, said] of [
    [[{ ...lock.packages[0], sha256: "0" }, lock.packages[1]], /example\.above#2\.1\.0 is another one than lock\.json says/],
    [lock.packages.slice(1), /example\.above#2\.1\.0 is not in lock\.json/],
    [[...lock.packages, { ...lock.packages[0], name: "example.other" }], /example\.other#2\.1\.0 is in lock\.json, and was not used/],
  ]) {
    write("lock.json", { packages });
    const { status, stderr } = await run(args, cached);
    assert.equal(status, 2);
    assert.match(stderr, said);
  }
});

test("a registry is asked for what is not there, and only where it is named", async (t) => {
  const asked = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    const files = {
      "/example.above/2.1.0": tgz(above),
      "/example.base": JSON.stringify({ versions: { "1.0.3": {}, "1.0.12": {}, "1.1.0": {} } }),
    };
    files["/example.base/1.0.12"] = tgz(packageFiles("example.base", "1.0.12"));
    response.writeHead(files[url] === undefined ? 404 : 200).end(files[url]);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const registry = ["--registry", `http://127.0.0.1:${server.address().port}/`];
  const empty = { cwd: folder, env: { FHIR_PACKAGE_CACHE: join(folder, "registry-cache") } };
  const check = (name, more) => run(["check", "own.json", "--package", name, ...more], empty);
  assert.equal((await check("example.above#2.1.0", [])).status, 2);
  assert.deepEqual(asked, []);
  const { stderr } = await check("example.above#2.1.0", registry);
  assert.equal(stderr, "fhirpost: example.above#2.1.0 was downloaded\nfhirpost: example.base#1.0.12 was downloaded\n");
  assert.deepEqual(asked, ["/example.above/2.1.0", "/example.base", "/example.base/1.0.12"]);
  assert.equal((await check("example.above#2.1.0", [])).stderr, "", "the next time it is in the cache");
  const none = await check("example.none#1.0.0", registry);
  assert.match(none.stderr, /^fhirpost: --package example\.none#1\.0\.0: it is not in .*, and the registry does not have it\n$/);
});

test("a package that is not there, or cannot be read, ends it", async () => {
  const endings = [
    [
      "example.none#1.0.0",
      /^fhirpost: --package example\.none#1\.0\.0: it is not in .*cache, and nothing is downloaded without --registry\n$/,
    ],
    ["example.base", /^fhirpost: --package example\.base: there is no such file, and no version in it: name#version is meant\n/],
    ["broken.tgz", /^fhirpost: --package broken\.tgz: ends in the middle: /],
    ["cache", /^fhirpost: --package cache: has no package\.json, and so is not a FHIR package\n$/],
  ];
  for (const [name, said] of endings) {
    const { status, stderr, rules } = await check(["--package", name]);
    assert.deepEqual([status, rules], [2, []], name);
    assert.match(stderr, said);
  }
});

test("the receiver knows packages, too", async (t) => {
  const { base: address, end } = await serving(t, ["--memory", "--package", "example.base#1.0.0"], cached);
  const body = { method: "POST", headers: { "Content-Type": "application/fhir+json" }, body: message };
  const response = await fetch(`${address}/$process-message`, body);
  assert.equal((await response.json()).entry[0].resource.response.code, "ok");
  await end();
});
