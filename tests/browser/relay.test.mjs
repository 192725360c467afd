// A server that lets no page in: the page offers the relay of the server that it is from, or the request as a command.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { serve, startBrowser } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const answer = JSON.stringify({
  resourceType: "OperationOutcome",
  issue: [{ severity: "error", code: "business-rule", diagnostics: "No such patient" }],
});

describe("a server that does not let the page in", () => {
  const seen = [];
  let closed;
  let base;
  let served;
  let browser;
  let opened;

  before(async () => {
    closed = createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(request.method === "POST" ? 422 : 404, { "Content-Type": "application/fhir+json" }).end(answer);
      });
    });
    await new Promise((resolve) => closed.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${closed.address().port}/v4`;
    served = await serve("--relay", base);
    browser = await startBrowser(served.origin);
    opened = await browser.open();
  });
  after(async () => {
    await browser.stop();
    served.child.kill();
    closed.close();
  });

  test("is reached through the relay where that was started for it, and otherwise the page says how", async () => {
    const { page } = opened;
    await opened.paste(message);
    await opened.verdict("Valid").waitFor();
    await opened.view("Send");
    await page.getByLabel("Base URL").fill(base);
    await page.getByLabel("Bearer token").fill("letter-box");
    await opened.send();
    await opened.answer.getByText("The server does not let this page in (CORS).").waitFor();
    await opened.answer.getByRole("button", { name: "Copy as curl" }).click();
    await opened.answer.getByText("Copied.").waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(command.includes(`--url '${base}/$process-message'`), command);
    assert.ok(!command.includes("letter-box"));
    seen.length = 0;
    await opened.button("Send it through the relay").click();
    await opened.answer.getByText("No such patient").waitFor();
    await opened.answer.getByText(/through the relay/).waitFor();
    const sent = seen.find(({ url }) => url === "/v4/$process-message");
    assert.deepEqual([sent.body, sent.headers.authorization, sent.headers.origin], [message, "Bearer letter-box", undefined]);
    await opened.button("Send without the relay").click();
    assert.equal(await opened.button("Send without the relay").count(), 0);

    // Another address of the same server is another base.
    await page.getByLabel("Base URL").fill(`${base}/other`);
    await opened.send();
    await opened.answer.getByText(`npm start -- --relay '${base}/other'`).waitFor();
    assert.equal(await opened.button("Send it through the relay").count(), 0);
    opened.complaints = opened.complaints.filter((text) => !/blocked by CORS policy|net::ERR_/.test(text));
    await opened.close();
  });
});
