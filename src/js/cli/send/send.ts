/** `fhirpost send`: sends what the names lead to, and writes what came of it. */
import { exchange } from "../../exchange/fetch.js";
import { prepareRequest, sendMessage } from "../../node.js";
import type { SendOptions, SendResult } from "../../types/exchange.js";
import { UsageError } from "../arguments.js";
import { readDefinitions } from "../definitions.js";
import { findInputs, totalOf } from "../inputs.js";
import { messagesOf, type Placed } from "../messages.js";
import { Output, untilClosed } from "../output.js";
import { Progress } from "../progress.js";
import { tell } from "../terminal.js";
import type { SendSettings } from "./arguments.js";
import { type Sent, sentFormats } from "./formats.js";
import { inTurn } from "./in-turn.js";
import { SendSummary } from "./summary.js";
import { tokens } from "./token.js";

/** What a CapabilityStatement may be long. */
const LONGEST_STATEMENT = 8 * 1024 * 1024;

/** Gives the exit code: 0 all processed or accepted, 1 something is not, 2 something could not be read. */
export async function send(settings: SendSettings): Promise<number> {
  const { stdout, stderr } = process;
  const metadataUrl = checkUrls(settings);
  const messaging = await readDefinitions(settings.definitions);
  let unread = false;
  let progress: Progress | undefined;
  const trouble = (text: string) => {
    unread = true;
    progress?.clear();
    tell(text);
  };
  const inputs = await findInputs(settings.names, settings.ndjson, trouble);
  progress = new Progress(settings.quiet ? undefined : stderr, totalOf(inputs));
  const output = new Output(stdout, () => progress?.clear());
  const stopped = untilStopped(untilClosed(stdout));
  const told = { messages: 0, bytes: 0 };

  const options: SendOptions = {
    base: settings.base,
    async: settings.async,
    check: settings.check && { showValues: settings.showValues },
    retry: { attempts: settings.retries + 1 },
    timeout: settings.timeout,
    signal: stopped,
    onProgress: () => progress?.tell(told),
    ...(settings.scope !== undefined && { scope: settings.scope }),
    ...(settings.responseUrl !== undefined && { responseUrl: settings.responseUrl }),
    ...(messaging !== undefined && { messaging }),
    ...(settings.capability && { capability: await statementAt(metadataUrl, settings.timeout, stopped) }),
  };
  const tokenOf = tokens(settings);
  const work = async ({ place, bytes }: Placed): Promise<Sent & { bytes: number }> => {
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
  await inTurn(untilAborted(messagesOf(inputs, trouble), stopped), settings.concurrency, work, async (sent) => {
    summary.add(sent);
    told.messages += 1;
    told.bytes += sent.bytes;
    await output.write(write(sent, settings));
    progress?.tell(told);
  });
  const forPeople = settings.format === "human" || settings.format === "github";
  if (forPeople && !settings.quiet) await output.write(summary.text());
  await output.flush();
  progress.clear();
  if (unread) return 2;
  return summary.notSent > 0 || stopped.aborted ? 1 : 0;
}

/** URLs that are none are wrong usage, and said before anything is read. Gives that of the receiver's CapabilityStatement. */
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
