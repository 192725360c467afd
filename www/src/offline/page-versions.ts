/** Lets the page open without a network, and says when a newer version of it has come. */
import { element } from "../dom.js";
import { randomUuid } from "../fhirpost.js";
import type { OpenMessage } from "../message.js";
import { Notice } from "../notices.js";
import { texts } from "../texts.js";
import { ownScript } from "../trusted-types.js";
import type { KeepRequest } from "./keep-request.js";

/** How long the worker has to say that it holds the text, in milliseconds. */
const PATIENCE = 2000;

export class PageVersions {
  readonly #notice = new Notice("notice new-version");
  readonly notice = this.#notice.element;
  readonly #message: OpenMessage;
  #safe = false;

  constructor(message: OpenMessage) {
    this.#message = message;
    // Only a secure context has it: https, and this machine.
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (workers === undefined || import.meta.env.DEV) return;
    void this.#bringBack(workers);
    let isFirst = workers.controller === null;
    workers.addEventListener("controllerchange", () => {
      if (!isFirst) this.#show();
      isFirst = false;
    });
    // The page comes first: fetching all of it would be in the way of the first verdict.
    setTimeout(() => void register(workers), 1000);
  }

  /** Whether the text survives the reload that has begun. */
  get holdsText(): boolean {
    return this.#safe;
  }

  #show(): void {
    const button = element("button", { type: "button", class: "quiet" }, texts.newVersion.reload);
    button.addEventListener("click", () => void this.#reload());
    this.#notice.say(texts.newVersion.ready, button);
  }

  async #reload(): Promise<void> {
    const { text } = this.#message;
    if (text !== "") {
      const id = randomUuid();
      this.#safe = (await ask({ keep: id, text }, PATIENCE)) === true && this.#message.text === text;
      // The entry of the history alone survives a reload and nothing else. It holds the name of the text, not the text.
      if (this.#safe) history.replaceState({ kept: id }, "");
    }
    // Where the text is not safe, the page asks before it goes.
    location.reload();
  }

  async #bringBack(workers: ServiceWorkerContainer): Promise<void> {
    const id = (history.state as { kept?: string } | null)?.kept;
    if (id === undefined || workers.controller === null) return;
    history.replaceState(null, "");
    const text = await ask({ take: id });
    if (typeof text === "string" && this.#message.text !== text) this.#message.replace(text);
  }
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
