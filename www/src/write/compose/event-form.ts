/**
 * In the worker: the form of an event that the page knows by its definition only. What its profiles demand or support of each resource
 * becomes a field, what is required first. In the main thread: what its values become.
 */
import { type Demand, validator } from "../../fhirpost.js";
import type { Step } from "./element-path.js";
import type { Field, Group } from "./field.js";

/** Deeper than this a form is no longer easier than JSON. */
const DEPTH = 2;

interface Place {
  type: string;
  /** A text that ends inside of the object, where names may be written. */
  within: string;
  path: Step[];
  element: string;
  label: string;
  depth: number;
}

/** @param profiles The profile of each type. */
export function eventGroups(demands: Demand[], profiles: Record<string, string>): Group[] {
  const types = [...new Set(demands.map(({ type }) => type))].filter((type) => type !== "MessageHeader");
  const needed = new Set(demands.filter(({ min }) => min > 0).map(({ type }) => type));
  return types.flatMap((type): Group[] => {
    const claim = profiles[type] === undefined ? "" : `"meta":{"profile":[${JSON.stringify(profiles[type])}]},`;
    const within = `{"resourceType":"${type}",${claim}`;
    const fields = fieldsOf({ type, within, path: [], element: type, label: "", depth: 0 }, types, needed.has(type));
    return fields.length === 0
      ? []
      : [{ name: "definition", label: type, kinds: ["known"], fields, ...(needed.has(type) ? {} : { optional: true }) }];
  });
}

const offered = (text: string) => validator.complete(text, text.length).items;

function fieldsOf(place: Place, types: string[], isNeeded: boolean): Field[] {
  const seen = new Set<string>();
  const all = offered(`${place.within}"`);
  // Of value[x] what is most often meant, where several are allowed.
  const rank = (name: string) => (/(Quantity|DateTime)$/.test(name) ? 0 : 1);
  return all
    .sort((a, b) => Number(b.required) - Number(a.required) || rank(a.label) - rank(b.label))
    .filter(
      ({ label, detail, required }) =>
        (required || detail.endsWith("must support")) && !["id", "meta", "text", "extension"].includes(label),
    )
    .flatMap(({ label: name, detail, required }) => {
      const [, many, type = ""] = /^\d+\.\.(\S+) ([^,]+)/.exec(detail) ?? [];
      // Of value[x] only the first.
      const element = validator.hover(`${place.within}"${name}":`, place.within.length + 2)?.path ?? name;
      if (seen.has(element)) return [];
      seen.add(element);
      const inner: Place = {
        type: place.type,
        within: `${place.within}"${name}":${many === "1" ? "" : "["}`,
        path: [...place.path, name, ...(many === "1" ? [] : [0])],
        element: `${place.element}.${name}`,
        label: place.label === "" ? name : `${place.label}.${name}`,
        depth: place.depth + 1,
      };
      return fieldOf(inner, type, types, required && isNeeded);
    });
}

function fieldOf(place: Place, type: string, types: string[], needed: boolean): Field[] {
  const one = (rest: Partial<Field>, part: Step[] = [], label = ""): Field => {
    const words = label === "" ? place.label : `${place.label}: ${label}`;
    return {
      name: `${place.element}${label === "" ? "" : `-${label}`}`,
      kind: "text",
      label: words,
      inside: { type: place.type, path: [...place.path, ...part] },
      ...rest,
    };
  };
  const must = needed ? { needed: true } : {};
  const none = ["", "–"] as const;
  switch (type) {
    case "code": {
      const codes = offered(`${place.within}"`).map(({ label, detail }) => [label, detail || label] as const);
      return codes.length === 0 ? [one(must)] : [one({ ...must, kind: "choice", choices: [none, ...codes] })];
    }
    case "boolean":
      return [one({ ...must, kind: "choice", as: "boolean", choices: [none, ["true", "true"], ["false", "false"]] })];
    case "date":
    case "dateTime":
      return [one({ ...must, kind: "date" })];
    case "decimal":
    case "integer":
    case "positiveInt":
    case "unsignedInt":
      return [one({ ...must, as: "decimal", digits: true })];
    case "markdown":
      return [one({ ...must, kind: "lines" })];
    case "CodeableConcept":
    case "Coding": {
      const coding: Step[] = type === "Coding" ? [] : ["coding", 0];
      const system = `${place.element}-system`;
      return [
        ...(type === "Coding" ? [] : [one({}, ["text"], "text")]),
        one({ kind: "code", codes: { element: place.element, system, text: `${place.element}-text` } }, [...coding, "code"], "code"),
        one({}, [...coding, "system"], "system"),
      ];
    }
    case "HumanName":
      return [one(must, ["family"], "family"), one({ as: "words" }, ["given"], "given")];
    case "Identifier":
      return [one(must, ["value"], "value"), one({}, ["system"], "system")];
    case "Period":
      return [one({ ...must, kind: "date" }, ["start"], "start"), one({ kind: "date" }, ["end"], "end")];
    case "Quantity":
      return [one({ ...must, as: "decimal" }, ["value"], "value"), one({}, ["unit"], "unit")];
    case "Annotation":
      return [one({ ...must, kind: "lines" }, ["text"], "text")];
    case "Reference": {
      const others = types.filter((other) => other !== place.type);
      const inside = { type: place.type, path: [...place.path, "reference"], isReference: true };
      return others.length === 0
        ? []
        : [one({ inside, kind: "choice", choices: [none, ...others.map((other) => [other, other] as const)] })];
    }
    default:
      if (/^[a-z]/.test(type)) return [one(must)];
      if (!type.includes(".") && type !== "Address" && type !== "ContactPoint") return [];
      return place.depth < DEPTH ? fieldsOf({ ...place, within: `${place.within}{` }, types, needed) : [];
  }
}
