/** `fhirpost compose`: makes a message and writes it, and what is to be said of it. */
import { open } from "node:fs/promises";
import { given } from "../../arguments.js";
import { randomUuid } from "../../compose.js";
import { core, objection } from "../../core.js";
import { compact, indented } from "../../json-text.js";
import { validateBundle } from "../../node.js";
import type { ValidationReport } from "../../types/validation.js";
import { UsageError } from "../arguments.js";
import { readDefinitions } from "../definitions.js";
import { atLeast, formats } from "../formats.js";
import { Output } from "../output.js";
import { shownOn, tell } from "../terminal.js";
import { inWords, TroubleError } from "../trouble.js";
import type { ComposeSettings } from "./arguments.js";
import { type Part, partText, readHeader, readParts } from "./parts.js";

/** Bundle and MessageHeader each need an id. */
const FIXED_IDS = 2;

/** What it holds is health data: the file is its owner's alone, also where one was there that others could read. */
async function writeAlone(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    // A device or a pipe is not ours to close to others.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** Gives the exit code: 0 the message is valid, 1 it is not. */
export async function compose(settings: ComposeSettings): Promise<number> {
  const { stdout, stderr } = process;
  const messaging = await readDefinitions(settings.definitions);
  const focus = await readParts(settings.focus);
  const resources = await readParts(settings.resources);
  const header = settings.header === undefined ? undefined : await readHeader(settings.header);
  for (const name of [...focus.headers, ...resources.headers]) {
    tell(`${name}: its MessageHeader is left out; --header gives the message elements of one`);
  }
  const make = () => composed(settings, focus.parts, resources.parts, header);
  const { text, report } = messaging === undefined ? make() : messaging.with(make);
  try {
    if (settings.out === undefined) await write(stdout, shownOn(stdout, text));
    else await writeAlone(settings.out, text);
  } catch (error) {
    if (settings.out === undefined) throw error;
    throw new TroubleError(`${settings.out}: ${inWords(error)}`);
  }
  await write(stderr, formats[settings.format]({ file: settings.out ?? "stdout" }, atLeast(settings.severity, report)));
  return report.valid ? 0 : 1;
}

/**
 * As `composeMessage`, with the resources as the files have them: what JavaScript reads and writes anew has lost digits (`1.00`) and names
 * that are there twice. Places in the report are those of the text that is written.
 */
function composed(settings: ComposeSettings, focus: Part[], resources: Part[], header: string | undefined) {
  const { event, source, destinations, base, showValues, pretty } = settings;
  const ids = Array.from({ length: FIXED_IDS + focus.length + resources.length }, randomUuid);
  const plain = {
    event,
    ...(source !== undefined && { source: { endpoint: source } }),
    destination: destinations.map((endpoint) => ({ endpoint })),
    ...(base !== undefined && { base }),
    now: new Date().toISOString(),
    ids,
  };
  const members = [
    JSON.stringify(plain).slice(1, -1),
    `"focus":[${focus.map(partText).join()}]`,
    `"resources":[${resources.map(partText).join()}]`,
    ...(header === undefined ? [] : [`"header":${header}`]),
  ];
  const options = { showValues };
  const { composeMessage } = core();
  let made: string;
  try {
    made = composeMessage(`{${members.join()}}`, given(options));
  } catch (error) {
    throw new UsageError(`--${objection(error)}`);
  }
  const { text, report } = JSON.parse(made) as { text: string; report: ValidationReport };
  // Entries of a Bundle come with the line ends that they had there.
  const laidOut = pretty ? indented(text) : compact(text);
  return { text: `${laidOut}\n`, report: laidOut === text ? report : validateBundle(laidOut, options) };
}

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  const output = new Output(stream, () => {});
  await output.write(text);
  await output.flush();
}
