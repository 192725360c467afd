/** The bearer token: pasted, or got from the server. It is in memory only, and goes to no other origin than the one that it was given for. */
import { batch, computed, signal } from "@preact/signals";
import { createRef } from "preact";
import { Button, Field } from "../elements.js";
import { texts } from "../texts.js";
import type { Target } from "./send.worker.js";

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

/** What a request goes to. */
export function targetOf(base: string, { value, scope }: Partial<HeldToken> = {}): Target {
  return { base, ...(value !== undefined && { token: value }), ...(scope !== undefined && { scope }) };
}

/** By the origin that each is for. */
const held = signal<ReadonlyMap<string, HeldToken>>(new Map());
const origin = signal("");
/** Where the token went that is not used here. */
const asideFor = signal<string | undefined>(undefined);
const isForgotten = signal(false);
/** Counts the tokens that have expired in sight. */
const expired = signal(0);
let expiry: ReturnType<typeof setTimeout> | undefined;
const input = createRef<HTMLInputElement>();

export const currentToken = computed(() => held.value.get(origin.value));

/** The address is now one of this origin. */
export function moveTo(next: string): void {
  const before = origin.peek();
  if (next === before) return;
  batch(() => {
    if (currentToken.peek() !== undefined) asideFor.value = new URL(before).host;
    origin.value = next;
    isForgotten.value = false;
    if (isPasted(currentToken.peek())) asideFor.value = undefined;
  });
  watchExpiry();
}

/** A token that the server gave, or none. */
export function hold(of: string, token: HeldToken | undefined): void {
  const tokens = new Map(held.peek());
  if (token === undefined) tokens.delete(of);
  else tokens.set(of, token);
  batch(() => {
    held.value = tokens;
    isForgotten.value = false;
    if (of === origin.peek() && isPasted(token)) asideFor.value = undefined;
  });
  watchExpiry();
}

function forget(): void {
  hold(origin.peek(), undefined);
  asideFor.value = undefined;
  isForgotten.value = true;
  input.current?.focus();
}

/** To give another one. */
export function focusToken(): void {
  input.current?.focus();
  input.current?.select();
}

const isPasted = (token: HeldToken | undefined) => token !== undefined && token.from === undefined;

export function isExpired({ expiresAt }: HeldToken): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}

function watchExpiry(): void {
  clearTimeout(expiry);
  const left = (currentToken.peek()?.expiresAt ?? 0) - Date.now();
  // Timers take no more than 31 bits; a token of that age is not waited for.
  if (left > 0 && left < 2 ** 31) expiry = setTimeout(() => (expired.value += 1), left + 10);
}

export function TokenField() {
  void expired.value;
  const token = currentToken.value;
  const isFetched = token?.from !== undefined;
  const isLocal = origin.value === location.origin;
  return (
    <Field
      id="token"
      label={texts.send.token}
      hint={
        <p
          class="muted hint"
          role="status"
          id="token-hint"
          data-tone={token !== undefined && isFetched && (token.allows === false || isExpired(token)) ? "warning" : ""}>
          {hintOf(token)}
        </p>
      }
      after={<Button label={texts.send.forgetToken} class="quiet" hidden={token === undefined} press={forget} />}>
      {/* A password field, so that the token is not read over a shoulder; autocomplete asks the browser not to store it. */}
      <input
        ref={input}
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder={isFetched ? texts.send.tokenPlaceholderFetched : isLocal ? texts.send.tokenPlaceholder : ""}
        value={token !== undefined && !isFetched ? token.value : ""}
        onInput={({ currentTarget }) => {
          const value = currentTarget.value.trim();
          hold(origin.peek(), value === "" ? undefined : { value });
        }}
      />
    </Field>
  );
}

function hintOf(token: HeldToken | undefined): string {
  if (token?.from !== undefined) return fetchedHint(token, token.from);
  if (isForgotten.value) return texts.send.tokenForgotten;
  return asideFor.value === undefined ? texts.send.tokenHint : texts.send.tokenPutAside(asideFor.value);
}

function fetchedHint(token: HeldToken, from: string): string {
  if (isExpired(token)) return texts.send.tokenExpired;
  const { scope, expiresAt, allows } = token;
  const words = [texts.send.tokenFetched(from)];
  if (allows === false) words.push(texts.send.tokenNoScope);
  else if (scope !== undefined) words.push(texts.send.tokenScope(scope));
  if (expiresAt !== undefined) words.push(texts.send.tokenExpires(new Date(expiresAt).toLocaleTimeString()));
  return words.join(" ");
}
