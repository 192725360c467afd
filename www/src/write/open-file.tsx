/** Opens a file that was chosen or dropped. A file that cannot be a message is refused in words, and nothing is lost by that. */
import { type Signal, signal } from "@preact/signals";
import { createRef } from "preact";
import { isModal } from "../elements.js";
import { look } from "../intake/intake-line.js";
import { texts } from "../texts.js";
import { put, writeNotice } from "./incoming-text.js";

/** What the core reads at most. */
const MOST_BYTES = 64 * 1024 * 1024;

const input = createRef<HTMLInputElement>();

const folder = createRef<HTMLInputElement>();

export const chooseFolder = (): void => folder.current?.click();
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
        accept=".json,.ndjson,.jsonl,.txt,.log,.gz,.tgz,.xml,.hl7,application/json,application/fhir+json"
        multiple
        hidden
        ref={input}
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
      <input
        type="file"
        {...{ webkitdirectory: true }}
        hidden
        ref={folder}
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]);
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
  // What is dropped can be asked for its entries only now.
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? undefined);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) writeNotice.say(texts.write.file.nothing);
  else void opened(entries, files);
}

async function opened(entries: (FileSystemEntry | undefined)[], files: File[]): Promise<void> {
  const inFolders = entries.some((entry) => entry?.isDirectory) ? await Promise.all(entries.map((entry) => filesOf(entry))) : [files];
  const all = inFolders.flat();
  if (all.length === 0) writeNotice.say(texts.write.file.nothing);
  else await open(all);
}

/** Files of a folder that cannot be resources, such as pictures, are left out; hidden ones, too. */
const READABLE = /^[^.].*\.(?:json|ndjson|jsonl|txt|log|gz|tgz)$/i;

/** The files that are in it, however deep. */
async function filesOf(entry: FileSystemEntry | undefined): Promise<File[]> {
  if (entry === undefined) return [];
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // It gives some at a time, and none when that was all.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some.filter(({ isDirectory, name }) => isDirectory || READABLE.test(name)));
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(found.map(filesOf))).flat();
}

async function open(files: File[]): Promise<void> {
  const [file, ...others] = files;
  if (file === undefined) return;
  try {
    if (others.length > 0) {
      const readable = files.filter(({ webkitRelativePath, name }) => webkitRelativePath === "" || READABLE.test(name));
      return await (await import("../intake/files.js")).openSeveral(readable);
    }
    if (await isPacked(file)) return await (await import("../intake/files.js")).openPacked(file, texts.write.opened(file.name));
  } catch {
    return writeNotice.say(texts.write.loadFailed);
  }
  const read = await readText(file);
  if ("refused" in read) return writeNotice.say(read.refused);
  put(read.text, texts.write.opened(file.name), { always: true, file: file.name });
  void look();
}

async function isPacked(file: File): Promise<boolean> {
  if (file.size > MOST_BYTES) return false;
  try {
    const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    return first === 0x1f && second === 0x8b;
  } catch {
    return false;
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
