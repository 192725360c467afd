/** One message out, one answer back: fetch, with everything that can go wrong as a value. */

/** The longest answer that is read, in bytes: a server must not be able to fill the memory of the page. */
const MAX_ANSWER = 8 * 1024 * 1024;

export interface Answered {
  kind: "answered";
  status: number;
  statusText: string;
  contentType: string;
  location: string | undefined;
  text: string;
  /** `too-long`: reading stopped at the limit; `broken`: the connection ended early. */
  cut: "too-long" | "broken" | undefined;
}

export type Exchange = (Answered | { kind: "redirected" | "unreachable" | "cors" | "cancelled" }) & { milliseconds: number };

export async function post(address: string, token: string, message: string, signal: AbortSignal): Promise<Exchange> {
  const started = performance.now();
  const since = () => performance.now() - started;
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/fhir+json",
        Accept: "application/fhir+json",
        ...(token !== "" && { Authorization: `Bearer ${token}` }),
      },
      body: message,
      signal,
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      // A redirect would carry the message, and perhaps the token, to a place that the user did not name.
      redirect: "manual",
    });
    if (response.type === "opaqueredirect") return { kind: "redirected", milliseconds: since() };
    const { text, cut } = await readAnswer(response);
    if (signal.aborted) return { kind: "cancelled", milliseconds: since() };
    return {
      kind: "answered",
      status: response.status,
      statusText: response.statusText,
      contentType: response.headers.get("content-type") ?? "",
      location: response.headers.get("location") ?? response.headers.get("content-location") ?? undefined,
      text,
      cut,
      milliseconds: since(),
    };
  } catch {
    const milliseconds = since();
    if (signal.aborted) return { kind: "cancelled", milliseconds };
    return { kind: (await isThere(address, signal)) ? "cors" : "unreachable", milliseconds };
  }
}

/**
 * fetch does not say why it failed. A request without CORS, message or token tells a server that is there, and merely does not let
 * this page's origin in, from one that is not.
 */
async function isThere(address: string, signal: AbortSignal): Promise<boolean> {
  if (new URL(address).origin === location.origin) return false;
  try {
    const metadata = address.replace(/\$process-message$/, "metadata");
    await fetch(metadata, { mode: "no-cors", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer", signal });
    return true;
  } catch {
    return false;
  }
}

async function readAnswer(response: Response): Promise<Pick<Answered, "text" | "cut">> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  try {
    for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
      length += read.value.byteLength;
      text += decoder.decode(read.value, { stream: true });
      if (length > MAX_ANSWER) {
        await reader?.cancel();
        return { text, cut: "too-long" };
      }
    }
  } catch {
    return { text, cut: "broken" };
  }
  return { text: text + decoder.decode(), cut: undefined };
}
