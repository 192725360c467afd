// A receiver in a process of its own, which can be killed: fork it with a database file. It tells its port, and when it is asked what it saw.
import { createServer } from "node:http";
import { createReceiver, nodeListener, openSqliteStore } from "fhirpost";
import { SUBMIT } from "./small-message.mjs";

const store = openSqliteStore(process.argv[2]);
// Without a key, so that a second processing would be seen.
store.database.exec("CREATE TABLE IF NOT EXISTS referral (message_id TEXT NOT NULL, id TEXT NOT NULL)");
const insert = store.database.prepare("INSERT INTO referral (message_id, id) VALUES (?, ?)");

const seen = { requests: 0, calls: 0, errors: [] };
const receiver = createReceiver({ store, onError: (error) => seen.errors.push(String(error)) });
receiver.on(SUBMIT, async ({ bundle, route, newId }) => {
  seen.calls += 1;
  const id = newId();
  // Copies, and a kill, must be able to arrive in the middle of it.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
  return { resources: [{ ...bundle.entry[1].resource, id }], commit: () => void insert.run(route.messageId, id) };
});
const listener = nodeListener(receiver);
const server = createServer((request, response) => {
  seen.requests += 1;
  return listener(request, response);
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", () => process.send(seen));
process.on("disconnect", () => process.exit());
