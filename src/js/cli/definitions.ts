/** The events of `--definitions`. */
import { knownEvents, Messaging } from "../node.js";
import { findInputs } from "./inputs.js";
import { messagesOf, nameOf } from "./messages.js";
import { tell } from "./terminal.js";
import { TroubleError } from "./trouble.js";

/** A folder may hold other resources beside them: they change no verdict, and one is named. */
const NO_DEFINITION = /^is no MessageDefinition/;

/**
 * A set of events with those that the files define; nothing where none are named.
 * @throws {TroubleError} when one cannot be read, or makes no sense: what is judged without it would be judged wrongly.
 */
export async function readDefinitions(names: string[]): Promise<Messaging | undefined> {
  if (names.length === 0) return undefined;
  const stop = (text: string) => {
    throw new TroubleError(text);
  };
  const places: string[] = [];
  const definitions: Uint8Array[] = [];
  for await (const { place, bytes } of messagesOf(await findInputs(names, false, stop), stop)) {
    places.push(nameOf(place));
    definitions.push(bytes);
  }
  const messaging = new Messaging({ definitions });
  let isTold = false;
  for (const { definition, problem } of messaging.problems) {
    // What has no URL is called by its place in the list.
    const called = definition.replace(/^definitions\[(\d+)\]/, (whole, at: string) => places[Number(at)] ?? whole);
    if (!NO_DEFINITION.test(problem)) throw new TroubleError(`--definitions: ${called}: ${problem}`);
    if (!isTold) tell(`--definitions: ${called} ${problem}`);
    isTold = true;
  }
  if (JSON.stringify(messaging.events) === JSON.stringify(knownEvents())) {
    tell("--definitions adds no event to those that are built in");
  }
  return messaging;
}
