/** The texts of what was recognised in a text that came in, and of several that are checked at once. */
import type { Kind } from "../intake/recognise.js";
import { count, figure } from "./counts.js";

const a = (word: string) => `${/^[AEIO]/.test(word) ? "an" : "a"} ${word}`;

export const intakeTexts = {
  /** What it is, in the middle of a sentence. */
  named: (is: Kind): string => {
    switch (is.kind) {
      case "message":
        return "a message";
      case "bundle":
        return is.type === "" ? "a Bundle without a type" : `a Bundle of type ${is.type}`;
      case "resource":
      case "definition":
        return a(is.type);
      case "parameters":
        return `Parameters with ${a(is.type)} in them`;
      case "batch":
        return count(is.parts.length, "resource", "resources");
      case "xml":
        return "XML";
      case "v2":
        return "HL7 v2";
      default:
        return "JSON";
    }
  },
  layers: {
    gzip: "packed with gzip",
    base64: "written as base64",
    string: "inside a JSON string",
    curl: "in a curl command",
    log: "in a line of a log",
    prose: "with other text around it",
    quotes: "with smart quotes",
    spaces: "with no-break spaces",
  },
  found: (what: string, layers: string[]) => `This holds ${what}, ${layers.join(", ")}.`,
  takeOut: "Take it out",
  clean: "Clean it",
  takenOut: "What was around it is gone.",
  parameters: (what: string) => `These are ${what}, checked as such.`,
  unwrap: "Unwrap it",
  unwrapped: "The Parameters around it are gone.",
  bare: (what: string, event: string) =>
    `This is ${what}, not a message, and is checked as such. It can be the focus of a message (${event}).`,
  bareAlone: (what: string) =>
    `This is ${what}, not a message, and is checked as such. “Compose” makes a message of it, with an event of your own.`,
  wrap: "Wrap it in a message",
  wrapped: "It is the focus of a message now. The issues say what the message needs besides.",
  bundle: (what: string) => `This is ${what}, not a message, and is checked as such.`,
  checkAsMessage: "Check it as a message",
  definition: (what: string) => `This is ${what}. The page can check messages by it.`,
  useDefinition: "Use as definition",
  version: (version: string) =>
    `It is written for FHIR ${version}; the page checks by R4, so names that only ${version} has are errors here. Ask whoever sent it for R4, or use a validator of ${version}.`,
  batch: (n: number) => `These are ${count(n, "resource", "resources")}.`,
  checkEach: "Check each",
  line: "It is all on one line.",
  formatLine: "Format it",
  xml: (root: string) =>
    root === "ClinicalDocument"
      ? "This is a CDA document in XML, not FHIR. It has to be mapped to FHIR before it can be checked here."
      : "This is XML, and the page reads JSON. Ask whoever sent it for application/fhir+json, or convert it with HL7’s validator (-convert).",
  v2: (event: string) =>
    `This is an HL7 v2 message${event === "" ? "" : ` (${event})`}, not FHIR. It has to be mapped to FHIR first, as HL7’s v2-to-FHIR guide does, and can then be checked here.`,
  package: (name: string) => `“${name}” is a package. The page can check messages by what it defines.`,
  packages: (n: number) => `These are ${count(n, "package", "packages")}. The page can check messages by what they define.`,
  usePackage: "Use its definitions",
  damaged: (name: string) => `“${name}” is packed, but it is damaged, or too long to be read.`,

  table: {
    heading: "Several resources",
    intro: "Each is checked as what it is, on this device.",
    asMessages: "Check each as a message",
    progress: (done: number, all: number) => `${figure(done)} of ${figure(all)} checked`,
    counts: (valid: number, invalid: number) => `${figure(valid)} valid, ${figure(invalid)} not valid`,
    stop: "Stop",
    goOn: "Go on",
    filter: "Show",
    filters: { all: "All", invalid: "Not valid", valid: "Valid" },
    search: "Name or type",
    columns: { name: "Name", what: "What", verdict: "Verdict", issues: "Issues" },
    valid: "Valid",
    invalid: "Not valid",
    failed: "Could not be checked",
    waiting: "Waiting",
    open: (name: string) => `Open ${name}`,
    opened: (name: string) => `“${name}” of the table is open.`,
    more: (n: number) => `${count(n, "more row is", "more rows are")} not shown: narrow the filter.`,
    none: "None is like that.",
    download: "Download the report",
    back: "Back to the table",
    definitions: (n: number) => `Use ${count(n, "definition", "definitions")} among them`,
    tooMany: (most: number, left: number) => `Only the first ${figure(most)} files were read; ${figure(left)} were left out.`,
  },
};
