/**
 * A FHIR terminology server that is asked whether codes are valid.
 *
 * Sources: R4, CodeSystem-validate-code and ValueSet-validate-code; the batch interaction of R4's page on HTTP. Codes are in the body of a request, never in
 * its URL: that is logged everywhere.
 */
import { callable, check, checkText, isPlain, LONGEST_TIMER, wholeNumber } from "../arguments.js";
import { exchange, type Fetch, type HttpAnswer } from "../exchange/fetch.js";
import type { AnsweredCode, Lookup, TerminologyServerOptions } from "../types/lookup.js";
import type { WantedCode } from "../types/validation.js";
import { readBaseUrl, withoutTrailingSlashes } from "../web-addresses.js";
import { keyOf } from "./answers.js";

const headers = (value: unknown) =>
  isPlain(value) && Object.values(value).every((one) => typeof one === "string") ? undefined : "must be an object of names and strings";

const OPTIONS = {
  fetch: callable,
  headers,
  timeout: wholeNumber(1, LONGEST_TIMER),
  batchSize: wholeNumber(1, 1000),
  concurrency: wholeNumber(1, 64),
  maxBytes: wholeNumber(1),
  cacheSize: wholeNumber(0),
};

/**
 * A lookup for `validateWith` that asks a FHIR terminology server, by `$validate-code`: in batches, or one by one where the server takes no batches;
 * each code once, what is known is remembered. A server that does not answer, or answers something else, decides nothing: it is not asked
 * further for the message.
 *
 * ```js
 * const lookup = terminologyServer("https://tx.example.org/r4");
 * const { valid, lookup: note } = await validator.validateWith(message, { lookup });
 * ```
 *
 * Codes leave the machine by it, with their systems and value sets, and nothing else of a message.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function terminologyServer(url: string, options?: TerminologyServerOptions): Lookup {
  checkText(url, "url");
  const base = readBaseUrl(url);
  if ("fault" in base) throw new TypeError("url must be an absolute http or https URL, without a password, query or fragment");
  const server = new Server(withoutTrailingSlashes(url), check(options, OPTIONS) as TerminologyServerOptions);
  return async ({ codes }, { signal }) => ({ codes: await server.decide(codes, signal) });
}

type Verdict = boolean | undefined;

/** What a request came to: a verdict for each code, that the server takes no batches, or that there is nothing to be had from it. */
type Asked = Verdict[] | "refused" | "failed";

/** Statuses of a server that does not know the interaction, or not in this form. */
const REFUSED = [400, 404, 405, 406, 415, 422, 501];

class Server {
  readonly #base: string;
  readonly #options: TerminologyServerOptions;
  readonly #known = new Map<string, boolean>();
  #takesBatches = true;

  constructor(base: string, options: TerminologyServerOptions) {
    this.#base = base;
    this.#options = options;
  }

  /** @throws when the server has failed, and nothing was decided. */
  async decide(codes: readonly WantedCode[], signal: AbortSignal): Promise<AnsweredCode[]> {
    const { batchSize = 100, concurrency = 4 } = this.#options;
    const waiting = codes.filter((code) => !this.#known.has(keyOf(code)));
    const found = new Map<string, boolean>();
    for (const code of codes) this.#remembered(code, found);
    let hasFailed = false;
    const work = async () => {
      while (waiting.length > 0 && !hasFailed) {
        const next = waiting.splice(0, this.#takesBatches ? batchSize : 1);
        const asked = await this.#ask(next, signal);
        if (asked === "refused") {
          this.#takesBatches = false;
          waiting.unshift(...next);
        } else if (asked === "failed") hasFailed = true;
        else for (const [place, code] of next.entries()) this.#learn(code, asked[place], found);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    if (hasFailed && found.size === 0) throw new Error("the terminology server cannot be asked");
    return codes.flatMap((code) => {
      const valid = found.get(keyOf(code));
      return valid === undefined ? [] : [{ ...code, valid }];
    });
  }

  #remembered(code: WantedCode, found: Map<string, boolean>): void {
    const key = keyOf(code);
    const valid = this.#known.get(key);
    if (valid === undefined) return;
    found.set(key, valid);
    // What is asked for again is forgotten last.
    this.#known.delete(key);
    this.#known.set(key, valid);
  }

  #learn(code: WantedCode, verdict: Verdict, found: Map<string, boolean>): void {
    if (verdict === undefined) return;
    const key = keyOf(code);
    found.set(key, verdict);
    this.#known.set(key, verdict);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= (this.#options.cacheSize ?? 10_000)) break;
      this.#known.delete(oldest);
    }
  }

  async #ask(codes: WantedCode[], signal: AbortSignal): Promise<Asked> {
    const [only] = codes;
    if (!this.#takesBatches && codes.length === 1 && only !== undefined) {
      const { resource, request } = question(only);
      const answer = await this.#post(`/${request.url}`, resource, signal);
      if (answer.failure !== undefined) return "failed";
      if (isFine(answer.status)) return [verdictOf(json(answer.body))];
      // Of a system that it does not know it may say so by its status.
      return REFUSED.includes(answer.status) ? [undefined] : "failed";
    }
    const answer = await this.#post("", { resourceType: "Bundle", type: "batch", entry: codes.map(question) }, signal);
    if (answer.failure !== undefined) return "failed";
    if (!isFine(answer.status)) return REFUSED.includes(answer.status) ? "refused" : "failed";
    return verdicts(json(answer.body), codes.length) ?? "failed";
  }

  #post(path: string, resource: object, signal: AbortSignal): Promise<HttpAnswer> {
    const { fetch: ask = (url: string, init: RequestInit) => fetch(url, init), timeout = 10_000, maxBytes = 4 << 20 } = this.#options;
    const body = JSON.stringify(resource);
    const type = "application/fhir+json";
    const init = { method: "POST", body, headers: { ...this.#options.headers, "Content-Type": type, Accept: type } };
    return exchange(ask as Fetch, `${this.#base}${path}`, init, { signal, timeout, maxBytes });
  }
}

const isFine = (status: number) => status >= 200 && status < 300;

/** An entry of a batch that asks about a code. */
function question({ system, version, code, valueSet }: WantedCode) {
  const [url, valueSetVersion] = valueSet?.split("|") ?? [system];
  const ofSet = [
    ...(valueSetVersion === undefined ? [] : [{ name: "valueSetVersion", valueString: valueSetVersion }]),
    ...(system === undefined ? [{ name: "inferSystem", valueBoolean: true }] : [{ name: "system", valueUri: system }]),
    ...(version === undefined ? [] : [{ name: "systemVersion", valueString: version }]),
  ];
  const parameter = [
    { name: "url", valueUri: url },
    { name: "code", valueCode: code },
    ...(valueSet === undefined ? (version === undefined ? [] : [{ name: "version", valueString: version }]) : ofSet),
  ];
  const type = valueSet === undefined ? "CodeSystem" : "ValueSet";
  return { resource: { resourceType: "Parameters", parameter }, request: { method: "POST", url: `${type}/$validate-code` } };
}

function json(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The verdicts of a batch; nothing for what is no answer to it. */
function verdicts(answer: unknown, count: number): Verdict[] | undefined {
  const { resourceType, entry } = members(answer);
  if (resourceType !== "Bundle" || !Array.isArray(entry) || entry.length !== count) return undefined;
  return entry.map((one) => {
    const { resource, response } = members(one);
    return /^2\d\d/.test(String(members(response).status)) ? verdictOf(resource) : undefined;
  });
}

const members = (value: unknown) => (isPlain(value) ? value : {}) as Record<string, unknown>;

/** That a system or value set is not known to the server makes no code wrong. */
function verdictOf(resource: unknown): Verdict {
  const { resourceType, parameter } = members(resource);
  if (resourceType !== "Parameters" || !Array.isArray(parameter)) return undefined;
  const all = parameter.map(members);
  const result = all.find(({ name }) => name === "result")?.valueBoolean;
  if (typeof result !== "boolean") return undefined;
  if (result) return true;
  const isUnknown = all.some(({ name }) => typeof name === "string" && /^x-(?:caused-by-)?unknown-system$/.test(name));
  const issues = all.filter(({ name }) => name === "issues").flatMap(({ resource: outcome }) => list(members(outcome).issue));
  return isUnknown || issues.some(saysUnknown) ? undefined : false;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function saysUnknown(issue: unknown): boolean {
  const { code, details } = members(issue);
  const codes = [code, ...list(members(details).coding).map((coding) => members(coding).code)];
  return codes.some((one) => one === "not-found" || one === "not-supported" || one === "vs-invalid");
}
