/** Reads what was typed as base URL: the base itself, or why there is none. */
export type BaseUrl = { base: string } | { fault: "malformed" | "credentials" | "query" };

export function readBaseUrl(typed: string): BaseUrl {
  let url: URL;
  try {
    url = new URL(typed.trim());
  } catch {
    return { fault: "malformed" };
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return { fault: "malformed" };
  if (url.username !== "" || url.password !== "") return { fault: "credentials" };
  if (url.search !== "" || url.hash !== "") return { fault: "query" };
  // Who copies the address of the operation itself means the same.
  const path = url.pathname.replace(/(\/(\$|%24)process-message)?\/*$/i, "");
  return { base: `${url.origin}${path}` };
}
