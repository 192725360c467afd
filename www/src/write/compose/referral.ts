/** The resources of a referral: found in a message that there is, or made anew, and what the form changes of them. */
import type { FhirResource } from "../../fhirpost.js";
import { apply, type Change, change, type Step, valueAt } from "./element-path.js";
import { type At, type Role, type RoleName, roleNames, roles } from "./roles.js";

interface Instance {
  resource: Record<string, unknown>;
  /** How others refer to it. */
  reference: string;
  /** Where it is among the entries; nothing where it is new. */
  entry?: number;
}

interface Entry {
  fullUrl?: string;
  resource?: Record<string, unknown>;
}

/** What a form does to a message that is there. */
export interface Changes {
  /** In the text, in this order. */
  changes: Change[];
}

export class Referral {
  readonly #found = new Map<RoleName, Instance[]>();
  readonly #newId: () => string;
  /** How a new resource is referred to. */
  readonly #referTo: (type: string, id: string) => string;
  readonly #changes: Change[] = [];
  #entries = 0;

  private constructor(newId: () => string, referTo: (type: string, id: string) => string) {
    this.#newId = newId;
    this.#referTo = referTo;
  }

  /** One that is not there yet. */
  static made(newId: () => string, requestId?: string): Referral {
    const referral = new Referral(newId, (type, id) => `${type}/${id}`);
    referral.#add("request", requestId);
    referral.#found.set("header", [{ resource: {}, reference: "" }]);
    return referral;
  }

  /** That of a message; nothing where it is about no ServiceRequest. */
  static of(bundle: { entry?: Entry[] }, newId: () => string): Referral | undefined {
    const entries = Array.isArray(bundle?.entry) ? bundle.entry : [];
    const referral = new Referral(newId, (_type, id) => `urn:uuid:${id}`);
    referral.#entries = entries.length;
    const all = entries.map(({ fullUrl, resource }, entry) => ({ resource: resource ?? {}, reference: fullUrl ?? "", entry }));
    const header = all.find(({ resource }) => resource.resourceType === "MessageHeader");
    if (header === undefined) return;
    const meant = (reference: unknown): Instance | undefined =>
      all.find((one) => typeof reference === "string" && refersTo(reference, one));
    const focus = (Array.isArray(header.resource.focus) ? header.resource.focus : []).map((one) => meant(one?.reference));
    const request = focus.find((one) => one?.resource.resourceType === "ServiceRequest");
    if (request === undefined) return;
    referral.#found.set("header", [header]).set("request", [request]);
    for (const name of roleNames) {
      for (const { role, element } of roles[name].from) {
        const from = referral.#found.get(role)?.[0]?.resource[element];
        const found = [from].flat().flatMap((one) => meant((one as { reference?: unknown })?.reference) ?? []);
        const fitting = found.filter(({ resource }) => resource.resourceType === roles[name].type);
        if (fitting.length > 0 && !referral.#found.has(name)) referral.#found.set(name, fitting);
      }
    }
    return referral;
  }

  /** How many there are of a role. */
  count(name: RoleName): number {
    return this.#found.get(name)?.length ?? 0;
  }

  read({ role, path }: At, row = 0): unknown {
    const { resource } = this.#found.get(role)?.[roles[role].many ? row : 0] ?? {};
    return valueAt(resource, numbered(path, row));
  }

  /** How many items a list has. */
  length(at: At): number {
    const list = this.read(at);
    return Array.isArray(list) ? list.length : 0;
  }

  /** Puts a value where it belongs, or removes it where there is none; a resource that it needs is made. */
  write({ role, path }: At, value: unknown, row = 0): void {
    const known = this.#found.get(role)?.[roles[role].many ? row : 0];
    if (known === undefined && value === undefined) return;
    const instance = known ?? this.#add(role);
    const made = change(instance.resource, numbered(path, row), value);
    if (made !== undefined) this.#make(instance, made);
  }

  /** What was changed since it was found. */
  get changes(): Change[] {
    return this.#changes;
  }

  /** All resources besides the header. */
  get resources(): FhirResource[] {
    return roleNames.flatMap((name) =>
      name === "header" ? [] : (this.#found.get(name) ?? []).map(({ resource }) => resource as FhirResource),
    );
  }

  get header(): Record<string, unknown> {
    return this.#found.get("header")?.[0]?.resource ?? {};
  }

  referenceTo(name: RoleName): string | undefined {
    return this.#found.get(name)?.[0]?.reference;
  }

  #make({ resource, entry }: Instance, made: Change): void {
    apply(resource, made);
    if (entry !== undefined) this.#changes.push({ path: ["entry", entry, "resource", ...made.path], value: structuredClone(made.value) });
  }

  #add(name: RoleName, id = this.#newId()): Instance {
    const { type, fixed, patient, from }: Role = roles[name];
    const resource: Record<string, unknown> = { resourceType: type, id, ...structuredClone(fixed) };
    const instance: Instance = { resource, reference: this.#referTo(type, id) };
    this.#found.set(name, [...(this.#found.get(name) ?? []), instance]);
    if (patient !== undefined) resource[patient] = { reference: this.#the("patient").reference };
    if (this.#entries > 0) {
      instance.entry = this.#entries++;
      this.#changes.push({ path: ["entry", instance.entry], value: { fullUrl: instance.reference, resource: structuredClone(resource) } });
    }
    const [first] = from;
    if (first !== undefined) this.#refer(first, instance);
    return instance;
  }

  #the(name: RoleName): Instance {
    return this.#found.get(name)?.[0] ?? this.#add(name);
  }

  #refer({ role, element, isList = false }: Role["from"][number], { reference }: Instance): void {
    const by = this.#the(role);
    const list = by.resource[element];
    const path: Step[] = isList ? [element, Array.isArray(list) ? list.length : 0] : [element];
    const made = change(by.resource, path, { reference });
    if (made !== undefined) this.#make(by, made);
  }
}

/** As R4 resolves references in a Bundle, for those that occur in messages. */
function refersTo(reference: string, { resource, reference: fullUrl }: Instance): boolean {
  const [plain = ""] = reference.split("|");
  return plain === fullUrl || (fullUrl !== "" && fullUrl.endsWith(`/${plain}`)) || plain === `${resource.resourceType}/${resource.id}`;
}

const numbered = (path: Step[], row: number): Step[] => path.map((step) => (step === "#" ? row : step));
