/** Files that are written beside those that they will replace: an interruption leaves none of them behind. */
import { rmSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const files = new Set<string>();

/** The file is begun next. */
export function unfinished(file: string): void {
  files.add(file);
  if (files.size > 1) return;
  for (const signal of SIGNALS) process.on(signal, interrupted);
  process.on("exit", removeAll);
}

/** It has taken its place, or is gone. */
export function left(file: string): void {
  files.delete(file);
  if (files.size > 0) return;
  for (const signal of SIGNALS) process.off(signal, interrupted);
  process.off("exit", removeAll);
}

/** The process then ends as it would have ended without this: whoever waits for it learns by which signal. */
function interrupted(signal: NodeJS.Signals): void {
  removeAll();
  for (const one of SIGNALS) process.off(one, interrupted);
  process.kill(process.pid, signal);
}

function removeAll(): void {
  for (const file of files) rmSync(file, { force: true });
}
