/** Templates of a form, and what a clinic always writes: on this device, and only what someone asked to keep. */
import { Setting } from "../../settings.js";
import type { Values } from "./field.js";

export interface Template {
  name: string;
  values: Record<string, string>;
}

interface Kept {
  templates: Template[];
  /** What is there in every new form. */
  usual?: Record<string, string>;
}

const NOTHING: Kept = { templates: [] };

/** What is stored may be of another version of the page, or of another page. */
function read(stored: unknown): Kept | undefined {
  const { templates, usual } = (stored ?? {}) as Partial<Kept>;
  if (!Array.isArray(templates)) return;
  const isOne = (one: Template) => typeof one?.name === "string" && isValues(one.values);
  return { templates: templates.filter(isOne), ...(isValues(usual) ? { usual } : {}) };
}

const isValues = (values: unknown): values is Record<string, string> =>
  typeof values === "object" && values !== null && Object.values(values).every((value) => typeof value === "string");

const setting = new Setting<Kept>("fhirpost-compose", NOTHING, read);
export const kept = setting.value;

/** Keeps it; whether the browser gives room for it. Without anything to keep nothing is stored. */
function keep(now: Kept): boolean {
  setting.set(now);
  return setting.keep(now.templates.length > 0 || now.usual !== undefined);
}

const filled = (values: Values) => Object.fromEntries(Object.entries(values).filter((one): one is [string, string] => Boolean(one[1])));

export function keepTemplate(name: string, values: Values): boolean {
  const others = kept.peek().templates.filter((one) => one.name !== name);
  return keep({ ...kept.peek(), templates: [...others, { name, values: filled(values) }] });
}

export const dropTemplate = (name: string): boolean =>
  keep({ ...kept.peek(), templates: kept.peek().templates.filter((one) => one.name !== name) });

export function keepUsual(values: Values | undefined): boolean {
  const { templates } = kept.peek();
  return keep(values === undefined ? { templates } : { templates, usual: filled(values) });
}
