/** Every text that the page shows, in one folder, so that a translation is one folder. The texts of issues come from the core. */
import { countTexts, figure } from "./texts/counts.js";
import { sendTexts } from "./texts/send.js";
import { startTexts } from "./texts/start.js";
import { viewTexts } from "./texts/views.js";
import { writeTexts } from "./texts/write.js";

export { countsInWords, figure } from "./texts/counts.js";

export const texts = {
  title: "fhirpost",
  tagline: "Check a FHIR R4 message as you write it, send it, and read the answer.",
  privacy: "Nothing leaves this page until you press Send.",

  closeNotice: "Close this notice",

  newVersion: {
    ready: "A new version of this page is ready.",
    reload: "Reload, and keep the message",
  },

  tabs: {
    label: "Views of the message",
    names: { check: "Issues", see: "Picture", send: "Send", evaluate: "FHIRPath", packages: "Profiles", share: "Share" },
    count: (n: number, more: boolean) => `${figure(n)}${more ? "+" : ""}`,
    failed: "This view could not be loaded. Choose it again to try once more.",
  },

  ...countTexts,
  ...writeTexts,
  ...viewTexts,
  ...sendTexts,
  ...startTexts,
};
