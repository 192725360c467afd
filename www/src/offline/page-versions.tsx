/** Lets the page open without a network, and says when a newer version of it has come. */
import { Button } from "../elements.js";
import { randomUuid } from "../fhirpost.js";
import { Notice } from "../notices.js";
import { current, currentText } from "../store.js";
import { texts } from "../texts.js";
import { ownScript } from "../trusted-types.js";
import type { KeepRequest } from "./keep-request.js";

/** How long the worker has to say that it holds the text, in milliseconds. */
const PATIENCE = 2000;

export const versionNotice = new Notice();

/** Whether the text survives the reload that has begun. */
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
  const text = currentText.peek();
  if (text !== "") {
    const id = randomUuid();
    holdsText = (await ask({ keep: id, text }, PATIENCE)) === true && currentText.peek() === text;
    // The entry of the history alone survives a reload and nothing else. It holds the name of the text, not the text.
    if (holdsText) history.replaceState({ kept: id }, "");
  }
  // Where the text is not safe, the page asks before it goes.
  location.reload();
}

async function bringBack(workers: ServiceWorkerContainer): Promise<void> {
  const id = (history.state as { kept?: string } | null)?.kept;
  if (id === undefined || workers.controller === null) return;
  history.replaceState(null, "");
  const text = await ask({ take: id });
  if (typeof text === "string" && currentText.peek() !== text) current.peek().replace(text);
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
