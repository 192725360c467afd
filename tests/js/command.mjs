// Runs the command as users do, beside what the test itself is doing: a server, for one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

export const command = fileURLToPath(new URL("../../pkg/cli.js", import.meta.url));

/** Starts it. A token of the environment that runs the tests is not for them. */
export function start(args, { cwd, env = {}, file = command } = {}) {
  const { FHIRPOST_TOKEN: _, ...own } = process.env;
  const running = spawn(process.execPath, [file, ...args], { cwd, env: { ...own, ...env } });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    running[name].setEncoding("utf8").on("data", (text) => {
      said[name] += text;
    });
  }
  const done = once(running, "close").then(([status]) => ({ status, ...said, lines: said.stdout.split("\n").slice(0, -1) }));
  return { running, said, done };
}

/** Runs it to its end; gives the exit code and both outputs. */
export function run(args, { input = "", ...options } = {}) {
  const { running, done } = start(args, options);
  running.stdin.on("error", () => {}).end(input);
  return done;
}

/** Starts `fhirpost serve` on a free port, and gives its address as soon as it says that. However the test ends, it ends. */
export async function serving(t, args = [], options = {}) {
  const started = start(["serve", "--port", "0", ...args], options);
  t.after(() => started.running.kill("SIGKILL"));
  const ready = once(started.running.stdout, "data").then(([text]) => text.trim());
  const base = await Promise.race([ready, started.done.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  const end = (signal = "SIGINT") => {
    started.running.kill(signal);
    return started.done;
  };
  return { ...started, base, end };
}

/** A server of the test, which ends with it. */
export async function listening(t, handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
