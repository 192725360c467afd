// Messages of a real network whose resources claim nothing, with their event mapped to profiles, by the caller or by a MessageDefinition, get
// the issues that they get with their claims.
// The data lies beside the repository; where it is not there, nothing is tried.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "fhirpost";

const data = new URL("../../../shared/conformance/profiles/", import.meta.url);
const packages = (names = /^(medcom|hl7\.fhir\.dk|hl7\.fhir\.uv\.extensions)/) =>
  readdirSync(new URL("packages/", data))
    .filter((name) => names.test(name))
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

/** A MessageDefinition of no network. */
const messageDefinition = (members) => ({
  resourceType: "MessageDefinition",
  url: `https://example.org/MessageDefinition/${encodeURIComponent(JSON.stringify(members.eventUri ?? members.eventCoding))}`,
  status: "active",
  date: "2026-01-31",
  category: "notification",
  ...members,
});

/** What profiles demand, without what depends on the claims themselves. */
const found = (report) =>
  report.issues
    .filter(({ profiles, rule }) => profiles !== undefined && !rule.startsWith("meta-"))
    .map(({ rule, severity, expression, profiles }) => `${severity} ${rule} ${expression} ${[...profiles].sort().join()}`)
    .sort();

/** The cases of a set, each with its text. */
const cases = (set) =>
  readFileSync(new URL(`${set}.ndjson`, data), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

test("an event that is mapped to profiles is validated as if its resources claimed them", {
  skip: !existsSync(data) && "the data is not there",
}, () => {
  const validator = new Validator({ packages: packages() });
  // As NHS England writes it: the focus lists the Bundle, the header and all else.
  const made = new Map();
  const definedBy = (system, code, claims) => {
    const key = JSON.stringify([system, code, claims]);
    if (!made.has(key)) {
      const focus = Object.entries(claims).flatMap(([type, profiles]) =>
        profiles.map((profile) => ({ code: type, profile, min: 0, max: "*" })),
      );
      const definition = messageDefinition({ eventCoding: { system, code }, focus });
      made.set(
        key,
        new Validator({ packages: packages(/^(medcom(?!.*messagedefinitions)|hl7\.fhir\.(dk|uv\.extensions))/), resources: [definition] }),
      );
    }
    return made.get(key);
  };
  let compared = 0;
  let needed = 0;
  for (const { text } of cases("medcom-carecommunication")) {
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
    const defined = definedBy(system, code, claims);
    assert.deepEqual(found(defined.validate(bare)).filter(ofMeta), expected, `${bundle.id}, by a MessageDefinition`);
    compared += 1;
    // Extensions are validated by their profiles whatever is claimed.
    if (found(validator.validate(bare)).length < expected.length) needed += 1;
  }
  assert.ok(compared >= 20 && needed >= 1, `${compared} compared, ${needed} by claims alone`);
});

test("the focus of an event is validated by the profile that its MessageDefinition says, as if it claimed it", {
  skip: !existsSync(data) && "the data is not there",
}, () => {
  const ofUsCore = cases("us-core-6.1.0")
    .map(({ id, text }) => ({ id, resource: JSON.parse(text) }))
    .filter(
      ({ resource }) => resource.meta?.profile?.length === 1 && typeof resource.id === "string" && resource.resourceType !== "Bundle",
    );
  const claims = new Map(ofUsCore.map(({ resource }) => [resource.meta.profile[0], resource.resourceType]));
  const event = (profile) => `https://example.org/events/${encodeURIComponent(profile)}`;
  const definitions = [...claims].map(([profile, code]) =>
    messageDefinition({ eventUri: event(profile), focus: [{ code, profile, min: 1, max: "1" }] }),
  );
  const validator = new Validator({ packages: packages(/^hl7\.fhir\.(us|uv\.extensions)/), resources: definitions });
  let compared = 0;
  let faulty = 0;
  for (const { id, resource } of ofUsCore) {
    const [profile] = resource.meta.profile;
    if (claims.get(profile) !== resource.resourceType) continue;
    const fullUrl = `https://example.org/fhir/${resource.resourceType}/${resource.id}`;
    const message = (eventUri, focus) =>
      JSON.stringify({
        resourceType: "Bundle",
        id: "message",
        type: "message",
        timestamp: "2026-01-31T12:00:00Z",
        entry: [
          {
            fullUrl: "https://example.org/fhir/MessageHeader/header",
            resource: {
              resourceType: "MessageHeader",
              id: "header",
              eventUri,
              source: { endpoint: "https://example.org" },
              focus: [{ reference: fullUrl }],
            },
          },
          { fullUrl, resource: focus },
        ],
      });
    const ofMeta = (issue) => !/\.meta\b/.test(issue);
    const { meta, ...bare } = resource;
    const claimed = found(validator.validate(message("https://example.org/events/other", resource))).filter(ofMeta);
    assert.deepEqual(found(validator.validate(message(event(profile), bare))).filter(ofMeta), claimed, id);
    compared += 1;
    if (claimed.length > 0) faulty += 1;
  }
  assert.ok(compared >= 100 && faulty >= 50, `${compared} compared, ${faulty} with issues`);
});
