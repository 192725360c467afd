/** What the page says and asks besides its views: a line about what happened, a line about what is happening, and a dialog. */
import { signal } from "@preact/signals";
import { type ComponentChildren, createRef, Fragment } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, Icon } from "./elements.js";
import { texts } from "./texts.js";

/** Words in a place of their own. Said again they are put there anew, so that they are also read aloud again. */
export class Words {
  readonly said = signal<{ content: ComponentChildren; turn: number }>({ content: "", turn: 0 });

  say(content: ComponentChildren): void {
    this.said.value = { content, turn: this.said.peek().turn + 1 };
  }

  clear(): void {
    this.say("");
  }
}

/** Their place. */
export function Said({
  words,
  as: Place = "p",
  class: name,
  role = "status",
}: {
  words: Words;
  as?: "p" | "div";
  class: string;
  role?: "status" | "alert";
}) {
  const { content, turn } = words.said.value;
  return (
    <Place class={name} role={role}>
      {content !== "" && <Fragment key={turn}>{content}</Fragment>}
    </Place>
  );
}

/** Says what happened, with what can be done about it. It goes when it is about the past, and whenever someone closes it. */
export class Notice extends Words {
  override say(text: string, action?: ComponentChildren): void {
    super.say(text === "" ? "" : [<span key="text">{text}</span>, action]);
  }
}

export function NoticeLine({ notice, class: name }: { notice: Notice; class: string }) {
  const { content, turn } = notice.said.value;
  return (
    <div class={name} role="status">
      {content !== "" && (
        <Fragment key={turn}>
          {content}
          <Button class="quiet close" aria-label={texts.closeNotice} title={texts.closeNotice} press={() => notice.clear()}>
            <Icon name="close" />
          </Button>
        </Fragment>
      )}
    </div>
  );
}

export type Tone = "warning" | "error" | "busy" | "done";

/** What happens at the moment, in words: read aloud once, while the time and the bytes beside them run on in silence. */
export class Status extends Words {
  readonly tone = signal<Tone>("warning");
  readonly running = signal("");
  #ticking: ReturnType<typeof setInterval> | undefined;
  #detail = "";

  override say(content: ComponentChildren, tone: Tone = "warning"): void {
    super.say(content);
    this.tone.value = tone;
    clearInterval(this.#ticking);
    this.#detail = "";
    this.running.value = "";
    if (tone === "busy") this.#start();
  }

  /** More of what happens, such as how much of an answer is here. */
  detail(text: string): void {
    this.#detail = text;
  }

  #start(): void {
    const started = performance.now();
    this.#ticking = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      this.running.value = [...(seconds > 0 ? [texts.send.elapsed(seconds)] : []), this.#detail].filter(Boolean).join(" · ");
    }, 250);
  }
}

export function StatusLine({ status }: { status: Status }) {
  const { content, turn } = status.said.value;
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (content !== "") line.current?.scrollIntoView({ block: "nearest" });
  }, [turn]);
  return (
    <div>
      <div class="send-status" role="status" data-tone={status.tone} ref={line}>
        <Fragment key={turn}>{content}</Fragment>
      </div>
      <p class="muted hint running" aria-hidden="true">
        {status.running}
      </p>
    </div>
  );
}

/** A dialog that can be opened and closed from outside of it. */
export class DialogHandle {
  readonly ref = createRef<HTMLDialogElement>();

  get isOpen(): boolean {
    return this.ref.current?.open ?? false;
  }

  open(): void {
    if (!this.isOpen) this.ref.current?.showModal();
  }

  close(): void {
    this.ref.current?.close();
  }
}

/** What is in front of everything else, with a heading, and closed by Escape, its button, or a press outside of it. */
export function Dialog(props: { handle: DialogHandle; name: string; heading: string; children: ComponentChildren }) {
  const { handle, name, heading, children } = props;
  // A press that begins inside and ends outside, as when one selects text, does not count as one outside.
  const pressed = useRef<EventTarget | null>(null);
  return (
    <dialog
      ref={handle.ref}
      class={`dialog ${name}`}
      aria-labelledby={`${name}-heading`}
      onPointerDown={({ target }) => {
        pressed.current = target;
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget && pressed.current === currentTarget) handle.close();
      }}>
      <div class="dialog-head">
        <h2 id={`${name}-heading`}>{heading}</h2>
        <Button label={texts.write.close} class="quiet dialog-close" press={() => handle.close()} />
      </div>
      {children}
    </dialog>
  );
}
