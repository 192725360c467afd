/** What the documentation says of each rule, as the build took it from `docs/rules`. Loaded when an explanation is first opened. */
import data from "virtual:rule-pages";
import { element } from "../dom.js";
import { texts } from "../texts.js";

export type Inline = string | ["code", string] | ["a", text: string, address: string];
export type Block = ["p", Inline[]] | ["pre", string] | ["blockquote", Block[]] | ["ul", Block[][]] | ["table", rows: Inline[][][]];
/** Sections in the order of the page: what holds, without a heading; then What, Why, Wrong, Right, Source, and sometimes Notes. */
export type RulePage = [heading: string, blocks: Block[]][];

/** The explanation of a rule, as nodes. */
export function rulePage(rule: string): HTMLElement {
  const page = data.pages[rule];
  if (page !== undefined) {
    return element(
      "div",
      { class: "rule-page" },
      ...page.flatMap(([heading, blocks]) => [...(heading === "" ? [] : [element("h4", {}, heading)]), ...blocks.map(block)]),
    );
  }
  const source = data.constraints[rule];
  return element(
    "div",
    { class: "rule-page" },
    element("p", {}, texts.check.constraint),
    ...(source === undefined ? [] : [element("h4", {}, texts.check.source), element("p", {}, link(source, source))]),
  );
}

function block([kind, content]: Block): HTMLElement {
  switch (kind) {
    case "p":
      return element("p", {}, ...content.map(inline));
    case "pre":
      return element("pre", {}, content);
    case "blockquote":
      return element("blockquote", {}, ...content.map(block));
    case "table": {
      const rows = content.map((row, at) =>
        element("tr", {}, ...row.map((cell) => element(at === 0 ? "th" : "td", {}, ...cell.map(inline)))),
      );
      return element("table", {}, ...rows);
    }
    case "ul":
      return element("ul", {}, ...content.map((item) => element("li", {}, ...item.map(block))));
  }
}

function inline(piece: Inline): Node | string {
  if (typeof piece === "string") return piece;
  return piece[0] === "code" ? element("code", {}, piece[1]) : link(piece[1], piece[2]);
}

const link = (text: string, address: string) => element("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, text);
