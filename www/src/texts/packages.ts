/** The texts of packages and profiles. */
import { count } from "./counts.js";

export const packageTexts = {
  intro:
    "The page knows R4 and Netsmart’s events. Here it gets to know more: FHIR packages, profiles, MessageDefinitions. They stay on this device.",
  open: "Open a package or definition…",
  loading: "Reading…",
  none: "Nothing is loaded yet. A package (.tgz) or a definition (.json) may also be dropped anywhere on the page.",
  list: "Loaded",
  definitions: (n: number) => count(n, "definition", "definitions"),
  remove: (name: string) => `Remove ${name}`,
  removeShort: "Remove",
  issues: (n: number) => count(n, "remark", "remarks"),
  keep: "Keep them on this device across reloads",
  keepHint: "Definitions hold no health data.",
  notKept: "They could not be kept: the browser gives no room for them.",
  used: "What is open is checked by it now, and its events are in Compose.",
  refused: (names: string[]) => `Not a package or definition: ${names.map((name) => `“${name}”`).join(", ")}.`,
  failed: "The definitions could not be read.",
  profiles: "Profiles to check by",
  profilesHint:
    "What a resource claims in meta.profile is checked anyway. A profile that is ticked is checked for each resource of its type.",
  search: "Find a profile",
  more: (n: number) => `${count(n, "more profile", "more profiles")}: narrow the search.`,
};
