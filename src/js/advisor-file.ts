/**
 * The advisor files of HL7's validator (`-advisor-file`): which of its messages are passed over.
 *
 * Source: org.hl7.fhir.core, help/advisor.txt and RulesDrivenPolicyAdvisor. What is read here is what that validator reads, too: the list
 * `suppress` in JSON, and the lines that begin with `-` in text. Its `rules`, which would choose what is validated at all, it documents and
 * does not read.
 */
import { checkText } from "./arguments.js";
import type { Suppression } from "./types/validation.js";

/** What an advisor file says. */
export interface AdvisorFile {
  /** As the option `suppress` takes it. */
  suppress: Suppression[];
  /** What of it has no meaning here, and why. */
  ignored: { what: string; why: string }[];
}

/**
 * Reads an advisor file of HL7's validator, JSON or text.
 *
 * ```js
 * const { suppress } = readAdvisorFile(await readFile("advisor.json", "utf8"));
 * const report = validator.validate(message, { suppress });
 * ```
 * @throws {TypeError} when the text is neither form.
 */
export function readAdvisorFile(text: string): AdvisorFile {
  checkText(text, "text");
  const file: AdvisorFile = { suppress: [], ignored: [] };
  if (/^\s*[{[]/.test(text)) fromJson(text, file);
  else fromLines(text, file);
  return file;
}

const CHOSEN = "what is validated is not chosen by it; suppress names the message ids";

function fromJson(text: string, file: AdvisorFile): void {
  let read: unknown;
  try {
    // Comments, and commas behind the last item, which that validator lets: what is in strings stays.
    read = JSON.parse(plain(plain(text)));
  } catch {
    // The cause quotes the text.
    throw new TypeError("it is not JSON");
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) throw new TypeError("it must be an object with the list suppress");
  const { suppress = [], rules, "suppress-complies-with": complies } = read as Record<string, unknown>;
  for (const one of Array.isArray(suppress) ? suppress : [suppress]) {
    if (typeof one === "string") add(one, undefined, file);
    else file.ignored.push({ what: "an item of suppress", why: "it is no text" });
  }
  if (Array.isArray(rules) && rules.length > 0) file.ignored.push({ what: "rules", why: CHOSEN });
  if (complies !== undefined) file.ignored.push({ what: "suppress-complies-with", why: COMPLIES });
}

const COMPLIES = "profiles are not compared with what they say that they comply with";

const plain = (text: string) =>
  text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/|,(?=\s*[\]}])/g, (_, string) => string ?? "");

function fromLines(text: string, file: AdvisorFile): void {
  let comment: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const said = line.trim();
    // An id may have `#` in it: that of a constraint.
    const [, content = "", behind] = /^(.*?)(?:(?:^|\s)#\s*(.*))?$/.exec(said) ?? [];
    if (content === "") {
      comment = behind;
      continue;
    }
    const kind = content[0];
    if (kind === "-") add(content.slice(1).trim(), behind ?? comment, file);
    else file.ignored.push({ what: content, why: kind === "=" ? COMPLIES : CHOSEN });
  }
}

function add(said: string, reason: string | undefined, { suppress, ignored }: AdvisorFile): void {
  const at = said.indexOf("@");
  const hl7Id = at === -1 ? said : said.slice(0, at);
  const path = at === -1 ? undefined : said.slice(at + 1);
  if (hl7Id === "") return;
  if (path?.startsWith("^")) {
    ignored.push({ what: said, why: "a path is no regular expression here" });
    return;
  }
  suppress.push({
    hl7Id,
    // Of an entry that validator names the resource in a comment.
    ...(path !== undefined && { path: path.replaceAll(/\/\*[^*]*\*\//g, "") }),
    reason: reason || "the advisor file of HL7's validator says so",
  });
}
