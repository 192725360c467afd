import { Refusal } from "./refusal.js";

/** What a URL asks for. */
export interface Address {
  name: "metadata" | "process-message";
  base: string;
  /** The methods that it answers. */
  allow: string;
}

/** The receiver has two addresses, below its base or, when that is not given, below any path. */
export function findAddress(url: URL, base: string | undefined): Address {
  const path = url.pathname.replace(/%24/gi, "$");
  const match = /^(.*)\/(metadata|\$process-message)$/.exec(path);
  const root = match?.[1] ?? "";
  if (match === null || (base !== undefined && new URL(base).pathname.replace(/\/$/, "") !== root)) {
    throw new Refusal(
      404,
      "not-found",
      "There is nothing here. This receiver answers GET [base]/metadata and POST [base]/$process-message.",
    );
  }
  const name = match[2] === "metadata" ? "metadata" : "process-message";
  return { name, base: base ?? url.origin + root, allow: name === "metadata" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS" };
}
