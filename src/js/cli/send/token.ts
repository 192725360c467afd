/** Where the bearer token comes from. It is in no text that is made here, and what a command prints to stderr is not kept. */
import type { SendOptions } from "../../types/exchange.js";
import { readTokenFile } from "../token-file.js";
import { TroubleError } from "../trouble.js";
import type { SendSettings } from "./arguments.js";

type GetToken = NonNullable<SendOptions["getToken"]>;

/** Gives for each message what `sendMessage` needs to have a token. */
export function tokens({ tokenFile, tokenCommand }: SendSettings): () => Pick<SendOptions, "token" | "getToken"> {
  if (tokenFile !== undefined) return shared(() => readTokenFile(tokenFile));
  if (tokenCommand !== undefined) return shared(() => runTokenCommand(tokenCommand));
  const token = process.env.FHIRPOST_TOKEN?.trim();
  return () => (token ? { token } : {});
}

/** All messages have the same token. The first that needs another one, since it was refused or has expired, gets it for all. */
function shared(get: () => Promise<string>): () => { getToken: GetToken } {
  let current: Promise<string> | undefined;
  return () => {
    let had: Promise<string> | undefined;
    const getToken = () => {
      if (current === undefined || current === had) current = get();
      had = current;
      return current;
    };
    return { getToken };
  };
}

async function runTokenCommand(command: string): Promise<string> {
  // Loaded here: whoever needs neither starts without them.
  const [{ spawn }, { text }] = await Promise.all([import("node:child_process"), import("node:stream/consumers")]);
  // stdin may hold the messages; what it has to say of its own troubles the user sees.
  const running = spawn(command, { shell: true, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => running.on("close", resolve).on("error", reject));
  const [printed, code] = await Promise.all([text(running.stdout), ended]);
  if (code !== 0) throw new TroubleError(`--token-command ended with ${code ?? "a signal"}`);
  if (printed.trim() === "") throw new TroubleError("--token-command printed no token");
  return printed.trim();
}
