/** `fhirpost compose`: makes a message and writes it, and what is to be said of it. */
import { open } from "node:fs/promises";
import { compact, indented } from "../../json-text.js";
import { Validator } from "../../node.js";
import type { Composition, FhirResource } from "../../types/messages.js";
import type { ValidateOptions } from "../../types/validation.js";
import { UsageError } from "../arguments.js";
import { readDefinitions } from "../definitions.js";
import { inWords, TroubleError } from "../files.js";
import { atLeast, formats } from "../formats.js";
import { readGuideOptions, SuppressedIssues } from "../guide.js";
import { findInputs, messagesOf, nameOf, type Place } from "../inputs.js";
import { Output, shownOn, tell } from "../terminal.js";
import type { ComposeSettings } from "./arguments.js";

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
  const validator = await readDefinitions(settings);
  const focus = await readParts(settings.focus);
  const resources = await readParts(settings.resources);
  const header = settings.header === undefined ? undefined : await readHeader(settings.header);
  for (const name of [...focus.headers, ...resources.headers]) {
    tell(`${name}: its MessageHeader is left out; --header gives the message elements of one`);
  }
  const { text, report } = composed(validator, settings, focus.parts, resources.parts, header, await readGuideOptions(settings, validator));
  try {
    if (settings.out === undefined) await write(stdout, shownOn(stdout, text));
    else await writeAlone(settings.out, text);
  } catch (error) {
    if (settings.out === undefined) throw error;
    throw new TroubleError(`${settings.out}: ${inWords(error)}`);
  }
  await write(stderr, formats[settings.format]({ file: settings.out ?? "stdout" }, atLeast(settings.severity, report)));
  const suppressed = new SuppressedIssues();
  suppressed.add(report.suppressed);
  const said = suppressed.text();
  if (said !== undefined) tell(said);
  return report.valid ? 0 : 1;
}

/**
 * The resources go in as the files have them: what JavaScript reads and writes anew has lost digits (`1.00`) and names that are there
 * twice. Places in the report are those of the text that is written.
 */
function composed(
  validator: Validator,
  settings: ComposeSettings,
  focus: MessagePart[],
  resources: MessagePart[],
  header: string | undefined,
  guide: Pick<ValidateOptions, "events" | "suppress">,
) {
  const { event, source, destinations, base, showValues, pretty } = settings;
  const composition: Composition = {
    focus: focus.map(partText),
    resources: resources.map(partText),
    destination: destinations.map((endpoint) => ({ endpoint })),
    showValues,
    ...guide,
    ...(source !== undefined && { source: { endpoint: source } }),
    ...(base !== undefined && { base }),
    ...(header !== undefined && { header }),
  };
  const { text, report } = make(() => validator.compose(event, composition));
  // Entries of a Bundle come with the line ends that they had there.
  const laidOut = pretty ? indented(text) : compact(text);
  return { text: `${laidOut}\n`, report: laidOut === text ? report : validator.validate(laidOut, { as: "bundle", showValues, ...guide }) };
}

/** What of the composition makes no sense came from an option here. */
function make<Made>(call: () => Made): Made {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`--${error.message.replace(/^options\./, "")}`);
  }
}

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  const output = new Output(stream, () => {});
  await output.write(text);
  await output.flush();
}

/** A resource that a message is made of, as the text that the file has. */
interface MessagePart {
  /** The JSON text of the resource. */
  text: string;
  /** The fullUrl that it has already. */
  fullUrl?: string;
}

interface MessageParts {
  parts: MessagePart[];
  /** What had a MessageHeader in it, which is not among the parts. */
  headers: string[];
}

/** @throws {TroubleError} when something cannot be read: a message without it would look whole. */
async function readParts(names: string[]): Promise<MessageParts> {
  const read: MessageParts = { parts: [], headers: [] };
  for await (const { place, bytes } of messagesOf(await findInputs(names, false, stop), stop)) {
    const { text, value } = readObject(place, bytes);
    if (value.resourceType === undefined) stop(`${nameOf(place)}: it is not a resource: resourceType is missing`);
    const parts = value.resourceType === "Bundle" ? entriesOf(place, bytes) : [{ text, type: value.resourceType }];
    for (const { type, ...part } of parts) {
      if (type === "MessageHeader") read.headers.push(nameOf(place));
      else read.parts.push(part);
    }
  }
  return read;
}

/** The text of a JSON object with elements of a MessageHeader. */
async function readHeader(name: string): Promise<string> {
  const texts: string[] = [];
  for await (const { place, bytes } of messagesOf(await findInputs([name], false, stop), stop)) texts.push(readObject(place, bytes).text);
  const [text, second] = texts;
  if (text === undefined || second !== undefined) throw new TroubleError(`--header ${name} must be one JSON object`);
  return text;
}

/** The part as `compose` takes it. */
function partText({ text, fullUrl }: MessagePart): string {
  return fullUrl === undefined ? text : `{"fullUrl":${JSON.stringify(fullUrl)},"resource":${text}}`;
}

function entriesOf(place: Place, bytes: Uint8Array): (MessagePart & { type: string | undefined })[] {
  const entries = find(place, bytes, "Bundle.entry");
  return find(place, bytes, "Bundle.entry.resource").map(({ value, pointer = "", start, end }) => {
    const entry = entries.find((entry) => `${entry.pointer}/resource` === pointer)?.value as { fullUrl?: unknown } | undefined;
    return {
      text: new TextDecoder().decode(bytes.subarray(start, end)),
      type: (value as FhirResource).resourceType,
      ...(typeof entry?.fullUrl === "string" && { fullUrl: entry.fullUrl }),
    };
  });
}

function find(place: Place, bytes: Uint8Array, expression: string) {
  try {
    return new Validator().evaluate(bytes, expression);
  } catch (error) {
    // It quotes nothing of the resource.
    throw new TroubleError(`${nameOf(place)}: ${(error as Error).message}`);
  }
}

function readObject(place: Place, bytes: Uint8Array): { text: string; value: Partial<FhirResource> } {
  // For JSON and UTF-8 alike the core says what is wrong, and where.
  find(place, bytes, "true");
  const text = new TextDecoder().decode(bytes);
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { text, value };
  return stop(`${nameOf(place)}: it is not a JSON object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What JavaScript says of it would quote it.
    return undefined;
  }
}

function stop(text: string): never {
  throw new TroubleError(text);
}
