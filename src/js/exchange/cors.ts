import { checkText, insteadOf, isPlain } from "../kinds.js";
import type { Fetch } from "./transport.js";

/**
 * Why fetch had no answer, as far as a browser lets a page know. fetch itself does not say: a server that does not let the page's origin
 * in (CORS) looks like one that is not there. A request without CORS, message and token tells them apart: it is answered by a server that
 * is there, though the page may not read the answer. Outside of browsers there is no CORS. A browser that has no network says that.
 *
 * Sources: Fetch standard, "CORS protocol" and the request mode `no-cors`; HTML standard, `navigator.onLine`.
 */
export async function explainNetworkFailure(
  url: string,
  options: { fetch?: Fetch; signal?: AbortSignal } = {},
): Promise<"cors" | "offline" | "unreachable"> {
  checkText(url, "url");
  if (!isPlain(options)) throw new TypeError(`options must be an object${insteadOf(options)}`);
  const page = pageOrigin();
  // Without a network a machine still reaches itself.
  if (isOffline() && !isLoopback(new URL(url).hostname)) return "offline";
  if (page === undefined || new URL(url).origin === page) return "unreachable";
  const ask = options.fetch ?? ((address, init) => fetch(address, init));
  // Not the operation: this must not look like a message.
  const metadata = url.replace(/\/\$process-message.*$/, "/metadata");
  try {
    await ask(metadata, {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      ...(options.signal && { signal: options.signal }),
    });
    return "cors";
  } catch {
    return "unreachable";
  }
}

const LOOPBACK = /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether a host is this machine. */
export const isLoopback = (hostname: string) => LOOPBACK.test(hostname);

/** Only browsers say that they are. */
function isOffline(): boolean {
  return (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;
}

/** The origin of the page or worker; nothing outside of browsers. */
function pageOrigin(): string | undefined {
  return (globalThis as { location?: { origin?: string } }).location?.origin;
}
