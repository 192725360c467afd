// Lets a handler of the Fetch standard, (Request) => Promise<Response>, answer requests of node:http.

export function fetchListener(handler) {
  return async (incoming, outgoing) => {
    try {
      const response = await handler(toRequest(incoming));
      // A connection with half a request in it cannot carry another one.
      if (!incoming.complete) outgoing.setHeader("Connection", "close");
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(incoming.method === "HEAD" ? undefined : Buffer.from(await response.arrayBuffer()));
    } catch {
      // A request that cannot be expressed (a bad URL, a forbidden header) has a sender that cannot be helped further.
      if (!outgoing.headersSent) outgoing.writeHead(400);
      outgoing.end();
    }
  };
}

function toRequest(incoming) {
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  return new Request(url, { method: incoming.method, headers, ...(hasBody && { body: bodyOf(incoming), duplex: "half" }) });
}

/**
 * Not `Readable.toWeb`: its cancel destroys the socket, and a sender whose message is too long would see a broken connection instead
 * of the answer that says so. Here the rest is read and dropped.
 */
function bodyOf(incoming) {
  let cancelled = false;
  return new ReadableStream({
    start(controller) {
      incoming.on("data", (chunk) => {
        if (cancelled) return;
        controller.enqueue(new Uint8Array(chunk));
        if (controller.desiredSize <= 0) incoming.pause();
      });
      incoming.on("end", () => cancelled || controller.close());
      incoming.on("error", (error) => cancelled || controller.error(error));
    },
    pull: () => void incoming.resume(),
    cancel() {
      cancelled = true;
      incoming.resume();
    },
  });
}
