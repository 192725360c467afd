// Single faults, made without any knowledge of FHIR: whatever a text may suffer between two programs.

/** Numbers that a seed gives, the same ones each time: mulberry32. */
export function numbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)] };
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Every value below another, with what holds it. */
function places(value, pointer = "") {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${pointer}/${key}`;
    return [{ holder: value, key, value: inner, at, isItem: Array.isArray(value) }, ...places(inner, at)];
  });
}

const TEXTS = [
  ...["", " ", "a b", "unknown", "FINAL", "2024-02-30", "2024-13", "24:00", "2024-01-01T10:00", "12.50", "01", "-1", "true", "male"],
  ...["http://example.org/x", "urn:uuid:none", "urn:oid:1.2.3", "#nowhere", "Patient/none", "x".repeat(65), "a\tb", "é", "<b>x</b>"],
  ...["text/plain", "en", "xx-XX", "mg", "no", "http://hl7.org/fhir/ValueSet/x"],
];
const CODES = ["zzz", "active", "final", "draft", "official", "home", "entered-in-error"];
const SYSTEMS = ["http://loinc.org", "http://snomed.info/sct", "http://example.org/cs", "loinc", "http://unitsofmeasure.org"];
const REFERENCES = [
  "#x",
  "Patient/zzz",
  "http://example.org/Patient/1",
  "urn:uuid:00000000-0000-4000-8000-000000000000",
  "Foo/1",
  "no one",
];
const OTHER_KINDS = [1, 1.5, -1, true, null, "x", {}, []];
const EXTENSIONS = [
  { url: "relative", valueString: "x" },
  { valueString: "x" },
  { url: "http://example.org/unknown", valueString: "x" },
  { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" },
  { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueString: "unknown" },
  { url: "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", valueAddress: { city: "x" } },
];

/** Puts a text in the place of one that is there. */
const text = (make, isMeant = () => true) => ({
  where: (place) => typeof place.value === "string" && !["resourceType", "div"].includes(place.key) && isMeant(place),
  change(place, random, all) {
    place.holder[place.key] = make(place.value, random, all);
  },
});

function typo(word, random) {
  const at = 1 + random.below(Math.max(1, word.length - 1));
  return random.pick([
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + word[at - 1] + word.slice(at),
    `${word}s`,
    word[0].toUpperCase() + word.slice(1),
  ]);
}

function renamed({ holder, key }, name) {
  const members = Object.entries(holder);
  for (const [old] of members) delete holder[old];
  for (const [old, value] of members) holder[old === key ? name : old] = value;
}

/** Each kind of fault: where it fits, and what it does there. */
export const KINDS = {
  drop: { where: ({ isItem, key }) => !isItem && key !== "resourceType", change: ({ holder, key }) => delete holder[key] },
  dropItem: { where: ({ isItem }) => isItem, change: ({ holder, key }) => holder.splice(Number(key), 1) },
  twice: { where: ({ isItem }) => isItem, change: ({ holder, value }) => holder.push(structuredClone(value)) },
  order: { where: ({ value }) => Array.isArray(value) && value.length > 1, change: ({ value }) => value.reverse() },
  rename: { where: ({ isItem, key }) => !isItem && key !== "", change: (place, random) => renamed(place, typo(place.key, random)) },
  unknown: { where: ({ value }) => isObject(value), change: ({ value }, random) => (value.more = random.pick(OTHER_KINDS)) },
  kind: {
    where: ({ value }) => value === null || typeof value !== "object",
    change: ({ holder, key }, random) => (holder[key] = random.pick(OTHER_KINDS)),
  },
  wrap: { where: ({ isItem, value }) => !isItem && !Array.isArray(value), change: ({ holder, key, value }) => (holder[key] = [value]) },
  unwrap: { where: ({ value }) => Array.isArray(value), change: ({ holder, key, value }) => (holder[key] = value[0]) },
  empty: {
    where: ({ value }) => value !== null && typeof value === "object",
    change: ({ holder, key }, random) => (holder[key] = random.pick([{}, [], [{}], [null], ""])),
  },
  extension: {
    where: ({ value, key }) => isObject(value) && key !== "contained" && !value.url,
    change: ({ value }, random) => (value.extension = [...(value.extension ?? []), random.pick(EXTENSIONS)]),
  },
  graft: {
    where: ({ value }) => isObject(value),
    change({ value }, random, all) {
      const from = random.pick(all.filter((place) => isObject(place.value))).value;
      const key = random.pick(Object.keys(from));
      if (key !== undefined && !(key in value)) value[key] = structuredClone(from[key]);
    },
  },
  text: text((_, random) => random.pick(TEXTS)),
  sign: text(
    (value, random) => {
      const at = random.below(value.length);
      return random.pick([
        value.slice(0, at) + value.slice(at + 1),
        `${value.slice(0, at)}x${value.slice(at)}`,
        value.toUpperCase(),
        `${value} `,
      ]);
    },
    ({ value }) => value.length > 1,
  ),
  swap: text((_, random, all) => random.pick(all.filter(KINDS.text.where)).value),
  code: text(
    (_, random) => random.pick(CODES),
    ({ key }) => ["code", "status", "use", "type", "display"].includes(key),
  ),
  system: text(
    (_, random) => random.pick(SYSTEMS),
    ({ key }) => key === "system",
  ),
  reference: text(
    (_, random, all) => random.pick([...REFERENCES, ...all.filter(({ key }) => key === "reference").map(({ value }) => value)]),
    ({ key }) => key === "reference" || key === "fullUrl",
  ),
};

/** A copy of a resource with one fault of these kinds, its kind and its place; nothing where what was picked fits nowhere or changes nothing. */
export function withFault(resource, random, kinds = KINDS) {
  const copy = structuredClone(resource);
  const fault = random.pick(Object.keys(kinds));
  const all = places(copy);
  const { where, isOfRoot, change } = kinds[fault];
  const place = isOfRoot ? { value: copy, at: "" } : random.pick(all.filter(where));
  if (!place) return undefined;
  change(place, random, all);
  return JSON.stringify(copy) === JSON.stringify(resource) ? undefined : { fault, at: place.at, resource: copy };
}
