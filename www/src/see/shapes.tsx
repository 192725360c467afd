/** The shapes of the picture. Each role has an outline and a mark of its own, so that none depends on colour. */
import type { Role } from "./graph.js";

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

export function Mark({ role, x = 0, y = 0 }: { role: Role; x?: number; y?: number }) {
  return <path class="mark" d={MARKS[role] ?? ""} transform={`translate(${x} ${y})`} />;
}

/** The mark of a role where there is no picture around it. */
export function RoleMark({ role }: { role: Role }) {
  return (
    <svg viewBox="-8 -8 16 16" class={`role-mark role-${role}`} aria-hidden="true">
      <Mark role={role} />
    </svg>
  );
}

export interface Point {
  x: number;
  y: number;
}
