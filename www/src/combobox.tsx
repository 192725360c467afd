/**
 * A text field with a list of what may be written there, as the ARIA Authoring Practices describe a combobox: the focus stays in the field,
 * and what is typed need not be in the list.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { InputHTMLAttributes, Ref } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

export interface Proposed {
  label: string;
  detail?: string;
}

interface ComboboxProps<Item extends Proposed> extends Omit<InputHTMLAttributes, "id" | "value" | "type" | "onInput" | "onKeyDown"> {
  id: string;
  value: string | Signal<string>;
  /** What is offered; asked for by whoever hears of `type`. */
  items: Item[];
  listLabel: string;
  type: (value: string, cursor: number) => void;
  take: (item: Item) => void;
  /** Keys that the list does not want. */
  press?: (event: KeyboardEvent) => void;
  field?: Ref<HTMLInputElement>;
}

export function Combobox<Item extends Proposed>(props: ComboboxProps<Item>) {
  const { id, items, listLabel, type, take, press, field, onBlur, ...rest } = props;
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const list = useRef<HTMLDivElement>(null);
  const isShown = isOpen.value && items.length > 0;
  const at = active.value < items.length ? active.value : -1;
  // Before the next key comes, which may be the one that goes into the list.
  useLayoutEffect(() => {
    // What is there now is another list.
    active.value = -1;
  }, [items, active]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const choose = (item: Item) => {
    isOpen.value = false;
    active.value = -1;
    take(item);
  };
  const keys = (event: KeyboardEvent) => {
    const input = event.currentTarget as HTMLInputElement;
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing);
    if (event.key === " " && event.ctrlKey) {
      isOpen.value = true;
      type(input.value, input.selectionStart ?? input.value.length);
    } else if (!isPlain || !isShown) return press?.(event);
    else if (event.key === "ArrowDown") active.value = (at + 1) % items.length;
    // Up from the field itself is for whoever has the field.
    else if (event.key === "ArrowUp" && at >= 0) active.value = at - 1;
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) choose(items[at] as Item);
    else if (event.key === "Escape") isOpen.value = false;
    else {
      if (event.key === "Enter" || event.key === "ArrowUp") isOpen.value = false;
      return press?.(event);
    }
    event.preventDefault();
    // Escape closes the list, not the dialog that it is in.
    event.stopPropagation();
  };
  return (
    <div class="combobox">
      <input
        {...rest}
        id={id}
        ref={field ?? null}
        type="text"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-activedescendant={isShown && at >= 0 ? `${id}-item-${at}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={({ currentTarget }) => {
          isOpen.value = true;
          type(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
        }}
        onKeyDown={keys}
        onBlur={(event) => {
          isOpen.value = false;
          onBlur?.(event);
        }}
      />
      <div class="combobox-list" role="listbox" id={`${id}-list`} aria-label={listLabel} hidden={!isShown} ref={list}>
        {isShown &&
          items.map((item, index) => (
            <div
              key={index}
              class="combobox-item"
              role="option"
              id={`${id}-item-${index}`}
              aria-selected={index === at}
              tabIndex={-1}
              // The focus stays in the field.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(item)}>
              <span>{item.label}</span> {item.detail ? <span class="muted">{item.detail}</span> : null}
            </div>
          ))}
      </div>
    </div>
  );
}
