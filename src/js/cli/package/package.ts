/** `fhirpost package compile`: packages as one file for pages. */
import { writeFile } from "node:fs/promises";
import { readDefinitions } from "../definitions.js";
import { inWords, TroubleError } from "../files.js";
import { tell } from "../terminal.js";
import type { PackageSettings } from "./arguments.js";

/** Gives the exit code. */
export async function compilePackages(settings: PackageSettings): Promise<number> {
  const validator = await readDefinitions(settings);
  const bytes = validator.compiled();
  try {
    await writeFile(settings.out, bytes);
  } catch (error) {
    throw new TroubleError(`${settings.out}: ${inWords(error)}`);
  }
  tell(`${settings.out}: ${bytes.length} bytes`);
  return 0;
}
