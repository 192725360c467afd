/** What the core does besides judging, off the main thread and apart from the check: a long expression does not hold up a verdict. */

import { fixAll } from "./check/fix-all.js";
import { judge } from "./check/judge.js";
import { evaluate } from "./evaluate/hits.js";
import {
  type Composition,
  composeMessage,
  type MessageEvent as FhirEvent,
  init,
  knownEvents,
  outlineMessage,
  toOperationOutcome,
} from "./fhirpost.js";
import { findPlaces } from "./send/expressions.js";
import type { Shape } from "./write/json-text.js";

const ready = init();

/** What may be asked for, by name. Arguments and results are copied between the threads, so no functions. */
const operations = {
  findPlaces,
  knownEvents,
  outline: (text: string, message: boolean) => outlineMessage(text, { message }),
  judge,
  fixAll,
  evaluate,
  composeMessage,
  toOperationOutcome,
  /** Resources come as text: their numbers must not lose digits on the way from one thread to the other. */
  composeFromTexts: async (event: FhirEvent, composition: Composition, focus: string, resources: string) => {
    const { readParts } = await import("./write/compose/parts.js");
    return composeMessage(event, { ...composition, focus: readParts(focus), resources: readParts(resources) });
  },
  shapeJson: async (text: string, shape: Shape, cursor: number) => (await import("./write/json-text.js")).shapeJson(text, shape, cursor),
};

export type Operations = typeof operations;
export type Asked = { id: number; name: keyof Operations; args: unknown[] };
export type Answered = { id: number } & ({ result: unknown } | { failure: unknown });

self.addEventListener("message", async ({ data: { id, name, args } }: MessageEvent<Asked>) => {
  try {
    await ready;
    const result = await (operations[name] as (...given: unknown[]) => unknown)(...args);
    self.postMessage({ id, result } satisfies Answered);
  } catch (failure) {
    // An Error crosses with its name and message; the fields of its own are lost, so those that matter go along.
    const { name: kind, message, ...fields } = Object.assign(new Error(String(failure)), failure);
    self.postMessage({ id, failure: { ...fields, name: kind, message: failure instanceof Error ? failure.message : message } });
  }
});
