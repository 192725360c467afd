/**
 * What a request says before its body: which address it asks for, which media types come in and go out (FHIR R4's JSON, by its own name or
 * as plain `application/json`), and who sends it: bearer tokens (RFC 6750), and the scopes of SMART that stand for messages.
 */
import { isPlainObject } from "../arguments.js";
import { isPlainPath, withoutTrailingSlashes } from "../web-addresses.js";
import { Refusal } from "./refusal.js";

/** What a URL asks for. */
interface RequestAddress {
  name: "metadata" | "process-message" | "validate" | "definition";
  base: string;
  /** The methods that it answers. */
  allow: string;
  /** Of a MessageDefinition, its id. */
  id: string;
  /** Of what is to be validated, where the address says so. */
  type: string | undefined;
}

const READ = "GET, HEAD, OPTIONS";

const ADDRESS =
  /^(?<root>.*?)\/(?:(?<operation>metadata|\$process-message)|(?:(?<type>[A-Z][a-z][A-Za-z]*)\/)?(?<validate>\$validate)|MessageDefinition\/(?<id>[A-Za-z0-9.-]{1,64}))$/;

/** The receiver has its addresses below its base or, when that is not given, below any path. */
export function findAddress(url: URL, base: string | undefined): RequestAddress {
  const path = url.pathname.replace(/%24/gi, "$");
  const match = ADDRESS.exec(path);
  const { operation = "definition", validate, id = "" } = match?.groups ?? {};
  let { root = "", type } = match?.groups ?? {};
  // The base may end with what looks like a type.
  if (type !== undefined && base !== undefined && withoutTrailingSlashes(new URL(base).pathname).endsWith(`${root}/${type}`)) {
    root += `/${type}`;
    type = undefined;
  }
  if (match === null || !isRoot(root, base)) {
    throw new Refusal(
      404,
      "not-found",
      "There is nothing here. This receiver answers GET [base]/metadata, POST [base]/$process-message and POST [base]/$validate.",
    );
  }
  const name = (validate ?? operation).replace("$", "") as RequestAddress["name"];
  const allow = ["process-message", "validate"].includes(name) ? "POST, OPTIONS" : READ;
  return { name, base: base ?? url.origin + root, allow, id, type };
}

/** A gateway in front may have cut off the beginning of the path, or all of it; without a base, the path must be what it seems to be. */
function isRoot(root: string, base: string | undefined): boolean {
  if (base === undefined) return root === "" || (isPlainPath(root) && !root.endsWith("/"));
  // What is left begins with a slash, so nothing but whole segments is cut off.
  return withoutTrailingSlashes(new URL(base).pathname).endsWith(root);
}

const OUR_TYPE = "application/fhir+json";
const PLAIN_TYPE = "application/json";

/** What `_format` may call them. */
const FORMATS = ["json", "text/json", OUR_TYPE, PLAIN_TYPE];

interface MediaType {
  type: string;
  parameters: Map<string, string>;
}

/** Refuses a body that its headers do not call FHIR R4 JSON in UTF-8, uncompressed. */
export function requireJson(headers: Headers): void {
  const media = parseMediaType(headers.get("content-type") ?? "");
  if (media.type !== OUR_TYPE && media.type !== PLAIN_TYPE) {
    throw unsupported(`The body must be JSON: send it with Content-Type: ${OUR_TYPE}.`);
  }
  const charset = media.parameters.get("charset");
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw unsupported("The body must be encoded in UTF-8: no other charset is read.");
  }
  if (!isOurVersion(media)) {
    throw unsupported("This receiver reads FHIR R4: the fhirVersion of the Content-Type must be 4.0.");
  }
  const encoding = headers.get("content-encoding")?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== "" && encoding !== "identity") {
    throw unsupported("The body must not be compressed.", { "Accept-Encoding": "identity" });
  }
}

/** The type to answer with. `_format` overrides `Accept`, as the specification's page on HTTP has it. */
export function answerType(request: Request): string {
  const format = new URL(request.url).searchParams.get("_format");
  if (format !== null) {
    // An unescaped plus sign in a query reads as a space.
    const media = parseMediaType(format.replace("fhir json", "fhir+json"));
    if (FORMATS.includes(media.type) && isOurVersion(media)) return OUR_TYPE;
    throw notAcceptable();
  }
  const accept = request.headers.get("accept");
  if (accept === null || accept.trim() === "") return OUR_TYPE;
  const ranges = accept.split(",").map(parseMediaType).filter(isOurVersion);
  const ours = quality(ranges, OUR_TYPE);
  const plain = quality(ranges, PLAIN_TYPE);
  if (ours <= 0 && plain <= 0) throw notAcceptable();
  return ours >= plain ? OUR_TYPE : PLAIN_TYPE;
}

/** How much a type is wanted: what the most specific range that covers it says (RFC 9110, 12.5.1). */
function quality(ranges: MediaType[], type: string): number {
  for (const range of [type, "application/*", "*/*", "*"]) {
    const found = ranges.find((one) => one.type === range);
    if (found !== undefined) return Number(found.parameters.get("q") ?? 1) || 0;
  }
  return 0;
}

function unsupported(text: string, headers?: Record<string, string>): Refusal {
  return new Refusal(415, "not-supported", text, headers);
}

function notAcceptable(): Refusal {
  return new Refusal(406, "not-supported", `This receiver answers in JSON only: ask for it with Accept: ${OUR_TYPE}.`);
}

function isOurVersion(media: MediaType): boolean {
  return ["4.0", "4.0.1", undefined].includes(media.parameters.get("fhirversion"));
}

function parseMediaType(text: string): MediaType {
  const [type = "", ...rest] = text.toLowerCase().split(";");
  const parameters = rest.map((parameter): [string, string] => {
    const [name = "", value = ""] = parameter.split("=");
    return [name.trim(), value.trim().replace(/^"(.*)"$/, "$1")];
  });
  return { type: type.trim(), parameters: new Map(parameters) };
}

/** What is known of the sender of a request. At least one of the two; where a property is there, it counts. */
export interface Sender {
  /** Who it is: the ids of its messages count for it alone, and nobody else gets its answers. */
  sender?: string;
  /** The scopes of its token, in a list or with spaces between them. One must be `[patient|user|system]/Messaging.[write|*]`. */
  scopes?: string | readonly string[];
}

/**
 * Says who sends with this bearer token: `false` means nobody who is known (401), `true` somebody; a text is the sender. `scopes` that
 * do not include one for messages mean that the sender is known and may not (403). Nothing else lets anybody in: an object with other
 * properties than those of `Sender`, say, is refused with 401, and `onError` is told.
 */
export type Authorize = (token: string | undefined) => boolean | string | Sender | Promise<boolean | string | Sender>;

const MESSAGING_SCOPE = /^(patient|user|system)\/Messaging\.(write|\*)$/;

/** Who sends, as far as `authorize` says so. */
export async function authorizedSender(request: Request, authorize: Authorize, tell: (error: unknown) => void): Promise<string> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const answer: unknown = await authorize(token);
  const permission = readPermission(answer);
  if ("sender" in permission) return permission.sender;
  if (permission.problem !== undefined) tell(new TypeError(`authorize must give ${permission.problem}`));
  if (permission.refused === 403) {
    throw new Refusal(
      403,
      "forbidden",
      "The bearer token does not allow to send messages: its scopes must include system/Messaging.write.",
      {
        "WWW-Authenticate": challenge({ error: "insufficient_scope", scope: "system/Messaging.write" }),
      },
    );
  }
  // Who brings no token is only told which kind is wanted.
  throw new Refusal(401, "login", "A valid bearer token is needed to send a message here.", {
    "WWW-Authenticate": challenge(token === undefined ? {} : { error: "invalid_token" }),
  });
}

/** Who may send, with "" for somebody; or how it is refused and, where the answer itself is wrong, what it should have been. */
type Permission = { sender: string } | { refused: 401 | 403; problem?: string };

const NOBODY = [undefined, null, false, ""];

/**
 * A permission is what was meant as one: whatever else `authorize` gives, an error or the answer of another service, is not a permission.
 */
function readPermission(answer: unknown): Permission {
  if (answer === true) return { sender: "" };
  if (NOBODY.includes(answer as undefined)) return { refused: 401 };
  if (typeof answer === "string") return { sender: answer };
  if (!isPlainObject(answer)) return { refused: 401, problem: "a boolean, a string, or a plain object with sender, scopes or both" };
  const unknown = Object.keys(answer).find((name) => name !== "sender" && name !== "scopes");
  if (unknown !== undefined) return { refused: 401, problem: `an object with sender and scopes only, not with ${JSON.stringify(unknown)}` };
  const names = { sender: Object.hasOwn(answer, "sender"), scopes: Object.hasOwn(answer, "scopes") };
  if (!names.sender && !names.scopes) return { refused: 401, problem: "an object with sender, scopes or both" };
  const { sender = undefined, scopes = undefined } = answer as { sender?: unknown; scopes?: unknown };
  // One who is not named must not be taken for another who is not.
  if (names.sender && (typeof sender !== "string" || sender === "")) return { refused: 401, problem: "a text that is not empty as sender" };
  if (!names.scopes) return { sender: sender as string };
  const list = typeof scopes === "string" ? scopes.split(" ") : scopes;
  if (!Array.isArray(list) || !list.every((scope) => typeof scope === "string")) {
    return { refused: 403, problem: "a text or a list of texts as scopes" };
  }
  if (!list.some((scope) => MESSAGING_SCOPE.test(scope))) return { refused: 403 };
  return { sender: (sender as string | undefined) ?? "" };
}

function challenge(attributes: Record<string, string>): string {
  const all = Object.entries({ realm: "fhirpost", ...attributes });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}
