// An OperationOutcome is written twice: by the core in its answers, and by `toOperationOutcome`, so that the wasm which only validates has none
// of it. Both write the same of the same issues.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { toOperationOutcome, Validator } from "fhirpost";

const validator = new Validator();
const cases = new URL("../cases/", import.meta.url);
const files = readdirSync(cases, { recursive: true }).filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"));
const texts = files.map((name) => readFileSync(new URL(name, cases)).toString());
const ids = ["0", "1", "2"].map((last) => `00000000-0000-4000-8000-00000000000${last}`);
const given = { now: new Date(0), ids, source: { endpoint: "https://example.org/receiver" } };

/** The issues of the OperationOutcome with which the core answers a message that is not valid. */
function answered(text, severities) {
  const { entry } = validator.respond(text, { code: "ok" }, { ...given, severities });
  return entry.find(({ resource }) => resource.resourceType === "OperationOutcome")?.resource.issue ?? [];
}

test("both write the same, of each rule and severity", () => {
  const rules = validator.rules().map(({ name }) => name);
  // An answer has the errors alone: as those, the other rules are in it, too.
  const usual = Object.fromEntries(rules.map((rule) => [rule, "error"]));
  const seen = new Set();
  let unanswered = 0;
  for (const text of texts) {
    for (const severities of [{}, usual]) {
      // Nor does an answer quote any value.
      const { issues } = validator.validate(text, { as: "bundle", showValues: false, severities });
      const errors = issues.filter(({ severity }) => severity === "fatal" || severity === "error");
      const own = errors.length > 0 ? toOperationOutcome({ issues: errors }).issue : [];
      let core;
      try {
        core = answered(text, severities);
      } catch (error) {
        // An answer has the event of the request, which may be misspelt.
        assert.match(error.message, /not valid: msg-event-unknown/);
        unanswered += 1;
        continue;
      }
      assert.deepEqual(own, core);
      for (const { rule } of errors) seen.add(rule);
    }
  }
  assert.ok(seen.size > 75 && unanswered < 20, `${seen.size} rules, ${unanswered} texts without an answer`);
});

test("values and milder severities change the words and the severity alone", () => {
  const without = ({ severity, details, diagnostics, ...rest }) => ({
    rule: details.coding[0].code,
    hasValue: diagnostics !== undefined,
    ...rest,
  });
  const severities = new Set();
  for (const text of texts) {
    const report = validator.validate(text, { as: "bundle" });
    if (report.issues.length === 0) continue;
    const { issue } = toOperationOutcome(report);
    for (const [at, { severity, message, suggestion, ...found }] of report.issues.entries()) {
      severities.add(severity);
      const expected = toOperationOutcome({ issues: [{ ...found, severity: "error", message: "", suggestion }] }).issue[0];
      assert.deepEqual(without(issue[at]), without(expected));
      assert.deepEqual([issue[at].severity, issue[at].details.text], [severity, message]);
      assert.equal(issue[at].diagnostics, suggestion?.value && `Did you mean ${suggestion.value}?`);
    }
  }
  assert.deepEqual([...severities].sort(), ["error", "fatal", "information", "warning"]);
});
