/** The end of a login, in its own window: hands what the server answered to the page that began it, and closes. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { channelName } from "./send/smart/login-window.js";
import { texts } from "./texts.js";

/** The page answers at once, if it is still there. */
const PATIENCE = 2_000;

const { search } = location;
const state = new URLSearchParams(search).get("state") ?? "";
// The code counts once, and is worth nothing without the verifier that the page keeps; it need not be in the history all the same.
history.replaceState(null, "", location.pathname);

const words = signal(texts.login.window.handing);
render(
  <main class="redirect">
    <h1>{texts.title}</h1>
    <p role="status">{words}</p>
  </main>,
  document.body,
);

const channel = new BroadcastChannel(channelName(state));
const timer = setTimeout(() => {
  words.value = texts.login.window.nobody;
}, PATIENCE);
channel.addEventListener("message", ({ data }) => {
  if (data?.received !== true) return;
  clearTimeout(timer);
  words.value = texts.login.window.done;
  window.close();
});
channel.postMessage({ search });
