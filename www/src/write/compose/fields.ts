/** All fields of the form, and what would be wrong with a value. */
import { texts } from "../../texts.js";
import type { EventKind, Field, Group, Values } from "./field.js";
import { generic } from "./generic-fields.js";
import { referralGroups } from "./referral-fields.js";

export const groups: Group[] = [...referralGroups, ...generic];

const { problems } = texts.compose;

/** The field of a row by the name that it has in `Values`. */
export const inRow = (name: string, row: number): string => (row === 0 ? name : `${name}.${row}`);

export const wordsOf = ({ name, label, hint = "" }: Field): readonly [label: string, hint: string] => {
  const [known = name, knownHint = ""] = (texts.compose.fields as Record<string, string[]>)[name] ?? [];
  return label === undefined ? [known, knownHint] : [label, hint];
};

/** The groups of an event. */
export const groupsOf = (kind: EventKind): Group[] => groups.filter(({ kinds }) => kinds.includes(kind));

/** What is wrong with a value, or that it is missing. Other fields are those of its row. */
export function fieldProblem({ name, needed, problem }: Field, values: Values): string | undefined {
  const value = (values[name] ?? "").trim();
  if (value !== "") return problem?.(value);
  if (typeof needed === "function") return needed(values);
  return needed === true ? problems.missing : undefined;
}
