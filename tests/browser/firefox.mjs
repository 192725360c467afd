// Drives Debian's Firefox by WebDriver BiDi, which it speaks itself: Playwright's Firefox is a patched one of its own, and its way of driving
// this one asks for commands that it does not know.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import WebSocket from "ws";

/** Where there is one; the variable FIREFOX may name another. */
export function findFirefox() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [process.env.FIREFOX, ...folders.flatMap((folder) => ["firefox-esr", "firefox"].map((name) => join(folder, name)))];
  return candidates.find((path) => path && existsSync(path));
}

export class Firefox {
  /** Errors and warnings that the page or the browser wrote. */
  complaints = [];
  #process;
  #profile;
  #socket;
  #context;
  #lastId = 0;
  #waiting = new Map();

  static async start(executable) {
    const firefox = new Firefox();
    firefox.#profile = await mkdtemp(join(tmpdir(), "fhirpost-firefox-"));
    const args = ["--headless", "--no-remote", "--profile", firefox.#profile, "--remote-debugging-port", "0"];
    firefox.#process = spawn(executable, args, { stdio: ["ignore", "ignore", "pipe"] });
    await firefox.#connect(await address(firefox.#process));
    return firefox;
  }

  async #connect(url) {
    this.#socket = new WebSocket(`${url}/session`);
    await new Promise((resolve, reject) => this.#socket.once("open", resolve).once("error", reject));
    this.#socket.on("message", (data) => this.#take(JSON.parse(String(data))));
    await this.#ask("session.new", { capabilities: {} });
    await this.#ask("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await this.#ask("browsingContext.getTree", {});
    this.#context = contexts[0].context;
  }

  #take({ id, method, params, result, error, message }) {
    if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) this.complaints.push(params.text);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(`${error}: ${message}`));
    else waiting?.resolve(result);
  }

  #ask(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  open(url) {
    return this.#ask("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** Calls a function in the page; it takes texts and gives a text, a number, or whether something is so. */
  async evaluate(task, ...texts) {
    const { result, exceptionDetails } = await this.#ask("script.callFunction", {
      functionDeclaration: String(task),
      arguments: texts.map((value) => ({ type: "string", value })),
      target: { context: this.#context },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** Waits until a function of the page gives something that is true. */
  async until(task, ...texts) {
    for (const end = Date.now() + 20_000; Date.now() < end; await setTimeout(100)) if (await this.evaluate(task, ...texts)) return;
    throw new Error(`this did not come about: ${task} with ${texts}; the page says: ${await this.evaluate(() => document.body.innerText)}`);
  }

  /** Presses keys together, such as Control and Enter. */
  press(...keys) {
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = keys.toReversed().map((value) => ({ type: "keyUp", value }));
    return this.#perform([...down, ...up]);
  }

  type(text) {
    return this.#perform([...text].flatMap((value) => ["keyDown", "keyUp"].map((type) => ({ type, value }))));
  }

  #perform(actions) {
    return this.#ask("input.performActions", { context: this.#context, actions: [{ type: "key", id: "keyboard", actions }] });
  }

  async stop() {
    this.#socket?.close();
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill();
    await ended;
    await rm(this.#profile, { recursive: true, force: true });
  }
}

/** It says where it listens on its error output. */
function address(process) {
  return new Promise((resolve, reject) => {
    let said = "";
    process.stderr.on("data", (part) => {
      said += part;
      const url = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    process.on("error", reject);
    process.on("exit", () => reject(new Error(`Firefox ended: ${said}`)));
  });
}
