// What the page makes of servers: good ones, bad ones, and none.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { pageForEachTest } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

/** A server that lets every page send to it, and answers messages as it is told; what it can do it does not say. */
async function startServer(answer, { cors = true } = {}) {
  const server = createServer((request, response) => {
    if (cors) {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Allow-Headers", "*, authorization");
    }
    if (request.method === "OPTIONS") response.writeHead(204).end();
    else if (request.method === "GET") response.writeHead(404).end();
    else request.resume().on("end", () => answer(response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${server.address().port}/v4`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const answerJson = (status, body) => (response) => {
  response.writeHead(status, { "Content-Type": "application/fhir+json" }).end(JSON.stringify(body));
};

let opened;
let page;
let server;

/** Sends the message to a server that answers so, and gives the words of the page about it. */
async function send(answer, options) {
  server = await startServer(answer, options);
  await opened.view("Send");
  await page.getByLabel("Base URL").fill(server.base);
  await opened.send();
}

async function words(pattern) {
  await opened.answer.getByText(pattern).first().waitFor();
  return opened.answer.innerText();
}

describe("the answer", () => {
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

  test("the resources that an answer message names are read from its focus", async () => {
    const base = "https://fhirtest.netsmartcloud.com/v4";
    await send(
      answerJson(200, {
        resourceType: "Bundle",
        id: "a",
        type: "message",
        entry: [
          {
            fullUrl: `${base}/MessageHeader/h`,
            resource: {
              resourceType: "MessageHeader",
              id: "h",
              eventUri: "http://a.example/e",
              source: { endpoint: base },
              response: { identifier: JSON.parse(message).entry[0].resource.id, code: "ok", details: { reference: "OperationOutcome/o" } },
              focus: [{ reference: "ServiceRequest/777" }, { reference: "ServiceRequest/referral-2093" }],
            },
          },
          { fullUrl: `${base}/ServiceRequest/777`, resource: { resourceType: "ServiceRequest", id: "777" } },
          { fullUrl: `${base}/ServiceRequest/referral-2093`, resource: { resourceType: "ServiceRequest", id: "referral-2093" } },
          {
            fullUrl: `${base}/OperationOutcome/o`,
            resource: {
              resourceType: "OperationOutcome",
              id: "o",
              issue: [{ severity: "warning", code: "informational", diagnostics: "No fax number" }],
            },
          },
        ],
      }),
    );
    const text = await words("The message was accepted.");
    assert.match(text, /ServiceRequest\/777\s+created/);
    assert.match(text, /ServiceRequest\/referral-2093\s+updated/);
    assert.match(text, /Warning\s+informational\s+No fax number/);
    assert.doesNotMatch(text, /Careful/);
  });

  test("an OperationOutcome is shown issue by issue, and its text is never markup", async () => {
    const issue = { severity: "error", code: "structure", details: { text: HOSTILE }, expression: ["Bundle.entry[1]", HOSTILE] };
    await send(answerJson(422, { resourceType: "OperationOutcome", issue: [issue, { severity: "warning", code: "value" }, null, 7] }));
    const text = await words("The server refused the request.");
    assert.match(text, /422/);
    assert.match(text, /will not help/);
    assert.ok(text.includes(HOSTILE));
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("an answer in HTML is shown as it came", async () => {
    await send((response) => response.writeHead(500, { "Content-Type": "text/html" }).end(HOSTILE));
    const text = await words("The server failed.");
    assert.ok(text.includes(HOSTILE));
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("a hostile message is text as well", async () => {
    await opened.paste(message.replace('"status": "active"', `"status": ${JSON.stringify(HOSTILE)}`));
    await opened.verdict("Not valid").waitFor();
    assert.ok((await opened.rowText(opened.rows.first())).includes("<img src=x"));
    await opened.rows.first().click();
    await page.locator(".cm-lintRange-error").first().hover();
    await page.locator(".cm-tooltip").waitFor();
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("an empty answer, and one that is not FHIR", async () => {
    await send((response) => response.writeHead(202).end());
    await words("gave no answer yet");
    server.stop();
    await send(answerJson(200, { hello: "there" }));
    await words("not a FHIR message or OperationOutcome");
    server.stop();
    // Reading ends at 8 MiB, however much there is.
    await send((response) => response.writeHead(200, { "Content-Type": "application/fhir+json" }).end(`{"x":"${"x".repeat(20e6)}"}`));
    await words("The answer is too long to be read.");
    const [, megabytes] = /Answer as it came \((\d+\.\d) MB\)/.exec(await words("Answer as it came"));
    assert.ok(Number(megabytes) <= 8.4, `${megabytes} MB were kept`);
  });

  test("a server that does not let the page in is told from one that is not there", async () => {
    await send(answerJson(200, {}), { cors: false });
    await words("CORS");
    const { base } = server;
    server.stop();
    await opened.view("Send");
    await page.getByLabel("Base URL").fill(base);
    await opened.send();
    await words("No answer came.");
    // The browser itself reports both; the page can not keep it from that.
    opened.complaints = opened.complaints.filter((text) => !/blocked by CORS policy|net::ERR_/.test(text));
  });

  test("a redirect is not followed: the message would go where nobody pointed it", async () => {
    let followed = false;
    const other = await startServer((response) => {
      followed = true;
      response.end();
    });
    await send((response) => response.writeHead(307, { Location: `${other.base}/$process-message` }).end());
    await words("sent the request elsewhere");
    assert.equal(followed, false);
    other.stop();
  });

  test("sending can be cancelled", async () => {
    // Before the message is on its way, the page says something else.
    const arrived = new Promise((resolve) => void send(() => resolve()));
    await arrived;
    await opened.button("Cancel").click();
    await words("Cancelled.");
    assert.equal(await opened.button("Send").isEnabled(), true);
    assert.equal(await opened.button("Cancel").count(), 0);
  });

  test("the token goes with the message, and is kept nowhere", async () => {
    await opened.view("Send");
    await page.getByLabel("Bearer token").fill("letter-box");
    const sent = page.waitForRequest((request) => request.url().endsWith("/fhir/$process-message"));
    await opened.send();
    const headers = await (await sent).allHeaders();
    assert.equal(headers.authorization, "Bearer letter-box");
    assert.equal(headers["content-type"], "application/fhir+json");
    assert.equal(headers.accept, "application/fhir+json");
    await words("The message was accepted.");
    assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])), '[{},{},""]');
    assert.ok(!(await page.locator("body").innerText()).includes("letter-box"));
  });

  test("an address that cannot be meant is refused before anything is sent", async () => {
    for (const [typed, said] of [
      ["fhir", /complete http or https address/],
      ["ftp://a.example", /complete http or https address/],
      ["https://me:secret@a.example", /user name or password/],
      ["https://a.example/v4?x=1", /query/],
    ]) {
      await opened.view("Send");
      await page.getByLabel("Base URL").fill(typed);
      await opened.send();
      await page.locator(".send-status", { hasText: said }).waitFor();
    }
    assert.deepEqual(opened.elsewhere, []);
  });
});
