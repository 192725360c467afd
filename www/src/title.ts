/** The title of the window: the verdict and the event, so that a tab of the browser says what is in it. No value of the message is in it. */
import { effect } from "@preact/signals";
import { current } from "./store.js";
import { texts } from "./texts.js";

export function followTitle(): void {
  // That of the version that is loaded.
  const own = document.title;
  effect(() => {
    const { isEmpty, checked } = current.value;
    const { report } = checked.value;
    if (isEmpty.value || report === undefined) {
      document.title = own;
      return;
    }
    const { valid, event, counts, resources } = report;
    const errors = counts.fatal + counts.error;
    const verdict = valid ? texts.check.valid : texts.check.invalidBy(errors);
    // Events and types are those that are known: what a stranger's message says is cut.
    const about = event?.code ?? event?.uri ?? Object.keys(resources)[0] ?? "";
    document.title = [verdict, about.slice(0, 60), own].filter(Boolean).join(" · ");
  });
}
