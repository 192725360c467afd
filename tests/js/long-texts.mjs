// Asks a receiver with very long texts, where its sender or a header has them. Each is refused or accepted; what matters is that it is soon.
import assert from "node:assert/strict";
import { createReceiver } from "fhirpost";
import { smallMessage } from "./small-message.mjs";

const LENGTH = 2_000_000;
const EVENT = "http://sender.example.org/events/referral-seen";
const HEADERS = { "Content-Type": "application/fhir+json" };
const fetch = async () => new Response(null, { status: 202 });

const receiver = createReceiver({ asynchronous: { targets: ["https://clinic.example.org/fhir/"], fetch }, handlers: {} });
receiver.on({ uri: EVENT }, () => undefined);

const long = (text) => text.repeat(LENGTH / text.length);
const post = (endpoint) => ({
  url: "http://receiver.example.org/$process-message?async=true",
  init: { method: "POST", headers: HEADERS, body: smallMessage("m1", "b1", { event: { eventUri: EVENT }, endpoint }) },
});
const get = (url, headers = {}) => ({ url: `http://receiver.example.org/${url}`, init: { headers } });
const nothing = (headers) => ({
  url: "http://receiver.example.org/$process-message",
  init: { method: "POST", headers: { ...HEADERS, ...headers }, body: "{}" },
});

const asked = [
  post(`http://a.example/${long("/")}x`),
  post(`https://clinic.example.org/fhir/${long("/")}`),
  post(`https://clinic.example.org/fhir/${long("..;")}x`),
  post(`https://clinic.example.org/fhir/${long(".")}x`),
  post(`https://clinic.example.org/fhir/${long("%2e")}x`),
  post(`https://clinic.example.org/fhir/?${long("&")}x`),
  get(`${long("/")}x`),
  get(`${long("/metadata")}x`),
  get(`metadata?_format=${long("fhir%20json")}`),
  get("metadata", { Accept: `${long('";=')}x` }),
  nothing({ "Content-Type": `application/fhir+json; charset=${long('"')}x` }),
  nothing({ Authorization: `Bearer${long(" ")}x y` }),
  nothing({ Authorization: `Bearer ${long("x")} y` }),
];
for (const { url, init } of asked) assert.ok((await receiver(new Request(url, init))).status < 500);
process.exit(0);
