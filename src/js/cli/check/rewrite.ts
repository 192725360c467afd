/** Writing mended messages back: a file is as it was, or as it shall be, and never half of it. */
import { once } from "node:events";
import { createReadStream, createWriteStream, openSync, type WriteStream } from "node:fs";
import { access, chmod, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import type { Input } from "../inputs.js";
import { everyLine, LONGEST, wholeOf } from "../lines.js";
import type { Place } from "../messages.js";
import { shownOn } from "../terminal.js";
import { inWords } from "../trouble.js";
import { left, unfinished } from "./unfinished.js";

type Mend = (place: Place, bytes: Uint8Array) => Promise<Uint8Array>;

/** Gives each message of an input to `mend`, and puts in its place what that gives. What cannot be read or written is told. */
export async function rewrite(input: Input, dryRun: boolean, mend: Mend, tell: (text: string) => void): Promise<void> {
  let target: Target | undefined;
  try {
    if (dryRun) target = { write: async () => {}, end: async () => {}, drop: async () => {} };
    else target = input.path === undefined ? onStdout() : await besideFile(input.path);
    const changed = input.lines ? await lines(input, target, mend) : await whole(input, target, mend);
    if (changed || input.path === undefined) await target.end();
    else await target.drop();
  } catch (error) {
    await target?.drop();
    if ((error as NodeJS.ErrnoException).code === "EPIPE") throw error;
    tell(`${input.name}: ${error instanceof NotWritable ? "it may not be written" : inWords(error)}`);
  }
}

async function whole(input: Input, target: Target, mend: Mend): Promise<boolean> {
  const bytes = await wholeOf(read(input));
  // Of what is longer than the core reads, only the beginning is here; it is not mended.
  if (bytes.length >= LONGEST) throw new Error("it is too long to be mended");
  const mended = await mend({ file: input.name }, bytes);
  await target.write(mended);
  return mended !== bytes;
}

async function lines(input: Input, target: Target, mend: Mend): Promise<boolean> {
  let changed = false;
  for await (const { number, bytes, blank, ended } of everyLine(read(input))) {
    if (bytes.length >= LONGEST) throw new Error(`line ${number} is too long to be mended`);
    const mended = blank ? bytes : await mend({ file: input.name, line: number }, bytes);
    changed ||= mended !== bytes;
    await target.write(mended);
    if (ended) await target.write(NEWLINE);
  }
  return changed;
}

const NEWLINE = Uint8Array.of(0x0a);

function read({ path }: Input): AsyncIterable<Uint8Array> {
  return path === undefined ? process.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
}

interface Target {
  write(bytes: Uint8Array): Promise<void>;
  /** What was written takes its place. */
  end(): Promise<void>;
  /** What was written is forgotten. */
  drop(): Promise<void>;
}

class NotWritable extends Error {}

/** A new file beside the old one, which it replaces in one step: with its permissions, and behind a link where that leads. */
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
      // A terminal would obey what stands in it.
      if (!stdout.write(stdout.isTTY ? shownOn(stdout, new TextDecoder().decode(bytes)) : bytes)) await once(stdout, "drain");
    },
    async end() {},
    async drop() {},
  };
}
