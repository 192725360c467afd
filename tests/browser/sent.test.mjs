// What is said about a message before and after it was sent, and the log: kept only when asked, put back, compared.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { FHIR, outcome, startFakeServer } from "./fake-server.mjs";
import { pageForEachTest } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const TOKEN = "letter-box-token";

let opened;
let page;
let server;

async function start(options) {
  server = await startFakeServer(options);
  await opened.view("Send");
  await page.getByLabel("Base URL").fill(server.base);
}

const words = (pattern) => opened.answer.getByText(pattern).first().waitFor();
const stored = () => page.evaluate(async () => [localStorage.length, (await indexedDB.databases()).map(({ name }) => name)]);

describe("what was sent", () => {
  pageForEachTest(
    async (given) => {
      opened = given;
      page = given.page;
      server = undefined;
      await opened.paste(message);
      await opened.verdict("Valid").waitFor();
    },
    { end: () => server?.stop(), elsewhere: true },
  );

  test("a destination that is another host is said, and a 401 leads to the token", async () => {
    await start({ answer: (response) => response.writeHead(401, FHIR).end(JSON.stringify(outcome())) });
    await page.getByText("The message names fhirtest.netsmartcloud.com as its destination").waitFor();
    await opened.send();
    await opened.button("Enter a token").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "token");
    await opened.button("Get one from the server").click();
    await page.getByLabel("Client id").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "client-id");
    await page.getByLabel("Base URL").fill("https://fhirtest.netsmartcloud.com/v4");
    await page.getByText("as its destination").waitFor({ state: "detached" });
  });

  test("what a server had kept is told from what it processed", async () => {
    await opened.view("Send");
    await opened.send();
    await words("The message was accepted.");
    await opened.send();
    await words(/answered from what the server had kept/);
    await opened.button("Send as a new message").click();
    await opened.answer.getByText(/answered from what/).waitFor({ state: "detached" });
    await words("The message was accepted.");
  });

  test("the log survives a reload when that was asked for; a message is put back, and two are compared", async () => {
    await start();
    await page.getByLabel("Bearer token").fill(TOKEN);
    await opened.send();
    await words("The message was accepted.");
    assert.deepEqual(await stored(), [0, []]);
    await page.locator("summary", { hasText: "Sent in this visit (1)" }).click();
    await page.getByLabel("Keep this log on this device").check();
    await opened.button("Send as a new message").click();
    await page.locator("summary", { hasText: "kept on this device (2)" }).waitFor();

    await page.reload();
    await page.locator(".side").waitFor();
    await opened.view("Send");
    await page.locator("summary", { hasText: "kept on this device (2)" }).click();
    const rows = page.locator(".sending");
    assert.equal(await rows.count(), 2);
    await rows.last().getByRole("button", { name: "Put back" }).click();
    assert.equal(await opened.text(), message);
    await rows.first().getByLabel("Compare").check();
    await rows.last().getByLabel("Compare").check();
    await opened.button("Compare these two messages").click();
    await page.locator(".comparison .cm-deletedChunk").first().waitFor();
    const differences = await page.locator(".comparison").evaluate((host) => host.shadowRoot.textContent);
    assert.ok(differences.includes(JSON.parse(message).id));
    await rows.first().getByLabel("Compare").uncheck();
    await opened.button("Compare with the text in the editor").click();
    await page.getByText("They are the same, byte for byte.").waitFor();
    const kept = await page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.open("fhirpost-sendings").onsuccess = ({ target }) => {
            const all = target.result.transaction("sendings").objectStore("sendings").getAll();
            all.onsuccess = () => {
              target.result.close();
              resolve(JSON.stringify(all.result));
            };
          };
        }),
    );
    assert.ok(kept.includes("submit-service-request") && !kept.includes(TOKEN));
    await page.getByLabel("Keep this log on this device").uncheck();
    await page.getByText("Nothing of the log is kept on this device any more.").waitFor();
    assert.deepEqual(await stored(), [0, []]);
    await page.reload();
    await page.locator(".side").waitFor();
    await opened.view("Send");
    assert.equal(await rows.count(), 0);
  });
});
