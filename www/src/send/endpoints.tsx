/** The servers to choose from, and which one the message goes to: one of those that are known, or any address. */
import { batch, computed, signal } from "@preact/signals";
import { createRef } from "preact";
import { Button, Disclosure, Field, Hint, options, Tick, typed } from "../elements.js";
import { Said, Words } from "../notices.js";
import { Setting } from "../settings.js";
import { texts } from "../texts.js";
import { readTypedBase } from "../typed-values.js";
import { RelayNote } from "./relay-note.js";

interface Endpoint {
  name: string;
  base: string;
  hint?: string;
}

const MOST = 100;
const LONGEST_NAME = 80;

/** Netsmart's are as its public documentation of the operation has them. */
const builtIn: Endpoint[] = [
  { name: texts.send.local, base: `${location.origin}/fhir`, hint: texts.send.localHint },
  { name: texts.send.netsmart, base: "https://fhir.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
  { name: texts.send.netsmartPreview, base: "https://fhirtest.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
];

/** They hold no health data and no secrets. */
const own = new Setting<Endpoint[]>("fhirpost.endpoints", [], (stored) => {
  if (!Array.isArray(stored)) return undefined;
  return stored.slice(0, MOST).flatMap((each) => {
    const read = typeof each?.base === "string" ? readTypedBase(each.base) : undefined;
    return typeof each?.name === "string" && read !== undefined && "base" in read ? [short({ name: each.name, base: read.base })] : [];
  });
});
const endpoints = computed(() => [...builtIn, ...own.value.value]);

/** The address as it is typed. */
export const typedBase = signal(builtIn[0]?.base ?? "");
/** Behind the last one is any other address. */
const chosenIndex = signal(0);
const chosen = computed((): Endpoint | undefined => endpoints.value[chosenIndex.value]);
const isOwn = computed(() => chosen.value !== undefined && own.value.value.includes(chosen.value));
/** The base URL; nothing when what is typed is not one. */
export const base = computed(() => {
  const read = readTypedBase(typedBase.value);
  return "base" in read ? read.base : undefined;
});

/** A name under which an address is to be kept. */
const typedName = signal("");
const said = new Words();
const select = createRef<HTMLSelectElement>();
export const baseInput = createRef<HTMLInputElement>();
const nameInput = createRef<HTMLInputElement>();

/** What the address is called: for the log, and for who reads it. */
export const nameOfBase = (): string => chosen.peek()?.name ?? typedBase.peek().trim();

function choose(index: number): void {
  batch(() => {
    chosenIndex.value = index;
    showName();
    if (chosen.peek() !== undefined) typedBase.value = chosen.peek()?.base ?? "";
  });
  if (chosen.peek() === undefined) baseInput.current?.focus();
}

/** An address that is typed is that of a server of the list, or another one. */
function typeBase(address: string): void {
  batch(() => {
    typedBase.value = address;
    find();
  });
}

function find(): void {
  // Where several have this address, the one that was chosen stays.
  if (base.peek() === undefined || chosen.peek()?.base !== base.peek()) {
    const at = endpoints.peek().findIndex((each) => each.base === base.peek());
    chosenIndex.value = at === -1 ? endpoints.peek().length : at;
  }
  showName();
}

function showName(): void {
  typedName.value = isOwn.peek() ? (chosen.peek()?.name ?? "") : "";
}

/** Adds the address under the name that is typed, or puts both in the place of the one that is chosen. */
function save(replaces: boolean): void {
  const name = typedName.peek().trim();
  const read = readTypedBase(typedBase.peek());
  if (name === "") {
    nameInput.current?.focus();
    said.say(texts.endpoints.noName);
    return;
  }
  if ("fault" in read) {
    baseInput.current?.focus();
    said.say(texts.send.badBase[read.fault]);
    return;
  }
  const endpoint = short({ name, base: read.base });
  const replaced = replaces ? chosen.peek() : undefined;
  batch(() => {
    const now = own.value.peek();
    own.set(replaced === undefined ? [...now, endpoint].slice(0, MOST) : now.map((each) => (each === replaced ? endpoint : each)));
    typedBase.value = read.base;
    chosenIndex.value = endpoints.peek().indexOf(endpoint);
    showName();
  });
  said.say(replaced === undefined ? texts.endpoints.added(name) : texts.endpoints.updated(name));
}

function removeChosen(): void {
  const removed = chosen.peek();
  if (removed === undefined) return;
  batch(() => {
    own.set(own.value.peek().filter((each) => each !== removed));
    find();
  });
  // The button that was pressed is gone.
  select.current?.focus();
  said.say(texts.endpoints.removed(removed.name));
}

function remember(asked: boolean): void {
  const worked = own.keep(asked);
  said.say(asked ? (worked ? "" : texts.endpoints.noStorage) : texts.endpoints.forgotten);
}

function short({ name, base }: Endpoint): Endpoint {
  return { name: name.slice(0, LONGEST_NAME), base };
}

export function EndpointFields() {
  return (
    <>
      <Field id="server" label={texts.send.server}>
        <select ref={select} value={String(chosenIndex.value)} onChange={({ currentTarget }) => choose(currentTarget.selectedIndex)}>
          {options([...endpoints.value.map(({ name }) => name), texts.send.other].map((name, index) => [String(index), name]))}
        </select>
      </Field>
      <Field
        id="base"
        label={texts.send.base}
        hint={<Hint id="base-hint" text={chosen.value?.hint} />}
        after={<RelayNote base={base.value} />}>
        <input
          ref={baseInput}
          type="url"
          autocomplete="url"
          spellcheck={false}
          required
          // With each key, and not when the field is left: that is when a button is being pressed, which must not move away then.
          {...typed(typedBase, typeBase)}
        />
      </Field>
    </>
  );
}

export function OwnEndpoints() {
  return (
    <Disclosure summary={texts.endpoints.heading}>
      <Field id="server-name" label={texts.endpoints.name}>
        <input ref={nameInput} autocomplete="off" placeholder={texts.endpoints.namePlaceholder} {...typed(typedName)} />
      </Field>
      <div class="buttons small">
        <Button label={texts.endpoints.add} press={() => save(false)} />
        <Button label={texts.endpoints.update} hidden={!isOwn.value} press={() => save(true)} />
        <Button label={texts.endpoints.remove} hidden={!isOwn.value} press={removeChosen} />
      </div>
      <Tick id="remember" class="tick" label={texts.endpoints.remember} ticked={own.isKept} take={remember} hint="remember-hint" />
      <Hint id="remember-hint" text={texts.endpoints.rememberHint} />
      <Said words={said} class="hint" />
    </Disclosure>
  );
}
