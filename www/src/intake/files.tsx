/** Files that came in: one is opened, several are checked at once, and packages are offered as definitions. */
import { Button } from "../elements.js";
import { intakeTexts as words } from "../texts/intake.js";
import { showView } from "../views.js";
import { put, writeNotice } from "../write/incoming-text.js";
import { openDialog } from "../write/open-dialog.js";
import { type Part, recognise } from "./recognise.js";
import { lookAgain } from "./requests.js";

/** A folder may be somebody's disk. */
export const MOST_FILES = 2000;

interface Package {
  name: string;
  bytes: Uint8Array;
}

/** Opens one file that is packed. */
export async function openPacked(file: File, said: string): Promise<void> {
  const read = await readPacked(file);
  if ("package" in read) offerPackages([read.package]);
  else if ("text" in read) {
    put(read.text, said, { always: true, file: file.name.replace(/\.gz$/, "") });
    lookAgain();
  } else writeNotice.say(words.damaged(file.name));
}

/** Opens several: each resource in them is a row of the table. */
export async function openSeveral(files: File[]): Promise<void> {
  const packages: Package[] = [];
  const parts: Part[] = [];
  for (const file of files.slice(0, MOST_FILES)) {
    const read = await readPacked(file);
    if ("package" in read) packages.push(read.package);
    else if ("text" in read) {
      const found = await recognise(read.text);
      if (found.is.kind !== "batch") parts.push({ name: file.name, text: found.text });
      else for (const { name, text } of found.is.parts) parts.push({ name: `${file.name} ${name}`, text });
    } else parts.push({ name: file.name, text: "" });
  }
  if (packages.length > 0) offerPackages(packages);
  else writeNotice.say(files.length > MOST_FILES ? words.table.tooMany(MOST_FILES, files.length - MOST_FILES) : "");
  if (parts.length > 0) await openTable(parts);
}

export const openTable = (parts: Part[]): Promise<void> =>
  openDialog(async () => {
    const table = await import("./table.js");
    table.check(parts);
    return table;
  });

function offerPackages(packages: Package[]): void {
  const [only] = packages;
  const says = packages.length === 1 && only !== undefined ? words.package(only.name) : words.packages(packages.length);
  const use = async () => {
    const { usePackages } = await import("../packages/packages.js");
    await showView("packages");
    await usePackages(packages);
  };
  writeNotice.say(says, <Button label={words.usePackage} press={use} />);
}

async function readPacked(file: File): Promise<{ text: string } | { package: Package } | { damaged: true }> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    // What is no gzip is left as it is: whether it is JSON, and what is around it, is seen when it is open.
    if (bytes[0] !== 0x1f) return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    const { is, text } = await recognise(bytes);
    if (is.kind === "package") return { package: { name: file.name, bytes } };
    return is.kind === "bytes" ? { damaged: true } : { text };
  } catch {
    return { damaged: true };
  }
}
