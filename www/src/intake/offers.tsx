/** What can be done with what came in: one sentence, and one button. Nothing changes before it is pressed, and undo takes it back. */
import { Button } from "../elements.js";
import { current, currentText } from "../store.js";
import { intakeTexts as words } from "../texts/intake.js";
import { showView } from "../views.js";
import { tools } from "../workers.js";
import { put } from "../write/incoming-text.js";

import { type Found, type Part, recognise } from "./recognise.js";
import { intakeNotice, lookAgain } from "./requests.js";

/** Above this, the worker recognises: it would hold up the keys. */
const LARGE = 200_000;

interface Offer {
  says: string;
  does?: { label: string; press: () => unknown };
}

export async function offer(text: string): Promise<void> {
  const found = text.length > LARGE ? await tools.ask("recognise", [text]) : await recognise(text);
  const made = await offerOf(found);
  // Whoever went on meanwhile has another text.
  if (made === undefined || currentText.peek() !== text) return;
  intakeNotice.say(made.says, made.does && <Button {...made.does} />);
}

async function offerOf(found: Found): Promise<Offer | undefined> {
  const { layers, is, version, isLine } = found;
  if (layers.length > 0) return unpacked(found);
  const note = version === undefined ? "" : words.version(version);
  const made = await ofKind(found);
  if (made !== undefined) return { ...made, says: [made.says, note].filter(Boolean).join(" ") };
  if (note !== "" && is.kind === "message") return { says: note };
  return isLine ? { says: words.line, does: { label: words.formatLine, press: () => replace(found.text, "") } } : undefined;
}

function unpacked({ layers, is, text, version }: Found): Offer {
  const isClean = layers.every((layer) => layer === "quotes" || layer === "spaces");
  const says = words.found(
    words.named(is),
    layers.map((layer) => words.layers[layer]),
  );
  const does = { label: isClean ? words.clean : words.takeOut, press: () => replace(text, words.takenOut) };
  return { says: version === undefined ? says : `${says} ${words.version(version)}`, does };
}

async function ofKind({ is, text }: Found): Promise<Offer | undefined> {
  const what = words.named(is);
  switch (is.kind) {
    case "xml":
      return { says: words.xml(is.root) };
    case "v2":
      return { says: words.v2(is.event) };
    case "batch":
      return {
        says: words.batch(is.parts.length),
        does: { label: words.checkEach, press: async () => (await import("./files.js")).openTable(is.parts) },
      };
    case "parameters":
      return { says: words.parameters(what), does: { label: words.unwrap, press: () => replace(is.inner, words.unwrapped, true) } };
    case "definition":
      return { says: words.definition(what), does: { label: words.useDefinition, press: () => useDefinitions([{ name: is.type, text }]) } };
    case "bundle":
      return { says: words.bundle(what), does: { label: words.checkAsMessage, press: () => current.peek().validateAs(true) } };
    case "resource":
      return wrapping(is.type, what, text);
    default:
      return undefined;
  }
}

/** A resource that an event is about can be made a message of that event. */
async function wrapping(type: string, what: string, text: string): Promise<Offer> {
  const known = await tools.ask("events", []);
  const event = known.find(({ focus }) => focus.some((demand) => demand.type === type))?.event;
  if (event === undefined) return { says: words.bareAlone(what) };
  const press = async () => {
    const made = await tools.ask("compose", [event, { focus: text }]);
    if (currentText.peek() === text) await replace(made.text, words.wrapped, true);
  };
  return { says: words.bare(what, event.code ?? event.uri ?? ""), does: { label: words.wrap, press } };
}

/** Puts in place what was inside; a text of one line is formatted with that. What it is in its turn is said after. */
async function replace(text: string, said: string, isInner = false): Promise<void> {
  const before = currentText.peek();
  const inner = text.trim();
  const isLine = /^[{[]/.test(inner) && (isInner || !inner.includes("\n"));
  const formatted = isLine ? (await import("../write/json-text.js")).shapeJson(inner, "format").text : undefined;
  // Whoever went on typing keeps what is there.
  if (currentText.peek() !== before) return;
  const file = current.peek().file.peek();
  put(formatted ?? text, said, { isWork: true, always: said !== "", ...(file !== undefined && { file }) });
  lookAgain();
}

async function useDefinitions(resources: Part[]): Promise<void> {
  const { useResources } = await import("../packages/packages.js");
  await showView("packages");
  await useResources(resources);
}
