/** The editor: CodeMirror, which shows the text that is current. */
import type { EditorView } from "@codemirror/view";
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { current } from "../store.js";

export function Editor() {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  useLayoutEffect(
    () =>
      effect(() => {
        const text = current.value;
        view.current = text.show(view.current ?? shadowOf(host.current as HTMLElement));
        return () => text.hide();
      }),
    [],
  );
  return <div class="editor" id="message-editor" ref={host} />;
}

/**
 * In a shadow root, CodeMirror adopts constructed style sheets. In the document it would write a <style> element, which the page's content
 * security policy (style-src 'self') refuses.
 */
function shadowOf(host: HTMLElement) {
  const root = host.attachShadow({ mode: "open" });
  const parent = document.createElement("div");
  // The host's size is the page's affair; no style sheet of the page reaches in here.
  Object.assign(parent.style, { position: "absolute", inset: "0" });
  root.append(parent);
  return { root, parent };
}
