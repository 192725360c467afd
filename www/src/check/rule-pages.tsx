/** What the documentation says of each rule, as the build took it from `docs/rules`. Loaded when an explanation is first opened. */

import data from "virtual:rule-pages";
import { type ComponentChild, Fragment, h, type VNode } from "preact";
import { OutsideLink } from "../elements.js";
import { texts } from "../texts.js";

export type Inline = string | ["code", string] | ["a", text: string, address: string];
export type Block = ["p", Inline[]] | ["pre", string] | ["blockquote", Block[]] | ["ul", Block[][]] | ["table", rows: Inline[][][]];
/** Sections in the order of the page: what holds, without a heading; then What, Why, Wrong, Right, Source, and sometimes Notes. */
export type RulePage = [heading: string, blocks: Block[]][];

/** The explanation of a rule. */
export function RulePage({ rule }: { rule: string }) {
  const page = data.pages[rule];
  const source = data.constraints[rule];
  return (
    <div class="rule-page">
      {page?.map(([heading, blocks]) => (
        <Fragment key={heading}>{[heading !== "" && <h4 key="heading">{heading}</h4>, ...blocks.map(blockOf)]}</Fragment>
      ))}
      {page === undefined && <p>{texts.check.constraint}</p>}
      {page === undefined && source !== undefined && (
        <>
          <h4>{texts.check.source}</h4>
          <p>
            <OutsideLink address={source}>{source}</OutsideLink>
          </p>
        </>
      )}
    </div>
  );
}

function blockOf([kind, content]: Block): VNode {
  switch (kind) {
    case "p":
      return h("p", null, ...content.map(inlineOf));
    case "pre":
      return h("pre", null, content);
    case "blockquote":
      return h("blockquote", null, ...content.map(blockOf));
    case "table":
      return h(
        "table",
        null,
        ...content.map((row, at) => h("tr", null, ...row.map((cell) => h(at === 0 ? "th" : "td", null, ...cell.map(inlineOf))))),
      );
    case "ul":
      return h("ul", null, ...content.map((item) => h("li", null, ...item.map(blockOf))));
  }
}

function inlineOf(piece: Inline): ComponentChild {
  if (typeof piece === "string") return piece;
  return piece[0] === "code" ? <code>{piece[1]}</code> : <OutsideLink address={piece[2]}>{piece[1]}</OutsideLink>;
}
