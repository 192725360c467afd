/**
 * What comes from elsewhere (an example, a file, the form, a link) takes the place of the text in the editor here, and nowhere else: so
 * that text which someone typed is always one undo away, and the page says so.
 */
import { element, isModal } from "../dom.js";
import type { OpenMessage } from "../message.js";
import { Notice } from "../notices.js";
import { texts } from "../texts.js";

export class IncomingText {
  readonly #notice = new Notice("notice");
  readonly notice = this.#notice.element;
  readonly #message: OpenMessage;
  readonly #undo = element("button", { type: "button", class: "quiet" }, texts.write.bringBack);
  /** The text as it came, and as nobody has changed it since. */
  #arrived: string | undefined;
  #isWork = false;
  /** Work whose place another text has taken: only undoing brings it back. */
  #replaced: string | undefined;
  #isReplacing = false;

  constructor(message: OpenMessage) {
    this.#message = message;
    this.#undo.addEventListener("click", () => message.undo());
    message.onChange((text) => {
      if (text === this.#replaced) this.#replaced = undefined;
      if (!this.#isReplacing && text !== this.#arrived) this.#notice.clear();
    });
  }

  /** Whether this text is a person's work that can be had nowhere else: an example or a file that nobody changed can. */
  holdsWork(text: string): boolean {
    return text.trim() !== "" && (this.#isWork || text !== this.#arrived);
  }

  /** Whether leaving the page would lose work that can be brought back now. */
  get holdsReplaced(): boolean {
    return this.#replaced !== undefined && this.#message.canUndo;
  }

  /**
   * Puts a text in place.
   * @param said What the page says of it when it replaced someone's work; `always` says it in any case.
   */
  put(text: string, said: string, { always = false, isWork = false } = {}): void {
    const before = this.#message.text;
    const replacesWork = this.holdsWork(before);
    this.#isReplacing = true;
    try {
      if (before !== text) this.#message.replace(text);
    } finally {
      this.#isReplacing = false;
    }
    // As the editor has it: it writes every end of a line in its own way.
    this.#arrived = this.#message.text;
    this.#isWork = isWork;
    if (replacesWork && before !== this.#arrived) this.#replaced = before;
    if (replacesWork && before !== this.#arrived) this.say(`${said} ${texts.write.replaced}`, this.#undo);
    else this.say(always ? said : "");
    this.#message.focus();
  }

  /** Says something above the editor, until the text changes or someone closes it. */
  say(text: string, ...more: Node[]): void {
    this.#notice.say(text, ...more);
  }
}

/** What the core reads at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Opens a file that was chosen or dropped. A file that cannot be a message is refused in words, and nothing is lost by that. */
export class OpenFile {
  readonly #incoming: IncomingText;
  readonly #input = element("input", { type: "file", accept: ".json,.txt,application/json,application/fhir+json", hidden: "" });
  readonly #target: HTMLElement;
  readonly #sign = element("div", { class: "drop-sign", "aria-hidden": "true" }, element("span", {}, texts.write.drop));

  /** @param target The element over which a dragged file is announced. It is taken wherever it is dropped on the page. */
  constructor(incoming: IncomingText, target: HTMLElement) {
    this.#incoming = incoming;
    this.#target = target;
    this.#input.addEventListener("change", () => {
      void this.#open([...(this.#input.files ?? [])]);
      // The same file may be chosen again.
      this.#input.value = "";
    });
    this.#sign.hidden = true;
    target.append(this.#sign, this.#input);
    // Before the editor, which would put the file in among the text, and leaves alone what was taken already. The browser would leave
    // the page for it.
    document.addEventListener("dragover", (event) => this.#over(event), true);
    document.addEventListener("dragleave", (event) => this.#leave(event), true);
    document.addEventListener("drop", (event) => this.#drop(event), true);
  }

  choose(): void {
    this.#input.click();
  }

  #over(event: DragEvent): void {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = isModal() ? "none" : "copy";
    this.#show(!isModal());
  }

  #leave(event: DragEvent): void {
    // Between two elements of the page it only moves on.
    if (event.relatedTarget === null) this.#show(false);
  }

  #drop(event: DragEvent): void {
    this.#show(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (isModal()) return;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) this.#incoming.say(texts.write.file.nothing);
    else void this.#open(files);
  }

  async #open([file, ...others]: File[]): Promise<void> {
    if (file === undefined) return;
    const said = others.length === 0 ? texts.write.opened(file.name) : texts.write.openedFirst(file.name, others.length);
    const read = await readText(file);
    if ("refused" in read) this.#incoming.say(read.refused);
    else this.#incoming.put(read.text, said, { always: true });
  }

  #show(shown: boolean): void {
    this.#sign.hidden = !shown;
    this.#target.classList.toggle("dropping", shown);
  }
}

async function readText(file: File): Promise<{ text: string } | { refused: string }> {
  const { file: refusals } = texts.write;
  if (file.size > MOST_BYTES) return { refused: refusals.tooBig(file.name, `${MOST_BYTES / 1024 / 1024} MB`) };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { refused: refusals.unreadable(file.name) };
  }
  try {
    // Strict, so that no byte turns into a replacement character; a byte order mark is taken off.
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { refused: refusals.notText(file.name) };
  }
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** What begins the fragment of a link to this page that holds a message. */
export const LINK_MARK = "#message=";

/** The message of such a link, still packed, if the page was opened by one. It is taken out of the address bar at once: that is what people copy. */
export function takeLink(): string | undefined {
  const { hash } = location;
  if (!hash.startsWith(LINK_MARK)) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  return hash.slice(LINK_MARK.length);
}

/** Opens the message of a link. What unpacks it is loaded only when there is one. */
export async function openLink(packed: string | undefined, incoming: IncomingText): Promise<void> {
  if (packed === undefined) return;
  try {
    const { LinkTooBig, MOST_BYTES, unpack } = await import("../share/link.js");
    try {
      incoming.put(await unpack(packed), texts.share.opened, { isWork: true, always: true });
    } catch (error) {
      const tooBig = error instanceof LinkTooBig;
      incoming.say(tooBig ? texts.share.tooBig(`${MOST_BYTES / 1024 / 1024} MB`) : texts.share.broken);
    }
  } catch {
    incoming.say(texts.share.loadFailed);
  }
}
