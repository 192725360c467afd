/** Makes a link that holds the message: only after a warning, and a second press. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { h } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, Icon, rendered } from "../elements.js";
import { currentText } from "../store.js";
import { copy } from "../take-away.js";
import { texts } from "../texts.js";
import { LINK_MARK } from "../write/incoming-text.js";
import { LONG, pack, TOO_LONG } from "./link.js";

const { share } = texts;

export function LinkMaker({ say }: { say: (text: string) => void }) {
  const step = useSignal<"rest" | "warning" | { link: string; text: string }>("rest");
  const begin = useRef<HTMLButtonElement>(null);
  useSignalEffect(() => {
    const [text, now] = [currentText.value, step.value];
    if (typeof now === "string" || text === now.text) return;
    step.value = "rest";
    say(share.outdated);
  });

  const warn = () => {
    const isEmpty = currentText.peek().trim() === "";
    say(isEmpty ? share.empty : "");
    if (!isEmpty) step.value = "warning";
  };
  const cancel = async () => {
    step.value = "rest";
    await rendered();
    begin.current?.focus();
  };
  const make = async () => {
    const text = currentText.peek();
    step.value = "rest";
    if (text.trim() === "") return;
    let link: string;
    try {
      link = location.origin + location.pathname + location.search + LINK_MARK + (await pack(text));
    } catch {
      return say(share.failed);
    }
    if (link.length > TOO_LONG) say(share.linkTooLong(link.length));
    else step.value = { link, text };
  };

  const now = step.value;
  return (
    <div class="share-link">
      {now === "rest" && (
        <div class="buttons">
          <Button label={share.makeLink} ref={begin} press={warn} />
        </div>
      )}
      {now === "warning" && <Warning confirm={make} cancel={cancel} />}
      {typeof now === "object" && <ShownLink link={now.link} say={say} />}
    </div>
  );
}

function Warning({ confirm, cancel }: { confirm: () => Promise<void>; cancel: () => Promise<void> }) {
  const box = useRef<HTMLDivElement>(null);
  // Not on the button that confirms: who pressed Enter once has not read this yet.
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <div class="share-warning" role="group" aria-labelledby="share-warning" tabIndex={-1} ref={box}>
      <p id="share-warning">
        <Icon name="warning" />
        <strong>{share.warning}</strong>
      </p>
      <ul>{share.warnings.map((text) => h("li", null, text))}</ul>
      <div class="buttons">
        <Button label={share.confirm} class="primary caution" press={confirm} />
        <Button label={texts.write.cancel} press={cancel} />
      </div>
    </div>
  );
}

function ShownLink({ link, say }: { link: string; say: (text: string) => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  const copyLink = async () => {
    try {
      await copy(link);
      say(share.copied.link);
    } catch {
      field.current?.select();
      say(share.copyFailed);
    }
  };
  return (
    <>
      <label for="share-link">{share.linkLabel}</label>
      {/* It holds the message: no browser is to keep it with its session. */}
      <textarea id="share-link" class="share-address" readOnly rows={3} autocomplete="off" spellcheck={false} value={link} ref={field} />
      <p class="hint">
        {share.linkLength(link.length)}
        {link.length > LONG && ` ${share.linkLong}`}
      </p>
      <div class="buttons">
        <Button label={share.copyLink} class="primary" ref={button} press={copyLink} />
      </div>
    </>
  );
}
