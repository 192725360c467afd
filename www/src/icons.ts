/** The icons that stand beside words. Each has its own shape, so that none depends on colour. */
const SHAPES = {
  error: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8"],
  warning: ["M8 1.8 15 14H1L8 1.8Z", "M8 6.2v3.6m0 1.9v.1"],
  information: ["M2 2h12v12H2Z", "M8 7.2v4M8 4.8v.1"],
  ok: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5 8.3 2.1 2.1L11 6.2"],
  close: ["m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6"],
  waiting: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "M8 4.6V8l2.2 1.6"],
} as const;

export type IconName = keyof typeof SHAPES;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}
