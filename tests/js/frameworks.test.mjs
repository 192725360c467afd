// The receiver where people have their servers: one handler, mounted in each.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import express from "express";
import fastify from "fastify";
import { createReceiver, nodeListener, validateBundle } from "fhirpost";
import { Hono } from "hono";
import { smallMessage } from "./small-message.mjs";

const FHIR_JSON = "application/fhir+json";

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
const close = (server) => () => new Promise((resolve) => server.close(resolve));

/** Each starts a server with a receiver at /fhir; gives how to fetch from it, and how to stop it. */
const frameworks = {
  async Express(receiver) {
    const server = createServer(express().use("/fhir", nodeListener(receiver)));
    const port = await listen(server);
    return { ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init), stop: close(server) };
  },
  async "Express, behind a parser that leaves the bytes"(receiver) {
    const app = express();
    app.use(express.raw({ type: ["application/json", FHIR_JSON], limit: "1mb" }));
    app.use("/fhir", nodeListener(receiver));
    const server = createServer(app);
    const port = await listen(server);
    return { ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init), stop: close(server) };
  },
  async Fastify(receiver) {
    const app = fastify();
    const listener = nodeListener(receiver);
    app.register(async (scope) => {
      // The receiver reads bodies itself.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
      scope.all("/fhir/*", (request, reply) => {
        reply.hijack();
        return listener(request.raw, reply.raw);
      });
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { ask: (path, init) => fetch(`http://127.0.0.1:${app.server.address().port}${path}`, init), stop: () => app.close() };
  },
  async Hono(receiver) {
    const app = new Hono().all("/fhir/*", (context) => receiver(context.req.raw));
    return { ask: async (path, init) => app.request(`http://127.0.0.1${path}`, init), stop: async () => {} };
  },
};

for (const [name, mount] of Object.entries(frameworks)) {
  describe(name, () => {
    test("a message is answered, a long one refused, and the base is that of the mount", async () => {
      const { ask, stop } = await mount(createReceiver({ maxBytes: 50_000 }));
      try {
        const post = (body, headers) =>
          ask("/fhir/$process-message", { method: "POST", body, headers: { "Content-Type": FHIR_JSON, ...headers } });
        const response = await post(smallMessage("m1", "b1"));
        assert.equal(response.status, 200);
        const text = await response.text();
        assert.ok(validateBundle(text).valid);
        const { resource: header } = JSON.parse(text).entry[0];
        assert.equal(header.response.identifier, "m1");
        assert.match(header.source.endpoint, /\/fhir$/);
        assert.equal((await post(" ".repeat(60_000) + smallMessage("m2", "b2"))).status, 413);
        assert.equal((await post("x", { "Content-Type": "text/plain" })).status, 415);
        const statement = await (await ask("/fhir/metadata")).json();
        assert.equal(statement.resourceType, "CapabilityStatement");
        assert.match(statement.implementation.url, /\/fhir$/);
        assert.equal((await ask("/fhir/$process-message")).status, 405);
      } finally {
        await stop();
      }
    });
  });
}
