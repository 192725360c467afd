// The events of the gallery: each is a valid message, of its own event, in which nothing is left over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Validator } from "fhirpost";
import { bundled } from "./bundled.mjs";

const { messageOf, networkEvents } = await bundled(fileURLToPath(new URL("../../www/src/write/gallery-events.ts", import.meta.url)));
const validator = new Validator();

test("each event of the gallery is a valid message, and nothing is said of it but that its event is not built in", () => {
  assert.ok(networkEvents.length >= 20);
  for (const event of networkEvents) {
    const { issues } = validator.validate(messageOf(event), { as: "message" });
    const told = issues.filter(({ rule, severity }) => rule !== "msg-event-unknown" && severity !== "information");
    assert.deepEqual(told, [], event.title);
  }
});

test("the titles of the gallery are its own, and each is found by the name of its network", () => {
  const titles = networkEvents.map(({ title }) => title);
  assert.equal(new Set(titles).size, titles.length);
  for (const network of ["ADT", "lab", "claim", "referral", "NHS", "MedCom", "US"]) {
    assert.ok(
      networkEvents.some(({ tags }) => tags.split(" ").includes(network)),
      network,
    );
  }
});
