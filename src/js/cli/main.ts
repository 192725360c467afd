#!/usr/bin/env node
/** The command `fhirpost`. */
import { readFileSync } from "node:fs";
import { HELP, readArguments, UsageError } from "./arguments.js";
import { check } from "./check.js";

/** The exit code when nothing could be judged as it was asked for; 0 and 1 are verdicts. */
const TROUBLE = 2;

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return version;
}

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2), process.stdin.isTTY === true);
  if (wanted === "help") process.stdout.write(HELP);
  else if (wanted === "version") process.stdout.write(`${version()}\n`);
  else return check(wanted);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  // Whoever read the output has gone, as `head` does: there is nobody to tell, and stdin may never end.
  if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(TROUBLE);
  const usage = error instanceof UsageError ? "\nfhirpost --help says how it is used." : "";
  process.stderr.write(`fhirpost: ${error instanceof Error ? error.message : error}${usage}\n`);
  process.exitCode = TROUBLE;
}
