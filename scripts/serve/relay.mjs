// Passes messages on to servers that let no page in (CORS): to those that were named at the start (--relay), and to no others. It works for
// the page that comes from here, follows no redirect, and keeps and logs nothing.
//   GET  /relay                     the base URLs that were named
//   POST /relay/$process-message    goes to the base URL that the header Fhirpost-Relay names, as it is
//   POST /relay/metadata            asks that base URL what it can do. A POST as well: with each of these a browser says whose page asks

/** As long as the receiver takes them, in bytes; the longest statement of a server is as long. */
const LONGEST = 16 * 1024 * 1024;
/** For the request and its whole answer, in milliseconds. */
const PATIENCE = 60_000;
/** What is under way is held in memory. */
const MOST_AT_ONCE = 8;

const TARGETS = {
  "/relay/$process-message": { method: "POST", to: "/$process-message" },
  "/relay/metadata": { method: "GET", to: "/metadata" },
};
/** All else that a browser adds, cookies above all, is between it and this server. */
const PASSED_ON = ["accept", "authorization", "content-type"];
/** No Location of a redirect, no cookie, nothing that could change what this origin is to the browser. */
const PASSED_BACK = ["content-type", "content-location", "retry-after"];

/** What an answer from elsewhere must not become here: a page. */
const SAFE = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

export const isForRelay = (url = "") => /^\/relay(\/|\?|$)/.test(url);

/**
 * @param bases The base URLs, as `readRelayBase` gives them.
 * @param start The command that starts it, for the page to say; the limits are others in tests only.
 */
export function createRelay(bases, { start, longest = LONGEST, patience = PATIENCE } = {}) {
  let underWay = 0;

  return async (request, response) => {
    const { url, method } = request;
    const own = `http://${request.headers.host}`;
    // The name of this machine and this very port: another server of this machine is another origin.
    if (!isOwnHost(request)) return refuse(response, 421, "This server answers on 127.0.0.1 and localhost only.");
    if (url === "/relay" && method === "GET")
      return answer(response, 200, { "Content-Type": "application/json" }, JSON.stringify({ bases, start }));
    const target = Object.hasOwn(TARGETS, url) ? TARGETS[url] : undefined;
    if (target === undefined) return refuse(response, 404, "There is nothing here.");
    if (method !== "POST") return refuse(response, 405, "The relay takes POST only.", { Allow: "POST" });
    const site = request.headers["sec-fetch-site"];
    if (request.headers.origin !== own || (site !== undefined && site !== "same-origin"))
      return refuse(response, 403, "The relay works for its own page only.");
    // Word for word: what is made of an address that is nearly one of them would be up to a parser.
    const base = bases.find((one) => one === request.headers["fhirpost-relay"]);
    if (base === undefined) return refuse(response, 403, "The relay was not started for this server (--relay).");
    if (underWay >= MOST_AT_ONCE) return refuse(response, 503, "The relay is busy.", { "Retry-After": "5" });
    underWay += 1;
    try {
      await passOn(request, response, { base, ...target, longest, patience });
    } catch {
      // What an error says may quote what was sent.
      if (!response.headersSent) refuse(response, 502, "The relay failed.");
    } finally {
      underWay -= 1;
    }
  };
}

async function passOn(request, response, { base, method, to, longest, patience }) {
  const gone = new AbortController();
  // Nobody waits for the answer any more.
  response.once("close", () => gone.abort());
  const late = AbortSignal.timeout(patience);
  const signal = AbortSignal.any([gone.signal, late]);
  let message;
  try {
    message = await bytesOf(request, longest, signal);
  } catch {
    // Whoever sends no end of it is waited for no longer.
    return refuse(response, 408, "The request did not come in time.", { Connection: "close" });
  }
  if (message === undefined) return refuse(response, 413, `The relay takes no more than ${longest} bytes.`, { Connection: "close" });
  const headers = Object.fromEntries(
    PASSED_ON.filter((name) => request.headers[name] !== undefined).map((name) => [name, request.headers[name]]),
  );
  const { host } = new URL(base);
  let received;
  let body;
  try {
    received = await fetch(`${base}${to}`, { method, headers, signal, redirect: "manual", ...(method === "POST" && { body: message }) });
    body = await bytesOf(received.body ?? new Blob([]).stream(), longest, signal);
  } catch {
    if (late.aborted) return refuse(response, 504, `${host} did not answer the relay in time.`);
    return refuse(response, 502, received === undefined ? `The relay got no answer from ${host}.` : `The answer of ${host} broke off.`);
  }
  if (body === undefined) return refuse(response, 502, `The answer of ${host} is too long for the relay.`);
  const back = PASSED_BACK.filter((name) => received.headers.has(name)).map((name) => [name, received.headers.get(name)]);
  answer(response, received.status, Object.fromEntries(back), body);
}

/** Nothing when it is longer than that. */
async function bytesOf(stream, longest, signal) {
  const chunks = stream[Symbol.asyncIterator]();
  const aborted = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  aborted.catch(() => {});
  const read = [];
  let length = 0;
  while (true) {
    const { done, value } = await Promise.race([chunks.next(), aborted]);
    if (done) return Buffer.concat(read);
    length += value.length;
    if (length > longest) return undefined;
    read.push(value);
  }
}

function isOwnHost({ headers, socket }) {
  return [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`].includes(headers.host);
}

/** As an OperationOutcome: the page shows what it says, as it does with a server's. */
function refuse(response, status, words, headers = {}) {
  const issue = [{ severity: "error", code: "processing", diagnostics: words }];
  answer(
    response,
    status,
    { "Content-Type": "application/fhir+json", ...headers, "Fhirpost-Relay": "refused" },
    JSON.stringify({ resourceType: "OperationOutcome", issue }),
  );
}

function answer(response, status, headers, body) {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, ...SAFE });
  // 204 and 304 have none.
  response.end(status === 204 || status === 304 ? undefined : body);
}

/** The base URL as the page writes it, or nothing when it is none to pass messages on to. */
export function readRelayBase(given) {
  if (!URL.canParse(given)) return undefined;
  const { protocol, username, password, search, hash, href } = new URL(given);
  if (!/^https?:$/.test(protocol) || `${username}${password}${search}${hash}` !== "" || /[?#]/.test(given)) return undefined;
  return href.replace(/\/+$/, "");
}
