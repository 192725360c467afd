/** The bearer token: pasted, or got from the server. It is in memory only, and goes to no other origin than the one that it was given for. */
import { button, element, field } from "../dom.js";
import { texts } from "../texts.js";

export interface HeldToken {
  value: string;
  /** Absent for a pasted one, which only says so itself when it is a JWT. */
  scope?: string;
  /** Milliseconds since 1970. */
  expiresAt?: number;
  /** Where it was got from; absent when it was pasted. */
  from?: string;
  /** Whether its scope lets messages be sent; absent when nobody knows. */
  allows?: boolean;
}

export class TokenField {
  // A password field, so that the token is not read over a shoulder; autocomplete asks the browser not to store it.
  readonly input = element("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false" });
  readonly #hint = element("p", { class: "muted hint", role: "status" });
  readonly #forget = button(texts.send.forgetToken, () => this.#forgetIt(), "quiet");
  readonly element: HTMLElement;
  readonly #held = new Map<string, HeldToken>();
  readonly #onChange: () => void;
  #origin = "";
  /** Where the token went that is not used here. */
  #asideFor: string | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.element = field(this.input, texts.send.token, this.#hint);
    this.element.append(this.#forget);
    this.input.addEventListener("input", () => {
      const value = this.input.value.trim();
      if (value === "") this.#held.delete(this.#origin);
      else this.#held.set(this.#origin, { value });
      this.#render();
      this.#onChange();
    });
    this.#render();
  }

  get current(): HeldToken | undefined {
    return this.#held.get(this.#origin);
  }

  /** The address is now one of this origin. */
  moveTo(origin: string): void {
    if (origin === this.#origin) return;
    if (this.current !== undefined) this.#asideFor = new URL(this.#origin).host;
    this.#origin = origin;
    const isPasted = this.current !== undefined && this.current.from === undefined;
    this.input.value = isPasted ? (this.current?.value ?? "") : "";
    this.#render();
    this.#onChange();
  }

  /** A token that the server gave. */
  hold(origin: string, token: HeldToken): void {
    this.#held.set(origin, token);
    if (origin !== this.#origin) return;
    this.input.value = "";
    this.#render();
    this.#onChange();
  }

  #forgetIt(): void {
    this.#held.delete(this.#origin);
    this.#asideFor = undefined;
    this.input.value = "";
    this.#render();
    this.#hint.textContent = texts.send.tokenForgotten;
    this.input.focus();
    this.#onChange();
  }

  #render(): void {
    clearTimeout(this.#expiry);
    const token = this.current;
    const isFetched = token?.from !== undefined;
    this.#forget.hidden = token === undefined;
    this.input.placeholder = isFetched ? texts.send.tokenPlaceholderFetched : this.#isLocal ? texts.send.tokenPlaceholder : "";
    const words = isFetched ? this.#words(token) : this.#wordsOfNone(token);
    // Written again, it would be read aloud again, with each key.
    if (this.#hint.textContent !== words) this.#hint.textContent = words;
    this.#hint.dataset.tone = isFetched && (token.allows === false || isExpired(token)) ? "warning" : "";
  }

  #words(token: HeldToken): string {
    if (isExpired(token)) return texts.send.tokenExpired;
    const { from = "", scope, expiresAt, allows } = token;
    const words = [texts.send.tokenFetched(from)];
    if (allows === false) words.push(texts.send.tokenNoScope);
    else if (scope !== undefined) words.push(texts.send.tokenScope(scope));
    if (expiresAt !== undefined) {
      words.push(texts.send.tokenExpires(new Date(expiresAt).toLocaleTimeString()));
      // Timers take no more than 31 bits; a token of that age is not waited for.
      const left = expiresAt - Date.now();
      if (left < 2 ** 31) this.#expiry = setTimeout(() => this.#render(), left + 10);
    }
    return words.join(" ");
  }

  #wordsOfNone(pasted: HeldToken | undefined): string {
    if (pasted !== undefined) this.#asideFor = undefined;
    return this.#asideFor === undefined ? texts.send.tokenHint : texts.send.tokenPutAside(this.#asideFor);
  }

  get #isLocal(): boolean {
    return this.#origin === location.origin;
  }
}

export function isExpired({ expiresAt }: HeldToken): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}
