/** The shapes of the picture, and its legend. Each role has an outline and a mark of its own, so that none depends on colour. */
import { element, svg } from "../dom.js";
import { texts } from "../texts.js";
import type { Graph, Role } from "./graph.js";

/** How much wider than its text a shape is on either side. */
export const PADDING: Record<Role, number> = {
  header: 13,
  focus: 9,
  entry: 8,
  backwards: 13,
  unlinked: 12,
  missing: 15,
  elsewhere: 14,
  ambiguous: 14,
  bundle: 9,
};

/** The outline of a role around the origin, grown by so much. */
export function outline(role: Role, width: number, height: number, grow = 0): string {
  const [x, y] = [width / 2 + grow, height / 2 + grow];
  switch (role) {
    case "header":
      return rounded(x, y, y);
    case "focus":
      return rounded(x, y, 9);
    case "entry":
      return rounded(x, y, 5);
    case "bundle":
      return polygon([-x, -y], [x, -y], [x, y], [-x, y]);
    // Points back to where it comes from.
    case "backwards":
      return polygon([-x, 0], [-x + 10, -y], [x, -y], [x, y], [-x + 10, y]);
    // Corners cut off.
    case "unlinked":
      return polygon([-x + 9, -y], [x - 9, -y], [x, -y + 9], [x, y - 9], [x - 9, y], [-x + 9, y], [-x, y - 9], [-x, -y + 9]);
    case "missing":
      return polygon([-x, 0], [-x + 13, -y], [x - 13, -y], [x, 0], [x - 13, y], [-x + 13, y]);
    case "elsewhere":
      return polygon([-x + 11, -y], [x, -y], [x - 11, y], [-x, y]);
    case "ambiguous":
      return polygon([-x, -y], [x - 12, -y], [x, 0], [x - 12, y], [-x, y], [-x + 10, 0]);
  }
}

function rounded(x: number, y: number, radius: number): string {
  const r = Math.min(radius, x, y);
  const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
  return `M${-x + r} ${-y}H${x - r}${corner(r, r)}V${y - r}${corner(-r, r)}H${-x + r}${corner(-r, -r)}V${-y + r}${corner(r, -r)}Z`;
}

const polygon = (...points: [number, number][]) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}Z`;

/** Marks in a square of 14 around the origin; most entries have none. */
const MARKS: Partial<Record<Role, string>> = {
  header: "M-6 -4.5H6V4.5H-6ZM-6 -4L0 1L6 -4",
  focus: "M0 -6A6 6 0 1 1 0 6A6 6 0 1 1 0 -6M0 -2.2A2.2 2.2 0 1 1 0 2.2A2.2 2.2 0 1 1 0 -2.2",
  backwards: "M6 0H-6M-1.5 -4.5L-6 0L-1.5 4.5",
  unlinked: "M-1 -3.5H-3.5A3.5 3.5 0 0 0 -3.5 3.5H-1M1 -3.5H3.5A3.5 3.5 0 0 1 3.5 3.5H1M-2 6.5L2 -6.5",
  missing: "M-4.5 -4.5L4.5 4.5M-4.5 4.5L4.5 -4.5",
  elsewhere: "M-4.5 4.5L4.5 -4.5M-2 -4.5H4.5V2",
  ambiguous: "M-3.5 -2.5A3.5 3.5 0 1 1 0 1V2.5M0 5.4V5.5",
  bundle: "M-5.5 -5.5H5.5V5.5H-5.5ZM-5.5 -1.5H5.5",
};

export const hasMark = (role: Role) => MARKS[role] !== undefined;

export function mark(role: Role, x = 0, y = 0): SVGElement {
  return svg("path", { class: "mark", d: MARKS[role] ?? "", transform: `translate(${x} ${y})` });
}

export interface Point {
  x: number;
  y: number;
}

const ROLES = Object.keys(texts.see.roles) as Role[];

/** What the picture shows, in words: how much there is, what is wrong with it, and what the shapes mean. */
export class Legend {
  readonly summary = element("p", { class: "see-summary" });
  readonly element = element("ul", { class: "legend", "aria-label": texts.see.legend });

  show({ nodes, entries, references, edges }: Graph): void {
    const dangling = references.filter(({ resolves }) => resolves === "nowhere").length;
    const unlinked = entries.filter(({ reach }) => reach === "not").length;
    const parts: (Node | string)[] = [texts.see.summary(entries.length, references.length)];
    if (dangling > 0) parts.push(fault("missing", texts.see.dangling(dangling)));
    if (unlinked > 0) parts.push(fault("unlinked", texts.see.unlinked(unlinked)));
    this.summary.replaceChildren(...parts);
    const there = new Set(nodes.map(({ role }) => role));
    const shapes = ROLES.filter((role) => there.has(role)).map((role) => element("li", {}, sample(role), texts.see.roles[role]));
    const other = edges.some(({ resolves }) => resolves === "other-version");
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
  const line = svg("g", { class: "link resolves-other-version" }, svg("path", { class: "line", d: "M-18 0H18" }));
  return svg("svg", { viewBox: "-20 -11 40 22", class: "sample", "aria-hidden": "true" }, line);
}
