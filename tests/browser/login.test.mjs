// How the page gets a token: SMART backend services, and the authorization-code flow with PKCE. It is in memory only, and is shown nowhere.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { startFakeServer } from "./fake-server.mjs";
import { pageForEachTest } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const TOKEN = "granted-token-0123456789";
const CLIENT = "composer page";

/** A key pair as JWKs. */
function keyPair(type, options) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  const kid = `key-${type}`;
  return { own: { ...privateKey.export({ format: "jwk" }), kid }, publicKey: { ...publicKey.export({ format: "jwk" }), kid } };
}
const EC = keyPair("ec", { namedCurve: "P-384" });
const RSA = keyPair("rsa", { modulusLength: 2048 });

let browser;
let opened;
let page;
let server;

async function start(options) {
  server = await startFakeServer({ accessToken: TOKEN, clientId: CLIENT, ...options });
  await opened.view("Send");
  await page.getByLabel("Base URL").fill(server.base);
  await page.locator("summary", { hasText: "Get a token" }).click();
  await page.getByLabel("Client id").fill(CLIENT);
}

const told = (pattern) => page.locator(".token-request .send-status", { hasText: pattern }).waitFor();
const used = (pattern) => page.locator("#token-hint", { hasText: pattern }).waitFor();

/** The message goes out with the token, and that is nowhere to be seen. */
async function sendsWithToken() {
  await opened.button("Send").click();
  await opened.answer.getByText("The message was accepted.").waitFor();
  assert.equal(server.messages.at(-1).headers.authorization, `Bearer ${TOKEN}`);
  assert.ok(!(await page.content()).includes(TOKEN));
  const values = await page.locator("input, textarea").evaluateAll((all) => all.map(({ value }) => value));
  assert.ok(!values.some((value) => value.includes(TOKEN)));
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])), '[{},{},""]');
  for (const { path, query } of server.seen) assert.ok(!`${path}?${query}`.includes(TOKEN));
}

describe("getting a token", () => {
  pageForEachTest(
    async (given, its) => {
      opened = given;
      page = given.page;
      browser = its;
      server = undefined;
      await opened.paste(message);
      await opened.verdict("Valid").waitFor();
    },
    { end: () => server?.stop(), elsewhere: true },
  );

  test("as a program, with an EC key that signs in the page and is gone from its field", async () => {
    await start({ publicKey: EC.publicKey });
    assert.deepEqual(server.seen, []);
    await page.getByLabel("Private key (JWK)").fill(JSON.stringify(EC.own));
    await opened.button("Get token").click();
    await used(/is used\. It is good for system\/Messaging\.write\. It expires at/);
    assert.equal(await page.getByText("A key for ES384 (key-ec) is ready").count(), 1);
    const values = await page.locator("input, textarea").evaluateAll((all) => all.map(({ value }) => value));
    assert.ok(!values.some((value) => value.includes(EC.own.d)));
    await sendsWithToken();
    await opened.button("Forget token").click();
    await opened.button("Send").click();
    await page.waitForFunction(() => document.querySelectorAll(".sending").length === 2);
    assert.equal(server.messages.at(-1).headers.authorization, undefined);
  });

  test("as a program, with an RSA key from a file that holds a set", async () => {
    await start({ publicKey: RSA.publicKey });
    const keys = JSON.stringify({ keys: [RSA.publicKey, { ...RSA.own, use: "sig", key_ops: ["sign"] }] });
    await page.getByLabel("Or from a file").setInputFiles({ name: "keys.json", mimeType: "application/json", buffer: Buffer.from(keys) });
    await page.getByText("A key for RS384 (key-rsa) is ready").waitFor();
    await opened.button("Get token").click();
    await used(/is used/);
    await sendsWithToken();
    await opened.button("Forget key").click();
    await opened.button("Get token").click();
    await told("The private key is missing");
  });

  test("keys that cannot sign are told apart, and nothing is asked of the server", async () => {
    await start();
    for (const [key, said] of [
      ["{", /not a JWK/],
      ['{"kty":"oct","k":"AA"}', /public key/],
      [JSON.stringify(EC.publicKey), /public key/],
      [JSON.stringify(keyPair("ec", { namedCurve: "P-256" }).own), /another kind/],
      [JSON.stringify({ ...EC.own, d: "AA" }), /cannot read the key/],
    ]) {
      await page.getByLabel("Private key (JWK)").fill(key);
      await opened.button("Get token").click();
      await told(said);
    }
    await page.getByLabel("Client id").fill("");
    await opened.button("Get token").click();
    await told("client id is missing");
    assert.deepEqual(server.seen, []);
  });

  test("a server that gives no token, or one that is of no use, is put into words", async () => {
    await start({ publicKey: EC.publicKey, refuseToken: "<b>who</b> are you" });
    await page.getByLabel("Private key (JWK)").fill(JSON.stringify(EC.own));
    const ask = async (options, said) => {
      Object.assign(server.options, options);
      await opened.button("Get token").click();
      await said;
    };
    await ask({}, told("does not know this client, or does not take its key. The server says: invalid_client: <b>who</b> are you"));
    await ask(
      { refuseToken: undefined, smart: { token_endpoint: "http://evil.example/token" } },
      told("not https. Nothing was sent there"),
    );
    await ask({ smart: { token_endpoint: 7 } }, told("makes no sense"));
    await ask({ smart: {}, token: { token_type: "mac" } }, told("not one that a token comes with"));
    await ask({ token: { access_token: 7 } }, told("not one that a token comes with"));
    await ask({ token: { padding: "x".repeat(100_000) } }, told("none that can be read"));
    await ask({ token: { scope: "patient/Patient.read" } }, used("none of its scopes is Messaging.write"));
    // The page says when it is over.
    await ask({ token: { expires_in: 1 } }, used("has expired"));
    await opened.button("Send").click();
    await page.locator(".send-status", { hasText: "The token has expired." }).waitFor();
    assert.deepEqual(
      opened.elsewhere.filter((url) => !url.startsWith(server.base)),
      [],
    );
  });

  test("as a person: the login has its own window, and the message stays where it is", async () => {
    await start();
    await page.getByLabel("How", { exact: true }).selectOption({ index: 1 });
    assert.equal(await page.getByLabel("Scope").inputValue(), "user/Messaging.write");
    await page.getByText(`${browser.origin}/redirect.html`).waitFor();
    const window = page.context().waitForEvent("page");
    await opened.button("Log in").click();
    const login = await window;
    await login.locator("#allow").click();
    await used(/is used\. It is good for user\/Messaging\.write/);
    if (!login.isClosed()) await login.waitForEvent("close");
    const { query } = server.seen.find(({ path }) => path === "/v4/authorize");
    assert.deepEqual(
      ["response_type", "client_id", "aud", "code_challenge_method", "scope"].map((name) => query.get(name)),
      ["code", CLIENT, server.base, "S256", "user/Messaging.write"],
    );
    await sendsWithToken();
    assert.equal(server.messages.at(-1).body, message);
  });

  test("a login that is refused, given up, or sent to a place that is not a web page", async () => {
    await start({ deny: true });
    await page.getByLabel("How", { exact: true }).selectOption({ index: 1 });
    let window = page.context().waitForEvent("page");
    await opened.button("Log in").click();
    await (await window).locator("#allow").click();
    await told("refused, or given up. The server says: access_denied");
    window = page.context().waitForEvent("page");
    await opened.button("Log in").click();
    const abandoned = await window;
    await abandoned.locator("#allow").waitFor();
    await opened.button("Cancel").click();
    await told("Cancelled");
    // Who logs in all the same is told that nobody waits for it.
    if (!abandoned.isClosed()) {
      await abandoned.locator("#allow").click();
      await abandoned.getByText("The page that began this login is gone").waitFor();
      assert.equal(new URL(abandoned.url()).search, "");
    }
    server.options.smart = { authorization_endpoint: "javascript:opener.document.title='owned'" };
    await opened.button("Log in").click();
    await told("not https. Nothing was sent there");
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("an answer of another login counts for nothing", async () => {
    await start();
    await page.getByLabel("How", { exact: true }).selectOption({ index: 1 });
    const window = page.context().waitForEvent("page");
    await opened.button("Log in").click();
    const login = await window;
    await login.locator("#allow").waitFor();
    const forged = await page.context().newPage();
    await forged.goto(`${browser.origin}/redirect.html?code=stolen&state=guessed`);
    await forged.getByText("The page that began this login is gone").waitFor();
    assert.equal(server.seen.filter(({ path }) => path === "/v4/token").length, 0);
    await login.locator("#allow").click();
    await used(/is used/);
  });
});
