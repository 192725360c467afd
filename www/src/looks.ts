/** How the page looks, as somebody has chosen it: kept on this device only where that was asked for. */
import { effect } from "@preact/signals";
import { Setting } from "./settings.js";

export const THEMES = ["system", "light", "dark"] as const;
export const PANES = ["usual", "editor", "views"] as const;

export interface Looks {
  theme: (typeof THEMES)[number];
  panes: (typeof PANES)[number];
}

const USUAL: Looks = { theme: "system", panes: "usual" };

const oneOf = <T extends string>(all: readonly T[], value: unknown, usual: T): T => all.find((one) => one === value) ?? usual;

export const looks = new Setting<Looks>("fhirpost-looks", USUAL, (stored) => {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { theme, panes } = stored as Partial<Looks>;
  return { theme: oneOf(THEMES, theme, USUAL.theme), panes: oneOf(PANES, panes, USUAL.panes) };
});

/** The page looks so from now on. */
export function followLooks(): void {
  effect(() => {
    const { theme, panes } = looks.value.value;
    const { dataset } = document.documentElement;
    if (theme === "system") delete dataset.theme;
    else dataset.theme = theme;
    if (panes === "usual") delete dataset.panes;
    else dataset.panes = panes;
  });
}
