/**
 * Keeps the page's own files, so that it opens without a network. Only these: no answer of a server, nothing of a message.
 * The build puts in the list of the files and a hash of them, so this script changes exactly when one of them does.
 */
import type { KeepRequest } from "./keep-request.js";

declare const self: ServiceWorkerGlobalScope;
declare const __FILES__: string[];
declare const __VERSION__: string;

const FILES = new Set(__FILES__);
const CACHE = `fhirpost-${__VERSION__}`;

/** How long a text waits for the page that is being loaded anew, in milliseconds. */
const PATIENCE = 20_000;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
  // Pages that are open go on with what they have loaded; the next load takes the new version.
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([tidy(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(self.registration.scope)) return;
  const name = url.slice(self.registration.scope.length).replace(/[?#].*$/, "") || "index.html";
  // A page of the version before may still ask for a part of its own.
  if (FILES.has(name) || name.startsWith("assets/")) event.respondWith(answer(name, event.request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Names under assets/ hold a hash of their content, so what the browser has of them is right; the others it must ask for.
  const request = (name: string) => new Request(name, { cache: name.startsWith("assets/") ? "default" : "reload", priority: "low" });
  await cache.addAll([...FILES].map(request));
}

/** Leaves this version and the one before it. */
async function tidy(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith("fhirpost-") && name !== CACHE);
  await Promise.all(own.slice(0, -1).map((name) => caches.delete(name)));
}

async function answer(name: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(name);
  return kept ?? (await caches.match(name)) ?? fetch(request);
}

/** Texts on their way from a page to itself, over a reload: in memory, where nobody finds them later. */
const texts = new Map<string, { text: string; taken: () => void }>();

self.addEventListener("message", (event) => {
  const asked = event.data as KeepRequest;
  const [port] = event.ports;
  if ("keep" in asked) {
    // As long as this event lasts, the browser does not end the worker.
    event.waitUntil(
      new Promise<void>((taken) => {
        texts.set(asked.keep, { text: asked.text, taken });
        setTimeout(() => {
          texts.delete(asked.keep);
          taken();
        }, PATIENCE);
      }),
    );
    port?.postMessage(true);
  } else {
    const found = texts.get(asked.take);
    texts.delete(asked.take);
    port?.postMessage(found?.text);
    found?.taken();
  }
});
