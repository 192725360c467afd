/**
 * Starts the page. What `index.html` has is painted first; then the page comes in parts, each a task of its own, so that the browser can
 * paint and scroll in between.
 */
import { nextTask, painted } from "./painted.js";

await painted();
const parts = [
  () => import("@codemirror/state"),
  () => import("@codemirror/view"),
  () => import("./write/editor.js"),
  () => import("./main.js"),
];
for (const part of parts) {
  await part();
  await nextTask();
}
