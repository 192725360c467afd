/** What the core does besides the check, off the main thread and apart from it: a long expression does not hold up a verdict. */
import { fixAll } from "../check/fix-all.js";
import { validate } from "../check/validate.js";
import { evaluate } from "../evaluate/hits.js";
import { type Composition, composeMessage, init, knownEvents, type MessageEvent, outlineMessage, toOperationOutcome } from "../fhirpost.js";
import { findPlaces } from "../send/expressions.js";
import type { Shape } from "../write/json-text.js";
import { answerCalls } from "./calls.js";

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
    const { readParts } = await import("../write/compose/parts.js");
    return composeMessage(event, { ...composition, focus: readParts(focus), resources: readParts(resources) });
  },
  shapeJson: async (text: string, shape: Shape, cursor: number) => (await import("../write/json-text.js")).shapeJson(text, shape, cursor),
};

export type ToolOperations = typeof operations;

answerCalls(() => operations, init());
