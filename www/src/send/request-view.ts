/** The request exactly as it goes out, but for the token; to be copied as a command or a program. Read only while it is in sight. */
import { button, copy, disclosure, element } from "../dom.js";
import { texts } from "../texts.js";
import type { ShownRequest } from "./send.worker.js";

/** While someone types, the request is prepared anew once they pause. */
const PAUSE = 250;

export interface RequestAndBody {
  request: ShownRequest;
  body: string;
}

export class RequestView {
  readonly element: HTMLDetailsElement;
  readonly #text = element("pre", { tabindex: "0", "aria-label": texts.request.heading });
  readonly #note = element("p", { class: "muted hint" });
  readonly #status = element("p", { class: "hint", role: "status" });
  readonly #buttons = element(
    "div",
    { class: "buttons small" },
    button(texts.request.curl, () => void this.#copy("curl")),
    button(texts.request.fetch, () => void this.#copy("fetch")),
  );
  readonly #prepare: () => Promise<RequestAndBody | undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = 0;

  constructor(prepare: () => Promise<RequestAndBody | undefined>) {
    this.#prepare = prepare;
    this.element = disclosure(texts.request.heading, this.#text, this.#note, this.#buttons, this.#status);
    this.element.addEventListener("toggle", () => void this.#render());
    void this.#render();
  }

  /** Something that the request is made of may be different now. */
  changed(): void {
    clearTimeout(this.#timer);
    if (this.element.open) this.#timer = setTimeout(() => void this.#render(), PAUSE);
  }

  async #render(): Promise<void> {
    if (!this.element.open) return;
    const turn = ++this.#shown;
    // Where the worker does not start there is nothing to show, and sending says so.
    const prepared = await this.#prepare().catch(() => undefined);
    if (turn !== this.#shown) return;
    this.#status.textContent = "";
    this.#buttons.hidden = prepared === undefined;
    this.#text.hidden = prepared === undefined;
    if (prepared === undefined) {
      this.#note.textContent = texts.request.empty;
      return;
    }
    const { method, url, headers, bytes } = prepared.request;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    this.#text.textContent = [`${method} ${url}`, ...lines].join("\n");
    this.#note.textContent = texts.request.body(texts.size(bytes));
  }

  async #copy(what: "curl" | "fetch"): Promise<void> {
    const prepared = this.#prepare().then((made) => {
      if (made === undefined) throw new Error("there is no request");
      return what === "curl" ? asCurl(made.request, made.body) : asFetch(made.request, made.body);
    });
    try {
      await copy(prepared);
      this.#status.textContent = texts.request.copied[what];
    } catch {
      this.#status.textContent = texts.request.notCopied;
    }
  }
}

/** The request as a command. The token is not in it, as little as in the program below: whoever runs them puts it in. */
function asCurl({ method, url, headers }: ShownRequest, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) =>
    // Double quotes, so that the shell puts the variable in.
    name === "Authorization" ? '  --header "Authorization: Bearer $TOKEN"' : `  --header ${quoted(`${name}: ${value}`)}`,
  );
  const first = "Authorization" in headers ? ["# TOKEN holds the bearer token: read -rs TOKEN"] : [];
  // printf is part of the shell, so a message of any length fits, and it arrives byte for byte.
  return [
    ...first,
    `printf %s ${quoted(body)} |`,
    `  curl --request ${method} \\`,
    ...lines.map((line) => `${line} \\`),
    "  --data-binary @- \\",
    `  --url ${quoted(url)}`,
    "",
  ].join("\n");
}

/** In single quotes a shell takes every sign as it is, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in the program that is made.
const BEARER = "`Bearer ${token}`";

function asFetch({ method, url, headers }: ShownRequest, body: string): string {
  const hasToken = "Authorization" in headers;
  const lines = Object.entries(headers).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${name === "Authorization" ? BEARER : JSON.stringify(value)},`,
  );
  return [
    ...(hasToken ? ['const token = ""; // the bearer token'] : []),
    `const message = ${JSON.stringify(body)};`,
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: ${JSON.stringify(method)},`,
    "  headers: {",
    ...lines,
    "  },",
    "  body: message,",
    '  redirect: "manual",',
    "});",
    "console.log(response.status, await response.text());",
    "",
  ].join("\n");
}
