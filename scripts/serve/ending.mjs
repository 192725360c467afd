// Ctrl+C and SIGTERM end the server when what is under way is answered: no sender is left in doubt whether its message was processed.

/** Whoever stops in the middle of a request is waited for no longer, in milliseconds. */
const PATIENCE = 10_000;

/** What was sent before the end may still be on its way: it is taken until there was nothing new for so long, in milliseconds. */
const QUIET = 100;
/** No longer than so often, where others go on sending. */
const MOST_CALLS = 50;

/** @param close Done when nothing is under way any more, before the process ends with 0. */
export function endGracefully(server, close) {
  let isEnding = false;
  let connections = 0;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    // Before it listens there is nothing to wait for.
    if (!server.listening) return finish();
    lastCall(MOST_CALLS);
  };
  const lastCall = (calls) => {
    const before = connections;
    setTimeout(() => {
      if (connections > before && calls > 0) return lastCall(calls - 1);
      server.close(finish);
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
    }, QUIET);
  };
  const finish = () => {
    close();
    process.exit(0);
  };
  // With its listener gone, the second one ends the process at once.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
  server.on("connection", () => {
    connections += 1;
  });
  server.on("request", (_, response) => {
    // A connection that is kept alive would stay open when its last answer is out.
    response.once("close", () => isEnding && !server.listening && setImmediate(() => server.closeIdleConnections()));
  });
}
