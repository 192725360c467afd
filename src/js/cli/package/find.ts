/** Where FHIR packages are on this machine: files, folders, and the cache. Nothing is downloaded unless a registry is named. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { core } from "../../core.js";
import { UsageError } from "../arguments.js";
import { inWords, TroubleError } from "../files.js";
import { type PackageCache, packed } from "./cache.js";
import type { LockedPackage } from "./lock.js";
import type { Registry } from "./registry.js";

export interface FoundPackage extends Partial<LockedPackage> {
  /** As it was asked for. */
  asked: string;
  bytes: Uint8Array;
  sha256: string;
}

/** What the core says of a package. */
interface Description {
  name: string;
  version: string;
  dependencies: [name: string, version: string][];
}

/** It is built in. */
const R4 = "hl7.fhir.r4.core";

/**
 * The packages of these names, and those of the cache and the registry that they depend on.
 * @throws {TroubleError} when one that was asked for is not there. What the others depend on, the validator's issues say.
 */
export async function findPackages(names: string[], cache: PackageCache, registry: Registry | undefined): Promise<FoundPackage[]> {
  const places = { cache, registry };
  const found: FoundPackage[] = [];
  for (const asked of names) found.push(describedAs(asked, await read(asked, places)));
  const known = new Set<string>();
  // What is found has dependencies, too: the list grows while it is gone through.
  for (const one of found) {
    const { dependencies = [], ...description } = describe(one.bytes) ?? {};
    Object.assign(one, description);
    known.add(`${one.name}#${one.version}`);
    for (const [name, version] of dependencies) {
      const called = name === R4 ? undefined : await locate(name, version, places);
      if (called === undefined || known.has(called)) continue;
      known.add(called);
      found.push(describedAs(called, await cache.read(called)));
    }
  }
  return found;
}

/** Of bytes, as text: what they are told from others by. */
export const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const describedAs = (asked: string, bytes: Uint8Array): FoundPackage => ({ asked, bytes, sha256: digestOf(bytes) });

interface Places {
  cache: PackageCache;
  registry: Registry | undefined;
}

const locate = async (name: string, version: string, { cache, registry }: Places): Promise<string | undefined> =>
  cache.named(name, version) ?? (await registry?.fetch(name, version, cache));

async function read(name: string, places: Places): Promise<Uint8Array> {
  const { cache, registry } = places;
  try {
    const there = await stat(name).catch(() => undefined);
    if (there !== undefined) return there.isDirectory() ? await packed(name) : await readFile(name);
    const [, id, version] = /^([^#/\\]+)#([^#/\\]+)$/.exec(name) ?? [];
    if (id === undefined || version === undefined) {
      throw new UsageError(`--package ${name}: there is no such file, and no version in it: name#version is meant`);
    }
    const called = await locate(id, version, places);
    if (called !== undefined) return await cache.read(called);
  } catch (error) {
    if (error instanceof UsageError || error instanceof TroubleError) throw error;
    throw new TroubleError(`--package ${name}: ${inWords(error)}`);
  }
  const why = registry === undefined ? ", and nothing is downloaded without --registry" : ", and the registry does not have it";
  throw new TroubleError(`--package ${name}: it is not in ${cache.folder}${why}`);
}

/** What a package says of itself; nothing of one that cannot be read, of which the validator says why, and of what was compiled. */
function describe(bytes: Uint8Array): Description | undefined {
  try {
    return JSON.parse(core().describePackage(bytes));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
