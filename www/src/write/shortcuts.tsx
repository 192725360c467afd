/** The sheet of keys, which `?` opens. */
import { Fragment } from "preact";
import { Dialog, DialogHandle } from "../notices.js";
import { texts } from "../texts.js";

const { shortcuts } = texts;
const dialog = new DialogHandle();
const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

const KEYS: [keys: string[], meaning: string][] = [
  [["F8"], shortcuts.next],
  [["Shift", "F8"], shortcuts.previous],
  [["F6"], shortcuts.views],
  [[MOD, "."], shortcuts.fix],
  [[MOD, "Enter"], shortcuts.send],
  [[MOD, "F"], shortcuts.find],
  [["Ctrl", "Space"], shortcuts.complete],
  [["Ctrl", "Shift", "Space"], shortcuts.describe],
  [[MOD, "Shift", "["], shortcuts.fold],
  [["?"], shortcuts.sheet],
  [["Escape"], shortcuts.close],
];

export const open = (): void => dialog.open();

export const View = () => (
  <Dialog handle={dialog} name="shortcuts" heading={shortcuts.heading}>
    <dl>
      {KEYS.map(([keys, meaning]) => (
        <Fragment key={meaning}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </Fragment>
      ))}
    </dl>
  </Dialog>
);
