/**
 * SMART's authorization-code flow with PKCE, for a client without a secret. The login takes place in a window of its own, so the message
 * stays where it is. That window ends at redirect.html, which hands the code back through a BroadcastChannel that has the state as its name:
 * the page's opener policy (COOP) cuts every other way between the two.
 */
import * as oauth from "oauth4webapi";
import { channelName } from "./channel.js";
import { discover } from "./discovery.js";
import { Refusal } from "./refusal.js";
import { asking, type Granted, granted } from "./token-endpoint.js";

/** As long as a person may take to log in. */
const PATIENCE = 10 * 60_000;

export interface Login {
  clientId: string;
  scope: string;
  redirect: string;
  /** Opened by the click itself, since browsers open none later; still empty. */
  popup: Window;
}

export async function logIn(base: string, { clientId, scope, redirect, popup }: Login, signal: AbortSignal): Promise<Granted> {
  const server = await discover(base, signal);
  if (server.authorization_endpoint === undefined) throw new Refusal("noLogin");
  const client = { client_id: clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const address = new URL(server.authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirect,
    scope,
    state,
    // SMART: whom the token is for, so that no other server gets it.
    aud: base,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  })) {
    address.searchParams.set(name, value);
  }
  const answer = handedBack(state, signal);
  popup.location.replace(address.href);
  const parameters = await answer;
  return await granted(Date.now(), async () => {
    const checked = oauth.validateAuthResponse(server, client, parameters, state);
    const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), checked, redirect, verifier, asking(signal));
    return oauth.processAuthorizationCodeResponse(server, client, response);
  });
}

/** What redirect.html was called with. */
function handedBack(state: string, signal: AbortSignal): Promise<URLSearchParams> {
  const channel = new BroadcastChannel(channelName(state));
  let timer: ReturnType<typeof setTimeout>;
  let stop = () => {};
  return new Promise<URLSearchParams>((resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
    timer = setTimeout(() => reject(new Refusal("tooSlow")), PATIENCE);
    channel.addEventListener("message", ({ data }) => {
      if (typeof data !== "object" || typeof data?.search !== "string") return;
      channel.postMessage({ received: true });
      resolve(new URLSearchParams(data.search));
    });
  }).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    channel.close();
  });
}
