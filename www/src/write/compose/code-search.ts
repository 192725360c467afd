/** In the worker: the codes that an element may have, by the value sets that the module and the packages hold. */
import { validator } from "../../fhirpost.js";

export interface FoundCode {
  label: string;
  detail: string;
  code: string;
  system: string;
}

const MOST = 60;

/**
 * @param element Such as `Observation.code`; what it is inside of an object or a list does not matter.
 * @param typed A part of a code or of its words.
 */
export function findCodes(element: string, typed: string): FoundCode[] {
  const [type = "", ...names] = element.split(".");
  const profiles = offered(`{"resourceType":"${type}","meta":{"profile":["`);
  const found = new Map<string, FoundCode>();
  for (const profile of [undefined, ...profiles.map(({ label }) => label)]) {
    const claim = profile === undefined ? "" : `"meta":{"profile":[${JSON.stringify(profile)}]},`;
    const before = `{"resourceType":"${type}",${claim}${names.map((name) => `"${name}":{`).join("")}"coding":[{`;
    for (const { label: system } of offered(`${before}"system":"`)) {
      for (const { label: code, detail } of offered(`${before}"system":${JSON.stringify(system)},"code":"`, typed)) {
        if (found.size >= MOST) break;
        const words = detail === code ? "" : detail;
        found.set(`${system}|${code}`, { label: code, detail: words, code, system });
      }
    }
  }
  return [...found.values()];
}

const offered = (before: string, typed = "") => {
  const text = before + JSON.stringify(typed).slice(1, -1);
  return validator.complete(text, text.length).items;
};
