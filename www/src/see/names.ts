/** What people call a resource: the name of a person, what a code says, a title. Ids are for machines, and only where there is nothing else. */

type Json = Record<string, unknown>;

/** Longer ones are cut where they are shown; a stranger's text may be of any length. */
const LONGEST = 120;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value : [value]).filter(isObject);
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value).trim() : "");
const first = (...found: string[]): string => found.find((one) => one !== "") ?? "";

/** "Okafor, Daniel", as lists of people have it. */
function ofPerson(name: Json): string {
  const given = (Array.isArray(name.given) ? name.given : []).map(text).filter(Boolean).join(" ");
  return first([text(name.family), given].filter(Boolean).join(", "), text(name.text));
}

/** What a code says, in words where there are any. */
function ofConcept(value: unknown): string {
  for (const concept of objects(value)) {
    const codings = objects(concept.coding);
    const found = first(
      text(concept.text),
      ...codings.map(({ display }) => text(display)),
      ...codings.map(({ code }) => text(code)),
      text(concept.display),
      text(concept.code),
    );
    if (found !== "") return found;
  }
  return "";
}

/** A measurement: "82 kg". */
function ofValue(resource: Json): string {
  const [quantity] = objects(resource.valueQuantity);
  if (quantity !== undefined) return [text(quantity.value), first(text(quantity.unit), text(quantity.code))].filter(Boolean).join(" ");
  return first(text(resource.valueString), text(resource.valueInteger), ofConcept(resource.valueCodeableConcept));
}

const NAMES = ["name", "title", "description"];
/** Where the code is that says what a resource is about, in the order in which they say more. */
const CODES =
  "code vaccineCode medicationCodeableConcept eventCoding event productCodeableConcept serviceType type class scope category subType".split(
    " ",
  );
/** Where another one is named that it is about. */
const OTHERS = ["medicationReference", "practitioner", "organization", "payor", "insurer", "provider"];

/** The name of a resource; nothing where it says none. */
export function nameOfResource(resource: unknown): string {
  if (!isObject(resource)) return "";
  const people = objects(resource.name).map(ofPerson);
  const named = first(
    ...people,
    ...NAMES.map((name) => text(resource[name])),
    ...objects(resource.deviceName).map(({ name }) => text(name)),
  );
  const concept = first(...CODES.map((name) => ofConcept(resource[name])), text(resource.eventUri));
  const other = first(...OTHERS.flatMap((name) => objects(resource[name]).map(({ display }) => text(display))));
  const questionnaire = text(resource.questionnaire).split("|")[0]?.split("/").at(-1) ?? "";
  const isPersonal = people.some(Boolean) || resource.resourceType === "Organization" || resource.resourceType === "Location";
  const name = isPersonal ? first(named, concept) : first(concept, named, other, questionnaire);
  const value = resource.resourceType === "Observation" ? ofValue(resource) : "";
  return [name, value].filter(Boolean).join(": ").slice(0, LONGEST);
}

export interface EntryName {
  type: string;
  name: string;
}

/** What is in a text: the name of each entry of a Bundle, by its index, or that of the only resource; nothing where it cannot be read. */
export function namesIn(json: string): EntryName[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isObject(read)) return [];
  const resources = Array.isArray(read.entry) ? read.entry.map((entry) => (isObject(entry) ? entry.resource : undefined)) : [read];
  return resources.map((resource) => ({ type: isObject(resource) ? text(resource.resourceType) : "", name: nameOfResource(resource) }));
}
