/** Small questions to a server that are no messages: its /metadata, its SMART configuration, its tokens. What goes wrong is a value. */
import { explainNetworkFailure } from "fhirpost";

export type FetchFailure = "unreachable" | "offline" | "cors" | "timeout" | "broken" | "too-long" | "redirect";

export interface Fetched {
  /** 0 when there was no answer. */
  status: number;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  failure?: FetchFailure;
}

export interface FetchLimits {
  /** The longest body that is read, in bytes: a server must not be able to fill the memory of the page. */
  maxBytes: number;
  /** In milliseconds, its body included. */
  timeout: number;
  signal: AbortSignal;
}

/** Neither cookies nor this page's address go along, and a redirect is not followed: nobody named the place that it leads to. */
export const DISCREET = { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", redirect: "manual" } as const;

/** Throws the reason of the signal when that is aborted, and nothing else. */
export async function limitedFetch(url: string, init: RequestInit, { maxBytes, timeout, signal }: FetchLimits): Promise<Fetched> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener("abort", end);
  let hasRunOut = false;
  const timer = setTimeout(() => {
    hasRunOut = true;
    end();
  }, timeout);
  const fetched: Fetched = { status: 0, headers: new Headers(), body: new Uint8Array() };
  try {
    const response = await fetch(url, { ...init, ...DISCREET, signal: ending.signal });
    if (response.type === "opaqueredirect") return { ...fetched, failure: "redirect" };
    fetched.status = response.status;
    fetched.headers = response.headers;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
      length += read.value.byteLength;
      if (length > maxBytes) {
        reader?.cancel().catch(() => {});
        return { ...fetched, failure: "too-long" };
      }
      chunks.push(read.value);
    }
    fetched.body = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return fetched;
  } catch {
    signal.throwIfAborted();
    if (hasRunOut) return { ...fetched, failure: "timeout" };
    if (fetched.status !== 0) return { ...fetched, failure: "broken" };
    const failure = await explainNetworkFailure(url, { signal: ending.signal });
    signal.throwIfAborted();
    return { ...fetched, failure };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
