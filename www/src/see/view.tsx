/** The message as a picture and as an outline, which follow the text as it is written. */

import { useEffect } from "preact/hooks";
import { Button } from "../elements.js";
import { texts } from "../texts.js";
import { enlarge, follow, graph, hasPicture, isEnlarged, notice } from "./drawing.js";
import type { Graph, Role } from "./graph.js";
import { Picture } from "./picture.js";
import { hasMark, Mark, outline, RoleMark } from "./shapes.js";
import { Outline } from "./tree.js";
import { ZoomControls } from "./viewport.js";

export function SeeView() {
  useEffect(follow, []);
  return (
    <div class={isEnlarged.value ? "see enlarged" : "see"} onKeyDown={({ key }) => key === "Escape" && enlarge(false)}>
      <Summary graph={graph.value} />
      <p class="see-notice" role="status">
        {notice}
      </p>
      <Picture />
      <div class="see-foot" hidden={!hasPicture.value}>
        <Legend graph={graph.value} />
        <ZoomControls>
          <Button
            label="⤢"
            class="quiet"
            aria-pressed={isEnlarged.value}
            title={texts.see.enlarge}
            aria-label={texts.see.enlarge}
            press={() => enlarge(!isEnlarged.peek())}
          />
        </ZoomControls>
      </div>
      <Outline />
    </div>
  );
}

/** What the picture shows, in words: how much there is, what is wrong with it, and what the shapes mean. */
const ROLES = Object.keys(texts.see.roles) as Role[];

function Summary({ graph }: { graph: Graph | undefined }) {
  if (graph === undefined) return <p class="see-summary" />;
  const { entries, references } = graph;
  const dangling = references.filter(({ resolves }) => resolves === "nowhere").length;
  const unlinked = entries.filter(({ reach }) => reach === "not").length;
  return (
    <p class="see-summary">
      {texts.see.summary(entries.length, references.length)}
      {dangling > 0 && <Fault of="missing" text={texts.see.dangling(dangling)} />}
      {unlinked > 0 && <Fault of="unlinked" text={texts.see.unlinked(unlinked)} />}
    </p>
  );
}

function Legend({ graph }: { graph: Graph | undefined }) {
  const there = new Set(graph?.nodes.map(({ role }) => role));
  return (
    <ul class="legend" aria-label={texts.see.legend}>
      {ROLES.filter((role) => there.has(role)).map((role) => (
        <li key={role}>
          <Sample role={role} />
          {texts.see.roles[role]}
        </li>
      ))}
      {graph?.edges.some(({ resolves }) => resolves === "other-version") && (
        <li>
          <svg viewBox="-20 -11 40 22" class="sample" aria-hidden="true">
            <g class="link resolves-other-version">
              <path class="line" d="M-18 0H18" />
            </g>
          </svg>
          {texts.see.otherVersion}
        </li>
      )}
    </ul>
  );
}

function Fault({ of: role, text }: { of: Role; text: string }) {
  return (
    <span class={`fault role-${role}`}>
      <RoleMark role={role} />
      {text}
    </span>
  );
}

function Sample({ role }: { role: Role }) {
  return (
    <svg viewBox="-20 -11 40 22" class={`sample role-${role}`} aria-hidden="true">
      <path class="shape" d={outline(role, 36, 18)} />
      {hasMark(role) && (
        <g transform="scale(0.8)">
          <Mark role={role} />
        </g>
      )}
    </svg>
  );
}
