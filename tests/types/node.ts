// A user's code in Node, which is compiled and not run: what only Node has is there, whichever way imports are resolved.
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import init, { createReceiver, initSync, Message, nodeListener, openSqliteStore, Validator, validateBundle } from "fhirpost";
import { Validator as Same } from "fhirpost/validate";

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
export const valid: boolean = validateBundle("{}").valid && new Validator().validate("{}").valid && new Same().validate("{}").valid;
const own: Validator = await Validator.load({ resources: ["{}"] });
export const issues: string[] = own.issues.map(({ message }) => message);
{
  using message = own.read("{}");
  own.validate(message, { as: "message" });
}
// @ts-expect-error only read makes one
new Message();
const text: string = own.fix("{}").text;
const bytes: Uint8Array = own.fix(new Uint8Array()).text;
const either: string | Uint8Array = own.fix(own.read("{}")).text;

export { bytes, either, text };
