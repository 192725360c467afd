/** The form with which a token is got from the server. What it needs of OAuth is loaded when its button is pressed. */
import { button, disclosure, element, field } from "../dom.js";
import { texts } from "../texts.js";
import type { AccessToken, Refusal, ServiceKey } from "./smart/tokens.js";

type Way = "service" | "person";

const SCOPES: Record<Way, string> = { service: "system/Messaging.write", person: "user/Messaging.write" };
/** A window of this size shows a login, and leaves the page in sight. */
const WINDOW = "popup,width=520,height=680";
const LONGEST_KEY = 64 * 1024;

export class TokenRequest {
  readonly element: HTMLElement;
  readonly #way = element(
    "select",
    { id: "token-way" },
    ...Object.entries(texts.login.ways).map(([value, label]) => element("option", { value }, label)),
  );
  readonly #client = element("input", { id: "client-id", autocomplete: "off", spellcheck: "false" });
  readonly #scope = element("input", { id: "scope", autocomplete: "off", spellcheck: "false", value: SCOPES.service });
  readonly #keyText = element("textarea", { id: "key", rows: "3", autocomplete: "off", spellcheck: "false" });
  readonly #keyFile = element("input", { id: "key-file", type: "file", accept: ".json,.jwk,.jwks,application/json" });
  readonly #keyReady = element("p", { class: "hint" });
  readonly #keyLine = element(
    "div",
    { class: "key-ready" },
    this.#keyReady,
    button(texts.login.keyForget, () => this.#forgetKey(), "quiet"),
  );
  readonly #keyFields: HTMLElement;
  readonly #redirect: HTMLElement;
  readonly #go = element("button", { type: "submit" }, texts.login.getToken);
  readonly #cancel = button(texts.login.cancel, () => this.#running?.abort());
  readonly #status = element("p", { class: "send-status", role: "status" });
  #key: ServiceKey | undefined;
  #running: AbortController | undefined;

  constructor(
    /** The base URL that the token is for; nothing when it is not one, which has been said then. */
    readonly base: () => string | undefined,
    readonly onToken: (base: string, token: AccessToken, askedScope: string) => void,
  ) {
    this.#keyFields = element(
      "div",
      { class: "key-fields" },
      field(this.#keyText, texts.login.key, texts.login.keyHint),
      field(this.#keyFile, texts.login.keyFile),
    );
    this.#redirect = element(
      "p",
      { class: "hint" },
      element("span", { class: "muted" }, texts.login.redirect),
      " ",
      element("code", {}, redirectAddress()),
    );
    const form = element(
      "form",
      { class: "token-request", novalidate: "", autocomplete: "off" },
      field(this.#way, texts.login.way),
      element("div", { class: "fields" }, field(this.#client, texts.login.clientId), field(this.#scope, texts.login.scope)),
      this.#keyFields,
      this.#keyLine,
      this.#redirect,
      element("div", { class: "buttons small" }, this.#go, this.#cancel),
      this.#status,
    );
    this.element = disclosure(texts.login.heading, form);
    this.#cancel.hidden = true;
    this.#way.addEventListener("change", () => this.#render(true));
    this.#keyFile.addEventListener("change", () => void this.#takeFile());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#ask();
    });
    this.#render(false);
  }

  #render(newWay: boolean): void {
    const way = this.#way.value as Way;
    if (newWay && Object.values(SCOPES).includes(this.#scope.value)) this.#scope.value = SCOPES[way];
    const isService = way === "service";
    this.#keyFields.hidden = !isService || this.#key !== undefined;
    this.#keyLine.hidden = !isService || this.#key === undefined;
    this.#keyReady.textContent = this.#key === undefined ? "" : texts.login.keyReady(this.#key.algorithm, this.#key.kid ?? "");
    this.#redirect.hidden = isService;
    this.#go.textContent = isService ? texts.login.getToken : texts.login.logIn;
  }

  async #takeFile(): Promise<void> {
    const file = this.#keyFile.files?.[0];
    if (file === undefined) return;
    await this.#takeKey(file.size > LONGEST_KEY ? "" : await file.text());
  }

  /** Once the key can sign, its text is gone from the page. Whether there is one that can. */
  async #takeKey(text: string): Promise<boolean> {
    try {
      const { readServiceKey } = await import("./smart/tokens.js");
      this.#key = await readServiceKey(text);
    } catch (error) {
      this.#refuse(error);
      return false;
    } finally {
      this.#keyFile.value = "";
    }
    this.#keyText.value = "";
    this.#say("", "");
    this.#render(false);
    return true;
  }

  #forgetKey(): void {
    this.#key = undefined;
    this.#render(false);
    this.#keyText.focus();
  }

  async #ask(): Promise<void> {
    if (this.#running !== undefined) return;
    const base = this.base();
    if (base === undefined) return;
    const way = this.#way.value as Way;
    const clientId = this.#client.value.trim();
    const scope = this.#scope.value.trim();
    if (clientId === "") {
      this.#client.focus();
      return this.#say(texts.login.noClient, "error");
    }
    // Here and now, since a browser opens no window later than the press of a button.
    const popup = way === "person" ? window.open("about:blank", "_blank", WINDOW) : null;
    if (way === "person" && popup === null) return this.#say(texts.login.refusals.popup, "error");
    const running = new AbortController();
    this.#running = running;
    this.#busy(true);
    try {
      const token =
        popup === null
          ? await this.#asService(base, clientId, scope, running.signal)
          : await this.#asPerson(base, { clientId, scope, popup }, running.signal);
      if (token === undefined) return;
      this.#say("", "");
      this.onToken(base, token, scope);
    } catch (error) {
      if (running.signal.aborted) this.#say(texts.login.cancelled, "warning");
      else this.#refuse(error);
    } finally {
      this.#running = undefined;
      this.#busy(false);
    }
  }

  async #asService(base: string, clientId: string, scope: string, signal: AbortSignal): Promise<AccessToken | undefined> {
    if (this.#key === undefined && this.#keyText.value.trim() === "") {
      this.#keyText.focus();
      this.#say(texts.login.noKey, "error");
      return undefined;
    }
    if (this.#key === undefined && !(await this.#takeKey(this.#keyText.value))) return undefined;
    this.#say(texts.login.asking(new URL(base).host), "busy");
    const { askAsService } = await import("./smart/tokens.js");
    return askAsService(base, { clientId, scope, key: this.#key as ServiceKey }, signal);
  }

  async #asPerson(
    base: string,
    { popup, ...rest }: { clientId: string; scope: string; popup: Window },
    signal: AbortSignal,
  ): Promise<AccessToken> {
    this.#say(texts.login.waiting, "busy");
    try {
      const { logIn } = await import("./smart/tokens.js");
      return await logIn(base, { ...rest, popup, redirect: redirectAddress() }, signal);
    } finally {
      // Where the login has begun, its window has closed itself, or is out of reach.
      popup.close();
    }
  }

  #busy(isBusy: boolean): void {
    const hadFocus = document.activeElement === this.#cancel || document.activeElement === this.#go;
    this.#go.disabled = isBusy;
    this.#cancel.hidden = !isBusy;
    if (hadFocus) (isBusy ? this.#cancel : this.#go).focus();
  }

  /** In the page's words; a Refusal is known by its kind, since its class is loaded only when it is needed. */
  #refuse(error: unknown): void {
    const { kind, said = "" } = error as Partial<Refusal>;
    const words = said === "" ? "" : ` ${texts.login.said(said)}`;
    this.#say(kind === undefined ? texts.login.failed : texts.login.refusals[kind] + words, "error");
  }

  #say(text: string, tone: string): void {
    this.#status.textContent = text;
    this.#status.dataset.tone = tone;
  }
}

function redirectAddress(): string {
  return new URL("./redirect.html", location.href.replace(/[?#].*$/, "")).href;
}
