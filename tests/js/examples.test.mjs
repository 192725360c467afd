// The messages of the page's gallery: the valid ones are clean, and the broken ones have exactly the faults that the gallery names. And the
// examples of README and documentation: each runs as it is written. That they fit the types, package.test.mjs says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Validator, validateBundle } from "fhirpost";
import { PATIENT_LINK } from "./patient-link.mjs";

const folder = new URL("../../www/examples/", import.meta.url);

/** The rules of what is more than a note, in the order of their names. */
const FAULTS = {
  "submit-service-request.json": [],
  "submit-service-request-broken.json": [
    "binding-required",
    "element-unknown",
    "msg-focus-unresolved",
    "msg-unreachable",
    "primitive-value",
  ],
  "update-service-request.json": [],
  "update-service-request-broken.json": [
    "bundle-fullurl-missing",
    "element-type",
    "msg-header-first",
    "msg-unreachable",
    "primitive-value",
    "ref-unresolved",
    "ref-unresolved",
  ],
  "answer.json": [],
  "answer-broken.json": [
    "binding-required",
    "element-missing",
    "element-unknown",
    "msg-focus-unresolved",
    "msg-unreachable",
    "primitive-value",
  ],
  // HL7's event is not one of those that are built in, and a message of it gets this warning whatever it says.
  "patient-link.json": ["msg-event-unknown"],
  "patient-link-broken.json": [
    "binding-required",
    "bundle-fullurl-id",
    "choice-single",
    "element-array",
    "json-duplicate-key",
    "msg-event-unknown",
    "msg-unreachable",
    "ref-unresolved",
  ],
};

const read = (name) => readFileSync(new URL(name, folder), "utf8");

test("every example is looked at here", () => {
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(FAULTS).sort());
});

for (const [name, rules] of Object.entries(FAULTS)) {
  test(`${name}: ${rules.join(", ") || "nothing to fix"}`, () => {
    const { issues, valid } = validateBundle(read(name), { as: "message" });
    const found = issues.filter(({ severity }) => severity !== "information").map(({ rule }) => rule);
    assert.deepEqual(found.sort(), rules);
    assert.equal(valid, !name.includes("broken"));
  });
}

test("where HL7's event is known, its message is clean", () => {
  const own = new Validator({ resources: PATIENT_LINK });
  assert.deepEqual(own.issues, []);
  assert.deepEqual(own.validate(read("patient-link.json")).issues, []);
});

const root = fileURLToPath(new URL("../../", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "fhirpost-examples-"));
after(() => rmSync(project, { recursive: true, force: true }));
mkdirSync(join(project, "node_modules"));
for (const place of ["node_modules/fhirpost", "fhirpost"]) symlinkSync(root, join(project, place), "junction");
writeFileSync(join(project, "package.json"), '{ "type": "module" }');
writeFileSync(join(project, "message.json"), read("submit-service-request-broken.json"));

/** What the examples take for granted, as `tests/types/readme.d.ts` declares it: nothing of it reaches the network or waits for anybody. */
writeFileSync(
  join(project, "granted.js"),
  `import { readFileSync } from "node:fs";
  import { Server } from "node:net";
  import { createReceiver, memoryStore } from "fhirpost";
  const text = ${JSON.stringify(read("submit-service-request.json"))};
  const of = (type) => JSON.parse(text).entry.find(({ resource }) => resource.resourceType === type)?.resource ?? { resourceType: type };
  const messageDefinition = ${JSON.stringify(PATIENT_LINK)};
  const graphDefinition = { resourceType: "GraphDefinition", url: "http://example.org/GraphDefinition/link", name: "Link", status: "draft", start: "MessageHeader" };
  const listen = Server.prototype.listen;
  Server.prototype.listen = function () {
    return listen.call(this, 0, "127.0.0.1").unref();
  };
  const answer = createReceiver();
  Object.assign(globalThis, {
    text,
    message: text,
    messages: [text, "{}"],
    login: { token: async () => "a.b.c" },
    serviceRequest: of("ServiceRequest"),
    patient: of("Patient"),
    practitioner: of("Practitioner"),
    coverage: of("Coverage"),
    messageDefinition,
    graphDefinition,
    document: { body: {} },
    fetch: async (url, init) =>
      String(url).startsWith("file:")
        ? new Response(readFileSync(new URL(url)), { headers: { "Content-Type": "application/wasm" } })
        : answer(new Request(url, init)),
  });
  // An example may go on from the one before it.
  if (process.argv[2] === "continued") Object.assign(globalThis, { createReceiver, store: memoryStore() });`,
);

function run(source, ...args) {
  writeFileSync(join(project, "example.js"), `import "./granted.js";\n${source}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["example.js", ...args], { cwd: project, encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
}

const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((name) => name.endsWith(".md"));
for (const name of documents) {
  const blocks = (language) =>
    [...readFileSync(join(root, name), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code);
  for (const [at, code] of blocks("js").entries()) {
    test(`example ${at + 1} of ${name} runs`, () => {
      run(code, code.includes("import ") ? "" : "continued");
    });
  }
  for (const [at, page] of blocks("html").entries()) {
    test(`page ${at + 1} of ${name} runs`, () => {
      const [, script] = /<script type="module">(.*?)<\/script>/s.exec(page);
      assert.equal(run(`${script}\nconsole.log(document.body.textContent);`), "may be sent\n");
    });
  }
}
