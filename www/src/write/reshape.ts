/** Format and Minify: the text in another shape, as one step that undo takes back. */
import type { Message } from "../message.js";
import { texts } from "../texts.js";
import type { Tools } from "../workers/tools.js";
import type { Shape, Shaped } from "./json-text.js";
import type { Replacing } from "./replacing.js";

/** Texts above this are left to the worker: below, starting it would take longer than the work. */
const LARGE = 200_000;

export class Reshape {
  #running = false;

  constructor(
    readonly message: Message,
    readonly tools: Tools,
    readonly replacing: Replacing,
  ) {}

  async run(shape: Shape): Promise<void> {
    if (this.#running) return;
    const { text } = this.message;
    if (text.trim() === "") return this.replacing.say(texts.write.empty);
    this.#running = true;
    try {
      const { MOST_LEVELS, shapeJson } = await import("./json-text.js");
      if (text.length > LARGE) this.replacing.say(texts.write.working);
      const { cursor } = this.message;
      const shaped: Shaped =
        text.length > LARGE ? await this.tools.ask("shapeJson", [text, shape, cursor]) : shapeJson(text, shape, cursor);
      // Who went on typing meanwhile keeps what is there, and may ask again.
      if (this.message.text !== text) return;
      if (shaped.text === undefined) return this.replacing.say(texts.write.tooDeep(MOST_LEVELS));
      if (shaped.text !== text) this.message.replace(shaped.text, shaped.cursor);
      this.replacing.say(this.#said(shape, shaped, shaped.text !== text));
      this.message.focus();
    } catch {
      this.replacing.say(texts.write.reshapeFailed);
    } finally {
      this.#running = false;
    }
  }

  #said(shape: Shape, { badLine }: Shaped, changed: boolean): string {
    if (badLine !== undefined) return texts.write.reshapedPartly(badLine);
    return changed ? texts.write.reshaped[shape] : texts.write.unchanged[shape];
  }
}
