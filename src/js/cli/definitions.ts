/** What is known beside R4: the files of `--definitions`, and the packages of `--package`. */
import { readFileSync } from "node:fs";
import { Validator } from "../node.js";
import type { DefinitionIssue } from "../types/messages.js";
import type { DefinitionsSettings } from "./arguments.js";
import { TroubleError } from "./files.js";
import { DEFINITION_KINDS, findInputs, messagesOf, nameOf } from "./inputs.js";
import { PackageCache } from "./package/cache.js";
import { digestOf, findPackages } from "./package/find.js";
import { lock } from "./package/lock.js";
import { Registry } from "./package/registry.js";
import { tell } from "./terminal.js";

/**
 * A validator that knows them.
 * @throws {TroubleError} when one cannot be read, or makes no sense: what is validated without it would get a wrong verdict. Of a package
 * that holds only for the whole: the rest of its definitions is used.
 */
export async function readDefinitions(settings: DefinitionsSettings): Promise<Validator> {
  const names = settings.packages.filter((name) => !isDefinition(name));
  const definitions = [...settings.definitions, ...settings.packages.filter(isDefinition)];
  if (definitions.length === 0 && names.length === 0) return new Validator();
  const { packages, asked } = names.length === 0 ? { packages: [], asked: [] } : await readPackages({ ...settings, packages: names });
  const { places, resources } = await readResources(definitions);
  const validator = new Validator({ packages, resources });
  const ofPackage = validator.issues.filter((issue) => issue.package !== undefined);
  tellOfPackages(ofPackage, asked, settings.verbose);
  const ofResources = validator.issues.filter((issue) => issue.package === undefined);
  tellOfResources(ofResources, places);
  if (places.length > 0 && ofResources.filter(({ kind }) => kind === "not-supported").length >= places.length) {
    tell("--definitions adds nothing to what is built in");
  }
  return validator;
}

/** Whether it names a single definition and no package. */
const isDefinition = (name: string) => /\.(json|xml)$/i.test(name);

/** The packages, compiled: by what is kept of an earlier time, where these are the same. */
async function readPackages(settings: DefinitionsSettings): Promise<{ packages: Uint8Array[]; asked: string[] }> {
  const cache = await PackageCache.in(settings.packageCache);
  const registry = settings.registry === undefined ? undefined : new Registry(settings.registry);
  const found = await findPackages(settings.packages, cache, registry);
  const asked = found.map((one) => one.asked);
  const named = found.flatMap(({ name, version, sha256 }) => (name && version ? [{ name, version, sha256 }] : []));
  if (settings.packageLock !== undefined) await lock(settings.packageLock, named);
  // What another version of the core has compiled is not for this one.
  const core = digestOf(readFileSync(new URL("./fhirpost_bg.wasm", import.meta.url)));
  const digest = digestOf(Buffer.from([core, ...found.map(({ sha256 }) => sha256)].join(" ")));
  const kept = await cache.compiled(digest);
  if (kept !== undefined && new Validator({ packages: kept }).issues.every((issue) => !UNREAD.test(issue.package ?? ""))) {
    return { packages: [kept], asked };
  }
  const validator = new Validator({ packages: found.map(({ bytes }) => bytes) });
  // Such a package is told with its name.
  if (validator.issues.some((issue) => UNREAD.test(issue.package ?? ""))) return { packages: found.map(({ bytes }) => bytes), asked };
  const compiled = validator.compiled();
  await cache.keepCompiled(digest, compiled);
  return { packages: [compiled], asked };
}

/** What a package that cannot be read is called. */
const UNREAD = /^packages\[(\d+)\]$/;

async function readResources(names: string[]): Promise<{ places: string[]; resources: Uint8Array[] }> {
  const stop = (text: string) => {
    throw new TroubleError(text);
  };
  const places: string[] = [];
  const resources: Uint8Array[] = [];
  for await (const { place, bytes } of messagesOf(await findInputs(names, false, stop, DEFINITION_KINDS), stop)) {
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

/**
 * Of the packages the first thing that has to be said of them, and how many more there are; of what is wrong inside them, which is for their
 * authors, the same. With `--verbose` each.
 */
function tellOfPackages(issues: DefinitionIssue[], names: string[], isVerbose: boolean): void {
  const told: string[] = [];
  const missing: string[] = [];
  let count = 0;
  let first: string | undefined;
  for (const issue of issues) {
    const { package: of = "", file, message, severity } = issue;
    const unread = UNREAD.exec(of);
    if (unread !== null) throw new TroubleError(`--package ${names[Number(unread[1])]}: ${message}`);
    if (isVerbose) {
      tell(`--package: ${of}${file === undefined ? "" : `, ${file}:`} ${message}`);
    } else if (severity === "information") {
      // What else was used, or left out as it is for another version of FHIR: who asks is told.
    } else if (file === undefined) {
      told.push(`${of} ${message}`);
      missing.push(...(/^depends on (\S+), which was not given/.exec(message)?.slice(1) ?? []));
    } else {
      count += 1;
      first ??= `${of}, ${file}: ${message}`;
    }
  }
  const [needed, ...others] = new Set(missing);
  if (told.length > 1 && others.length > 0 && told.length === missing.length) {
    tell(`--package: ${needed} and ${others.length} more that packages depend on were not given (--verbose lists them)`);
  } else {
    const [one, ...more] = told;
    if (one !== undefined) tell(`--package: ${one}${more.length > 0 ? ` (and ${more.length} more, see --verbose)` : ""}`);
  }
  if (first !== undefined) tell(`--package: ${first}${count > 1 ? ` (and ${count - 1} more like this)` : ""}`);
}
