// FHIR packages as they are published, made by the tests themselves.
import { gzipSync } from "node:zlib";

/** A tar archive of files by their paths, compressed. */
export function tgz(files) {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    const head = Buffer.alloc(512);
    head.write(path);
    head.write(bytes.length.toString(8), 124);
    head.fill(" ", 148, 156);
    head.write("0", 156);
    head.write(
      head
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0"),
      148,
    );
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** The files of a package that depends on others, by name and version, with its resources by their file names. */
export function packageFiles(name, version, dependencies = {}, resources = {}) {
  const files = { "package/package.json": { name, version, fhirVersions: ["4.0.1"], dependencies } };
  for (const [file, resource] of Object.entries(resources)) files[`package/${file}`] = resource;
  return files;
}

/** A MessageDefinition of the event `code`, whose focus is one resource of a type. */
export function messageDefinition(code, focus = "Patient") {
  return {
    resourceType: "MessageDefinition",
    url: `https://example.org/MessageDefinition/${code}`,
    status: "active",
    date: "2026-01-01",
    eventCoding: eventOf(code),
    category: "notification",
    focus: [{ code: focus, min: 1, max: "1" }],
  };
}

export const eventOf = (code) => ({ system: "https://example.org/events", code });

/** A profile of a type, with the elements of its differential. */
export function profile(id, type, element = []) {
  return {
    resourceType: "StructureDefinition",
    id,
    url: `https://example.org/StructureDefinition/${id}`,
    name: id,
    status: "active",
    fhirVersion: "4.0.1",
    kind: "resource",
    abstract: false,
    type,
    baseDefinition: `http://hl7.org/fhir/StructureDefinition/${type}`,
    derivation: "constraint",
    differential: { element: [{ id: type, path: type }, ...element] },
  };
}
