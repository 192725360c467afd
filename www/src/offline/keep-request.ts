/** What the page asks of its service worker: to keep a text over a reload, and to give it back, once. */
export type KeepRequest = { keep: string; text: string } | { take: string };
