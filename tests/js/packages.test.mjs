// FHIR packages: what the Validator knows of them, on every way that messages are validated, and where the command finds them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { Validator, validateMany } from "fhirpost";
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
  for await (const { report } of validateMany([message], { validator, concurrency: 1 })) {
    assert.deepEqual(report, validator.validate(message));
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

test("a package that is not there, or cannot be read, ends it", async () => {
  const endings = [
    ["example.none#1.0.0", /^fhirpost: --package example\.none#1\.0\.0: it is not in .*cache, and nothing is downloaded\n$/],
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
