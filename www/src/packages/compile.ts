/** In the worker: reads packages and definitions, and makes one file of them that the other workers know at once. */
import { type DefinitionIssue, Validator } from "../fhirpost.js";
import type { Given } from "./given.js";
import { type Described, describePackage, describeResource } from "./read-definitions.js";

export interface Compiled {
  /** Absent when there is nothing. */
  compiled?: Uint8Array;
  loaded: (Described & { given: Given; issues: DefinitionIssue[] })[];
  /** What could not be read at all, by its name. */
  refused: string[];
}

export async function compile(all: Given[]): Promise<Compiled> {
  const refused: string[] = [];
  const described = new Map<string, Described & { given: Given }>();
  for (const given of all) {
    try {
      const one = "package" in given ? await describePackage(given.package) : describeResource(given.resource);
      // A newer one takes the place of the one that is called the same.
      described.set(one.name, { ...one, given });
    } catch {
      refused.push(given.name);
    }
  }
  const list = [...described.values()];
  if (list.length === 0) return { loaded: [], refused };
  const resources = list.flatMap(({ given }) => ("resource" in given ? [given.resource] : []));
  const validator = new Validator({ packages: list.flatMap(({ given }) => ("package" in given ? [given.package] : [])), resources });
  const issuesOf = ({ name, given }: (typeof list)[number]) =>
    validator.issues.filter((issue) =>
      "package" in given ? issue.package === name : issue.resource === resources.indexOf(given.resource),
    );
  return { compiled: validator.compiled(), loaded: list.map((one) => ({ ...one, issues: issuesOf(one) })), refused };
}
