/** What is known of a place of the text, with R4's own few words for the element. A worker answers with it. */
import { type Hover, validator } from "../fhirpost.js";

export interface Description extends Hover {
  /** What the element is for, as R4 says it. */
  short?: string;
}

/** What has elements that others inherit, the nearest first. */
const BASES = ["BackboneElement", "DomainResource", "Element", "Resource"];

export async function describe(text: string, offset: number): Promise<Description | undefined> {
  const hover = validator.hover(text, offset);
  if (hover === undefined) return undefined;
  const { default: texts } = await import("virtual:element-texts");
  const name = hover.path.slice(hover.path.lastIndexOf(".") + 1);
  const short = [hover.path, ...BASES.map((base) => `${base}.${name}`)].map((path) => texts[path]).find((one) => one !== undefined);
  return short === undefined ? hover : { ...hover, short };
}
