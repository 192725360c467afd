// The server of `npm start`: whatever is asked of it, it goes on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

let server;
let port;

before(async () => {
  server = spawn(process.execPath, [fileURLToPath(new URL("../../scripts/serve.mjs", import.meta.url)), "--port", "0"]);
  port = await new Promise((resolve, reject) => {
    server.stdout.on("data", (text) => resolve(Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1])));
    server.on("exit", () => reject(new Error("the server ended")));
  });
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

test("paths that are none, or lead out, find nothing and end nothing", async () => {
  for (const path of ["//", "///", "/../package.json", "/%2e%2e/package.json", "/assets/../../package.json", "/%00", "/%"]) {
    assert.equal(await status(path), 404, path);
  }
  assert.equal(await status("/"), 200);
  assert.equal(await status("/fhir/metadata"), 200);
});

test("a name that leads here from outside is refused", async () => {
  assert.equal(await status("/", { Host: "evil.example" }), 421);
});
