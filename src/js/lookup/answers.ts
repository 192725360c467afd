/** What was asked and answered of one message: what is still to be asked, and what the core and the definitions get of it. */
import { isPlain } from "../arguments.js";
import type { LookupAnswers } from "../types/lookup.js";
import type { Wanted, WantedCode } from "../types/validation.js";

/** Two codes that are asked alike have one. */
export const keyOf = ({ system, version, code, valueSet }: WantedCode) => JSON.stringify([system, version, code, valueSet]);

/** What definitions are made of; other resources are targets of references. */
const DEFINITIONS = ["StructureDefinition", "ValueSet", "CodeSystem", "Questionnaire", "NamingSystem", "ConceptMap"];

export class Answered {
  readonly #asked = new Set<string>();
  readonly #codes = new Map<string, WantedCode & { valid: boolean }>();
  readonly #targets = new Map<string, string>();
  /** The texts of definitions, by what they were wanted as. */
  readonly definitions = new Map<string, string>();

  /** What of it was not asked before; nothing where that is nothing. */
  next(wanted: Wanted): Wanted | undefined {
    const codes = wanted.codes.filter((code) => this.#isNew(keyOf(code)));
    const [profiles, valueSets, resources] = [wanted.profiles, wanted.valueSets, wanted.resources].map((names) =>
      names.filter((name) => this.#isNew(name)),
    ) as [string[], string[], string[]];
    return codes.length + profiles.length + valueSets.length + resources.length === 0
      ? undefined
      : { profiles, valueSets, codes, resources };
  }

  #isNew(key: string): boolean {
    const isNew = !this.#asked.has(key);
    this.#asked.add(key);
    return isNew;
  }

  /** Takes what answers what was asked; nothing else counts. Says how much that was; nothing for what are no answers. */
  take(answers: LookupAnswers | undefined): number | undefined {
    if (!isPlain(answers)) return undefined;
    const { codes = [], resources = {} } = answers as LookupAnswers;
    if (!Array.isArray(codes) || !isPlain(resources)) return undefined;
    const before = this.decided;
    for (const one of codes) {
      if (!isPlain(one)) return undefined;
      const { system, version, code, valueSet, valid } = one as WantedCode & { valid?: unknown };
      const key = keyOf({ system, version, code, valueSet } as WantedCode);
      if (typeof valid === "boolean" && this.#asked.has(key)) {
        this.#codes.set(key, { ...({ system, version, code, valueSet } as WantedCode), valid });
      }
    }
    for (const [name, resource] of Object.entries(resources)) this.#takeResource(name, resource);
    const { decided } = this;
    return decided.codes + decided.resources - before.codes - before.resources;
  }

  #takeResource(name: string, given: unknown): void {
    let text: string;
    let resource: unknown;
    try {
      text = typeof given === "string" ? given : JSON.stringify(given);
      resource = JSON.parse(text);
    } catch {
      return;
    }
    if (!this.#asked.has(name) || !isPlain(resource)) return;
    const { resourceType, url } = resource as { resourceType?: unknown; url?: unknown };
    if (typeof resourceType !== "string") return;
    // By another URL it would be the definition of something else.
    if (DEFINITIONS.includes(resourceType) && url === name.split("|")[0]) this.definitions.set(name, text);
    else this.#targets.set(name, text);
  }

  get decided(): { codes: number; resources: number } {
    return { codes: this.#codes.size, resources: this.#targets.size + this.definitions.size };
  }

  /** As the core takes them. */
  text(): string {
    return JSON.stringify({ codes: [...this.#codes.values()], resources: [...this.#targets].map(([name, text]) => ({ name, text })) });
  }

  /** What is wanted beyond what was answered. */
  left(wanted: Wanted): Wanted {
    return { ...wanted, codes: wanted.codes.filter((code) => !this.#codes.has(keyOf(code))) };
  }
}
