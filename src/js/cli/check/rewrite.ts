/**
 * Writing fixed messages back: a file is as it was, or as it shall be, and never half of it. Of the files that are written beside those
 * that they will replace, an interruption leaves none behind.
 */
import { once } from "node:events";
import { createWriteStream, openSync, rmSync, type WriteStream } from "node:fs";
import { access, chmod, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { everyLine, inWords, LONGEST, wholeOf } from "../files.js";
import { type Input, type Place, piecesOf } from "../inputs.js";
import { shownOn } from "../terminal.js";

type Fix = (place: Place, bytes: Uint8Array) => Promise<Uint8Array>;

/** Gives each message of an input to `fix`, and puts in its place what that gives. What cannot be read or written is told. */
export async function rewrite(input: Input, dryRun: boolean, fix: Fix, tell: (text: string) => void): Promise<void> {
  let target: Target | undefined;
  try {
    if (dryRun) target = { write: async () => {}, end: async () => {}, drop: async () => {} };
    else target = input.path === undefined ? onStdout() : await besideFile(input.path);
    const changed = input.lines ? await lines(input, target, fix) : await whole(input, target, fix);
    if (changed || input.path === undefined) await target.end();
    else await target.drop();
  } catch (error) {
    await target?.drop();
    if ((error as NodeJS.ErrnoException).code === "EPIPE") throw error;
    tell(`${input.name}: ${error instanceof NotWritable ? "it may not be written" : inWords(error)}`);
  }
}

async function whole(input: Input, target: Target, fix: Fix): Promise<boolean> {
  const bytes = await wholeOf(piecesOf(input));
  // Of what is longer than the core reads, only the beginning is here; it is not fixed.
  if (bytes.length >= LONGEST) throw new Error("it is too long to be fixed");
  const fixed = await fix({ file: input.name }, bytes);
  await target.write(fixed);
  return fixed !== bytes;
}

async function lines(input: Input, target: Target, fix: Fix): Promise<boolean> {
  let changed = false;
  for await (const { number, bytes, blank, ended } of everyLine(piecesOf(input))) {
    if (bytes.length >= LONGEST) throw new Error(`line ${number} is too long to be fixed`);
    const fixed = blank ? bytes : await fix({ file: input.name, line: number }, bytes);
    changed ||= fixed !== bytes;
    await target.write(fixed);
    if (ended) await target.write(NEWLINE);
  }
  return changed;
}

const NEWLINE = Uint8Array.of(0x0a);

interface Target {
  write(bytes: Uint8Array): Promise<void>;
  /** What was written takes its place. */
  end(): Promise<void>;
  /** What was written is forgotten. */
  drop(): Promise<void>;
}

class NotWritable extends Error {}

/** A new file beside the old one, which it replaces in one step: with its permissions, and behind a link the file that it links to. */
async function besideFile(path: string): Promise<Target> {
  const real = await realpath(path);
  const { mode } = await stat(real);
  await access(real, constants.W_OK).catch(() => {
    throw new NotWritable();
  });
  const beside = join(dirname(real), `.${basename(real)}.${process.pid}.fhirpost`);
  let stream: WriteStream | undefined;
  const begin = (): WriteStream => {
    unfinished(beside);
    try {
      // At once: an interruption finds the file, or it is never made.
      const fd = openSync(beside, "wx", mode & 0o777);
      // What goes wrong is heard of where it is waited for.
      return createWriteStream(beside, { fd }).on("error", () => {});
    } catch (error) {
      left(beside);
      throw error;
    }
  };
  return {
    async write(bytes) {
      if (bytes.length === 0) return;
      stream ??= begin();
      if (!stream.write(bytes)) await once(stream, "drain");
    },
    async end() {
      stream ??= begin();
      stream.end();
      await finished(stream);
      // The mode of a new file is cut by the umask.
      await chmod(beside, mode & 0o7777);
      const file = await open(beside, "r+");
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, real);
      left(beside);
    },
    async drop() {
      if (stream === undefined) return;
      stream.destroy();
      await rm(beside, { force: true });
      left(beside);
    },
  };
}

function onStdout(): Target {
  const { stdout } = process;
  return {
    async write(bytes) {
      // A terminal would obey what is in it.
      if (!stdout.write(stdout.isTTY ? shownOn(stdout, new TextDecoder().decode(bytes)) : bytes)) await once(stdout, "drain");
    },
    async end() {},
    async drop() {},
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const files = new Set<string>();

/** The file is begun next. */
function unfinished(file: string): void {
  files.add(file);
  if (files.size > 1) return;
  for (const signal of SIGNALS) process.on(signal, interrupted);
  process.on("exit", removeAll);
}

/** It has taken its place, or is gone. */
function left(file: string): void {
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
