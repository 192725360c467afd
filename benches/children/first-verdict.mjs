// From nothing to the first verdict: what a command, a serverless function or a test pays.
import { readFileSync, writeSync } from "node:fs";
import { validateBundle } from "fhirpost";

const { valid } = validateBundle(readFileSync(process.argv[2], "utf8"));
writeSync(1, String(valid));
