// The sender of benches/receiver.mjs: node sender.mjs <port> <small|example> <seconds> <connections>
// It keeps its connections, and each sends its next message when the last is answered.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { smallMessage } from "../../tests/js/small-message.mjs";

const [, , port, size, seconds, connections] = process.argv;
/** So many messages until the code is compiled for good. */
const WARM_UP = 1000;

const example = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const { id: bundleId, entry } = JSON.parse(example);
const messageId = entry[0].resource.id;
let sent = 0;
/** A message with ids of its own. */
function next() {
  const id = `00000000-0000-4000-8000-${String(sent++).padStart(12, "0")}`;
  if (size === "small") return smallMessage(id, `b${id}`);
  return example.replaceAll(messageId, id).replace(bundleId, `b${id}`);
}

const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const headers = { "Content-Type": "application/fhir+json", Accept: "application/fhir+json" };
function post(body) {
  return new Promise((resolve, reject) => {
    const path = "/fhir/$process-message";
    const outgoing = request({
      host: "127.0.0.1",
      port,
      path,
      method: "POST",
      agent,
      headers: { ...headers, "Content-Length": body.length },
    });
    outgoing.on("error", reject).on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the receiver answered ${response.statusCode}`));
      response.resume().on("end", resolve);
    });
    outgoing.end(body);
  });
}

let answered = 0;
let over = false;
const loops = Array.from({ length: Number(connections) }, async () => {
  while (!over) {
    await post(Buffer.from(next()));
    answered += 1;
  }
});
while (answered < WARM_UP) await new Promise((resolve) => setTimeout(resolve, 100));
process.send("warm");
const before = { answered, time: performance.now() };
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
process.send({ answered: answered - before.answered, seconds: (performance.now() - before.time) / 1000 });
over = true;
await Promise.all(loops).catch(() => {});
agent.destroy();
process.disconnect();
