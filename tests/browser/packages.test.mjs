// Packages and definitions: what they demand is in the verdict, in every view, and they stay where that is asked for.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { tgz } from "../js/tgz.mjs";
import { pageForEachTest } from "./open-page.mjs";

const URL_OF = "https://clinic.example.org/StructureDefinition/clinic-patient";
const profile = {
  resourceType: "StructureDefinition",
  url: URL_OF,
  name: "ClinicPatient",
  status: "active",
  fhirVersion: "4.0.1",
  kind: "resource",
  abstract: false,
  type: "Patient",
  baseDefinition: "http://hl7.org/fhir/StructureDefinition/Patient",
  derivation: "constraint",
  differential: {
    element: [
      { id: "Patient", path: "Patient" },
      { id: "Patient.birthDate", path: "Patient.birthDate", min: 1 },
    ],
  },
};
const definition = JSON.stringify({
  resourceType: "MessageDefinition",
  url: "https://clinic.example.org/MessageDefinition/admit",
  status: "active",
  date: "2026-11-20",
  eventCoding: { system: "https://clinic.example.org/events", code: "clinic-admit" },
  category: "notification",
  focus: [{ code: "Patient", min: 1, profile: URL_OF }],
});
const archive = tgz({
  "package/package.json": { name: "clinic.example", version: "1.2.0", fhirVersions: ["4.0.1"], dependencies: { "other.example": "1.0.0" } },
  "package/StructureDefinition-clinic-patient.json": profile,
});
const patient = '{\n  "resourceType": "Patient",\n  "active": true\n}';

const shared = new URL("../../../shared/conformance/profiles/packages/", import.meta.url);
const skip = existsSync(shared) ? false : `${shared.pathname} is not there`;

let opened;
let page;

const view = () => page.locator(".view-packages");
const errors = (text) => page.locator("ol button.issue-error", { hasText: text });

async function drop(...files) {
  await page.evaluate(
    (all) => {
      const data = new DataTransfer();
      for (const { name, base64 } of all) data.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], name));
      for (const type of ["dragover", "drop"]) {
        document
          .querySelector(".editor")
          .dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true }));
      }
    },
    files.map(([name, bytes]) => ({ name, base64: Buffer.from(bytes).toString("base64") })),
  );
}

async function dropPackage(name, bytes, called) {
  await drop([name, bytes]);
  await page.locator(".notice", { hasText: `“${name}” is a package.` }).waitFor();
  await opened.button("Use its definitions").click();
  await view().getByText(called, { exact: true }).waitFor();
}

describe("packages", () => {
  pageForEachTest((one) => {
    opened = one;
    page = one.page;
  });

  test("a package: its profile is chosen, each issue names it, it stays after a reload when asked, and goes when removed", async () => {
    await opened.paste(patient);
    await opened.verdict("Valid").waitFor();
    await dropPackage("clinic.tgz", archive, "clinic.example#1.2.0");
    assert.equal(await opened.text(), patient, "the text stays");
    await view().getByText("1 remark").click();
    await view().getByText("depends on other.example#1.0.0").waitFor();
    await view().getByLabel("ClinicPatient (Patient)").check();
    await opened.verdict("Not valid").waitFor();
    await view().getByLabel("Keep them on this device across reloads").check();
    await opened.view("Issues");
    await errors("Patient.birthDate is missing").waitFor();
    await page.getByText(`Demanded by ${URL_OF}`).waitFor();

    await page.reload();
    await page.locator(".side").waitFor();
    await opened.paste(patient);
    await opened.verdict("Not valid").waitFor();
    await opened.view("Profiles");
    assert.equal(await view().getByLabel("ClinicPatient (Patient)").isChecked(), true);
    await view().getByLabel("Keep them on this device across reloads").uncheck();
    await opened.button("Remove clinic.example#1.2.0").click();
    await opened.verdict("Valid").waitFor();
    await view().getByText("Nothing is loaded yet.").waitFor();
    await page.reload();
    await page.locator(".side").waitFor();
    await opened.view("Profiles");
    await view().getByText("Nothing is loaded yet.").waitFor();
    assert.equal(await page.evaluate(() => localStorage.length), 0);
  });

  test("in a message the profile is for the resources of its type", async () => {
    await drop(["clinic.tgz", archive]);
    await opened.button("Use its definitions").click();
    await view().getByLabel("ClinicPatient (Patient)").check();
    const submit = readFileSync(new URL("../../www/examples/submit-service-request.json", import.meta.url), "utf8");
    await opened.paste(submit.replace(/"birthDate": "[^"]*",/, ""));
    await opened.verdict("Not valid").waitFor();
    await opened.view("Issues");
    await errors("Patient.birthDate is missing").waitFor();
    // The worker that sends knows it, too.
    await opened.send();
    await opened.button("Send anyway").waitFor();
  });

  test("a definition is offered, and its event is in Compose and in the verdict", async () => {
    await opened.button("Compose").click();
    await page.locator("dialog[open]").waitFor();
    await page.locator("#compose-event option").first().waitFor({ state: "attached" });
    assert.equal(await page.locator("#compose-event option", { hasText: "clinic-admit" }).count(), 0);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await drop(["clinic.tgz", archive]);
    await opened.button("Use its definitions").click();
    await view().getByLabel("ClinicPatient (Patient)").waitFor();
    await opened.paste(definition);
    await page.locator(".intake", { hasText: "This is a MessageDefinition. The page can check messages by it." }).waitFor();
    await opened.button("Use as definition").click();
    await view().getByText("https://clinic.example.org/MessageDefinition/admit").waitFor();
    await opened.button("Compose").click();
    await page.locator("dialog[open]").waitFor();
    await page.locator("#compose-event option", { hasText: "clinic-admit" }).waitFor({ state: "attached" });
    await page.getByLabel("Event", { exact: true }).selectOption("clinic-admit");
    // Its profile makes the form: what it demands is a field.
    const birthDate = page.getByRole("group", { name: "Patient" }).getByLabel("birthDate");
    await birthDate.fill("1987-02-28");
    await page.getByRole("group", { name: "Source" }).getByLabel("Endpoint").fill("https://clinic.example.org/fhir");
    await opened.button("Compose the message").click();
    await opened.verdict("Valid").waitFor();
    assert.equal(JSON.parse(await opened.text()).entry[1].resource.birthDate, "1987-02-28");
    await opened.paste(patient);
    await page.locator(".intake", { hasText: "It can be the focus of a message (clinic-admit)." }).waitFor();
    await opened.button("Wrap it in a message").click();
    await page.locator(".facts dd", { hasText: "clinic-admit" }).waitFor();
  });

  test("what is no package or definition is refused in words", async () => {
    await opened.view("Profiles");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), opened.button("Open a package or definition…").click()]);
    await chooser.setFiles({ name: "broken.tgz", mimeType: "application/gzip", buffer: archive.subarray(0, 60) });
    await view().getByText("Not a package or definition: “broken.tgz”.").waitFor();
  });

  test("packages as they are published", { skip }, async () => {
    const read = (name) => readFileSync(new URL(name, shared));
    await dropPackage("us.tgz", read("hl7.fhir.us.core-6.1.0.tgz"), "hl7.fhir.us.core#6.1.0");
    await opened.paste(
      JSON.stringify({ resourceType: "Patient", meta: { profile: ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"] } }),
    );
    await opened.view("Issues");
    await errors("Patient.identifier is missing").waitFor();
    await dropPackage("dk.tgz", read("medcom.fhir.dk.messagedefinitions-1.0.0.tgz"), "medcom.fhir.dk.messagedefinitions#1.0.0");
    assert.equal(await view().locator(".package-list > li").count(), 2);
    await opened.button("Compose").click();
    await page.locator("dialog[open]").waitFor();
    await page.locator("#compose-event option", { hasText: "care-communication-message" }).waitFor({ state: "attached" });
  });
});
