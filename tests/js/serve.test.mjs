// The server of `npm start`: whatever is asked of it, it goes on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { smallMessage } from "./small-message.mjs";

let server;
let port;

/** Starts the server; gives its process, its port and what it says of itself. */
async function start(...args) {
  const started = spawn(process.execPath, [fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url)), "--port", "0", ...args]);
  const says = await new Promise((resolve, reject) => {
    started.stdout.on("data", (text) => resolve(String(text)));
    started.on("exit", () => reject(new Error("the server ended")));
  });
  return { server: started, port: Number(/127\.0\.0\.1:(\d+)/.exec(says)?.[1]), says };
}

before(async () => {
  ({ server, port } = await start());
});
after(() => server.kill());

/** The path goes out as it is: fetch would tidy it up. */
function status(path, headers = {}) {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
}

test("paths that do not exist, or go out, find nothing and end nothing", async () => {
  for (const path of ["//", "///", "/../package.json", "/%2e%2e/package.json", "/assets/../../package.json", "/%00", "/%"]) {
    assert.equal(await status(path), 404, path);
  }
  assert.equal(await status("/"), 200);
  assert.equal(await status("/fhir/metadata"), 200);
});

test("a name that resolves to this machine from outside is refused", async () => {
  assert.equal(await status("/", { Host: "evil.example" }), 421);
});

test("with --store the answers are kept in a file, and outlive the server", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
  const file = join(folder, "answers.db");
  const answers = [];
  try {
    for (let run = 0; run < 2; run += 1) {
      const one = await start("--store", file);
      assert.ok(one.says.includes(`in ${file}`), one.says);
      const headers = { "Content-Type": "application/fhir+json" };
      const url = `http://127.0.0.1:${one.port}/fhir/$process-message`;
      const response = await fetch(url, { method: "POST", headers, body: smallMessage("m1", "b1") });
      assert.equal(response.status, 200);
      answers.push(await response.text());
      const ended = once(one.server, "exit");
      one.server.kill();
      await ended;
    }
    assert.ok(existsSync(file));
    assert.equal(answers[1], answers[0]);
    await assert.rejects(start("--store", join(folder, "missing", "answers.db")), /ended/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("it ends when what is under way is answered, and closes its file", {
  skip: process.platform === "win32" && "its processes get no signals",
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
  try {
    for (const signal of ["SIGINT", "SIGTERM"]) {
      const one = await start("--store", join(folder, "answers.db"));
      const ended = once(one.server, "exit");
      const message = smallMessage(signal, signal);
      const sending = request({
        ...{ host: "127.0.0.1", port: one.port, path: "/fhir/$process-message", method: "POST" },
        headers: { "Content-Type": "application/fhir+json", "Content-Length": message.length, Expect: "100-continue" },
      });
      sending.flushHeaders();
      // From here on it is under way.
      await once(sending, "continue");
      sending.write(message.slice(0, 100));
      one.server.kill(signal);
      // It does not listen any more. As long as somebody new comes, it does.
      while (await reaches(one.port)) await new Promise((resolve) => setTimeout(resolve, 200));
      sending.end(message.slice(100));
      const [response] = await once(sending, "response");
      assert.equal(response.resume().statusCode, 200);
      assert.equal(response.headers["x-content-type-options"], "nosniff");
      assert.deepEqual(await ended, [0, null]);
      assert.deepEqual(readdirSync(folder), ["answers.db"]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function reaches(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => socket.destroy() && resolve(true)).on("error", () => resolve(false));
  });
}
