/** The messages to start from, each whole and broken. All their data is synthetic. */
import { texts } from "../texts.js";

export interface Example {
  title: string;
  /** What it shows, or what one learns from its faults. */
  about: string;
  /** What is wrong in it; nothing in a valid one. */
  faults: string[];
  load: () => Promise<string>;
}

type RawText = Promise<{ default: string }>;
const text = (loading: RawText) => loading.then((module) => module.default);

const { submit, update, answer, link, faulty } = texts.examples;

const pair = (
  { title, about, lesson, faults }: { title: string; about: string; lesson: string; faults: string[] },
  valid: Example["load"],
  broken: Example["load"],
): [Example, Example] => [
  { title, about, faults: [], load: valid },
  { title: `${title}, ${faulty}`, about: lesson, faults, load: broken },
];

/** By message: the whole one, then the broken one. */
export const examples: [Example, Example][] = [
  pair(
    submit,
    () => text(import("../../examples/submit-service-request.json?raw")),
    () => text(import("../../examples/submit-service-request-broken.json?raw")),
  ),
  pair(
    update,
    () => text(import("../../examples/update-service-request.json?raw")),
    () => text(import("../../examples/update-service-request-broken.json?raw")),
  ),
  pair(
    answer,
    () => text(import("../../examples/answer.json?raw")),
    () => text(import("../../examples/answer-broken.json?raw")),
  ),
  pair(
    link,
    () => text(import("../../examples/patient-link.json?raw")),
    () => text(import("../../examples/patient-link-broken.json?raw")),
  ),
];
