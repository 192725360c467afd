import { isPlainPath } from "./paths.js";
import { withoutTrailingSlashes } from "./trailing-slashes.js";

/** Where a receiver may send answers. */
export type Targets = readonly string[] | ((target: URL) => boolean | Promise<boolean>);

/**
 * Whether an answer may go there: a web address without a password in it, whose path means the same to every server, which the user allows.
 */
export async function isAllowed(targets: Targets, target: string): Promise<boolean> {
  const url = webAddress(target);
  if (url === undefined || !isPlainPath(url.pathname)) return false;
  // A word such as "no" is no permission.
  if (typeof targets === "function") return (await targets(url)) === true;
  return targets.some((allowed) => isBelow(url, new URL(allowed)));
}

/** A web address as everybody reads it; nothing for what a URL parser makes one of, by turning backslashes and leaving out line breaks. */
export function webAddress(text: string): URL | undefined {
  if (!/^https?:\/\/[^/?#\\]/i.test(text) || /[\s\\]|\p{Cc}/u.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === "" && url.password === "" ? url : undefined;
}

/** Says what is wrong with the beginning of an address. */
export function targetProblem(allowed: unknown): string | undefined {
  const url = typeof allowed === "string" ? webAddress(allowed) : undefined;
  if (url === undefined) return "must be an absolute http or https URL, without a password";
  if (/[?#]/.test(allowed as string)) return "must have neither query nor fragment: what is below it is allowed with any";
  return isPlainPath(url.pathname)
    ? undefined
    : "must have a path that every server reads alike: no empty segments, escaped slashes or dots";
}

/** URLs are compared when they are parsed: dots and escapes lead nowhere else any more. `/fhir` does not allow `/fhir2`. */
function isBelow(url: URL, allowed: URL): boolean {
  if (url.origin !== allowed.origin) return false;
  return url.pathname === allowed.pathname || url.pathname.startsWith(`${withoutTrailingSlashes(allowed.pathname)}/`);
}
