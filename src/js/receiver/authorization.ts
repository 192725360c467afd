/** Who may send a message: bearer tokens (RFC 6750), and the scopes of SMART that stand for messages. */
import { Refusal } from "./refusal.js";

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

/** A permission is what was meant as one: whatever else `authorize` gives, an error or the answer of another service, is none. */
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

/** An object as `{}` makes one, of whichever realm: no instance of a class, and nothing that inherits. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"));
}

function challenge(attributes: Record<string, string>): string {
  const all = Object.entries({ realm: "fhirpost", ...attributes });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}
