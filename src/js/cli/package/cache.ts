/** The folder in which FHIR packages are kept on this machine, each in a folder that is called name#version: other tools fill it, too. */
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { tarOf } from "./tar.js";

/** What is ours in it: packages as they were downloaded, and what packages were compiled to. */
const OURS = ".fhirpost";
const DOWNLOADED = ".tgz";

export class PackageCache {
  readonly folder: string;
  readonly #unpacked: string[];
  readonly #downloaded: string[];

  private constructor(folder: string, unpacked: string[], ours: string[]) {
    this.folder = folder;
    this.#unpacked = unpacked;
    this.#downloaded = ours.filter((name) => name.endsWith(DOWNLOADED)).map((name) => name.slice(0, -DOWNLOADED.length));
  }

  /** @param folder Another one than the usual. */
  static async in(folder: string | undefined): Promise<PackageCache> {
    const place = folder ?? process.env.FHIR_PACKAGE_CACHE ?? join(homedir(), ".fhir", "packages");
    const [all, ours] = await Promise.all([place, join(place, OURS)].map((one) => readdir(one).catch(() => [])));
    return new PackageCache(place, all as string[], ours as string[]);
  }

  /** What a package is called here; of `4.0.x`, or `latest`, the newest one. */
  named(name: string, version: string): string | undefined {
    const all = [...this.#unpacked, ...this.#downloaded].filter((one) => one.startsWith(`${name}#`));
    const fitting = newestOf(
      all.map((one) => one.slice(name.length + 1)),
      version,
    );
    return fitting === undefined ? undefined : `${name}#${fitting}`;
  }

  /** The bytes of a package that is here. */
  async read(called: string): Promise<Uint8Array> {
    if (this.#unpacked.includes(called)) return packed(join(this.folder, called));
    return readFile(join(this.folder, OURS, `${called}${DOWNLOADED}`));
  }

  /** Keeps a package that was downloaded. */
  async keep(called: string, bytes: Uint8Array): Promise<void> {
    await this.#write(`${called}${DOWNLOADED}`, bytes);
    this.#downloaded.push(called);
  }

  /** What packages were compiled to, by their digest; nothing where that was not done yet. */
  compiled(digest: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.folder, OURS, digest)).catch(() => undefined);
  }

  /** Keeps what packages were compiled to. Where that cannot be written, they are compiled again the next time. */
  async keepCompiled(digest: string, bytes: Uint8Array): Promise<void> {
    await this.#write(digest, bytes).catch(() => {});
  }

  /** Whole, or not at all: another process may read it at the same time. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const folder = join(this.folder, OURS);
    await mkdir(folder, { recursive: true });
    const begun = join(folder, `${name}.${process.pid}`);
    await writeFile(begun, bytes);
    await rename(begun, join(folder, name));
  }
}

/** Of some versions the one that is asked for: of `4.0.x`, or `latest`, the newest one. */
export function newestOf(versions: string[], asked: string): string | undefined {
  if (versions.includes(asked)) return asked;
  const start = asked === "latest" ? "" : asked.replace(/(?<=^|\.)x$/, "");
  if (start === asked) return undefined;
  const fitting = versions.filter((one) => one.startsWith(start));
  return fitting.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

/** A folder with a package in it as an archive: the core reads nothing else. */
export async function packed(folder: string): Promise<Uint8Array> {
  const inside = await stat(join(folder, "package")).catch(() => undefined);
  const root = inside?.isDirectory() ? join(folder, "package") : folder;
  const [own, examples] = await Promise.all([filesOf(root), filesOf(join(root, EXAMPLES)).catch(() => [])]);
  // Of examples the core takes Questionnaires alone: the others would only make the archive long.
  const questionnaires = examples.filter(({ bytes }) => QUESTIONNAIRE.test(bytes.toString("latin1")));
  return tarOf([
    ...own.map(({ name, bytes }) => ({ name: `package/${name}`, bytes })),
    ...questionnaires.map(({ name, bytes }) => ({ name: `package/${EXAMPLES}/${name}`, bytes })),
  ]);
}

const EXAMPLES = "example";
const QUESTIONNAIRE = /"resourceType"\s*:\s*"Questionnaire"|<Questionnaire[\s>]/;

/** The definitions that are in a folder. */
async function filesOf(folder: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names = (await readdir(folder)).filter((name) => /\.(json|xml)$/.test(name) && !name.startsWith(".")).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
