/** Where FHIR packages are on this machine: files, folders, and the cache that other tools fill. Nothing is downloaded. */
import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { core } from "../core.js";
import { UsageError } from "./arguments.js";
import { inWords, TroubleError } from "./files.js";
import { tarOf } from "./tar.js";

interface FoundPackage {
  /** As it was asked for. */
  name: string;
  bytes: Uint8Array;
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
 * The packages of these names, and those of the cache that they depend on.
 * @throws {TroubleError} when one that was asked for is not there. What the others depend on, the validator's issues say.
 */
export async function findPackages(names: string[], cache: string | undefined): Promise<FoundPackage[]> {
  if (names.length === 0) return [];
  const cached = await PackageCache.in(cache ?? process.env.FHIR_PACKAGE_CACHE ?? join(homedir(), ".fhir", "packages"));
  const found: FoundPackage[] = [];
  for (const name of names) found.push({ name, bytes: await read(name, cached) });
  const known = new Set<string>();
  // What is found has dependencies, too: the list grows while it is gone through.
  for (const { bytes } of found) {
    const description = describe(bytes);
    known.add(`${description?.name}#${description?.version}`);
    for (const [name, version] of description?.dependencies ?? []) {
      const called = name === R4 ? undefined : cached.named(name, version);
      if (called === undefined || known.has(called)) continue;
      known.add(called);
      found.push({ name: called, bytes: await cached.read(called) });
    }
  }
  return found;
}

async function read(name: string, cache: PackageCache): Promise<Uint8Array> {
  try {
    const there = await stat(name).catch(() => undefined);
    if (there !== undefined) return there.isDirectory() ? await packed(name) : await readFile(name);
    const [, id, version] = /^([^#/\\]+)#([^#/\\]+)$/.exec(name) ?? [];
    if (id === undefined || version === undefined) {
      throw new UsageError(`--package ${name}: there is no such file, and no version in it: name#version is meant`);
    }
    const called = cache.named(id, version);
    if (called !== undefined) return await cache.read(called);
  } catch (error) {
    if (error instanceof UsageError || error instanceof TroubleError) throw error;
    throw new TroubleError(`--package ${name}: ${inWords(error)}`);
  }
  throw new TroubleError(`--package ${name}: it is not in ${cache.folder}, and nothing is downloaded`);
}

/** What a package says of itself; nothing of one that cannot be read, of which the validator says why. */
function describe(bytes: Uint8Array): Description | undefined {
  try {
    return JSON.parse(core().describePackage(bytes));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** A folder with a package in it as an archive: the core reads nothing else. */
async function packed(folder: string): Promise<Uint8Array> {
  const inside = await stat(join(folder, "package")).catch(() => undefined);
  const root = inside?.isDirectory() ? join(folder, "package") : folder;
  const names = (await readdir(root)).filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
  const files = await Promise.all(names.map(async (name) => ({ name: `package/${name}`, bytes: await readFile(join(root, name)) })));
  return tarOf(files);
}

/** A folder of packages, each in one that is called name#version. */
class PackageCache {
  readonly folder: string;
  readonly #names: string[];

  private constructor(folder: string, names: string[]) {
    this.folder = folder;
    this.#names = names;
  }

  static async in(folder: string): Promise<PackageCache> {
    return new PackageCache(folder, await readdir(folder).catch(() => []));
  }

  /** What a package is called here; of `4.0.x`, or `latest`, the newest one. */
  named(name: string, version: string): string | undefined {
    const exact = `${name}#${version}`;
    if (this.#names.includes(exact)) return exact;
    const start = version === "latest" ? "" : version.replace(/(?<=^|\.)x$/, "");
    if (start === version) return undefined;
    const fitting = this.#names.filter((one) => one.startsWith(`${name}#${start}`));
    return fitting.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  }

  async read(called: string): Promise<Uint8Array> {
    return packed(join(this.folder, called));
  }
}
