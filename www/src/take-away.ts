/** What leaves the page besides sending: to the clipboard, or to a file. */

/**
 * Copies a text that may still be in the making: the browser wants to be asked while the press of the button is fresh.
 * @throws when the browser does not allow it.
 */
export async function copy(text: string | Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "function" && navigator.clipboard.write !== undefined) {
    const blob = Promise.resolve(text).then((made) => new Blob([made], { type: "text/plain" }));
    // Who called waits for the text as well, and is told there why there is none.
    blob.catch(() => {});
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } else {
    await navigator.clipboard.writeText(await text);
  }
}

/** JSON as it is read by people, on lines of its own. */
export const jsonText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

/** A browser takes its time before it reads the file. */
const KEPT = 60_000;

/** Gives a text to the person as a file. */
export function saveFile(name: string, text: string, type = "application/json"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
