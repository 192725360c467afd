/** Out of the page: to the clipboard, or to a file. */

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

export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Browsers read it after the click; by then they have.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
