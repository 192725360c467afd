// Every view of the page, and how one gets there: what the tests of accessibility walk through, and the screenshots show.
import { readFileSync } from "node:fs";

const example = (name) => readFileSync(new URL(`../../www/examples/${name}.json`, import.meta.url), "utf8");
const valid = example("submit-service-request");
const broken = example("submit-service-request-broken");
const profile = JSON.stringify({
  resourceType: "StructureDefinition",
  url: "https://clinic.example.org/StructureDefinition/clinic-patient",
  name: "ClinicPatient",
  status: "active",
  kind: "resource",
  abstract: false,
  type: "Patient",
  baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
  derivation: "constraint",
  differential: { element: [{ id: "Patient", path: "Patient" }] },
});

const withText = async (opened, text, verdict) => {
  await opened.paste(text);
  await opened.verdict(verdict).waitFor();
};
const dialog = (name) => async (opened) => {
  await withText(opened, valid, "Valid");
  await opened.button(name).click();
  await opened.page.locator("dialog[open]").waitFor();
};
const tab = (name) => async (opened) => {
  await withText(opened, valid, "Valid");
  await opened.view(name);
};

/** Out of a dialog, so that the next view can be opened on the same page. */
export async function leave({ page }) {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
}

/** How to open each, whatever the page shows. */
export const VIEWS = {
  issues: async (opened) => {
    await withText(opened, broken, "Not valid");
    await opened.errors.first().waitFor();
    // The first of them, marked in the text.
    await opened.page.keyboard.press("F8");
  },
  picture: async (opened) => {
    await tab("Picture")(opened);
    // It is laid out off the main thread.
    await opened.page.locator(".view-see svg").first().waitFor();
  },
  send: async (opened) => {
    await withText(opened, valid, "Valid");
    await opened.send();
    await opened.answer.getByText("The message was accepted.").first().waitFor();
  },
  // With all that is folded away there.
  refused: async (opened) => {
    await withText(opened, broken, "Not valid");
    await opened.send();
    await opened.button("Send anyway").click();
    await opened.answer.getByText("The server refused the request.").first().waitFor();
    const folded = opened.page.locator(".disclosure:not([open]):not([hidden]) > summary:visible");
    while ((await folded.count()) > 0) await folded.first().click();
  },
  fhirpath: async (opened) => {
    await tab("FHIRPath")(opened);
    await opened.page.locator("#fhirpath").fill("Bundle.entry.resource.ofType(Patient).name");
    await opened.page.locator(".view-evaluate li").first().waitFor();
  },
  table: async (opened) => {
    await opened.paste(`${JSON.stringify(JSON.parse(valid))}\n{"resourceType":"Basic"}`);
    await opened.button("Check each").click();
    await opened.page.locator("dialog[open]").getByText("1 valid, 1 not valid").waitFor();
  },
  packages: async (opened) => {
    await withText(opened, valid, "Valid");
    await opened.view("Profiles");
    const [chooser] = await Promise.all([opened.page.waitForEvent("filechooser"), opened.button("Open a package or definition…").click()]);
    await chooser.setFiles({ name: "clinic.json", mimeType: "application/json", buffer: Buffer.from(profile) });
    await opened.page.getByLabel("ClinicPatient (Patient)").waitFor();
  },
  share: tab("Share"),
  gallery: dialog("Examples"),
  compose: dialog("Compose"),
};
