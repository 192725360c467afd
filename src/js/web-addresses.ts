/** Addresses on the web: which are read alike by everybody, base URLs, and where an answer may go. */

/**
 * Whether servers and gateways agree on what a path refers to. They differ in what they make of an escaped slash, of dots behind an escape
 * or in front of a semicolon, of what is escaped twice, of a backslash, and of an empty segment.
 */
export function isPlainPath(path: string): boolean {
  if (/\\|%(?:2f|5c|25|7f|[01][\da-f])/i.test(path)) return false;
  let read: string;
  try {
    read = decodeURIComponent(path);
  } catch {
    // No UTF-8: an overlong dot or slash, perhaps.
    return false;
  }
  const segments = path.split("/");
  const plain = read.normalize("NFKC").split("/");
  // A character that is a slash to some.
  if (plain.length !== segments.length) return false;
  return plain.every((segment, index) => {
    if (segment === "") return index === 0 || index === plain.length - 1;
    return !/^\.+(?:$|[;,\s%?#:\\])/.test(segment) && !segment.includes("\\");
  });
}

/** Where a receiver may send answers. */
export type Targets = readonly string[] | ((target: URL) => boolean | Promise<boolean>);

/**
 * Whether an answer may go there: a web address without a password in it, whose path means the same to every server, which the user allows.
 */
export async function isAllowed(targets: Targets, target: string): Promise<boolean> {
  const url = webAddress(target);
  if (url === undefined || hasPassword(url) || !isPlainPath(url.pathname)) return false;
  // A word such as "no" does not permit anything.
  if (typeof targets === "function") return (await targets(url)) === true;
  return targets.some((allowed) => isBelow(url, new URL(allowed)));
}

/** `URL.parse`, and `URL.canParse` too, are too new for some browsers. */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A web address as everybody reads it; nothing for what a URL parser makes one of, by turning backslashes and leaving out line breaks. */
function webAddress(text: string): URL | undefined {
  return /^https?:\/\/[^/?#\\]/i.test(text) && !/[\s\\]|\p{Cc}/u.test(text) ? parsedUrl(text) : undefined;
}

const hasPassword = ({ username, password }: URL) => username !== "" || password !== "";

/** A base URL, or why it is not one: a URL to which paths are added has no password, query or fragment. */
export type BaseUrl = { url: URL } | { fault: "malformed" | "credentials" | "query" };

export function readBaseUrl(text: string): BaseUrl {
  const url = webAddress(text);
  if (url === undefined) return { fault: "malformed" };
  if (hasPassword(url)) return { fault: "credentials" };
  return /[?#]/.test(text) ? { fault: "query" } : { url };
}

/** Says what is wrong with the beginning of an address. */
export function targetProblem(allowed: unknown): string | undefined {
  const read: BaseUrl = typeof allowed === "string" ? readBaseUrl(allowed) : { fault: "malformed" };
  if ("fault" in read) {
    return read.fault === "query"
      ? "must have neither query nor fragment: what is below it is allowed with any"
      : "must be an absolute http or https URL, without a password";
  }
  return isPlainPath(read.url.pathname)
    ? undefined
    : "must have a path that every server reads alike: no empty segments, escaped slashes or dots";
}

/** URLs are compared when they are parsed: dots and escapes are resolved by then. `/fhir` does not allow `/fhir2`. */
function isBelow(url: URL, allowed: URL): boolean {
  if (url.origin !== allowed.origin) return false;
  return url.pathname === allowed.pathname || url.pathname.startsWith(`${withoutTrailingSlashes(allowed.pathname)}/`);
}

/**
 * `$process-message` of the sender's endpoint, or its `response-url`; both with `async=true`, and with the query that they have. Nothing
 * for what is not a web address.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "The server submits response messages to the appropriate end-point with
 * the parameter async=true"; the response-url "SHALL implement the signature of the $process-message operation (parameter async=true, …)".
 */
export function answerAddress(endpoint: unknown, responseUrl: string | undefined): string | undefined {
  const given = responseUrl ?? endpoint;
  const url = typeof given === "string" ? webAddress(given) : undefined;
  if (url === undefined || hasPassword(url)) return undefined;
  const path = withoutTrailingSlashes(url.pathname);
  // Some write the operation into their endpoint.
  if (responseUrl === undefined) url.pathname = /\/(?:\$|%24)process-message$/i.test(path) ? path : `${path}/$process-message`;
  url.hash = "";
  // The rest of the query stays as it is written.
  const others = url.search.slice(1).split("&");
  url.search = [...others.filter((one) => one !== "" && !new URLSearchParams(one).has("async")), "async=true"].join("&");
  return url.href;
}

/**
 * The text without the slashes at its end. A loop: the pattern `\/+$` begins again at every slash of a long row of them that does not end
 * the text, and such a text may come in a message.
 */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}

const LOOPBACK = /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether the host of a URL is this machine. */
export const isLoopback = (hostname: string) => LOOPBACK.test(hostname);
