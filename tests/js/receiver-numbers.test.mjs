// FHIR's decimals say with their digits how exact they are: what is answered has the digits of what was sent, and a handler is given what was validated.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildResponse, createReceiver, memoryStore, Validator } from "fhirpost";
import { SUBMIT, smallMessage } from "./small-message.mjs";

const validator = new Validator();

const FHIR_JSON = "application/fhir+json";
const EVENT = "http://sender.example.org/events/referral-seen";

const NUMBERS = [
  "1.50",
  "1.0",
  "-0",
  "-0.0",
  "1e999",
  "-1e999",
  "1e-400",
  "1E5",
  "1.0e+2",
  "0.1000000000000000055511151231257827",
  "12345678901234567890.123456789012345678901",
  "100000000000000000000000000000000000000000",
];

/** A message whose referral has this number as quantity, and more of this text behind it. */
const withNumber = (number, message = smallMessage("m1", "b1"), more = "") =>
  message.replace('"status":"active"', `"status":"active","quantityQuantity":{"value":${number},"unit":"h"}${more}`);

async function post(receiver, body, query = "") {
  const request = new Request(`http://a.example/fhir/$process-message${query}`, {
    method: "POST",
    body,
    headers: { "Content-Type": FHIR_JSON },
  });
  const response = await receiver(request);
  return { status: response.status, text: await response.text() };
}

/** The digits of the quantity in an answer. */
const digitsIn = (text) => [...text.matchAll(/"quantityQuantity":\{"value":([^,}]*)/g)].map(([, digits]) => digits);

describe("numbers come back as they were written", () => {
  const code = (text) => JSON.parse(text).entry[0].resource.response.code;
  for (const [how, receiver] of [
    ["from the handlers that are built in", () => createReceiver()],
    ["from the handlers that are built in, not validated", () => createReceiver({ validate: false })],
    [
      "from a handler that gives back what it was given",
      () => createReceiver().on(SUBMIT, ({ bundle, newId }) => ({ resources: [{ ...bundle.entry[1].resource, id: newId() }] })),
    ],
    [
      "from a handler that gives back the text",
      () =>
        createReceiver().on(SUBMIT, ({ text }) => {
          const [{ start, end }] = validator.evaluate(text, "Bundle.entry[1].resource");
          return { resources: [text.slice(start, end)] };
        }),
    ],
  ]) {
    for (const number of NUMBERS) {
      test(`${how}: ${number}`, async () => {
        for (const body of [
          withNumber(number),
          `{"resourceType":"Parameters","parameter":[{"name":"content","resource":${withNumber(number)}}]}`,
        ]) {
          const { status, text } = await post(receiver(), body);
          assert.deepEqual([status, code(text), digitsIn(text)], [200, "ok", [number]]);
        }
      });
    }
  }

  test("for an event that is changed, and with references that are left out around them", async () => {
    const more =
      ',"extension":[{"url":"http://a.example/e","extension":[{"url":"a","valueDecimal":2.50},{"url":"b","valueReference":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000000"}}]}]';
    const sent = withNumber("1.50", smallMessage("m1", "b1"), more).replace("submit-service-request", "update-service-request");
    const { text } = await post(createReceiver({ validate: false }), sent);
    assert.deepEqual(digitsIn(text), ["1.50"]);
    assert.match(text, /"valueDecimal":2\.50/);
    assert.doesNotMatch(text, /urn:uuid:00000000-0000-4000-8000-000000000000/);
    assert.match(text, /see the request/);
  });

  test("and where the answer is sent later, also after a restart", async () => {
    const store = memoryStore();
    const handle = ({ bundle }) => ({ resources: [bundle.entry[1].resource] });
    const body = withNumber("1e-400", smallMessage("m1", "b1", { event: { eventUri: EVENT } }));
    const receiver = (fetch, handler) =>
      createReceiver({ store, asynchronous: { targets: ["http://sender.example.org/"], fetch } }).on({ uri: EVENT }, handler);
    const first = await post(
      receiver(undefined, () => new Promise(() => {})),
      body,
      "?async=true",
    );
    assert.equal(first.status, 202);
    const delivered = await new Promise((resolve) => {
      receiver(async (request) => {
        resolve(await request.text());
        return new Response(null, { status: 202 });
      }, handle);
    });
    assert.deepEqual(digitsIn(delivered), ["1e-400"]);
  });

  test("a number that the handler sets is the handler's", async () => {
    const receiver = createReceiver().on(SUBMIT, ({ bundle }) => {
      const { resource } = bundle.entry[1];
      assert.equal(resource.quantityQuantity.value, 1.5);
      resource.quantityQuantity.value = 2;
      return { resources: [resource] };
    });
    assert.deepEqual(digitsIn((await post(receiver, withNumber("1.50"))).text), ["2"]);
  });

  test("a text that looks like what is kept of a number stays a text", async () => {
    const unit = '1.50","value":3,"x":"';
    const sent = withNumber("1.50").replace('"unit":"h"', `"unit":${JSON.stringify(unit)}`);
    const receiver = createReceiver().on(SUBMIT, ({ bundle }) => ({ resources: [bundle.entry[1].resource] }));
    for (const one of [receiver, createReceiver()]) {
      const { text } = await post(one, sent);
      assert.deepEqual(digitsIn(text), ["1.50"]);
      assert.equal(JSON.parse(text).entry.at(-1).resource.quantityQuantity.unit, unit);
    }
  });
});

test("a resource that is given as text is put into the answer as it is, and must be one", () => {
  const request = smallMessage("m1", "b1");
  const resource = '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.5}}';
  const built = buildResponse(request, { code: "ok", resources: [resource, { resourceType: "Basic", code: { text: "x" } }] });
  assert.deepEqual(
    built.entry.slice(1).map((entry) => entry.resource.resourceType),
    ["Observation", "Basic"],
  );
  for (const wrong of ["", "x", "[]", "5", '"x"', `${resource},${resource}`, `${resource}],"code":"fatal-error","x":[{}`, null, 5, []]) {
    assert.throws(() => buildResponse(request, { code: "ok", resources: [resource, wrong] }), {
      name: "TypeError",
      message: /^outcome\.resources\[1\] must be an object, or its JSON text/,
    });
  }
});

test("a property that occurs twice is never handled: readers differ in which of them counts", async () => {
  const ok = smallMessage("mm", "bb");
  for (const twice of [
    ok.replace('"id":"bb"', '"id":"bb","id":"cc"'),
    ok.replace('"id":"bb"', '"id":"bb","\\u0069d":"cc"'),
    ok.replace('"entry":', '"entry":[],"entry":'),
    ok.replace('"status":"active"', '"status":"active","status":"revoked"'),
    ok.replace(
      '"status":"active"',
      '"status":"active","extension":[{"url":"http://a.example","url":"http://b.example","valueString":"{\\":"}]',
    ),
  ]) {
    for (const validate of [
      undefined,
      false,
      { severities: { "json-duplicate-key": "off" } },
      { severities: { "json-duplicate-key": "information" } },
      () => ({ valid: true, issues: [], counts: { fatal: 0, error: 0, warning: 0, information: 0 } }),
    ]) {
      const receiver = createReceiver({ validate }).on(SUBMIT, () => assert.fail("it was handled"));
      assert.equal((await post(receiver, twice)).status, 422);
    }
  }
});

test("neither does one of the Parameters around a message", async () => {
  const [a, b] = ["a", "b"].map((id) => smallMessage(`m${id}`, `b${id}`));
  const content = (resource) => `{"name":"content","resource":${resource}}`;
  const receiver = createReceiver();
  for (const parameters of [
    `"parameter":[${content(a)}],"parameter":[${content(b)}]`,
    `"parameter":[{"name":"content","resource":${a},"resource":${b}}]`,
    `"parameter":[{"name":"content","name":"x","resource":${a}},${content(b)}]`,
    `"parameter":[{"name":"async","valueBoolean":true,"valueBoolean":false},${content(b)}]`,
  ]) {
    assert.equal((await post(receiver, `{"resourceType":"Parameters",${parameters}}`)).status, 400);
  }
  assert.equal((await post(receiver, `{"resourceType":"Parameters","parameter":[${content(b)}]}`)).status, 200);
});

test("with whatever names, the handler is given what was validated, as it came", async () => {
  const ok = smallMessage("mm", "bb");
  for (const [sent, text = sent] of [
    [ok.replace('"id":"bb"', '"\\u0069d":"bb"')],
    [ok.replace('"id":"bb"', '"id":"bb","__proto__":{"id":"x","a":1.50}')],
    [ok.replace('"id":"bb"', '"id":"bb","2":"\\":\\\\","1":{"":[{}]}')],
    [`\ufeff${ok}`, ok],
    [`\n ${ok}\t`],
  ]) {
    let seen;
    const receiver = createReceiver({ validate: false }).on(SUBMIT, (received) => {
      seen = received;
    });
    assert.equal((await post(receiver, sent)).status, 200);
    assert.equal(seen.text, text);
    assert.deepEqual([seen.bundle.id, seen.route.bundleId, seen.route.messageId], ["bb", "bb", "mm"]);
    assert.deepEqual(seen.bundle, JSON.parse(text));
    assert.equal(Object.getPrototypeOf(seen.bundle), Object.prototype);
  }
});
