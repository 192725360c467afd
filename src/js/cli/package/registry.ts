/** A registry of packages, as npm's: `URL/name` lists the versions, `URL/name/version` gives the `.tgz`. Asked only where one was named. */
import { inWords, TroubleError } from "../files.js";
import { tell } from "../terminal.js";
import { newestOf, type PackageCache } from "./cache.js";

/** Names and versions become parts of addresses and of file names, and come from packages. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const PATIENCE = 120_000;
/** So long a package may be. */
const LONGEST = 256 * 1024 * 1024;

export class Registry {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, "");
  }

  /**
   * Downloads a package into the cache, and says what it is called there; nothing where the registry does not have it.
   * @throws {TroubleError} when the registry cannot be asked, or the package not be kept.
   */
  async fetch(name: string, asked: string, cache: PackageCache): Promise<string | undefined> {
    if (!PLAIN.test(name) || !PLAIN.test(asked)) return undefined;
    const version = /(^|\.)x$|^latest$/.test(asked) ? await this.#newest(name, asked) : asked;
    const bytes = version === undefined ? undefined : await this.#get(`${name}/${version}`);
    if (version === undefined || bytes === undefined) return undefined;
    const called = `${name}#${version}`;
    try {
      await cache.keep(called, bytes);
    } catch (error) {
      throw new TroubleError(`${cache.folder}: ${inWords(error)}`);
    }
    tell(`${called} was downloaded`);
    return called;
  }

  async #newest(name: string, asked: string): Promise<string | undefined> {
    const bytes = await this.#get(name);
    if (bytes === undefined) return undefined;
    try {
      const { versions } = JSON.parse(new TextDecoder().decode(bytes)) as { versions?: object };
      return newestOf(
        Object.keys(versions ?? {}).filter((version) => PLAIN.test(version)),
        asked,
      );
    } catch {
      throw new TroubleError(`${this.#url}/${name} gives no list of versions`);
    }
  }

  async #get(path: string): Promise<Uint8Array | undefined> {
    const address = `${this.#url}/${path}`;
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new TroubleError(`${address} answers ${response.status}`);
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const part of response.body ?? []) {
        length += part.length;
        if (length > LONGEST) throw new TroubleError(`${address} is longer than ${LONGEST} bytes`);
        parts.push(part);
      }
      return Buffer.concat(parts);
    } catch (error) {
      if (error instanceof TroubleError) throw error;
      throw new TroubleError(`${address} cannot be read: ${inWords((error as Error).cause ?? error)}`);
    }
  }
}
