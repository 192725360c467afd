/**
 * What elements a type has, as FHIRPath names them, from the definitions that the module holds: it is asked what may be written in a text
 * that has nothing but a beginning of that type.
 */
import { validator } from "../fhirpost.js";

/** A type, and a text whose end is inside of an object of it: parts of a resource have no other name. */
export interface ElementType {
  name: string;
  within?: string;
}

export interface Element {
  types: ElementType[];
  /** As it is written in JSON, where that is something else: `valueQuantity` for `value`. */
  written: string[];
}

const resources = new Map<typeof validator, string[]>();
const elements = new Map<typeof validator, Map<string, Map<string, Element>>>();

/** What validator knows changes with the packages that are loaded: what was asked of an earlier one is forgotten. */
function kept<T>(all: Map<typeof validator, T>, make: () => T): T {
  const known = all.get(validator);
  if (known !== undefined) return known;
  all.clear();
  const made = make();
  all.set(validator, made);
  return made;
}

const RESOURCE = '{"resourceType":"';

export const resourceTypes = (): string[] =>
  kept(resources, () => validator.complete(`${RESOURCE}"`, RESOURCE.length).items.map(({ label }) => label));

/** Types of values that occur in paths; the definitions list resources only. */
const DATATYPES =
  "Address Age Annotation Attachment BackboneElement CodeableConcept Coding ContactDetail ContactPoint Contributor Count DataRequirement Distance Dosage Duration Element Expression Extension HumanName Identifier Meta Money Narrative ParameterDefinition Period Quantity Range Ratio Reference RelatedArtifact Resource DomainResource SampledData Signature Timing TriggerDefinition UsageContext base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid".split(
    " ",
  );

export const allTypes = (): string[] => [...resourceTypes(), ...DATATYPES];

export const isResource = (name: string): boolean => resourceTypes().includes(name);

/** A text that ends where names of elements of a type may be written. */
function beginning({ name, within }: ElementType): string | undefined {
  if (within !== undefined) return within;
  if (isResource(name)) return `${RESOURCE}${name}",`;
  if (/^[a-z]/.test(name)) return undefined;
  if (name === "Extension") return '{"resourceType":"Basic","extension":[{';
  if (name === "Narrative") return '{"resourceType":"Basic","text":{';
  return DATATYPES.includes(name) ? `{"resourceType":"Basic","extension":[{"value${name}":{` : undefined;
}

/** The elements of a type; nothing where they are not known. */
export function elementsOf(type: ElementType): Map<string, Element> | undefined {
  const text = beginning(type);
  if (text === undefined) return;
  const known = kept(elements, () => new Map());
  const found = known.get(text) ?? ask(text);
  known.set(text, found);
  return found.size === 0 ? undefined : found;
}

function ask(text: string): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const { label, detail } of validator.complete(`${text}"`, text.length + 1).items) {
    const [, many, type = ""] = /^\d+\.\.(\S+) ([^,]+)/.exec(detail) ?? [];
    const name = choiceOf(text, label, type) ?? label;
    const inner = type.includes(".") ? { within: `${text}"${label}":${many === "1" ? "{" : "[{"}` } : {};
    const element = found.get(name) ?? { types: [], written: [] };
    element.types.push({ name: type, ...inner });
    if (name !== label) element.written.push(label);
    found.set(name, element);
  }
  return found;
}

/** `value` for `valueQuantity`; nothing for `birthDate`, which only looks like that. */
function choiceOf(text: string, label: string, type: string): string | undefined {
  const end = type.charAt(0).toUpperCase() + type.slice(1);
  if (!label.endsWith(end) || label.length === end.length) return;
  const path = validator.hover(`${text}"${label}":`, text.length + 2)?.path;
  return path?.endsWith("[x]") ? label.slice(0, -end.length) : undefined;
}
