// A user's code in Node, which is compiled and not run: what only Node has is there, whichever way imports are resolved.
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import init, { createReceiver, initSync, nodeListener, openSqliteStore, validateBundle } from "fhirpost";
import { validateBundle as judge } from "fhirpost/validate";

await init();
// One snippet runs on every platform.
await init({ module_or_path: new URL("https://app.example.org/fhirpost_bg.wasm") });
initSync();
const store = openSqliteStore("answers.db");
const receiver = createReceiver({ store, onAnswer: ({ route }) => console.log(route.response?.code) });
receiver.on({ uri: "urn:e" }, ({ bundle, text }) => ({ resources: bundle.entry.length > 0 ? [text] : [] }));
createServer(nodeListener(receiver));
createHttpsServer({}, nodeListener(receiver));
createSecureServer({}, nodeListener(receiver, { onError: () => {} }));
export const valid: boolean = validateBundle("{}").valid && judge("{}").valid;
