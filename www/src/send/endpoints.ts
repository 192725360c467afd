/** Where the message goes: one of the servers that are known, or any address. */
import { button, disclosure, element, field } from "../dom.js";
import { texts } from "../texts.js";
import { readTypedBase } from "../typed-values.js";

export interface Endpoint {
  name: string;
  base: string;
  hint?: string;
}

const KEY = "fhirpost.endpoints";
const MOST = 100;
const LONGEST_NAME = 80;

/** Netsmart's are as its public documentation of the operation has them. */
const builtIn: Endpoint[] = [
  { name: texts.send.local, base: `${location.origin}/fhir`, hint: texts.send.localHint },
  { name: texts.send.netsmart, base: "https://fhir.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
  { name: texts.send.netsmartPreview, base: "https://fhirtest.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
];

/** The servers to choose from. They hold no health data and no secrets; they are stored only where that was asked for. */
class Endpoints {
  readonly own: Endpoint[] = [];
  #isRemembered = false;

  constructor() {
    const stored = read();
    if (stored === undefined) return;
    this.#isRemembered = true;
    this.own.push(...stored);
  }

  get isRemembered(): boolean {
    return this.#isRemembered;
  }

  get all(): Endpoint[] {
    return [...builtIn, ...this.own];
  }

  add(endpoint: Endpoint): void {
    this.own.push(short(endpoint));
    this.#write();
  }

  change(endpoint: Endpoint, to: Endpoint): void {
    const at = this.own.indexOf(endpoint);
    if (at !== -1) this.own[at] = short(to);
    this.#write();
  }

  remove(endpoint: Endpoint): void {
    const at = this.own.indexOf(endpoint);
    if (at !== -1) this.own.splice(at, 1);
    this.#write();
  }

  /** Whether it worked: a browser may have no storage for this page. */
  remember(isRemembered: boolean): boolean {
    this.#isRemembered = isRemembered;
    if (isRemembered) return this.#write();
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Where nothing can be stored nothing is.
    }
    return true;
  }

  #write(): boolean {
    if (!this.#isRemembered) return true;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.own.slice(0, MOST).map(({ name, base }) => ({ name, base }))));
      return true;
    } catch {
      this.#isRemembered = false;
      return false;
    }
  }
}

function short({ name, base }: Endpoint): Endpoint {
  return { name: name.slice(0, LONGEST_NAME), base };
}

/** What is stored may be of another version, or of another page of this origin: what makes no sense is left out. */
function read(): Endpoint[] | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (!Array.isArray(stored)) return undefined;
    return stored.slice(0, MOST).flatMap((each) => {
      const read = typeof each?.base === "string" ? readTypedBase(each.base) : undefined;
      return typeof each?.name === "string" && read !== undefined && "base" in read ? [short({ name: each.name, base: read.base })] : [];
    });
  } catch {
    return undefined;
  }
}

/** The value of the choice that is not in the list. */
const OTHER = "";

export class EndpointPicker {
  readonly #endpoints = new Endpoints();
  readonly #select = element("select", { id: "server" });
  readonly base = element("input", { id: "base", type: "url", autocomplete: "url", spellcheck: "false", required: "" });
  readonly #hint = element("p", { class: "muted hint" });
  readonly #name = element("input", { id: "server-name", autocomplete: "off", placeholder: texts.endpoints.namePlaceholder });
  readonly #remember = element("input", { id: "remember", type: "checkbox", "aria-describedby": "remember-hint" });
  readonly #status = element("p", { class: "hint", role: "status" });
  readonly #update = button(texts.endpoints.update, () => this.#save(this.#chosen));
  readonly #remove = button(texts.endpoints.remove, () => this.#removeChosen());
  readonly fields: HTMLElement[];
  readonly more: HTMLElement;
  readonly #onChange: () => void;

  /** `onChange` is told when the address may be another one. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.base.value = builtIn[0]?.base ?? "";
    this.fields = [field(this.#select, texts.send.server), field(this.base, texts.send.base, this.#hint)];
    this.#remember.checked = this.#endpoints.isRemembered;
    this.more = disclosure(
      texts.endpoints.heading,
      field(this.#name, texts.endpoints.name),
      element(
        "div",
        { class: "buttons small" },
        button(texts.endpoints.add, () => this.#save(undefined)),
        this.#update,
        this.#remove,
      ),
      element("label", { class: "tick" }, this.#remember, texts.endpoints.remember),
      element("p", { class: "muted hint", id: "remember-hint" }, texts.endpoints.rememberHint),
      this.#status,
    );
    this.#select.addEventListener("change", () => this.#choose());
    // With each key, and not when the field is left: that is when a button is being pressed, which must not move away then.
    this.base.addEventListener("input", () => {
      this.#renderChoice();
      this.#onChange();
    });
    this.#remember.addEventListener("change", () => this.#rememberAll());
    this.#render();
  }

  /** What the address is called: for the log, and for who reads it. */
  get name(): string {
    return this.#chosen?.name ?? this.base.value.trim();
  }

  get #chosen(): Endpoint | undefined {
    const { selectedIndex } = this.#select;
    return this.#endpoints.all[selectedIndex];
  }

  #choose(): void {
    const chosen = this.#chosen;
    if (chosen === undefined) this.base.focus();
    else this.base.value = chosen.base;
    this.#renderChosen();
    this.#onChange();
  }

  /** An address that was typed is that of a server of the list, or another one. */
  #renderChoice(): void {
    const read = readTypedBase(this.base.value);
    const { all } = this.#endpoints;
    // Where several have this address, the one that was chosen stays.
    const isStill = "base" in read && this.#chosen?.base === read.base;
    if (!isStill) {
      const at = "base" in read ? all.findIndex(({ base }) => base === read.base) : -1;
      this.#select.selectedIndex = at === -1 ? all.length : at;
    }
    this.#renderChosen();
  }

  #renderChosen(): void {
    const chosen = this.#chosen;
    const isOwn = chosen !== undefined && this.#endpoints.own.includes(chosen);
    this.#hint.textContent = chosen?.hint ?? "";
    this.#update.hidden = !isOwn;
    this.#remove.hidden = !isOwn;
    this.#name.value = isOwn ? chosen.name : "";
  }

  #render(): void {
    const { all } = this.#endpoints;
    this.#select.replaceChildren(
      ...all.map(({ name }) => element("option", {}, name)),
      element("option", { value: OTHER }, texts.send.other),
    );
    this.#renderChoice();
  }

  #save(changed: Endpoint | undefined): void {
    const name = this.#name.value.trim();
    const read = readTypedBase(this.base.value);
    if (name === "") {
      this.#name.focus();
      this.#say(texts.endpoints.noName);
      return;
    }
    if ("fault" in read) {
      this.base.focus();
      this.#say(texts.send.badBase[read.fault]);
      return;
    }
    const endpoint = { name, base: read.base };
    if (changed === undefined) this.#endpoints.add(endpoint);
    else this.#endpoints.change(changed, endpoint);
    this.base.value = read.base;
    this.#render();
    this.#select.selectedIndex = changed === undefined ? this.#endpoints.all.length - 1 : this.#indexOf(endpoint);
    this.#renderChosen();
    this.#say(changed === undefined ? texts.endpoints.added(name) : texts.endpoints.updated(name));
  }

  #indexOf({ name, base }: Endpoint): number {
    return this.#endpoints.all.findIndex((each) => each.name === name && each.base === base);
  }

  #removeChosen(): void {
    const chosen = this.#chosen;
    if (chosen === undefined) return;
    this.#endpoints.remove(chosen);
    this.#render();
    // The button that was pressed is gone.
    this.#select.focus();
    this.#say(texts.endpoints.removed(chosen.name));
  }

  #rememberAll(): void {
    const isRemembered = this.#remember.checked;
    const worked = this.#endpoints.remember(isRemembered);
    if (!worked) this.#remember.checked = false;
    this.#say(worked ? (isRemembered ? "" : texts.endpoints.forgotten) : texts.endpoints.noStorage);
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}
