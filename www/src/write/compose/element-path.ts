/** Where a value is inside of a resource, and what has to be written so that it is there, or no longer is. */

/** A name, an index, or what an item of a list must have: the first that has it is meant, or a new one that is made of it. */
export type Step = string | number | object;

/** A place as JSON has it, and what is to be there; nothing where it is to be removed. */
export interface Change {
  path: (string | number)[];
  value: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Whether a value has everything that is in this part of it, in whatever place of a list. */
function has(value: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(value) && part.every((one) => value.some((other) => has(other, one)));
  if (!isObject(part)) return value === part;
  return isObject(value) && Object.entries(part).every(([name, inner]) => has(value[name], inner));
}

/** The step as JSON has it; an item that is not there comes behind the others. */
function concrete(of: unknown, step: Step): string | number {
  if (typeof step !== "object") return step;
  const list = Array.isArray(of) ? of : [];
  const at = list.findIndex((item) => has(item, step));
  return at < 0 ? list.length : at;
}

export function valueAt(of: unknown, path: Step[]): unknown {
  let value = of;
  for (const step of path) {
    if (!isObject(value)) return;
    value = (value as Record<string | number, unknown>)[concrete(value, step)];
  }
  return value;
}

/** What has to be changed so that a value is at a place; nothing when it is there already. */
export function change(of: unknown, path: Step[], value: unknown): Change | undefined {
  const now = valueAt(of, path);
  if (JSON.stringify(now) === JSON.stringify(value)) return;
  return value === undefined ? removal(of, path) : addition(of, path, value);
}

function addition(of: unknown, path: Step[], value: unknown): Change {
  const at: (string | number)[] = [];
  let inner = of;
  for (const [index, step] of path.entries()) {
    const place = concrete(inner, step);
    const next = isObject(inner) ? (inner as Record<string | number, unknown>)[place] : undefined;
    // Lists have no holes: what would be behind the end is at the end.
    at.push(typeof place === "number" && Array.isArray(inner) ? Math.min(place, inner.length) : place);
    if (next === undefined) return { path: at, value: made(path.slice(index + 1), value, step) };
    inner = next;
  }
  return { path: at, value };
}

/** A value with all that is around it. */
function made(path: Step[], value: unknown, of: Step): unknown {
  const [step, ...rest] = path;
  const beside = typeof of === "object" ? structuredClone(of) : {};
  if (step === undefined) return value;
  return typeof step === "string" ? { ...beside, [step]: made(rest, value, step) } : [made(rest, value, step)];
}

/** Removes a value, and what is around it where nothing else is in that. */
function removal(of: unknown, path: Step[]): Change {
  const at: (string | number)[] = [];
  const around: unknown[] = [];
  let inner = of;
  for (const step of path) {
    around.push(inner);
    const place = concrete(inner, step);
    at.push(place);
    inner = (inner as Record<string | number, unknown>)[place];
  }
  for (let length = at.length - 1; length > 0; length--) {
    const parent = around[length];
    const template = path[length - 1];
    const others = Object.keys(parent as object).filter((name) => name !== String(at[length]));
    const isMade = typeof template === "object" && others.every((name) => name in template);
    if (others.length > 0 && !isMade) break;
    at.length = length;
  }
  return { path: at, value: undefined };
}

/** Makes a change. */
export function apply(of: Record<string, unknown>, { path, value }: Change): void {
  const last = path[path.length - 1] as string | number;
  const parent = valueAt(of, path.slice(0, -1)) as Record<string | number, unknown>;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(last as number, 1);
  else delete parent[last];
}
