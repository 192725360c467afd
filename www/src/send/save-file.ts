/** Gives a text to the person as a file. */
import { element } from "../dom.js";

/** A browser takes its time before it reads the file. */
const KEPT = 60_000;

export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
