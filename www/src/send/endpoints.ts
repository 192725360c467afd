/** The servers to choose from. They hold no health data and no secrets; they are stored only where that was asked for. */
import { texts } from "../texts.js";
import { readBaseUrl } from "./base-url.js";

export interface Endpoint {
  name: string;
  base: string;
  hint?: string;
}

const KEY = "fhirpost.endpoints";
const MOST = 100;
const LONGEST_NAME = 80;

/** Netsmart's are as its public documentation of the operation has them. */
export const builtIn: Endpoint[] = [
  { name: texts.send.local, base: `${location.origin}/fhir`, hint: texts.send.localHint },
  { name: texts.send.netsmart, base: "https://fhir.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
  { name: texts.send.netsmartPreview, base: "https://fhirtest.netsmartcloud.com/v4", hint: texts.send.netsmartHint },
];

export class Endpoints {
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

  /** The first with this base URL. */
  at(base: string): Endpoint | undefined {
    return this.all.find((endpoint) => endpoint.base === base);
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
      const read = typeof each?.base === "string" ? readBaseUrl(each.base) : undefined;
      return typeof each?.name === "string" && read !== undefined && "base" in read ? [short({ name: each.name, base: read.base })] : [];
    });
  } catch {
    return undefined;
  }
}
