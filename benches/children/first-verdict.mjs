// From nothing to the first verdict: what a command, a serverless function or a test pays.
import { readFileSync } from "node:fs";
import { validateBundle } from "fhirpost";

if (!validateBundle(readFileSync(process.argv[2], "utf8")).valid) process.exit(1);
