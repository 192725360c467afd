/** What is known beside R4: the files of `--definitions`, and the packages of `--package`. */
import { Validator } from "../node.js";
import type { DefinitionIssue } from "../types/messages.js";
import type { DefinitionsSettings } from "./arguments.js";
import { TroubleError } from "./files.js";
import { findInputs, messagesOf, nameOf } from "./inputs.js";
import { findPackages } from "./packages.js";
import { tell } from "./terminal.js";

/**
 * A validator that knows them.
 * @throws {TroubleError} when one cannot be read, or makes no sense: what is validated without it would get a wrong verdict. Of a package
 * that holds only for the whole: the rest of its definitions is used.
 */
export async function readDefinitions({ definitions, packages: names, packageCache }: DefinitionsSettings): Promise<Validator> {
  if (definitions.length === 0 && names.length === 0) return new Validator();
  const packages = await findPackages(names, packageCache);
  const { places, resources } = await readResources(definitions);
  const validator = new Validator({ packages: packages.map(({ bytes }) => bytes), resources });
  const ofPackage = validator.issues.filter((issue) => issue.package !== undefined);
  tellOfPackages(
    ofPackage,
    packages.map(({ name }) => name),
  );
  const ofResources = validator.issues.filter((issue) => issue.package === undefined);
  tellOfResources(ofResources, places);
  if (places.length > 0 && ofResources.filter(({ kind }) => kind === "not-supported").length >= places.length) {
    tell("--definitions adds nothing to what is built in");
  }
  return validator;
}

async function readResources(names: string[]): Promise<{ places: string[]; resources: Uint8Array[] }> {
  const stop = (text: string) => {
    throw new TroubleError(text);
  };
  const places: string[] = [];
  const resources: Uint8Array[] = [];
  for await (const { place, bytes } of messagesOf(await findInputs(names, false, stop), stop)) {
    places.push(nameOf(place));
    resources.push(bytes);
  }
  return { places, resources };
}

function tellOfResources(issues: DefinitionIssue[], places: string[]): void {
  let isTold = false;
  for (const { severity, resource, url, message } of issues) {
    const called = url ?? places[resource ?? -1];
    const text = called === undefined ? message : `${called}${severity === "error" ? ":" : ""} ${message}`;
    if (severity === "error") throw new TroubleError(`--definitions: ${text}`);
    // A folder may hold other resources beside them: they change no verdict, and one is named.
    if (!isTold) tell(`--definitions: ${text}`);
    isTold = true;
  }
}

/** Packages that are missing are told each; of what is wrong inside them, which is for their authors, the first and how many there are. */
function tellOfPackages(issues: DefinitionIssue[], names: string[]): void {
  let count = 0;
  let first: string | undefined;
  for (const issue of issues) {
    const { package: of = "", file, message, severity } = issue;
    const unread = /^packages\[(\d+)\]$/.exec(of);
    if (unread !== null) throw new TroubleError(`--package ${names[Number(unread[1])]}: ${message}`);
    if (file === undefined) {
      tell(`--package: ${of} ${message}`);
    } else if (severity !== "information") {
      count += 1;
      first ??= `${of}, ${file}: ${message}`;
    }
  }
  if (first !== undefined) tell(`--package: ${first}${count > 1 ? ` (and ${count - 1} more like this)` : ""}`);
}
