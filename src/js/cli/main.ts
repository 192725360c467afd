#!/usr/bin/env node
/** The command `fhirpost`. */
import { readFileSync } from "node:fs";
import { nearest } from "../nearest.js";
import { UsageError } from "./arguments.js";
import { CHECK_HELP, readCheckArguments } from "./check/arguments.js";
import { COMPOSE_HELP, readComposeArguments } from "./compose/arguments.js";
import { FHIRPATH_HELP, readFhirPathArguments } from "./fhirpath/arguments.js";
import { PACKAGE_HELP, readPackageArguments } from "./package/arguments.js";
import { readSendArguments, SEND_HELP } from "./send/arguments.js";
import { readServeArguments, SERVE_HELP } from "./serve/arguments.js";
import { tell } from "./terminal.js";

/** The exit code when nothing could be done as it was asked for; 0 and 1 are verdicts. */
const TROUBLE = 2;

const HELP = `Checks, composes, sends and receives FHIR R4 messages.

Usage: fhirpost <command> [options]

  check      validates messages and other resources, offline
  compose    makes a message of an event and the resources that it is about
  send       sends messages to a receiver, and reads its answers
  serve      receives messages on this machine, so that sending can be tried out
  fhirpath   evaluates a FHIRPath expression on resources
  package    compiles FHIR packages to one file for pages

  fhirpost <command> --help   how that command is used
  fhirpost --version

Every command ends with 0 when all went well, with 1 when something is not valid, was refused or failed, and with 2 for wrong usage
or when something could not be read.
`;

type Command = (args: string[]) => Promise<number>;

const commands: Record<string, Command> = {
  check: command(CHECK_HELP, readCheckArguments, async () => (await import("./check/check.js")).check),
  compose: command(COMPOSE_HELP, readComposeArguments, async () => (await import("./compose/compose.js")).compose),
  send: command(SEND_HELP, readSendArguments, async () => (await import("./send/send.js")).send),
  serve: command(SERVE_HELP, readServeArguments, async () => (await import("./serve/serve.js")).serve),
  fhirpath: command(FHIRPATH_HELP, readFhirPathArguments, async () => (await import("./fhirpath/fhirpath.js")).fhirpath),
  package: command(PACKAGE_HELP, readPackageArguments, async () => (await import("./package/package.js")).compilePackages),
};

/** @param load Makes the command ready: only the one that runs needs the core, which takes longer than everything else. */
function command<Settings>(
  help: string,
  read: (args: string[], terminal: boolean) => Settings | "help",
  load: () => Promise<(settings: Settings) => Promise<number>>,
): Command {
  return async (args) => {
    const settings = read(args, process.stdin.isTTY === true);
    if (settings !== "help") return (await load())(settings);
    process.stdout.write(help);
    return 0;
  };
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return version;
}

const [name = "", ...args] = process.argv.slice(2);
const known = Object.hasOwn(commands, name) ? commands[name] : undefined;

async function main(): Promise<number> {
  if (known !== undefined) return known(args);
  if (["--help", "-h", "help"].includes(name)) process.stdout.write(HELP);
  else if (["--version", "-v"].includes(name)) process.stdout.write(`${version()}\n`);
  else if (name === "" || name.startsWith("-")) throw new UsageError(`a command comes first: ${Object.keys(commands).join(", ")}`);
  else {
    const near = nearest(name, Object.keys(commands));
    throw new UsageError(`there is no command "${name}"${near === undefined ? "" : `; is ${near} meant?`}`);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  // Whoever read the output has gone, as `head` does: there is nobody to tell, and stdin may never end.
  if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(TROUBLE);
  const of = known === undefined ? "" : `${name} `;
  const usage = error instanceof UsageError ? `fhirpost ${of}--help says how it is used.\n` : "";
  tell(error instanceof Error ? error.message : String(error));
  process.stderr.write(usage);
  process.exitCode = TROUBLE;
}
