// A FHIR client that others wrote (fhir-kit-client) posts to the receiver, and what it gets is understood.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Client } from "fhir-kit-client";
import init, { checkCapability, createReceiver, nodeListener, readAnswer, readCapability, validateBundle } from "fhirpost";

const read = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const submit = JSON.parse(read("submit-service-request"));
const TOKEN = "letter-box-token";

let server;
let client;
before(async () => {
  await init();
  server = createServer(nodeListener(createReceiver({ authorize: (token) => token === TOKEN })));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new Client({ baseUrl: `http://127.0.0.1:${server.address().port}/fhir`, bearerToken: TOKEN });
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const post = (input) => client.operation({ name: "process-message", method: "POST", input });

test("it posts a message and gets the answer", async () => {
  const answer = await post(submit);
  const { response } = Client.httpFor(answer);
  assert.equal(response.status, 200);
  assert.equal(validateBundle(answer, { as: "message" }).valid, true);
  const { outcome, isOurs, created } = readAnswer(response.status, response.headers, JSON.stringify(answer), { message: submit });
  assert.deepEqual([outcome, isOurs], ["ok", true]);
  assert.deepEqual(
    created.map(({ type, id }) => [type, id]),
    [["ServiceRequest", answer.entry.find(({ resource }) => resource.resourceType === "ServiceRequest").resource.id]],
  );
  assert.notEqual(created[0].id, submit.entry[1].resource.id);
});

test("it reads the metadata", async () => {
  const statement = await client.capabilityStatement();
  assert.equal(statement.resourceType, "CapabilityStatement");
  const { operation, reliableCache, fhirVersion } = readCapability(statement);
  assert.deepEqual([operation, reliableCache, fhirVersion], [true, 24 * 60, statement.fhirVersion]);
  assert.deepEqual(checkCapability(statement, submit), []);
});

test("what is refused is an error for it, and a refusal for readAnswer", async () => {
  const broken = JSON.parse(read("submit-service-request-broken"));
  await assert.rejects(post(broken), ({ response: { status, data } }) => {
    const answer = readAnswer(status, {}, JSON.stringify(data), { message: broken });
    assert.deepEqual([status, answer.outcome, answer.mayResend], [422, "refused", false]);
    assert.ok(answer.outcomeIssues.length > 0);
    return true;
  });
  const stranger = new Client({ baseUrl: client.baseUrl });
  await assert.rejects(stranger.operation({ name: "process-message", method: "POST", input: submit }), ({ response: { status, data } }) => {
    const answer = readAnswer(status, {}, JSON.stringify(data));
    assert.deepEqual([status, answer.outcome, answer.issues[0].code], [401, "refused", "login"]);
    return true;
  });
});
