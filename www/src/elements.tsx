/** The elements that the views share. What is shown may come from a stranger's message or server: it is text always, never markup. */
import type { Signal } from "@preact/signals";
import { type ButtonHTMLAttributes, type ComponentChildren, cloneElement, Fragment, h, type Ref, type VNode } from "preact";
import type { Severity } from "./fhirpost.js";

/** The icons beside words. Each has its own shape, so that none depends on colour. */
const SHAPES = {
  error: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8"],
  warning: ["M8 1.8 15 14H1L8 1.8Z", "M8 6.2v3.6m0 1.9v.1"],
  information: ["M2 2h12v12H2Z", "M8 7.2v4M8 4.8v.1"],
  ok: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "m5 8.3 2.1 2.1L11 6.2"],
  add: ["M8 3v10M3 8h10"],
  close: ["m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6"],
  waiting: ["M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z", "M8 4.6V8l2.2 1.6"],
} as const;

export type IconName = keyof typeof SHAPES;

/** A fatal issue looks like an error; the word beside the icon tells them apart. */
export const severityIcon: Record<Severity, IconName> = { fatal: "error", error: "error", warning: "warning", information: "information" };

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" class={`icon icon-${name}`} aria-hidden="true">
      {SHAPES[name].map((d) => h("path", { d }))}
    </svg>
  );
}

/** A FHIRPath of an element, which is long: it breaks before a dot where it must, and stays one word when it is copied. */
export function BreakablePath({ path }: { path: string }) {
  const [first, ...rest] = path.split(/(?=\.)/);
  return <>{[first, ...rest.map((step, at) => <Fragment key={at}>{[<wbr key="break" />, step]}</Fragment>)]}</>;
}

interface ButtonProps extends ButtonHTMLAttributes {
  /** What is on it; what is more than words goes inside. */
  label?: ComponentChildren;
  children?: ComponentChildren;
  press?: () => unknown;
  ref?: Ref<HTMLButtonElement>;
}

export const Button = ({ label, press, children, ...rest }: ButtonProps) => (
  <button type="button" onClick={() => void press?.()} {...rest}>
    {label ?? children}
  </button>
);

/** What a form does instead of leaving the page. */
export const submits = (work: () => Promise<void>) => ({
  noValidate: true,
  autocomplete: "off",
  onSubmit: (event: Event) => {
    event.preventDefault();
    void work();
  },
});

/** A line in small letters, below what it is about. */
export const Hint = ({ id, text, ...rest }: { id?: string; text: ComponentChildren; role?: "status"; "data-tone"?: string }) => (
  <p class="muted hint" id={id} {...rest}>
    {text}
  </p>
);

const assign =
  <T,>(to: Signal<T>) =>
  (value: T) => {
    to.value = value;
  };

/** Ties what is typed into an input to a signal, or to what takes it. */
export const typed = (value: Signal<string>, take = assign(value)) => ({
  value,
  onInput: ({ currentTarget }: { currentTarget: { value: string } }) => take(currentTarget.value),
});

/** What a select offers. */
export const options = (of: (readonly [value: string, name: string])[]) =>
  of.map(([value, name]) => h("option", { key: value, value }, name));

/** A box to tick, with its label around it. */
export function Tick(props: {
  id: string;
  class: string;
  label: string;
  ticked: Signal<boolean>;
  take?: (ticked: boolean) => void;
  hint?: string;
}) {
  const { id, class: name, label, ticked, take = assign(ticked), hint } = props;
  return (
    <label class={name}>
      <input
        type="checkbox"
        id={id}
        aria-describedby={hint}
        checked={ticked}
        onChange={({ currentTarget }) => {
          take(currentTarget.checked);
          // Where it did not work, the box goes back.
          currentTarget.checked = ticked.peek();
        }}
      />
      {label}
    </label>
  );
}

/** A label, the input that it labels, and a hint below; `id` and what describes the input are given to it here. */
export function Field(props: { id: string; label: string; hint?: ComponentChildren; children: VNode; after?: ComponentChildren }) {
  const { id, label, hint, children, after } = props;
  const hintId = `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {cloneElement(children, { id, ...(hint !== undefined && { "aria-describedby": hintId }) })}
      {typeof hint === "string" ? <Hint id={hintId} text={hint} /> : hint}
      {after}
    </div>
  );
}

export function Disclosure(props: {
  summary: ComponentChildren;
  hidden?: boolean;
  toggled?: (open: boolean) => void;
  children: ComponentChildren;
}) {
  const { summary, hidden = false, toggled, children } = props;
  return (
    <details class="disclosure" hidden={hidden} onToggle={({ currentTarget }) => toggled?.(currentTarget.open)}>
      <summary>{summary}</summary>
      <div class="disclosed">{children}</div>
    </details>
  );
}

/** Where an address of the web leads out of the page: in a window of its own, which knows nothing of this one. */
export function OutsideLink({ address, children }: { address: string; children: ComponentChildren }) {
  return (
    <a href={address} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

/** Whether a dialog is open: the rest of the page takes nothing then. */
export const isModal = (): boolean => document.querySelector("dialog:modal") !== null;

/**
 * Waits until what was changed is on the page, such as something that is to get the focus. Preact renders in a microtask, and what signals
 * write into elements by themselves comes two later: all before the browser paints.
 */
export async function rendered(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await undefined;
}
