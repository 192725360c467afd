/** Opens a file that was chosen or dropped. A file that cannot be a message is refused in words, and nothing is lost by that. */
import { type Signal, signal } from "@preact/signals";
import { createRef } from "preact";
import { isModal } from "../elements.js";
import { texts } from "../texts.js";
import { put, writeNotice } from "./incoming-text.js";

/** What the core reads at most. */
const MOST_BYTES = 64 * 1024 * 1024;

const input = createRef<HTMLInputElement>();

export const chooseFile = (): void => input.current?.click();

/** Whether a file is held over the page: it is taken wherever it is dropped. */
export const isDropping: Signal<boolean> = signal(false);

export function DropTarget() {
  return (
    <>
      <div class="drop-sign" aria-hidden="true" hidden={!isDropping.value}>
        <span>{texts.write.drop}</span>
      </div>
      <input
        type="file"
        accept=".json,.txt,application/json,application/fhir+json"
        hidden
        ref={input}
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

// Before the editor, which would put the file in among the text, and leaves alone what was taken already. The browser would leave
// the page for it.
document.addEventListener("dragover", over, true);
document.addEventListener("dragleave", leave, true);
document.addEventListener("drop", drop, true);

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

function over(event: DragEvent): void {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = isModal() ? "none" : "copy";
  isDropping.value = !isModal();
}

function leave({ relatedTarget }: DragEvent): void {
  // Between two elements of the page it only moves on.
  if (relatedTarget === null) isDropping.value = false;
}

function drop(event: DragEvent): void {
  isDropping.value = false;
  if (!carriesFiles(event)) return;
  event.preventDefault();
  if (isModal()) return;
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) writeNotice.say(texts.write.file.nothing);
  else void open(files);
}

async function open([file, ...others]: File[]): Promise<void> {
  if (file === undefined) return;
  const said = others.length === 0 ? texts.write.opened(file.name) : texts.write.openedFirst(file.name, others.length);
  const read = await readText(file);
  if ("refused" in read) writeNotice.say(read.refused);
  else put(read.text, said, { always: true, file: file.name });
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
