/** The bearer token of `--token-file`: a token is no argument itself, since everybody on the machine can read those. */
import { readFile } from "node:fs/promises";
import { inWords, TroubleError } from "./trouble.js";

/** @throws {TroubleError} when there is none. */
export async function readTokenFile(path: string): Promise<string> {
  const content = await readFile(path, "utf8").catch((error) => {
    throw new TroubleError(`--token-file ${path}: ${inWords(error)}`);
  });
  if (content.trim() === "") throw new TroubleError(`--token-file ${path}: there is no token in it`);
  return content.trim();
}
