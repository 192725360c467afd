// The options of `npm start`. They are read before anything is built: a wrong one is answered at once.
import { readOptions } from "../steps.mjs";
import { readRelayBase } from "./relay.mjs";

export const LAST_PORT = 65535;

const USAGE = `npm start [-- options]
Sets up, builds, and serves the page with a local $process-message receiver behind it, on this machine only.
  --port <number>    where to listen (default: the variable PORT, or 8080; one that is taken gives way to the next)
  --require-token    the receiver asks for a bearer token, any one
  --store <file>     keep the receiver's answers in this SQLite file (default: in memory). They hold what was sent
  --relay <url>      pass messages on to this base URL, for the page that is served here and for nothing else: a server that lets no
                     page in (CORS) is reached so. May be given more than once. No other server is reached, no redirect
                     followed, nothing kept or logged
  --help             this text`;

export function readServeOptions() {
  const { port: given, ...options } = readOptions(USAGE, {
    port: { type: "string", default: process.env.PORT ?? "8080" },
    "require-token": { type: "boolean", default: false },
    store: { type: "string" },
    relay: { type: "string", multiple: true, default: [] },
  });
  const relay = options.relay.map(
    (base) => readRelayBase(base) ?? wrong(`--relay must be an http or https URL without password, query and fragment, not “${base}”.`),
  );
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= LAST_PORT) return { ...options, relay, port };
  return wrong(`the port must be a number from 0 to ${LAST_PORT}, not “${given}”.`);
}

function wrong(words) {
  console.error(`fhirpost: ${words}`);
  return process.exit(2);
}
