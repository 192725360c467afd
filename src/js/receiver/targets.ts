/** Where a receiver may send answers. */
export type Targets = readonly string[] | ((target: URL) => boolean | Promise<boolean>);

/** Whether an answer may go there: a web address without a password in it, which the user allows. */
export async function isAllowed(targets: Targets, target: string): Promise<boolean> {
  if (!URL.canParse(target)) return false;
  const url = new URL(target);
  if (!["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") return false;
  if (typeof targets === "function") return targets(url);
  return targets.some((allowed) => isBelow(url, new URL(allowed)));
}

/** URLs are compared when they are parsed: dots and escapes lead nowhere else any more. `/fhir` does not allow `/fhir2`. */
function isBelow(url: URL, allowed: URL): boolean {
  if (url.origin !== allowed.origin) return false;
  return url.pathname === allowed.pathname || url.pathname.startsWith(`${allowed.pathname.replace(/\/$/, "")}/`);
}
