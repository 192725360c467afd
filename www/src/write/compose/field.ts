/** What a field of the form is, and a group of them. */
import type { texts } from "../../texts.js";
import type { Step } from "./element-path.js";
import type { At } from "./roles.js";

export type FieldName = keyof typeof texts.compose.fields;
export type GroupName = keyof typeof texts.compose.groups;
/** By the name of the field; of the second row of a group with rows, `name.1`. */
export type Values = Record<string, string | undefined>;
/** `submit` and `update` are Netsmart's events, which have a form of their own; `known` has a definition, `other` is typed in. */
export type EventKind = "submit" | "update" | "known" | "other";

export type ChoiceName = keyof typeof texts.compose.choices;

export interface Field {
  name: string;
  kind: "text" | "lines" | "date" | "url" | "choice" | "code" | "json" | "file" | "tick";
  /** Where it goes in the resources of a referral. */
  at?: At;
  /** Where it goes in the resource of a type, in an event that has no form of its own. */
  inside?: { type: string; path: Step[]; isReference?: boolean };
  /** Where it is instead, in messages that have it there. */
  or?: At;
  /** What it is there, where that is no string. */
  as?: "words" | "decimal" | "boolean" | "file";
  /** It says nothing by itself: it counts where this other field is filled. */
  onlyWith?: string;
  /** What comes with it. */
  beside?: { at: At; value: (row: number) => unknown };
  /** Values of a choice, and what they are called. */
  choices?: (readonly [value: string, name: string])[];
  /** The element whose value sets are searched, such as `Observation.code`, and the fields for the system and the words. */
  codes?: { element: string; system?: string; text?: string };
  needed?: boolean | ((values: Values) => string | undefined);
  /** What is wrong with a value that is there. */
  problem?: (value: string) => string | undefined;
  /** Values that are offered. */
  offered?: string[];
  initial?: () => string;
  digits?: boolean;
  /** Its words, where it is no field that the page knows by name. */
  label?: string;
  hint?: string;
}

export interface Group {
  name: GroupName;
  kinds: EventKind[];
  optional?: boolean;
  /** There may be several of it, each with its row of fields. */
  rows?: { count: At };
  fields: Field[];
  /** Its name, where it is no group that the page knows by name. */
  label?: string;
  /** It is of no use where a message is there already. */
  onlyNew?: boolean;
}
