/** What is above the editor: the ways to get a message into it, and to change all of it. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../elements.js";
import type { OpenText } from "../open-text.js";
import { current, openTexts } from "../store.js";
import { texts } from "../texts.js";
import { tools } from "../workers.js";
import { holdsReplaced, isWork, openLink, takeLink, writeNotice } from "./incoming-text.js";
import type { Shape, ShapedText } from "./json-text.js";
import { KeepSwitch, keeps, restore } from "./keep.js";
import { dialogHoldsWork, openDialog } from "./open-dialog.js";
import { chooseFile, chooseFolder } from "./open-file.js";
import { openSettings } from "./start-view.js";
import { NewTextButton, newText } from "./text-tabs.js";

/** Brings in what the page may begin with: the text that was kept on this device, and the message of the link that opened it. */
export async function begin(): Promise<void> {
  const link = takeLink();
  // A link that is put into the address bar of the open page does not load it anew.
  window.addEventListener("hashchange", () => void openLink(takeLink()));
  await restore();
  await openLink(link);
}

/** Whether leaving the page would lose a person's work: a text, unless it is to be had elsewhere, or a form half filled. */
export function holdsWork(isHandedOver: boolean): boolean {
  const isLost = (text: OpenText) => (!isHandedOver && isWork(text) && !keeps(text.text.peek())) || holdsReplaced(text);
  return openTexts.peek().some(isLost) || dialogHoldsWork();
}

export function WriteBar() {
  return (
    <div class="write-bar" role="group" aria-label={texts.write.label}>
      <Button label={texts.write.examples} press={() => openDialog(() => import("./gallery.js"))} />
      <Button label={texts.write.compose} press={() => openDialog(() => import("./compose/dialog.js"))} />
      <Button label={texts.write.open} press={chooseFile} />
      {/* On a narrow screen these are in the menu instead. */}
      <span class="write-actions">
        <NewTextButton />
        <Actions />
      </span>
      <MoreMenu />
    </div>
  );
}

function Actions({ done = () => {} }: { done?: () => void }) {
  const { canUndo, canRedo } = current.value;
  const actions: [name: string, press: () => void, isPossible?: boolean][] = [
    [texts.write.format, () => void reshape("format")],
    [texts.write.minify, () => void reshape("minify")],
    [texts.write.undo, () => current.peek().undo(), canUndo.value],
    [texts.write.redo, () => current.peek().redo(), canRedo.value],
  ];
  return actions.map(([name, press, isPossible = true]) => (
    <Button
      label={name}
      key={name}
      disabled={!isPossible}
      press={() => {
        press();
        done();
      }}
    />
  ));
}

/** What is needed less often, behind one button. */
function MoreMenu() {
  const isOpen = useSignal(false);
  const menu = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    isOpen.value = false;
  };
  const isOutside = (target: EventTarget | null) => !menu.current?.contains(target as Node | null);
  useEffect(() => {
    const press = ({ target }: PointerEvent) => isOutside(target) && close();
    document.addEventListener("pointerdown", press);
    return () => document.removeEventListener("pointerdown", press);
  }, []);
  return (
    <span
      class="more"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen.value) return;
        event.preventDefault();
        close();
        button.current?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget !== null && isOutside(relatedTarget)) close();
      }}>
      <Button
        label={texts.write.more}
        ref={button}
        aria-expanded={isOpen.value}
        aria-controls="more-menu"
        press={() => {
          isOpen.value = !isOpen.value;
        }}
      />
      <div class="more-box" id="more-menu" hidden={!isOpen.value}>
        <div class="more-actions">
          <Actions done={close} />
          <Button
            label={texts.textTabs.newShort}
            press={() => {
              close();
              newText();
            }}
          />
        </div>
        <Button
          label={texts.write.openFolder}
          press={() => {
            close();
            chooseFolder();
          }}
        />
        <Button
          label={texts.start.settings}
          press={() => {
            close();
            void openSettings();
          }}
        />
        <KeepSwitch />
      </div>
    </span>
  );
}

/** Texts above this are left to the worker: below, starting it would take longer than the work. */
const LARGE = 200_000;

let isRunning = false;

/** Format and Minify: the text in another shape, as one step that undo takes back. */
async function reshape(shape: Shape): Promise<void> {
  if (isRunning) return;
  const target = current.peek();
  const text = target.text.peek();
  if (text.trim() === "") return writeNotice.say(texts.write.empty);
  isRunning = true;
  try {
    const { MOST_LEVELS, shapeJson } = await import("./json-text.js");
    if (text.length > LARGE) writeNotice.say(texts.write.working);
    const cursor = target.cursor.peek();
    const shaped: ShapedText = text.length > LARGE ? await tools.ask("shapeJson", [text, shape, cursor]) : shapeJson(text, shape, cursor);
    // Who went on typing meanwhile keeps what is there, and may ask again.
    if (target.text.peek() !== text) return;
    if (shaped.text === undefined) return writeNotice.say(texts.write.tooDeep(MOST_LEVELS));
    if (shaped.text !== text) target.replace(shaped.text, shaped.cursor);
    writeNotice.say(saidOf(shape, shaped, shaped.text !== text));
    target.focus();
  } catch {
    writeNotice.say(texts.write.reshapeFailed);
  } finally {
    isRunning = false;
  }
}

function saidOf(shape: Shape, { badLine }: ShapedText, changed: boolean): string {
  if (badLine !== undefined) return texts.write.reshapedPartly(badLine);
  return changed ? texts.write.reshaped[shape] : texts.write.unchanged[shape];
}
