// `npm start` and the tests run this: the built page and a local receiver of messages, on this machine only.
//   node scripts/serve.mjs [--port 8080] [--require-token] [--store answers.db] [--relay https://host/base]
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { endGracefully } from "./serve/ending.mjs";
import { LAST_PORT, readServeOptions } from "./serve/options.mjs";
import { createRelay, isForRelay } from "./serve/relay.mjs";
import { staticFiles } from "./serve/static-files.mjs";

const HOST = "127.0.0.1";

const values = readServeOptions();
const { port } = values;

const pkg = new URL("../pkg/", import.meta.url);
const dist = new URL("../www/dist/", import.meta.url);
const {
  default: init,
  createReceiver,
  memoryStore,
  nodeListener,
  openSqliteStore,
} = await import("fhirpost").catch(() => fail(`Run “npm run build” first: ${fileURLToPath(pkg)} is not there, or not complete.`));
await init();
const page = await staticFiles(dist).catch(() => fail(`Run “npm run build” first: the page is not in ${fileURLToPath(dist)}.`));
const { store, close } = openStore();
const receive = nodeListener(createReceiver({ authorize: (token) => token !== undefined || !values["require-token"], store }));
const relay = createRelay(values.relay, { start: "npm start --" });

const server = createServer((request, response) => {
  // A name that resolves to this machine from outside could be a web site's own (DNS rebinding), whose scripts would then count as same origin.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) {
    response
      .writeHead(421, { "Content-Type": "text/plain", "X-Content-Type-Options": "nosniff" })
      .end("This server answers on 127.0.0.1 and localhost only.\n");
  } else if (/^\/fhir(\/|$)/.test(request.url ?? "")) {
    receive(request, response);
  } else if (isForRelay(request.url)) {
    relay(request, response);
  } else {
    page(request, response);
  }
});

server.on("error", (error) => {
  if (error.code !== "EADDRINUSE" || attempt >= Math.min(port + 20, LAST_PORT)) fail(`The server could not start: ${error.message}`);
  console.log(`Port ${attempt} is in use; trying ${attempt + 1}.`);
  attempt += 1;
  server.listen(attempt, HOST);
});
server.on("listening", () => {
  const url = `http://${HOST}:${server.address().port}`;
  const kept = values.store === undefined ? "in memory" : `in ${printable(values.store)}`;
  console.log(`fhirpost: the page is at ${url}/ and the receiver at ${url}/fhir, which keeps its answers ${kept} (Ctrl+C stops both)`);
  if (values.relay.length > 0) console.log(`fhirpost: the page may pass messages on to ${values.relay.map(printable).join(" and ")}`);
});
// Whoever does not read its answer is not waited for: that is held in memory.
server.setTimeout(120_000);
endGracefully(server, close);
let attempt = port;
server.listen(attempt, HOST);

function openStore() {
  if (values.store === undefined) return { store: memoryStore(), close() {} };
  try {
    const opened = openSqliteStore(values.store);
    return { store: opened, close: () => opened.close() };
  } catch (error) {
    return fail(`The answers cannot be kept in ${printable(values.store)}: ${printable(error.message)}`);
  }
}

/** Without what a terminal would obey. */
function printable(text) {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "\ufffd");
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
