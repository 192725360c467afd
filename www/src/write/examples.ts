/** The messages to start from. All their data is synthetic. */
import { texts } from "../texts.js";

export interface Example {
  name: string;
  load: () => Promise<string>;
}

type RawText = Promise<{ default: string }>;
const text = (loading: RawText) => loading.then((module) => module.default);

export const examples: Example[] = [
  { name: texts.examples.submit, load: () => text(import("../../examples/submit-service-request.json?raw")) },
  { name: texts.examples.update, load: () => text(import("../../examples/update-service-request.json?raw")) },
  { name: texts.examples.broken, load: () => text(import("../../examples/submit-service-request-broken.json?raw")) },
];
