/** The settings: they hold while the page is open, and longer only where that is asked for. */
import { computed, signal } from "@preact/signals";
import { Field, options, Tick } from "../elements.js";
import { type Looks, looks, PANES, THEMES } from "../looks.js";
import { Dialog, DialogHandle } from "../notices.js";
import { texts } from "../texts.js";

const { settings } = texts;
const dialog = new DialogHandle();
const problem = signal("");
const isKept = computed(() => looks.isKept.value);

export const open = (): void => dialog.open();

const choose = (choice: Partial<Looks>) => looks.set({ ...looks.value.peek(), ...choice });

export function View() {
  const { theme, panes } = looks.value.value;
  return (
    <Dialog handle={dialog} name="settings" heading={settings.heading}>
      <Field id="theme" label={settings.theme}>
        <select value={theme} onChange={({ currentTarget }) => choose({ theme: currentTarget.value as Looks["theme"] })}>
          {options(THEMES.map((name) => [name, settings.themes[name]]))}
        </select>
      </Field>
      <Field id="panes" label={settings.panes}>
        <select value={panes} onChange={({ currentTarget }) => choose({ panes: currentTarget.value as Looks["panes"] })}>
          {options(PANES.map((name) => [name, settings.paneSizes[name]]))}
        </select>
      </Field>
      <Tick
        id="keep-settings"
        class="keep-settings"
        label={settings.keep}
        ticked={isKept}
        take={(asked) => {
          problem.value = looks.keep(asked) ? "" : settings.keepFailed;
        }}
      />
      <p class="hint" role="status">
        {problem}
      </p>
    </Dialog>
  );
}
