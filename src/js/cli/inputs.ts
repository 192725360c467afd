/** Which files are meant by the names on the command line. */
import { stat } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { inWords } from "./trouble.js";

export interface Input {
  /** What it is called in the output: the path as it was given or found. */
  name: string;
  /** Where it is read, unless that is stdin. */
  path?: string;
  /** Its length in bytes, where that is known beforehand. */
  bytes?: number;
  /** Whether each line is a message. */
  lines: boolean;
}

/** What is taken from a folder; not from `node_modules` in it, whose JSON is of another kind. */
const KINDS = "**/*.{json,ndjson,jsonl}";

/** The inputs in the order of their names, each once; names that lead to nothing are told. */
export async function findInputs(names: string[], ndjson: boolean, trouble: (text: string) => void): Promise<Input[]> {
  const found = new Map<string, Input>();
  for (const name of names) {
    if (name === "-") {
      found.set(name, { name: "stdin", lines: ndjson });
      continue;
    }
    const paths = await pathsOf(name);
    if (paths.length === 0) trouble(`nothing matches ${name}`);
    for (const path of paths) {
      try {
        const { size } = await stat(path);
        found.set(path, { name: path, path, bytes: size, lines: ndjson || /\.(ndjson|jsonl)$/i.test(path) });
      } catch (error) {
        trouble(`${path}: ${inWords(error)}`);
      }
    }
  }
  return [...found.values()];
}

async function pathsOf(name: string): Promise<string[]> {
  // A file may be called like a glob: it comes first.
  const there = await stat(name).catch(() => undefined);
  if (there?.isDirectory()) {
    const folder = name.replace(/[\\/]+$/, "");
    const inside = await glob(KINDS, { cwd: name, caseSensitiveMatch: false, ignore: "**/node_modules/**" });
    return inside.sort().map((path) => `${folder}/${path}`);
  }
  if (there !== undefined || !isDynamicPattern(name)) return [name];
  // In a glob the backslash takes a character's meaning away; only Windows parts folders by it.
  const pattern = sep === "\\" ? name.replaceAll(sep, "/") : name;
  return (await glob(pattern, { expandDirectories: false, absolute: isAbsolute(name) })).sort();
}

/** How many bytes there are, unless one of the inputs does not say. */
export function totalOf(inputs: Input[]): number | undefined {
  return inputs.reduce<number | undefined>((sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes), 0);
}
