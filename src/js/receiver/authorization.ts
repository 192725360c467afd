/** Who may send a message: bearer tokens (RFC 6750), and the scopes of SMART that stand for messages. */
import { isObject, wrong } from "../response.js";
import { Refusal } from "./refusal.js";

/** What is known of the sender of a request. */
export interface Sender {
  /** Who it is: the ids of its messages count for it alone, and nobody else gets its answers. */
  sender?: string;
  /** The scopes of its token, in a list or with spaces between them. One must be `[patient|user|system]/Messaging.[write|*]`. */
  scopes?: string | readonly string[];
}

/**
 * Says who sends with this bearer token: `false` means nobody who is known (401), `true` somebody; a text is the sender. `scopes` that
 * do not include one for messages mean that the sender is known and may not (403).
 */
export type Authorize = (token: string | undefined) => boolean | string | Sender | Promise<boolean | string | Sender>;

const MESSAGING_SCOPE = /^(patient|user|system)\/Messaging\.(write|\*)$/;

/** Who sends, as far as `authorize` says so. */
export async function authorizedSender(request: Request, authorize: Authorize): Promise<string> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const answer: unknown = await authorize(token);
  // Whoever forgets to answer, or answers with a count of nothing, lets nobody in.
  if (!answer || (isObject(answer) && "sender" in answer && answer.sender === "")) {
    // Who brings no token is only told which kind is wanted.
    throw new Refusal(401, "login", "A valid bearer token is needed to send a message here.", {
      "WWW-Authenticate": challenge(token === undefined ? {} : { error: "invalid_token" }),
    });
  }
  if (answer === true) return "";
  if (typeof answer === "string") return answer;
  const { sender = "", scopes } = isObject(answer) ? (answer as Sender) : wrong("authorize must give a boolean, a string or an object");
  if (typeof sender !== "string") wrong("authorize must give a string as sender");
  const list = typeof scopes === "string" ? scopes.split(" ") : scopes;
  if (list !== undefined && !list.some((scope) => MESSAGING_SCOPE.test(scope))) {
    throw new Refusal(
      403,
      "forbidden",
      "The bearer token does not allow to send messages: its scopes must include system/Messaging.write.",
      {
        "WWW-Authenticate": challenge({ error: "insufficient_scope", scope: "system/Messaging.write" }),
      },
    );
  }
  return sender;
}

function challenge(attributes: Record<string, string>): string {
  const all = Object.entries({ realm: "fhirpost", ...attributes });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}
