/** Lets the page open without a network, and says when a newer version of it has come. */
import { Button } from "../elements.js";
import { randomUuid } from "../fhirpost.js";
import { Notice } from "../notices.js";
import { current, currentText, openText, openTexts } from "../store.js";
import { texts } from "../texts.js";
import { ownScript } from "../trusted-types.js";
import type { KeepRequest } from "./keep-request.js";

/** How long the worker has to say that it holds the text, in milliseconds. */
const PATIENCE = 2000;

export const versionNotice = new Notice();

/** Whether the texts survive the reload that has begun. */
export let holdsText = false;

/** Begins to look after the versions of the page, and brings back the text that was handed over from the one before. */
export function watchVersions(): void {
  // Only a secure context has it: https, and this machine.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (workers === undefined || import.meta.env.DEV) return;
  void bringBack(workers);
  let isFirst = workers.controller === null;
  workers.addEventListener("controllerchange", () => {
    if (!isFirst) versionNotice.say(texts.newVersion.ready, <Reload />);
    isFirst = false;
  });
  // The page comes first: fetching all of it would be in the way of the first verdict.
  setTimeout(() => void register(workers), 1000);
}

function Reload() {
  return <Button label={texts.newVersion.reload} class="quiet" press={reload} />;
}

async function reload(): Promise<void> {
  const all = openNow();
  if (all !== "[]") {
    const id = randomUuid();
    holdsText = (await ask({ keep: id, text: all }, PATIENCE)) === true && openNow() === all;
    // The entry of the history alone survives a reload and nothing else. It holds the name of the texts, not the texts.
    if (holdsText) history.replaceState({ kept: id, isList: true }, "");
  }
  // Where the text is not safe, the page asks before it goes.
  location.reload();
}

/** The texts that are open, as JSON. */
const openNow = () =>
  JSON.stringify(
    openTexts
      .peek()
      .map(({ text }) => text.peek())
      .filter((text) => text !== ""),
  );

async function bringBack(workers: ServiceWorkerContainer): Promise<void> {
  const { kept: id, isList } = (history.state ?? {}) as { kept?: string; isList?: boolean };
  if (id === undefined || workers.controller === null) return;
  history.replaceState(null, "");
  const text = await ask({ take: id });
  if (typeof text !== "string") return;
  // A version of this page that had one text handed over that alone.
  const [first = "", ...others]: string[] = isList === true ? JSON.parse(text) : [text];
  if (currentText.peek() !== first) current.peek().replace(first);
  const shown = current.peek();
  for (const other of others) openText().replace(other);
  if (others.length > 0) current.value = shown;
}

/** A browser may forbid it, or have no room: the page works without. */
async function register(workers: ServiceWorkerContainer): Promise<void> {
  try {
    await workers.register(ownScript("service-worker.js"));
  } catch {
    // There is nothing that anybody could do about it.
  }
}

/** @param patience After so many milliseconds nothing is the answer. Without, it is waited for: a worker may take long to start. */
function ask(question: KeepRequest, patience?: number): Promise<unknown> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    if (patience !== undefined) setTimeout(() => resolve(undefined), patience);
    navigator.serviceWorker.controller?.postMessage(question, [port2]);
  });
}
