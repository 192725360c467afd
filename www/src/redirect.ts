/** The end of a login, in its own window: hands what the server answered to the page that began it, and closes. */
import { element } from "./dom.js";
import { channelName } from "./send/smart/login-window.js";
import { texts } from "./texts.js";

/** The page answers at once, if it is still there. */
const PATIENCE = 2_000;

const { search } = location;
const state = new URLSearchParams(search).get("state") ?? "";
// The code counts once, and is worth nothing without the verifier that the page keeps; it need not be in the history all the same.
history.replaceState(null, "", location.pathname);

const words = element("p", { role: "status" }, texts.login.window.handing);
document.body.append(element("main", { class: "redirect" }, element("h1", {}, texts.title), words));

const channel = new BroadcastChannel(channelName(state));
const timer = setTimeout(() => {
  words.textContent = texts.login.window.nobody;
}, PATIENCE);
channel.addEventListener("message", ({ data }) => {
  if (data?.received !== true) return;
  clearTimeout(timer);
  words.textContent = texts.login.window.done;
  window.close();
});
channel.postMessage({ search });
