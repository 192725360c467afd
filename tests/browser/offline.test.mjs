// The page that was opened once opens without a network, and a new version of it costs nobody their text.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HEADERS, staticFiles } from "../../scripts/serve/static-files.mjs";
import { startBrowser } from "./open-page.mjs";

const example = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const valid = example("submit-service-request");
const broken = example("submit-service-request-broken");
const dist = fileURLToPath(new URL("../../www/dist", import.meta.url));

let browser;
let folder;
let server;
let serve;

/** The server of another version of the page: its title is another. */
async function deploy(title) {
  await cp(dist, folder, { recursive: true });
  if (title !== undefined) {
    for (const [name, from, to] of [
      ["index.html", "<title>fhirpost</title>", `<title>${title}</title>`],
      ["service-worker.js", /fhirpost-\$\{"[0-9a-f]+"\}/, `fhirpost-${title}`],
    ]) {
      const text = await readFile(join(folder, name), "utf8");
      assert.notEqual(text, text.replace(from, to), `${name} is of this version`);
      await writeFile(join(folder, name), text.replace(from, to));
      for (const copy of [".br", ".gz"]) await rm(join(folder, name + copy), { force: true });
    }
  }
  serve = await staticFiles(pathToFileURL(`${folder}/`));
}

const untilKept = (page) => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state);

describe("offline", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "fhirpost-"));
    await deploy();
    server = createServer((request, response) => serve(request, response));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await startBrowser(`http://127.0.0.1:${server.address().port}`);
  });
  after(async () => {
    await browser?.stop();
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("after one visit, all of it works without a network, and nothing but its own files is kept", async () => {
    const opened = await browser.open({ serviceWorkers: "allow" });
    const { page } = opened;
    await untilKept(page);
    await page.evaluate(() => fetch("fhir/metadata"));
    const kept = await page.evaluate(async () => {
      const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => url.slice(location.origin.length + 1));
    });
    assert.ok(kept.includes("index.html") && kept.includes("manifest.webmanifest"));
    assert.equal(kept.filter((name) => name.endsWith(".wasm")).length, 1, "all workers share it");
    assert.deepEqual(
      kept.filter((name) => !/^(assets\/[\w.-]+|[\w-]+\.(html|png|svg|webmanifest))$/.test(name)),
      [],
    );
    await page.context().setOffline(true);
    server.closeAllConnections();
    await page.reload();
    await opened.paste(broken);
    await opened.verdict("Not valid").waitFor();
    for (const tab of await page.getByRole("tab").allTextContents()) await opened.view(tab);
    const policy = await page.evaluate(async () => (await fetch("./")).headers.get("content-security-policy"));
    assert.equal(policy, HEADERS["Content-Security-Policy"], "what is kept is as strict as what is served");
    await page.context().setOffline(false);
    await opened.close();
  });

  test("a new version is announced, and taken with the text that is there", async () => {
    const opened = await browser.open({ serviceWorkers: "allow" });
    const { page } = opened;
    await untilKept(page);
    await deploy("next");
    await page.reload();
    assert.match(await page.title(), /(^| · )fhirpost$/);
    await opened.paste('{ "resourceType": "Bundle", "type": "mine"');
    await page.getByText("A new version of this page is ready.").waitFor();
    await opened.verdict("Not valid").waitFor();
    await opened.button("Reload, and keep the message").click();
    await page.waitForFunction(() => document.title.endsWith("next"));
    await page.locator(".cm-content", { hasText: '"mine"' }).waitFor();
    await opened.verdict("Not valid").waitFor();
    assert.deepEqual(await page.evaluate(() => [history.state, localStorage.length, sessionStorage.length]), [null, 0, 0]);
    // It is handed over once.
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await page.locator(".cm-placeholder").waitFor();
    await opened.close();
  });

  test("a browser that refuses the service worker has the page all the same", async () => {
    const opened = await browser.open({ serviceWorkers: "allow" });
    const { page } = opened;
    await page.addInitScript(() => {
      ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("no", "SecurityError"));
    });
    await page.goto(page.url());
    await opened.paste(valid);
    await opened.verdict("Valid").waitFor();
    await opened.close();
  });
});
