/** What the core does besides the check, off the main thread and apart from it: a long expression does not hold up a verdict. */
import { evaluate } from "./evaluate/hits.js";
import {
  type Composition,
  composeMessage,
  fixAll,
  init,
  knownEvents,
  type MessageEvent,
  outlineMessage,
  toOperationOutcome,
  validate,
} from "./fhirpost.js";
import { findPlaces } from "./send/message-spans.js";
import { answerCalls } from "./workers/calls.js";
import type { Shape } from "./write/json-text.js";

const operations = {
  findPlaces,
  knownEvents,
  outline: (text: string, message: boolean) => outlineMessage(text, { message }),
  validate,
  fixAll,
  evaluate,
  composeMessage,
  toOperationOutcome,
  /** Resources come as text: their numbers must not lose digits on the way from one thread to the other. */
  composeFromTexts: async (event: MessageEvent, composition: Composition, focus: string, resources: string) => {
    const { readParts } = await import("./typed-values.js");
    return composeMessage(event, { ...composition, focus: readParts(focus), resources: readParts(resources) });
  },
  shapeJson: async (text: string, shape: Shape, cursor: number) => (await import("./write/json-text.js")).shapeJson(text, shape, cursor),
};

export type ToolOperations = typeof operations;

answerCalls(() => operations, init());
