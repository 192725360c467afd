/// <reference lib="esnext.disposable" preserve="true" />
/** A message that is read once, however many methods look at it. */
import type { ReadMessage } from "./core.js";
import { encode, MAX_BYTES, within } from "./utf8.js";

/** A message as text or as its UTF-8, with what has to be said about that: whether offsets are those of a string, and options. */
export type CoreInput = ({ text: string } | { bytes: Uint8Array }) & { utf16: boolean; form: { positions?: false } };

/** What a handle is of: the message as it was given, and its UTF-8 as soon as somebody asks for that. */
interface Content {
  readonly given: CoreInput;
  text?: string;
  utf8?: Uint8Array;
  /** What the core has read of it, as soon as somebody asks the core. */
  read?: ReadMessage;
  /** How many there are of its handles. */
  handles: number;
}

const contents = new WeakMap<Message, Content>();

/**
 * A message as `validator.read` gives it: every function that takes a message takes this in its place. It is what was given, whatever is
 * done to that afterwards, and places in it count what was given: UTF-16 for a string, bytes for bytes, none for an object.
 *
 * It may be freed when it is not needed any more, with `free()` or `using`; one that is dropped frees itself.
 */
export class Message implements Disposable {
  /** The bundle may call it something else. */
  static readonly name: string = "Message";
  /** The same as `free`, where the platform knows this symbol. */
  declare readonly [Symbol.dispose]: () => void;

  /** `validator.read` makes them. */
  private constructor() {
    disposable(this);
  }

  /** The message as text; of an object, as it is written as JSON. */
  get text(): string {
    const content = contentOf(this);
    content.text ??= "text" in content.given ? content.given.text : new TextDecoder().decode(content.given.bytes);
    return content.text;
  }

  /** Frees what it holds. Afterwards whoever is given it throws a TypeError; to free it again does nothing. */
  free(): void {
    const content = contents.get(this);
    if (!contents.delete(this) || content === undefined) return;
    content.handles -= 1;
    if (content.handles === 0) content.read?.free();
  }
}

/** A handle on what was read. Bytes are not copied: nobody else may write into them. */
export function messageOf(given: CoreInput): Message {
  const message: Message = Reflect.construct(Message, []);
  contents.set(message, { given, handles: 1 });
  return message;
}

/** Another handle on the same message: either can be freed without the other. */
export function sameMessage(message: Message, name?: string): Message {
  const content = contentOf(message, name);
  const same = messageOf(content.given);
  content.handles += 1;
  contents.set(same, content);
  return same;
}

function contentOf(message: Message, name = "message"): Content {
  const content = contents.get(message);
  if (content === undefined) throw new TypeError(`${name} was freed: read it again`);
  return content;
}

/** Of a message: as it was given. */
export const givenOf = (message: Message, name?: string): CoreInput => contentOf(message, name).given;

/** Of a message: what the core has read of it, made once. */
export function readOf(message: Message, make: (given: CoreInput) => ReadMessage): ReadMessage {
  const content = contentOf(message);
  content.read ??= make(content.given);
  return content.read;
}

/** Of a message: as its UTF-8, which is made once; not where it is longer than is read. */
export function inputOf(message: Message, name?: string, maxBytes = MAX_BYTES): CoreInput {
  const content = contentOf(message, name);
  const { given } = content;
  if ("bytes" in given) return given;
  const { text, utf16, form } = given;
  if (text.length > maxBytes) return { bytes: encode(within(text, maxBytes)), utf16, form };
  content.utf8 ??= encode(text);
  return { bytes: content.utf8, utf16, form };
}

/** Lets `using` free it. */
export function disposable(handle: { free(): void }): void {
  if (typeof Symbol.dispose === "symbol") Object.defineProperty(handle, Symbol.dispose, { value: () => handle.free() });
}
