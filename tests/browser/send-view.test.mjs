// The view of sending: servers, what they say of themselves, the request, the answer, and the log of the visit.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { FHIR, outcome, readable, startFakeServer, statement } from "./fake-server.mjs";
import { modifier, pageForEachTest } from "./open-page.mjs";

const message = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const TOKEN = "letter-box-token";
const lineOf = (text, part) => text.slice(0, text.indexOf(part)).split("\n").length;

let browser;
let opened;
let page;
let server;

async function start(options) {
  server = await startFakeServer(options);
  await opened.view("Send");
  await page.getByLabel("Base URL").fill(server.base);
  return server;
}

const answerJson = (status, body, headers) => (response) => response.writeHead(status, { ...FHIR, ...headers }).end(JSON.stringify(body));

async function words(pattern) {
  await opened.answer.getByText(pattern).first().waitFor();
  return opened.answer.innerText();
}

const status = (pattern) => page.locator(".send-status", { hasText: pattern }).waitFor();
const serverSays = (pattern) => page.locator(".server", { hasText: pattern }).waitFor();
const unfold = (summary) => page.locator("summary", { hasText: summary }).click();
const editorText = async () => {
  await page.locator(".cm-content").click();
  await page.keyboard.press(`${modifier}+A`);
  await page.keyboard.press(`${modifier}+C`);
  return copied();
};
const copied = () => page.evaluate(() => navigator.clipboard.readText());
const idsOf = (text) => {
  const bundle = JSON.parse(text);
  return { bundle: bundle.id, header: bundle.entry[0].resource.id, fullUrl: bundle.entry[0].fullUrl };
};

describe("the view of sending", () => {
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

  test("servers are chosen from a list, and those of one's own are remembered only when asked, and forgotten", async () => {
    await opened.view("Send");
    const choice = page.getByLabel("Server", { exact: true });
    const base = page.getByLabel("Base URL");
    assert.equal(await base.inputValue(), `${browser.origin}/fhir`);
    await choice.selectOption("Netsmart, preview");
    assert.equal(await base.inputValue(), "https://fhirtest.netsmartcloud.com/v4");
    await base.fill("https://fhir.netsmartcloud.com/v4");
    assert.equal(await choice.evaluate((select) => select.selectedOptions[0].text), "Netsmart, production");
    await base.fill("https://a.example/fhir/$process-message");
    assert.equal(await choice.evaluate((select) => select.selectedOptions[0].text), "Another address");
    await unfold("Servers of your own");
    await page.getByLabel("Name").fill("Mine <b>");
    await opened.button("Keep this base URL as a new server").click();
    const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.equal(await stored(), "{}");
    await page.getByLabel("Remember them on this device").check();
    assert.deepEqual(JSON.parse(await page.evaluate(() => localStorage.getItem("fhirpost.endpoints"))), [
      { name: "Mine <b>", base: "https://a.example/fhir" },
    ]);
    // Leaving the page asks, since the message is a person's work.
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await opened.view("Send");
    await choice.selectOption("Mine <b>");
    assert.equal(await base.inputValue(), "https://a.example/fhir");
    await unfold("Servers of your own");
    await page.getByLabel("Name").fill("Second");
    await opened.button("Change it to this").click();
    await choice.selectOption("Second");
    await page.getByLabel("Remember them on this device").uncheck();
    assert.equal(await stored(), "{}");
    await opened.button("Remove it").click();
    assert.equal(await choice.locator("option", { hasText: "Second" }).count(), 0);
    assert.deepEqual(opened.elsewhere, []);
  });

  test("a token goes only to the server that it was given for", async () => {
    await start({ metadata: (response) => response.writeHead(404).end() });
    await page.getByLabel("Bearer token").fill(TOKEN);
    const other = await startFakeServer();
    await page.getByLabel("Base URL").fill(other.base);
    await page.getByText(/was put aside/).waitFor();
    await opened.button("Send").click();
    await words("The message was accepted.");
    assert.equal(other.messages[0].headers.authorization, undefined);
    await page.getByLabel("Base URL").fill(server.base);
    await opened.button("Send").click();
    await words("The message was accepted.");
    assert.equal(server.messages[0].headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(server.seen.find(({ path }) => path === "/v4/metadata").headers.authorization, undefined);
    await opened.button("Forget token").click();
    assert.equal(await page.getByLabel("Bearer token").inputValue(), "");
    other.stop();
  });

  test("what the server says of itself is read first, once, and what will not work is said before anything is sent", async () => {
    await start({ metadata: statement({ fhirVersion: "5.0.0", rest: [{ mode: "server" }], messaging: [] }) });
    await opened.button("Check the server").click();
    await serverSays("does not declare the operation process-message");
    await opened.button("Send").click();
    await status("does not fit this message");
    await serverSays("another version of FHIR than R4");
    assert.equal(server.messages.length, 0);
    await opened.button("Send anyway").click();
    await words("The message was accepted.");
    assert.equal(server.messages.length, 1);
    assert.equal(server.seen.filter(({ path }) => path === "/v4/metadata").length, 1);
    // Another message is compared anew with what was said.
    server.options.metadata = statement();
    await opened.button("Check the server").click();
    await serverSays("it takes messages of this event");
    await opened.paste(message.replace('"code": "submit-service-request"', '"code": "update-service-request"'));
    await opened.button("Send").click();
    await serverSays("is not among those that the receiver declares");
  });

  test("a server that is silent about itself, or says a lot of nonsense, is sent to all the same", async () => {
    for (const [metadata, said] of [
      [(response) => response.writeHead(403).end(), /403 at \/metadata/],
      [(response) => response.end(HOSTILE), /not a CapabilityStatement/],
      [statement({ fhirVersion: `4.0.1${HOSTILE}`, format: Array(20_000).fill("json") }), /takes messages of this event/],
    ]) {
      await start({ metadata });
      await opened.button("Send").click();
      await words("The message was accepted.");
      await serverSays(said);
      assert.equal(server.messages.length, 1);
      server.stop();
    }
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("what cannot work is not sent: a token that is not one, or that has expired", async () => {
    await start();
    const jwt = ["{}", JSON.stringify({ exp: 1 }), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
    for (const token of ["two words", jwt]) {
      await page.getByLabel("Bearer token").fill(token);
      await opened.button("Send").click();
      await status("This is not sent");
    }
    assert.equal(server.messages.length, 0);
  });

  test("the exact request is shown without the token, and runs as it is copied", async () => {
    await start();
    const quotes = message.replace('"id":', `"language": "x'y\\"$(touch /tmp/owned)\`\\\\ ü €",\n  "id":`);
    await opened.paste(quotes);
    await opened.verdict("Not valid").waitFor();
    await page.getByLabel("Bearer token").fill(TOKEN);
    await unfold("The exact request");
    await page.locator("pre", { hasText: `POST ${server.base}/$process-message` }).waitFor();
    const shown = await page.locator("pre", { hasText: "POST" }).innerText();
    assert.match(shown, /Authorization: Bearer ••••/);
    assert.match(shown, /Content-Type: application\/fhir\+json/);
    await page.getByText(`${(Buffer.byteLength(quotes) / 1000).toFixed(1)} kB`).waitFor();
    const run = promisify(execFile);
    for (const [button, program] of [
      ["Copy as curl", (code) => run("bash", ["-c", code], { env: { ...process.env, TOKEN } })],
      ["Copy as fetch", (code) => run(process.execPath, ["--input-type=module", "-e", code.replace('token = ""', `token = "${TOKEN}"`)])],
    ]) {
      // What was copied before is said to be copied still.
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await opened.button(button).click();
      await page.getByText("Copied. It holds the message, and not the token.").waitFor();
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== "");
      const code = await copied();
      assert.ok(!code.includes(TOKEN));
      server.seen.length = 0;
      await program(code);
      const [{ method, body, headers }] = server.messages;
      assert.deepEqual(
        [method, headers.authorization, headers["content-type"], headers.accept],
        ["POST", `Bearer ${TOKEN}`, "application/fhir+json", "application/fhir+json"],
      );
      assert.equal(body, quotes);
    }
  });

  test("the issues of an answer open their lines, also after the text around them has changed", async () => {
    const status = message.indexOf('"status": "active"');
    const line = lineOf(message, '"status": "active"');
    await start({
      answer: answerJson(
        422,
        outcome(
          { severity: "error", code: "value", expression: ["ServiceRequest.status"] },
          { severity: "error", code: "value", location: ["/f:Bundle/f:entry[2]/f:resource/f:ServiceRequest/f:intent"] },
          { severity: "error", code: "required", expression: ["Bundle.entry[1].resource.ofType(ServiceRequest).subject.nowhere"] },
          { severity: "error", code: "structure", location: [`Line ${line}, Col 11`] },
          { severity: "warning", code: "value", expression: ["Bundle.entry[", "Patient.nothing", HOSTILE] },
        ),
      ),
    });
    await opened.button("Send").click();
    await page.getByText("Those with a line go to it").waitFor();
    const rows = opened.answer.locator("button.issue");
    assert.deepEqual(await rows.locator(".issue-place").allInnerTexts(), [
      `line ${line}`,
      `line ${lineOf(message, '"intent"')}`,
      `line ${lineOf(message.slice(status), '"subject"') + line - 1}`,
      `line ${line}`,
      "",
    ]);
    assert.equal(await rows.last().isDisabled(), true);
    await rows.first().click();
    await opened.untilSelected('"active"');
    // What is fixed has no place any more; the others have moved along.
    await page.keyboard.insertText('"on-hold"');
    await page.keyboard.press(`${modifier}+Home`);
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (text) => document.querySelectorAll(".answers .issue-place")[1].textContent === text,
      `line ${lineOf(message, '"intent"') + 1}`,
    );
    assert.equal(await rows.first().isDisabled(), true);
    await rows.nth(1).click();
    await opened.untilSelected('"order"');
  });

  test("what was created is a link only where the server says that it can be read there", async () => {
    const header = { resourceType: "MessageHeader", response: { identifier: JSON.parse(message).entry[0].resource.id, code: "ok" } };
    const focus = [{ reference: "ServiceRequest/777" }];
    const answer = { resourceType: "Bundle", type: "message", entry: [{ resource: { ...header, focus } }] };
    for (const [metadata, links] of [
      [statement(), []],
      [readable("Patient"), []],
      [readable("ServiceRequest"), ["/v4/ServiceRequest/777"]],
    ]) {
      await start({ metadata, answer: answerJson(200, answer) });
      await opened.button("Send").click();
      assert.match(await words("The message was accepted."), /ServiceRequest\/777/);
      assert.deepEqual(await opened.answer.locator("a").evaluateAll((all) => all.map(({ pathname }) => pathname)), links);
      server.stop();
    }
  });

  test("a hostile answer makes no link, no markup and no standstill", async () => {
    const deep = `${"Bundle.entry".repeat(40)}${".repeat(children())".repeat(30)}`;
    const endless = "Bundle.descendants().select(%resource.descendants().select(%resource.descendants()))";
    await start({
      metadata: readable("ServiceRequest"),
      answer: answerJson(
        200,
        {
          resourceType: "Bundle",
          type: "message",
          entry: [
            {
              fullUrl: "javascript:document.title='owned'",
              resource: {
                resourceType: "MessageHeader",
                response: { identifier: JSON.parse(message).entry[0].resource.id, code: "ok" },
                focus: [{ reference: "javascript:alert(1)//ServiceRequest/1" }, { reference: "https://evil.example/v4/ServiceRequest/2" }],
              },
            },
            {
              resource: outcome({
                severity: "warning",
                code: HOSTILE,
                diagnostics: HOSTILE + "x".repeat(5_000_000),
                expression: [endless, deep],
              }),
            },
          ],
        },
        { Location: "javascript:document.title='owned'" },
      ),
    });
    const evaluating = () => page.workers().filter((worker) => worker.url().includes("tools.worker")).length;
    const before = evaluating();
    await opened.button("Send").click();
    await words("The message was accepted.");
    const links = await opened.answer.locator("a").evaluateAll((all) => all.map(({ href, rel }) => `${href} ${rel}`));
    for (const link of links) assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/v4\/ServiceRequest\/\d noreferrer noopener$/);
    assert.ok((await opened.answer.innerText()).includes("javascript:document.title"));
    // The page goes on working while the expressions are tried, and they end with their worker.
    await opened.view("Issues");
    await opened.view("Send");
    const end = Date.now() + 8_000;
    while (evaluating() > before && Date.now() < end) await page.waitForTimeout(100);
    assert.equal(evaluating(), before);
    await opened.answer.locator("summary").click();
    await page.getByText("Only the first 200.0 kB are shown.").waitFor();
    const download = page.waitForEvent("download");
    await opened.button("Save the whole answer").click();
    assert.ok(readFileSync(await (await download).path(), "utf8").length > 5_000_000);
    assert.equal(await page.locator("img[src=x]").count(), 0);
    assert.match(await page.title(), /(^| · )fhirpost$/);
  });

  test("a token that the answer quotes is not shown", async () => {
    await start({ answer: answerJson(403, outcome({ severity: "error", code: "forbidden", diagnostics: `Bearer ${TOKEN} is bad` })) });
    await page.getByLabel("Bearer token").fill(TOKEN);
    await opened.button("Send").click();
    const text = await words("Bearer •••• is bad");
    assert.match(text, /Ask for the scope system\/Messaging.write/);
    assert.ok(!(await page.content()).includes(TOKEN));
  });

  test("after a failure the same message goes again, byte for byte; what was accepted goes again with new ids", async () => {
    await start({ answer: (response) => response.writeHead(503, { "Retry-After": "7" }).end() });
    await opened.button("Send").click();
    assert.match(await words("The server failed."), /asks to wait 7 seconds/);
    server.options.answer = undefined;
    await opened.button("Send again").click();
    await words("The message was accepted.");
    assert.equal(server.messages.length, 2);
    for (const { body } of server.messages) assert.equal(body, message);
    await opened.button("Send as a new message").click();
    await page.waitForFunction(() => document.querySelectorAll(".sendings .sending").length === 3);
    const [before, now] = [message, server.messages[2].body].map(idsOf);
    assert.notEqual(now.bundle, before.bundle);
    assert.notEqual(now.header, before.header);
    assert.equal(now.fullUrl, before.fullUrl.replace(before.header, now.header));
    assert.equal(await editorText(), server.messages[2].body);
    // What the two differ in are the ids alone.
    const back = Object.entries(now).reduce((text, [name, id]) => text.replaceAll(id, before[name]), server.messages[2].body);
    assert.equal(back, message);
  });

  test("another text under ids that the server knows is asked about", async () => {
    await start();
    await opened.button("Send").click();
    await words("The message was accepted.");
    await opened.paste(message.replace('"priority": "urgent"', '"priority": "routine"').replace('"intent": "order"', '"intent": "plan"'));
    await opened.button("Send").click();
    await status("a message with these ids, but another text");
    await opened.button("Give it new ids").click();
    await opened.button("Send").click();
    await page.waitForFunction(() => document.querySelectorAll(".sendings .sending").length === 2);
    assert.notEqual(idsOf(server.messages[1].body).bundle, idsOf(message).bundle);
  });

  test("sending shows how far it is, and can be cancelled before and after the message has gone", async () => {
    let asked = 0;
    await start({
      metadata: () => {
        asked += 1;
      },
    });
    await opened.button("Send").click();
    await status("what it can do");
    await opened.button("Cancel").click();
    await status("Nothing was sent");
    assert.deepEqual([asked, server.messages.length], [1, 0]);
    server.options.metadata = statement();
    server.options.answer = (response) => response.writeHead(200, FHIR).write(" ".repeat(30_000));
    await opened.button("Send").click();
    await page.locator(".running", { hasText: "30.0 kB so far" }).waitFor();
    await opened.button("Cancel").press("Enter");
    await words("Cancelled. The server may have received the message");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Send");
    server.options.answer = undefined;
    await opened.button("Send again").click();
    await words("The message was accepted.");
  });

  test("the log of the visit is exported with or without texts, never with the token, and can be forgotten", async () => {
    await start({ answer: answerJson(422, outcome({ severity: "error", code: "value", diagnostics: `no ${TOKEN}` })) });
    await page.getByLabel("Bearer token").fill(TOKEN);
    await opened.button("Send").click();
    await words("The server refused the request.");
    server.options.answer = undefined;
    await opened.button("Send").click();
    await words("The message was accepted.");
    await unfold("Sent in this visit (2)");
    const row = page.locator(".sending").last();
    assert.match(await row.innerText(), /submit-service-request[\s\S]+refused 422[\s\S]+ms/);
    await row.getByRole("button", { name: "Show answer" }).click();
    await words("The server refused the request.");
    const exported = async () => {
      const download = page.waitForEvent("download");
      await opened.button("Export").click();
      const text = readFileSync(await (await download).path(), "utf8");
      assert.ok(!text.includes(TOKEN));
      return JSON.parse(text).sendings;
    };
    const [first, second] = await exported();
    assert.deepEqual(
      [first.outcome, first.status, first.event, first.bundleId],
      ["refused", 422, "submit-service-request", JSON.parse(message).id],
    );
    assert.equal(second.outcome, "ok");
    assert.equal(first.message, undefined);
    await page.getByLabel("With the texts of messages and answers").check();
    const [whole] = await exported();
    assert.equal(whole.message, message);
    assert.match(whole.answer, /no ••••/);
    await opened.button("Forget all").click();
    assert.equal(await page.locator(".sending").count(), 0);
    assert.equal(await opened.answer.innerText(), "");
    assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])), '[{},{},""]');
  });

  test("what is typed between the press and the check's word is not sent, and neither is what was there before", async () => {
    await start();
    // In one go: the check of the old text has no time to come.
    await page.evaluate(() => {
      const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
      view.dispatch({ changes: { from: 0, insert: " " } });
      document.querySelector(".send button[type=submit]").click();
      view.dispatch({ changes: { from: 0, insert: "\n" } });
    });
    await status("The message has changed since the press. Nothing was sent.");
    assert.deepEqual(server.messages, []);
  });

  test("what a server said before it fell silent is no longer said of it", async () => {
    await start();
    await opened.button("Check the server").click();
    await serverSays("it takes messages of this event");
    server.options.metadata = (response) => response.destroy();
    await opened.button("Check the server").click();
    await page.locator(".server", { hasText: "it takes messages of this event" }).waitFor({ state: "detached" });
    const asked = server.seen.length;
    await opened.button("Send").click();
    await words("The message was accepted.");
    assert.equal(await page.locator(".server", { hasText: "it takes messages of this event" }).count(), 0);
    assert.ok(
      server.seen.slice(asked).some(({ path }) => path.endsWith("/metadata")),
      "it is asked again",
    );
  });

  test("while no check comes the verdict does not count, and sending can be cancelled", async () => {
    const waits = await browser.open({ prepare: (given) => given.route(/check\.worker/, () => {}) });
    try {
      await waits.paste(message);
      await waits.verdict("Checking…").waitFor();
      await waits.view("Send");
      await waits.button("Send").click();
      const line = (text) => waits.page.locator(".send-status", { hasText: text }).waitFor();
      await line("Waiting for the check");
      await waits.button("Cancel").click();
      await line("Cancelled. Nothing was sent.");
    } finally {
      await waits.close();
    }
  });

  test("a token goes only to the server for which it was pressed", async () => {
    const other = await startFakeServer();
    try {
      await start();
      await page.getByLabel("Base URL").fill(other.base);
      await page.getByLabel("Bearer token").fill(TOKEN);
      await page.getByLabel("Base URL").fill(server.base);
      await page.evaluate((base) => {
        const { view } = document.querySelector(".editor").shadowRoot.querySelector(".cm-content").cmTile;
        view.dispatch({ changes: { from: 0, insert: " " } });
        document.querySelector(".send button[type=submit]").click();
        // While the check is waited for.
        const address = document.querySelector("#base");
        address.value = base;
        address.dispatchEvent(new Event("input", { bubbles: true }));
      }, other.base);
      await page.waitForFunction(() => document.querySelector(".sending") !== null);
      assert.equal(server.messages.length, 1);
      assert.equal(server.messages[0].headers.authorization, undefined);
    } finally {
      await other.stop();
    }
  });

  test("neither the second press of a double click nor a key held down confirms what nobody has read", async () => {
    await start();
    await opened.paste(message.replace('"active"', '"actve"'));
    await opened.verdict("Not valid").waitFor();
    await opened.button("Check the server").click();
    await serverSays("it takes messages of this event");
    await opened.button("Send").dblclick();
    await opened.button("Send anyway").waitFor();
    // Another text is asked about anew.
    await opened.paste(message.replace('"active"', '"activ"'));
    await opened.verdict("Not valid").waitFor();
    await opened.button("Send").focus();
    await page.keyboard.down("Enter");
    await opened.button("Send anyway").waitFor();
    await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await page.waitForTimeout(300);
    assert.equal(server.messages.length, 0);
    await page.locator(".cm-content").focus();
    await page.keyboard.down(modifier);
    await page.keyboard.down("Enter");
    await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await page.keyboard.up(modifier);
    await words("The message was accepted.");
    assert.equal(server.messages.length, 1, "one press confirms");
  });

  test("a dialog keeps its keys to itself", async () => {
    await start();
    await opened.button("Compose").click();
    await page.locator("dialog[open] input").first().focus();
    await page.keyboard.press(`${modifier}+Enter`);
    await page.keyboard.press("F8");
    await page.keyboard.press("Escape");
    await opened.button("Check the server").click();
    await serverSays("it takes messages of this event");
    assert.deepEqual(server.messages, []);
  });
});
