/** The request exactly as it goes out, but for the token; to be copied as a command or a program. Read only while it is in sight. */
import { signal, useSignalEffect } from "@preact/signals";
import { Button, Disclosure } from "../elements.js";
import { Said, Words } from "../notices.js";
import { currentText } from "../store.js";
import { copy } from "../take-away.js";
import { texts } from "../texts.js";
import { sendWorker } from "../workers.js";
import { base } from "./endpoints.js";
import type { ShownRequest } from "./send.worker.js";
import { currentToken, targetOf } from "./token-field.js";

/** While someone types, the request is prepared anew once they pause. */
const PAUSE = 250;

const isOpen = signal(false);
const shown = signal<ShownRequest | undefined>(undefined);
const said = new Words();

async function prepared(body = currentText.peek(), to = base.peek()): Promise<{ request: ShownRequest; body: string } | undefined> {
  if (to === undefined || body.trim() === "") return undefined;
  return { request: await sendWorker.ask("prepare", [body, targetOf(to, currentToken.peek())]), body };
}

/** What is in the editor, or what was sent, as a command or a program. */
export async function copyRequest(what: "curl" | "fetch", said: Words, body?: string, to?: string): Promise<void> {
  const text = prepared(body, to).then((made) => {
    if (made === undefined) throw new Error("there is no request");
    return what === "curl" ? asCurl(made.request, made.body) : asFetch(made.request, made.body);
  });
  try {
    await copy(text);
    said.say(texts.request.copied[what]);
  } catch {
    said.say(texts.request.notCopied);
  }
}

export function RequestView() {
  useSignalEffect(() => {
    if (!isOpen.value) {
      shown.value = undefined;
      return;
    }
    let isCurrent = true;
    const show = async () => {
      // Where the worker does not start there is nothing to show, and sending says so.
      const made = await prepared().catch(() => undefined);
      if (!isCurrent) return;
      said.clear();
      shown.value = made?.request;
    };
    // What the request is made of.
    void [currentText.value, base.value, currentToken.value];
    const timer = setTimeout(() => void show(), shown.peek() === undefined ? 0 : PAUSE);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  });
  const request = shown.value;
  return (
    <Disclosure
      summary={texts.request.heading}
      toggled={(open) => {
        isOpen.value = open;
      }}>
      <pre tabIndex={0} aria-label={texts.request.heading} hidden={request === undefined}>
        {request && lines(request)}
      </pre>
      <p class="muted hint">{request === undefined ? texts.request.empty : texts.request.body(texts.size(request.bytes))}</p>
      <div class="buttons small" hidden={request === undefined}>
        <Button label={texts.request.curl} press={() => copyRequest("curl", said)} />
        <Button label={texts.request.fetch} press={() => copyRequest("fetch", said)} />
      </div>
      <Said words={said} class="hint" />
    </Disclosure>
  );
}

function lines({ method, url, headers }: ShownRequest): string {
  return [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join("\n");
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
export function quoted(text: string): string {
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
