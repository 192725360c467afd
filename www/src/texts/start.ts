/** The texts of the first screen, of the settings and of the sheet of keys. */
export const startTexts = {
  start: {
    heading: "Start",
    says: "fhirpost says why a FHIR R4 message is refused before you send it: with the line, the reason and, where one is certain, the fix.",
    doors: {
      paste: ["Paste from the clipboard", "A message, any resource, a log line, an e-mail: it says what it is."],
      example: ["Take an example with faults", "See what is found in a referral, and repair it."],
      compose: ["Compose with a form", "Without writing JSON."],
    },
    pasteByKey: (key: string) => `The browser does not let the page read the clipboard. Press ${key} in the editor instead.`,
    nothingToPaste: "There is no text on the clipboard.",
    pasted: "This text was on the clipboard.",
    version: (version: string) => `Version ${version}`,
    licence: "Licence: Apache 2.0",
    settings: "Settings…",
    shortcuts: "Keys (?)",
  },

  settings: {
    heading: "Settings",
    theme: "Colours",
    themes: { system: "As the system has them", light: "Light", dark: "Dark" },
    panes: "Room, on a wide screen",
    paneSizes: { usual: "Usual", editor: "More for the message", views: "More for the views" },
    keep: "Keep these settings on this device",
    keepFailed: "The browser lets the page keep nothing.",
  },

  shortcuts: {
    heading: "Keys",
    next: "next issue",
    previous: "issue before",
    fix: "fix the issue at the cursor",
    send: "send the message",
    find: "find in the message",
    views: "between the editor and the list or view beside it",
    sheet: "this sheet",
    close: "close what is in front",
    complete: "what may be written at the cursor",
    describe: "what is known of the element at the cursor",
    fold: "fold, unfold",
  },
};
