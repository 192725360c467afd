/** `fhirpost send`: sends what the names stand for, and writes what came of it. */
import { exchange } from "../../exchange/fetch.js";
import { prepareRequest, sendMessage } from "../../node.js";
import type { SendOptions, SendResult } from "../../types/exchange.js";
import { UsageError } from "../arguments.js";
import { readTokenFile, TroubleError } from "../files.js";
import { readGuideOptions } from "../guide.js";
import { messagesOf, type PlacedMessage } from "../inputs.js";
import { startSession } from "../session.js";
import { Output, untilClosed } from "../terminal.js";
import type { SendSettings } from "./arguments.js";
import { SendSummary, type SentMessage, sentFormats } from "./formats.js";

/** What a CapabilityStatement may be long. */
const LONGEST_STATEMENT = 8 * 1024 * 1024;

/** Gives the exit code: 0 all processed or accepted, 1 something is not, 2 something could not be read. */
export async function send(settings: SendSettings): Promise<number> {
  const { stdout } = process;
  const metadataUrl = checkUrls(settings);
  const session = await startSession(settings);
  const { inputs, validator, progress } = session;
  const output = new Output(stdout, () => progress.clear());
  const stopped = untilStopped(untilClosed(stdout));
  const told = { messages: 0, bytes: 0 };

  const options: SendOptions = {
    base: settings.base,
    validator,
    async: settings.async,
    check: settings.check && { showValues: settings.showValues, ...(await readGuideOptions(settings, validator)) },
    retry: { attempts: settings.retries + 1 },
    timeout: settings.timeout,
    signal: stopped,
    onProgress: () => progress.tell(told),
    ...(settings.scope !== undefined && { scope: settings.scope }),
    ...(settings.responseUrl !== undefined && { responseUrl: settings.responseUrl }),
    ...(settings.capability && { capability: await statementAt(metadataUrl, settings.timeout, stopped) }),
  };
  const tokenOf = tokens(settings);
  const work = async ({ place, bytes }: PlacedMessage): Promise<SentMessage & { bytes: number }> => {
    let result: SendResult | "interrupted" = "interrupted";
    try {
      if (!stopped.aborted) result = await sendMessage(bytes, { ...options, ...tokenOf() });
    } catch (error) {
      // Whether the receiver has processed the message is not known then.
      if (!isInterruption(error)) throw error;
    }
    return { place, result, bytes: bytes.length };
  };

  const summary = new SendSummary();
  const write = sentFormats[settings.format];
  await inTurn(untilAborted(messagesOf(inputs, session.fail), stopped), settings.concurrency, work, async (sent) => {
    summary.add(sent);
    told.messages += 1;
    told.bytes += sent.bytes;
    await output.write(write(sent, settings));
    progress.tell(told);
  });
  const forPeople = settings.format === "human" || settings.format === "github";
  if (forPeople && !settings.quiet) await output.write(summary.text());
  await output.flush();
  progress.clear();
  if (session.hasFailed) return 2;
  return summary.notSent > 0 || stopped.aborted ? 1 : 0;
}

/** URLs that are malformed are wrong usage, and said before anything is read. Gives that of the receiver's CapabilityStatement. */
function checkUrls({ base, async, responseUrl }: SendSettings): string {
  if (responseUrl !== undefined && !async) throw new UsageError("--response-url goes with --async");
  try {
    return prepareRequest(base, "{}", { async, ...(responseUrl !== undefined && { responseUrl }) }).metadataUrl;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--${problem.replace(/^options\.responseUrl/, "response-url")}`);
  }
}

/** The receiver is asked once for all messages. One that cannot say is asked again with each, as `sendMessage` does it. */
async function statementAt(url: string, timeout: number, signal: AbortSignal): Promise<Uint8Array | true> {
  const limits = { signal, timeout, maxBytes: LONGEST_STATEMENT };
  const { status, failure, body } = await exchange(fetch, url, { headers: { Accept: "application/fhir+json" } }, limits);
  return status === 200 && failure === undefined ? body : true;
}

class Interruption extends Error {}
const isInterruption = (error: unknown) => error instanceof Interruption;

/** Also aborts at the first Ctrl+C, so that what was done is still said; at the second the process ends. */
function untilStopped(closed: AbortSignal): AbortSignal {
  const stopped = new AbortController();
  closed.addEventListener("abort", () => stopped.abort(closed.reason));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopped.abort(new Interruption("interrupted")));
  return stopped.signal;
}

/** Nothing more is pulled when the work is stopped, also while the next item is still awaited. */
async function* untilAborted<Item>(items: AsyncGenerator<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const aborted = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
  while (!signal.aborted) {
    const next = await Promise.race([items.next(), aborted]);
    if (next === undefined || next.done === true) break;
    yield next.value;
  }
  // Input that never ends would keep the process.
  if (signal.aborted) process.stdin.unref?.();
  if (signal.aborted && !isInterruption(signal.reason)) throw signal.reason;
}

/**
 * Works on some items at once, and takes the results in the order of the items, each as soon as all before it are there. What anything of
 * it throws ends it.
 */
async function inTurn<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
  take: (result: Result) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failed = false;
  let taken = Promise.resolve();
  for await (const item of items) {
    const result = work(item);
    taken = taken.then(async () => take(await result));
    taken.catch(() => {
      failed = true;
    });
    const done: Promise<void> = result.then(
      () => void underWay.delete(done),
      () => {
        failed = true;
      },
    );
    underWay.add(done);
    // With one at a time, the next one is not asked for before this one's result is out.
    if (underWay.size >= atOnce) await (atOnce === 1 ? taken : Promise.race(underWay));
    if (failed) break;
  }
  await taken;
}

// Where the bearer token comes from. It is in no text that is made here, and what a command prints to stderr is not kept.

type GetToken = NonNullable<SendOptions["getToken"]>;

/** Gives for each message what `sendMessage` needs to have a token. */
function tokens({ tokenFile, tokenCommand }: SendSettings): () => Pick<SendOptions, "token" | "getToken"> {
  if (tokenFile !== undefined) return shared(() => readTokenFile(tokenFile));
  if (tokenCommand !== undefined) return shared(() => runTokenCommand(tokenCommand));
  const token = process.env.FHIRPOST_TOKEN?.trim();
  return () => (token ? { token } : {});
}

/** All messages have the same token. The first that needs another one, since it was refused or has expired, gets it for all. */
function shared(get: () => Promise<string>): () => { getToken: GetToken } {
  let current: Promise<string> | undefined;
  return () => {
    let had: Promise<string> | undefined;
    const getToken = () => {
      if (current === undefined || current === had) current = get();
      had = current;
      return current;
    };
    return { getToken };
  };
}

async function runTokenCommand(command: string): Promise<string> {
  // Loaded here: whoever needs neither starts without them.
  const [{ spawn }, { text }] = await Promise.all([import("node:child_process"), import("node:stream/consumers")]);
  // stdin may hold the messages; what it has to say of its own troubles the user sees.
  const running = spawn(command, { shell: true, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => running.on("close", resolve).on("error", reject));
  const [printed, code] = await Promise.all([text(running.stdout), ended]);
  if (code !== 0) throw new TroubleError(`--token-command ended with ${code ?? "a signal"}`);
  if (printed.trim() === "") throw new TroubleError("--token-command printed no token");
  return printed.trim();
}
