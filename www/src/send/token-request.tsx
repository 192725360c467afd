/** The form with which a token is got from the server. What it needs of OAuth is loaded when its button is pressed. */
import { batch, signal } from "@preact/signals";
import { createRef } from "preact";
import { Button, Disclosure, Field, options, rendered, submits, typed } from "../elements.js";
import { texts } from "../texts.js";
import { holdToken, readBase } from "./sending.js";
import type { AccessToken, Refusal, ServiceKey } from "./smart/tokens.js";

type Way = "service" | "person";

const SCOPES: Record<Way, string> = { service: "system/Messaging.write", person: "user/Messaging.write" };
/** A window of this size shows a login, and leaves the page in sight. */
const WINDOW = "popup,width=520,height=680";
const LONGEST_KEY = 64 * 1024;
const PLAIN = { autocomplete: "off", spellcheck: false } as const;

const way = signal<Way>("service");
const client = signal("");
const scope = signal(SCOPES.service);
const keyText = signal("");
const key = signal<ServiceKey | undefined>(undefined);
const running = signal<AbortController | undefined>(undefined);
const said = signal({ text: "", tone: "" });
const [clientInput, keyInput] = [createRef<HTMLInputElement>(), createRef<HTMLTextAreaElement>()];
const [go, cancel] = [createRef<HTMLButtonElement>(), createRef<HTMLButtonElement>()];

const say = (text: string, tone: string) => {
  said.value = { text, tone };
};

function chooseWay(chosen: Way): void {
  batch(() => {
    way.value = chosen;
    if (Object.values(SCOPES).includes(scope.peek())) scope.value = SCOPES[chosen];
  });
}

/** Once the key can sign, its text is gone from the page. Whether there is one that can. */
async function takeKey(text: string): Promise<boolean> {
  try {
    const { readServiceKey } = await import("./smart/tokens.js");
    key.value = await readServiceKey(text);
  } catch (error) {
    refuse(error);
    return false;
  }
  keyText.value = "";
  say("", "");
  return true;
}

async function takeFile(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (file === undefined) return;
  await takeKey(file.size > LONGEST_KEY ? "" : await file.text());
  input.value = "";
}

async function forgetKey(): Promise<void> {
  key.value = undefined;
  await rendered();
  keyInput.current?.focus();
}

async function ask(): Promise<void> {
  if (running.peek() !== undefined) return;
  const to = readBase();
  if (to === undefined) return;
  const [clientId, asked] = [client.peek().trim(), scope.peek().trim()];
  if (clientId === "") {
    clientInput.current?.focus();
    return say(texts.login.noClient, "error");
  }
  // Here and now, since a browser opens no window later than the press of a button.
  const popup = way.peek() === "person" ? window.open("about:blank", "_blank", WINDOW) : null;
  if (way.peek() === "person" && popup === null) return say(texts.login.refusals.popup, "error");
  const own = new AbortController();
  await setRunning(own);
  try {
    const token =
      popup === null ? await asService(to, clientId, asked, own.signal) : await asPerson(to, { clientId, scope: asked, popup }, own.signal);
    if (token === undefined) return;
    say("", "");
    await holdToken(to, token, asked);
  } catch (error) {
    if (own.signal.aborted) say(texts.login.cancelled, "warning");
    else refuse(error);
  } finally {
    await setRunning(undefined);
  }
}

async function asService(base: string, clientId: string, scope: string, signal: AbortSignal): Promise<AccessToken | undefined> {
  if (key.peek() === undefined && keyText.peek().trim() === "") {
    keyInput.current?.focus();
    say(texts.login.noKey, "error");
    return undefined;
  }
  if (key.peek() === undefined && !(await takeKey(keyText.peek()))) return undefined;
  say(texts.login.asking(new URL(base).host), "busy");
  const { askAsService } = await import("./smart/tokens.js");
  return askAsService(base, { clientId, scope, key: key.peek() as ServiceKey }, signal);
}

async function asPerson(
  base: string,
  { popup, ...rest }: { clientId: string; scope: string; popup: Window },
  signal: AbortSignal,
): Promise<AccessToken> {
  say(texts.login.waiting, "busy");
  try {
    const { logIn } = await import("./smart/tokens.js");
    return await logIn(base, { ...rest, popup, redirect: redirectAddress() }, signal);
  } finally {
    // Where the login has begun, its window has closed itself, or is out of reach.
    popup.close();
  }
}

async function setRunning(controller: AbortController | undefined): Promise<void> {
  const hadFocus = document.activeElement === cancel.current || document.activeElement === go.current;
  running.value = controller;
  await rendered();
  if (hadFocus) (controller === undefined ? go : cancel).current?.focus();
}

/** In the page's words; a Refusal is known by its kind, since its class is loaded only when it is needed. */
function refuse(error: unknown): void {
  const { kind, said: reason = "" } = error as Partial<Refusal>;
  const words = reason === "" ? "" : ` ${texts.login.said(reason)}`;
  say(kind === undefined ? texts.login.failed : texts.login.refusals[kind] + words, "error");
}

const redirectAddress = () => new URL("./redirect.html", location.href.replace(/[?#].*$/, "")).href;

export function TokenRequest() {
  const isService = way.value === "service";
  const held = key.value;
  return (
    <Disclosure summary={texts.login.heading}>
      <form class="token-request" {...submits(ask)}>
        <Field id="token-way" label={texts.login.way}>
          <select value={way} onChange={({ currentTarget }) => chooseWay(currentTarget.value as Way)}>
            {options(Object.entries(texts.login.ways))}
          </select>
        </Field>
        <div class="fields">
          <Field id="client-id" label={texts.login.clientId}>
            <input {...PLAIN} ref={clientInput} {...typed(client)} />
          </Field>
          <Field id="scope" label={texts.login.scope}>
            <input {...PLAIN} {...typed(scope)} />
          </Field>
        </div>
        <div class="key-fields" hidden={!isService || held !== undefined}>
          <Field id="key" label={texts.login.key} hint={texts.login.keyHint}>
            <textarea {...PLAIN} rows={3} ref={keyInput} {...typed(keyText)} />
          </Field>
          <Field id="key-file" label={texts.login.keyFile}>
            <input type="file" accept=".json,.jwk,.jwks,application/json" onChange={({ currentTarget }) => void takeFile(currentTarget)} />
          </Field>
        </div>
        <div class="key-ready" hidden={!isService || held === undefined}>
          <p class="hint">{held && texts.login.keyReady(held.algorithm, held.kid ?? "")}</p>
          <Button label={texts.login.keyForget} class="quiet" press={forgetKey} />
        </div>
        <p class="hint" hidden={isService}>
          <span class="muted">{texts.login.redirect}</span> <code>{redirectAddress()}</code>
        </p>
        <div class="buttons small">
          <Button
            label={isService ? texts.login.getToken : texts.login.logIn}
            type="submit"
            ref={go}
            disabled={running.value !== undefined}
          />
          <Button label={texts.login.cancel} ref={cancel} hidden={running.value === undefined} press={() => running.peek()?.abort()} />
        </div>
        <p class="send-status" role="status" data-tone={said.value.tone}>
          {said.value.text}
        </p>
      </form>
    </Disclosure>
  );
}
