/** What is known of an element, in the box that opens over it and beside its name in a list. */
import { texts } from "../texts.js";
import type { Description } from "./described.js";

/** @param linked Whether there are links in it: beside a list nobody gets to them. */
export function DescriptionBox({ of, linked }: { of: Description; linked: boolean }) {
  const { path, types, min, max, short, display, binding, targets = [], profiles = [], mustSupport, link } = of;
  const words = texts.describe;
  const lines = [
    display && words.display(display),
    binding && words.binding(binding.strength, binding.name),
    targets.length > 0 && words.targets(targets),
    profiles.length > 0 && words.profiles(profiles),
    mustSupport && words.mustSupport,
  ].filter(Boolean);
  return (
    <div class="description">
      <div class="description-head">
        <strong>{path}</strong> {types.filter((type) => !type.includes(".")).join(" | ")} {`${min}..${max ?? "*"}`}
      </div>
      {short !== undefined && <div>{short}</div>}
      {lines.map((line) => (
        <div key={line} class="description-line">
          {line}
        </div>
      ))}
      {linked && (
        <a href={link} target="_blank" rel="noreferrer noopener">
          {words.link}
        </a>
      )}
    </div>
  );
}
