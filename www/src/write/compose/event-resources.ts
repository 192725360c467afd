/** The resources of an event whose form is made from its definition. */
import type { FhirResource } from "../../fhirpost.js";
import { fromText } from "./composition.js";
import { apply, change } from "./element-path.js";
import type { Group, Values } from "./field.js";

/** Those of which something is filled in. What the message is about is `focus`. */
export function eventResources(
  groups: Group[],
  values: Values,
  focusTypes: string[],
  profiles: Record<string, string>,
  newId: () => string,
): { focus: FhirResource[]; resources: FhirResource[] } {
  const made = new Map<string, Record<string, unknown>>();
  const resourceOf = (type: string) => {
    const profile = profiles[type];
    const known = made.get(type) ?? { resourceType: type, id: newId(), ...(profile === undefined ? {} : { meta: { profile: [profile] } }) };
    made.set(type, known);
    return known;
  };
  const filled = groups.flatMap(({ fields }) => fields.filter(({ name, inside }) => inside && (values[name] ?? "").trim() !== ""));
  for (const { name, inside, as } of filled) {
    if (inside === undefined) continue;
    const typed = (values[name] ?? "").trim();
    const value = inside.isReference ? `${typed}/${resourceOf(typed).id}` : fromText(typed, as);
    const resource = resourceOf(inside.type);
    const changed = change(resource, inside.path, value);
    if (changed !== undefined) apply(resource, changed);
  }
  const isFocus = ({ resourceType }: Record<string, unknown>) => focusTypes.includes(String(resourceType));
  const all = [...made.values()];
  return { focus: all.filter(isFocus) as FhirResource[], resources: all.filter((one) => !isFocus(one)) as FhirResource[] };
}
