// A proxy on loopback that does to requests and answers what networks do: it drops, delays, duplicates and truncates them.
import { Agent, createServer, request } from "node:http";

/** What may happen to an exchange, and how often of 1. What is left goes through untouched. */
export const FAULTS = {
  "request dropped": 0.03,
  "request swallowed": 0.001,
  "request delayed": 0.06,
  "request duplicated": 0.05,
  "request duplicated late": 0.05,
  "request truncated": 0.04,
  "answer dropped": 0.05,
  "answer delayed": 0.06,
  "answer truncated": 0.05,
};

const LONGEST_DELAY = 30;

/**
 * Starts a proxy before the server on this port. `random` gives numbers from 0 to 1 and decides everything.
 * @returns its own port, how often each fault happened, and how to stop it.
 */
export async function faultyProxy(port, random) {
  const counts = Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0]));
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const delay = () => new Promise((resolve) => setTimeout(resolve, random() * LONGEST_DELAY));

  /** Sends a request on, or only the first part of it; gives the answer, or nothing when there is none. */
  function forward(incoming, body, truncated = false) {
    return new Promise((resolve) => {
      const { host: _, connection: __, ...headers } = incoming.headers;
      const options = { host: "127.0.0.1", port, agent, method: incoming.method, path: incoming.url };
      const outgoing = request({ ...options, headers: { ...headers, "content-length": body.length } }, async (response) => {
        const chunks = [];
        try {
          for await (const chunk of response) chunks.push(chunk);
          resolve({ status: response.statusCode, type: response.headers["content-type"], body: Buffer.concat(chunks) });
        } catch {
          resolve(undefined);
        }
      });
      outgoing.on("error", () => resolve(undefined));
      if (!truncated) return outgoing.end(body);
      outgoing.write(body.subarray(0, Math.floor(random() * body.length)), () => outgoing.destroy());
    });
  }

  function draw() {
    let left = random();
    for (const [fault, share] of Object.entries(FAULTS)) {
      if (left < share) {
        counts[fault] += 1;
        return fault;
      }
      left -= share;
    }
    return undefined;
  }

  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const cut = () => outgoing.destroy();
    const fault = draw();
    if (fault === "request dropped") return cut();
    // The sender hears nothing at all, until it gives up.
    if (fault === "request swallowed") return;
    if (fault === "request truncated") {
      await forward(incoming, body, true);
      return cut();
    }
    if (fault === "request delayed") await delay();
    // Of two copies the sender gets the answer to either.
    const copies = fault === "request duplicated" ? [forward(incoming, body), forward(incoming, body)] : [forward(incoming, body)];
    const answer = await copies[Math.floor(random() * copies.length)];
    if (fault === "request duplicated late") delay().then(() => forward(incoming, body));
    if (fault === "answer delayed") await delay();
    if (answer === undefined || fault === "answer dropped") return cut();
    outgoing.writeHead(answer.status, { "Content-Type": answer.type, "Content-Length": answer.body.length });
    if (fault !== "answer truncated") return outgoing.end(answer.body);
    outgoing.write(answer.body.subarray(0, Math.floor(random() * answer.body.length)), cut);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    counts,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
