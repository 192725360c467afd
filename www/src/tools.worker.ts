/** What the core does besides the check, off the main thread and apart from it: a long expression does not hold up a verdict. */
import { explain, propose } from "./evaluate/advice.js";
import { evaluate } from "./evaluate/hits.js";
import {
  type Composition,
  type Demand,
  fixChosen,
  learn,
  load,
  type MessageEvent,
  type Suppression,
  toOperationOutcome,
  type ValidationReport,
  validate,
  validator,
} from "./fhirpost.js";
import type { Given } from "./packages/given.js";
import { namesIn } from "./see/names.js";
import { findPlaces } from "./send/message-spans.js";
import { answerCalls } from "./workers/calls.js";
import type { Values } from "./write/compose/field.js";
import { describe } from "./write/described.js";
import type { Shape } from "./write/json-text.js";

const operations = {
  learn,
  findPlaces,
  events: () => validator.events(),
  outline: (text: string, message: boolean) => ({
    ...validator.outline(text, { as: message ? "message" : "auto" }),
    names: (namesIn(text) ?? []).map(({ name }) => name),
  }),
  names: namesIn,
  validate,
  fixChosen,
  evaluate,
  explain,
  propose,
  compose: (event: MessageEvent, composition: Composition) => validator.compose(event, composition),
  toOperationOutcome,
  complete: (text: string, offset: number) => validator.complete(text, offset),
  describe,
  /** Resources come as text: their numbers must not lose digits on the way from one thread to the other. */
  composeFromTexts: async (event: MessageEvent, composition: Composition, focus: string, resources: string) => {
    const { readParts } = await import("./typed-values.js");
    const all = (given: Composition["focus"], text: string) => [...[given ?? []].flat(), ...readParts(text)];
    return validator.compose(event, {
      ...composition,
      focus: all(composition.focus, focus),
      resources: all(composition.resources, resources),
    });
  },
  findOffers: async (text: string, message: boolean, report: ValidationReport, zone: string, suppress: Suppression[]) =>
    (await import("./check/offers/offers.js")).findOffers(text, message, report, zone, suppress),
  readForm: async (text: string) => (await import("./write/compose/change-text.js")).readForm(text),
  changeText: async (text: string, before: Values, now: Values) =>
    (await import("./write/compose/change-text.js")).changeText(text, before, now),
  eventGroups: async (demands: Demand[], profiles: Record<string, string>) =>
    (await import("./write/compose/event-form.js")).eventGroups(demands, profiles),
  findCodes: async (element: string, typed: string) => (await import("./write/compose/code-search.js")).findCodes(element, typed),
  compile: async (all: Given[]) => (await import("./packages/compile.js")).compile(all),
  recognise: async (given: string | Uint8Array) => (await import("./intake/recognise.js")).recognise(given),
  shapeJson: async (text: string, shape: Shape, cursor: number) => (await import("./write/json-text.js")).shapeJson(text, shape, cursor),
};

export type ToolOperations = typeof operations;

answerCalls(() => operations, load());
