// Messages of a real network whose resources claim nothing, with their event mapped to profiles, get the issues that they get with their claims.
// The data lies beside the repository; where it is not there, nothing is tried.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "fhirpost";

const data = new URL("../../../shared/conformance/profiles/", import.meta.url);
const packages = () =>
  readdirSync(new URL("packages/", data))
    .filter((name) => /^(medcom|hl7\.fhir\.dk|hl7\.fhir\.uv\.extensions)/.test(name))
    .map((name) => readFileSync(new URL(`packages/${name}`, data)));

/** The profiles that resources of each type claim; nothing where those of one type claim different ones. */
function claimsOf(bundle) {
  const claims = {};
  for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
    const claimed = resource?.meta?.profile;
    if (!Array.isArray(claimed) || claimed.length === 0) return undefined;
    claims[resource.resourceType] ??= claimed;
    if (String(claims[resource.resourceType]) !== String(claimed)) return undefined;
  }
  return claims;
}

test("an event that is mapped to profiles is validated as if its resources claimed them", {
  skip: !existsSync(data) && "the data is not there",
}, () => {
  const validator = new Validator({ packages: packages() });
  const found = (report) =>
    report.issues
      .filter(({ profiles, rule }) => profiles !== undefined && !rule.startsWith("meta-"))
      .map(({ rule, severity, expression, profiles }) => `${severity} ${rule} ${expression} ${profiles.join()}`)
      .sort();
  let compared = 0;
  let needed = 0;
  for (const line of readFileSync(new URL("medcom-carecommunication.ndjson", data), "utf8").split("\n")) {
    if (line === "") continue;
    const { text } = JSON.parse(line);
    const bundle = JSON.parse(text);
    const claims = bundle.type === "message" ? claimsOf(bundle) : undefined;
    const { system, code } = bundle.entry?.[0]?.resource?.eventCoding ?? {};
    if (claims === undefined || code === undefined) continue;
    for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) delete resource.meta;
    const bare = JSON.stringify(bundle);
    // These constraints look for the claims themselves.
    const ofMeta = (issue) => !/medcom-careCommunication-[13] |\.meta\b/.test(issue);
    const expected = found(validator.validate(text)).filter(ofMeta);
    const events = { [`${system}|${code}`]: claims };
    assert.deepEqual(found(validator.validate(bare, { events })).filter(ofMeta), expected, bundle.id);
    compared += 1;
    // Extensions are validated by their profiles whatever is claimed.
    if (found(validator.validate(bare)).length < expected.length) needed += 1;
  }
  assert.ok(compared >= 20 && needed >= 1, `${compared} compared, ${needed} by claims alone`);
});
