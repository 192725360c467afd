/**
 * The window of a login and the page that began it. The window ends at redirect.html, which hands the code back through a BroadcastChannel
 * that has the state as its name: the page's opener policy (COOP) cuts every other way between the two.
 */

/** As long as a person may take to log in. */
const PATIENCE = 10 * 60_000;

/** Where the two find each other. The state is random, so nobody else does. */
export const channelName = (state: string) => `fhirpost-login-${state}`;

/** What redirect.html was called with; nothing when nobody has logged in for long. */
export function handedBack(state: string, signal: AbortSignal): Promise<URLSearchParams | undefined> {
  const channel = new BroadcastChannel(channelName(state));
  let timer: ReturnType<typeof setTimeout>;
  let stop = () => {};
  return new Promise<URLSearchParams | undefined>((resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
    timer = setTimeout(() => resolve(undefined), PATIENCE);
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
