import { isPlainPath, withoutTrailingSlashes } from "../web-addresses.js";
import { Refusal } from "./refusal.js";

/** What a URL asks for. */
export interface Address {
  name: "metadata" | "process-message" | "definition";
  base: string;
  /** The methods that it answers. */
  allow: string;
  /** Of a MessageDefinition, its id. */
  id: string;
}

const READ = "GET, HEAD, OPTIONS";

/** The receiver has its addresses below its base or, when that is not given, below any path. */
export function findAddress(url: URL, base: string | undefined): Address {
  const path = url.pathname.replace(/%24/gi, "$");
  const match = /^(.*)\/(?:(metadata)|(\$process-message)|MessageDefinition\/([A-Za-z0-9.-]{1,64}))$/.exec(path);
  const [, root = "", metadata, operation, id = ""] = match ?? [];
  if (match === null || !isRoot(root, base)) {
    throw new Refusal(
      404,
      "not-found",
      "There is nothing here. This receiver answers GET [base]/metadata and POST [base]/$process-message.",
    );
  }
  const name = metadata !== undefined ? "metadata" : operation !== undefined ? "process-message" : "definition";
  return { name, base: base ?? url.origin + root, allow: name === "process-message" ? "POST, OPTIONS" : READ, id };
}

/** A gateway in front may have cut off the beginning of the path, or all of it; without a base, the path must be what it seems to be. */
function isRoot(root: string, base: string | undefined): boolean {
  if (base === undefined) return root === "" || (isPlainPath(root) && !root.endsWith("/"));
  // What is left begins with a slash, so nothing but whole segments is cut off.
  return withoutTrailingSlashes(new URL(base).pathname).endsWith(root);
}
