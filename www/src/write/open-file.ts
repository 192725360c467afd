/** Opens a file that was chosen or dropped. A file that cannot be a message is refused in words, and nothing is lost by that. */
import { element, isModal } from "../dom.js";
import { texts } from "../texts.js";
import type { Replacing } from "./replacing.js";

/** What the core reads at most. */
const MOST_BYTES = 64 * 1024 * 1024;

export class OpenFile {
  readonly #replacing: Replacing;
  readonly #input = element("input", { type: "file", accept: ".json,.txt,application/json,application/fhir+json", hidden: "" });
  readonly #target: HTMLElement;
  readonly #sign = element("div", { class: "drop-sign", "aria-hidden": "true" }, element("span", {}, texts.write.drop));

  /** @param target The element over which a dragged file is announced. It is taken wherever it is dropped on the page. */
  constructor(replacing: Replacing, target: HTMLElement) {
    this.#replacing = replacing;
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
    if (files.length === 0) this.#replacing.say(texts.write.file.nothing);
    else void this.#open(files);
  }

  async #open([file, ...others]: File[]): Promise<void> {
    if (file === undefined) return;
    const said = others.length === 0 ? texts.write.opened(file.name) : texts.write.openedFirst(file.name, others.length);
    const read = await readText(file);
    if ("refused" in read) this.#replacing.say(read.refused);
    else this.#replacing.put(read.text, said, { always: true });
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
