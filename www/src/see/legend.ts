/** What the picture shows, in words: how much there is, what is wrong with it, and what the shapes mean. */
import { element } from "../dom.js";
import { texts } from "../texts.js";
import type { Graph, Role } from "./graph.js";
import { hasMark, mark, outline, svg } from "./shapes.js";

const ROLES = Object.keys(texts.see.roles) as Role[];

export class Legend {
  readonly summary = element("p", { class: "see-summary" });
  readonly element = element("ul", { class: "legend", "aria-label": texts.see.legend });

  show({ nodes, entries, references, edges }: Graph): void {
    const dangling = references.filter(({ leads }) => leads === "nowhere").length;
    const unlinked = entries.filter(({ reach }) => reach === "not").length;
    const parts: (Node | string)[] = [texts.see.summary(entries.length, references.length)];
    if (dangling > 0) parts.push(fault("missing", texts.see.dangling(dangling)));
    if (unlinked > 0) parts.push(fault("unlinked", texts.see.unlinked(unlinked)));
    this.summary.replaceChildren(...parts);
    const there = new Set(nodes.map(({ role }) => role));
    const shapes = ROLES.filter((role) => there.has(role)).map((role) => element("li", {}, sample(role), texts.see.roles[role]));
    const other = edges.some(({ leads }) => leads === "other-version");
    this.element.replaceChildren(...shapes, ...(other ? [element("li", {}, otherVersion(), texts.see.otherVersion)] : []));
  }

  clear(): void {
    this.summary.replaceChildren();
    this.element.replaceChildren();
  }
}

function fault(role: Role, text: string): HTMLElement {
  const sign = svg("svg", { viewBox: "-8 -8 16 16", class: `role-mark role-${role}`, "aria-hidden": "true" }, mark(role));
  return element("span", { class: `fault role-${role}` }, sign, text);
}

function sample(role: Role): SVGSVGElement {
  const made = svg("svg", { viewBox: "-20 -11 40 22", class: `sample role-${role}`, "aria-hidden": "true" });
  made.append(svg("path", { class: "shape", d: outline(role, 36, 18) }));
  if (hasMark(role)) made.append(svg("g", { transform: "scale(0.8)" }, mark(role)));
  return made;
}

function otherVersion(): SVGSVGElement {
  const line = svg("g", { class: "link leads-other-version" }, svg("path", { class: "line", d: "M-18 0H18" }));
  return svg("svg", { viewBox: "-20 -11 40 22", class: "sample", "aria-hidden": "true" }, line);
}
