/** The lock file: which packages were used, so that it is told when others would be. */
import { readFile, writeFile } from "node:fs/promises";
import { inWords, TroubleError } from "../files.js";

export interface LockedPackage {
  name: string;
  version: string;
  /** SHA-256 of the file, or of an archive of the folder's files. */
  sha256: string;
}

/**
 * Writes the lock file, or compares with the one that is there.
 * @throws {TroubleError} when other packages were used than it says.
 */
export async function lock(file: string, packages: LockedPackage[]): Promise<void> {
  const sorted = [...packages].sort((a, b) => (called(a) < called(b) ? -1 : 1));
  let there: string;
  try {
    there = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw new TroubleError(`${file}: ${inWords(error)}`);
    await writeFile(file, `${JSON.stringify({ packages: sorted }, undefined, 2)}\n`).catch((error) => {
      throw new TroubleError(`${file}: ${inWords(error)}`);
    });
    return;
  }
  const known = new Map(read(there, file).map((one) => [called(one), one.sha256]));
  for (const one of sorted) {
    const sha256 = known.get(called(one));
    if (sha256 === undefined) throw new TroubleError(`${called(one)} is not in ${file}: delete that file where it should be`);
    if (sha256 !== one.sha256) throw new TroubleError(`${called(one)} is another one than ${file} says: its digest differs`);
    known.delete(called(one));
  }
  const [missing] = known.keys();
  if (missing !== undefined) throw new TroubleError(`${missing} is in ${file}, and was not used: delete that file where this is right`);
}

const called = ({ name, version }: LockedPackage) => `${name}#${version}`;

function read(text: string, file: string): LockedPackage[] {
  try {
    const { packages } = JSON.parse(text) as { packages: LockedPackage[] };
    if (packages.every((one) => [one.name, one.version, one.sha256].every((value) => typeof value === "string"))) return packages;
  } catch {}
  throw new TroubleError(`${file} is not a lock file of packages`);
}
