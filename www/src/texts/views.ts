/** The texts of the views of the message: its issues and their fixes, FHIRPath, and the picture. */
import { count, figure } from "./counts.js";

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const roles = {
  header: "MessageHeader",
  focus: "focus",
  entry: "entry",
  backwards: "linked backwards only",
  unlinked: "not linked",
  missing: "missing",
  elsewhere: "elsewhere",
  ambiguous: "ambiguous",
  bundle: "Bundle",
};
type Role = keyof typeof roles;

/** A node of the picture, as it is said aloud; the name of one that is not an entry says already what it is. */
const nodeName = (name: string, id: string, role: Role, out: number, into: number) =>
  [
    name,
    ...(id === "" ? [] : [id]),
    ...(role === "entry" || name.startsWith(roles[role]) ? [] : [roles[role]]),
    ...(out > 0 ? [`refers to ${out}`] : []),
    `referred to by ${into}`,
  ].join(", ");

const isMeant = (meant: string | undefined) => (meant === undefined ? "" : ` Is “${meant}” meant?`);

export const viewTexts = {
  check: {
    heading: "Check",
    waiting: "Checking…",
    empty: "No message yet",
    emptyHint: "Paste one on the left or above, or start from an example.",
    valid: "Valid",
    invalid: "Not valid",
    invalidBy: (errors: number) => `Not valid: ${count(errors, "error", "errors")}`,
    tooMuch: "This text was too much for the checker",
    tooMuchHint: "It needs more memory than there is. Other texts are checked as before.",
    failed: "The checker could not start",
    failedHint: "The page can still send, but nothing is checked. Reload it, and see whether the browser allows WebAssembly.",
    event: "Event",
    noEvent: "none that can be read",
    resources: "Resources",
    patient: (name: string) => ` · Patient ${name}`,
    took: (milliseconds: number) => `checked in ${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
    asMessage: "As a message",
    asMessageHint:
      "Off, a text is validated as what it is: a message, a Bundle of another type, or any other resource. On, what is not a message is an error.",
    clean: "Nothing to fix.",
    truncated: (n: number) => `Stopped after ${count(n, "issue", "issues")}. Fix some, and the rest is validated too.`,
    more: (n: number) => `Show ${figure(n)} more`,
    listLabel: "Issues, by place. Up and down move, Enter goes to the place in the message, F fixes, right explains.",
    filters: "Which issues are shown",
    severityFilter: { fatal: "Fatal", error: "Errors", warning: "Warnings", information: "Notes" },
    ruleFilter: "Rule",
    allRules: (n: number) => `All rules (${figure(n)})`,
    rule: (name: string, n: number) => `${name} (${figure(n)})`,
    showing: (n: number, of: number) => `Showing ${figure(n)} of ${count(of, "issue", "issues")}`,
    showAll: "Show all",
    noneShown: "The filters hide every issue.",
    explain: "Why?",
    explainRule: (rule: string) => `Why? About ${rule}`,
    explanationFailed: "The explanation could not be loaded. Choose it again to try once more.",
    constraint: "This is a constraint of FHIR R4 itself: its words are those of the specification.",
    source: "Source",
    announce: (counts: string) => `Check: ${counts}.`,
    noIssues: "no issues",
    demandedBy: (profiles: string[]) => `Demanded by ${profiles.join(", ")}`,
    suggestion: "Suggested:",
  },

  fix: {
    /** By what the edits do; `value` is what would be there. */
    action: {
      rename: (value: string) => (value === "" ? "Fix: rename it" : `Fix: rename to “${cut(value, 60)}”`),
      replace: (value: string) => (value === "" ? "Fix: replace it" : `Fix: replace by “${cut(value, 60)}”`),
      wrap: () => "Fix: wrap in an array",
      unwrap: () => "Fix: take out of the array",
      move: () => "Fix: move it to the front",
      insert: (value: string) => (value === "" ? "Fix: add what is missing" : `Fix: add “${cut(value, 60)}”`),
      remove: () => "Fix: leave it out",
    } as Record<string, (value: string) => string>,
    other: "Fix",
    all: (n: number, more: boolean) => `Fix all (${figure(n)}${more ? "+" : ""})`,
    allHint: "Makes every fix that is certain, as one step that undo takes back.",
    fixing: "Fixing…",
    /** The name of a fix that could change what the text means. */
    ifMeant: (what: string) => what.replace(/^Fix: /, "If that is meant: "),
    /** The name of one of several values that may be there. */
    choose: (value: string) => `Use “${cut(value, 60)}”`,
    choices: "Values that are allowed here",
    done: (what: string) => `Done: ${what.replace(/^(Fix|If that is meant): /, "")}.`,
    doneAll: (fixed: number, left: string) => `${count(fixed, "issue", "issues")} fixed. Left: ${left}.`,
    undo: "Undo",
    gone: "That issue is not there any more.",
    none: "There is no certain fix for an issue at the cursor.",
    changed: "The message changed meanwhile, so nothing was fixed. Try again.",
    failed: "Fixing all did not work. Fix the issues one by one.",
  },

  evaluate: {
    heading: "FHIRPath",
    label: "FHIRPath expression",
    hint: "Evaluated as you type. Up and down bring back earlier ones.",
    placeholder: "Bundle.entry.resource",
    clear: "Clear",
    examples: "Examples",
    example: {
      focus: "What it is about",
      references: "All references",
      codes: "The referral’s codes",
      patient: "The patient’s name",
      types: "Types of resources",
    },
    running: "Evaluating…",
    cancel: "Cancel",
    cancelled: "Cancelled.",
    timeout: (seconds: number) => `Stopped after ${seconds} seconds. A narrower expression may be quick enough.`,
    results: (n: number) => count(n, "result", "results"),
    places: (n: number) => `${figure(n)} in the message`,
    none: "No result: the expression gives nothing here.",
    more: (n: number, of: number) => `The first ${figure(n)} of ${figure(of)} results are listed.`,
    moreMarks: (n: number) => `The first ${figure(n)} places are marked.`,
    empty: "There is no message to evaluate on yet.",
    listLabel: "Results. Up and down move, Enter goes to the place in the message.",
    line: (n: number) => `line ${figure(n)}`,
    computed: "computed",
    at: (column: number) => `at character ${figure(column)}`,
    failed: "The expression could not be evaluated. Reload the page, and see whether the browser allows WebAssembly.",
    proposals: "What may follow. Down goes into the list, Enter takes one, Escape closes it.",
    reason: {
      use: "Use",
      root: (written: string, root: string) => `The text is a ${root}, so a path that begins with “${written}” gives nothing.`,
      element: (written: string, of: string[], meant?: string) => {
        const types = of.length > 3 ? "None of the types here" : of.join(", ");
        return `${types} ${of.length > 1 && of.length <= 3 ? "have" : "has"} ${of.length > 3 ? "an" : "no"} element “${written}”.${isMeant(meant)}`;
      },
      choice: (written: string, meant: string) => `FHIRPath calls “${written}” just “${meant}”: the type is not part of its name.`,
      type: (written: string, meant?: string) => `There is no type “${written}”.${isMeant(meant)}`,
      absent: (written: string, there: string[]) =>
        `There is no ${written} in the text.${there.length > 0 ? ` There are: ${there.join(", ")}.` : ""}`,
      step: (before: string, n: number, step: string) =>
        `“${before}” gives ${count(n, "result", "results")}; behind that, “${step}” leaves nothing.`,
    },
    reference: {
      heading: (n: number) => `Functions (${figure(n)})`,
      search: "Search functions",
      none: "No function matches.",
      insertName: (name: string) => `Put ${name}() into the expression`,
      sections: {
        existence: "Existence",
        filtering: "Filtering and types",
        subsetting: "Parts and combinations",
        conversion: "Conversion",
        strings: "Text",
        math: "Numbers",
        utility: "Navigation and time",
        fhir: "FHIR’s own",
      },
    },
  },

  see: {
    pictureLabel:
      "Picture of the message. Arrow keys walk from entry to entry, Page Down and Page Up go by their order, Enter selects the text.",
    empty: "No message yet, so there is nothing to draw.",
    noEntries: "There are no entries here, so there is nothing to draw.",
    noJson: (line: number, column: number, isOld: boolean) =>
      `This is not JSON: see ${line}:${column}.${isOld ? " What is shown is the message as it was before." : ""}`,
    noHeader: "There is no MessageHeader: nothing says what belongs to the message.",
    tooMany: (n: number) => `${count(n, "entry is", "entries are")} too many for a picture. The outline has all of them.`,
    tooSlow: "This picture would take too long to draw. The outline has all entries.",
    failed: "The picture could not be drawn. Reload the page, and see whether the browser allows WebAssembly.",
    zoom: "Size of the picture",
    zoomIn: "Larger",
    zoomOut: "Smaller",
    fit: "Fit: show all of the picture",
    fitShort: "Fit",
    enlarge: "Give the picture more room",
    percent: (scale: number) => `${Math.round(scale * 100)} %`,
    legend: "What the shapes mean",
    roles,
    noType: "no resource",
    otherVersion: "other version",
    summary: (entries: number, references: number) =>
      `${count(entries, "entry", "entries")}, ${count(references, "reference", "references")}`,
    dangling: (n: number) => count(n, "dangling reference", "dangling references"),
    unlinked: (n: number) => count(n, "entry not linked", "entries not linked"),
    blockTitle: (type: string, n: number) => `${type} × ${figure(n)}`,
    linkName: (from: string, to: string, elements: string, isOtherVersion: boolean) =>
      `${from} → ${to}: ${elements}${isOtherVersion ? " (another version)" : ""}`,
    nodeName,
    rowName: (name: string, id: string, role: Role, out: number, into: number, issues: number) =>
      `${nodeName(name, id, role, out, into)}${issues > 0 ? `, ${count(issues, "issue", "issues")}` : ""}`,
    outline: "Outline",
    treeLabel: "Entries, in the order of the message. Right opens the references of an entry, Enter goes to the text.",
    filter: "Filter entries",
    noMatch: "No entry matches.",
    more: (n: number) => `Show ${figure(n)} more`,
    issues: (n: number) => count(n, "issue", "issues"),
    degrees: (out: number, into: number) => `refers to ${out}, referred to by ${into}`,
    refersTo: (path: string, name: string) => `${path} refers to ${name}`,
    referredBy: (path: string, name: string) => `referred to by ${name}, ${path}`,
  },
};
