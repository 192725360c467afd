/** The line above the editor that says what came in, and offers what can be done with it. What recognises it is loaded when something comes. */
import { NoticeLine } from "../notices.js";
import { current, currentText, whenChanged } from "../store.js";
import { intakeNotice, looks } from "./requests.js";

/** What the line is about. */
let subject: string | undefined;

// Another text is not what was recognised.
whenChanged(currentText, (text) => {
  if (text !== subject) intakeNotice.clear();
});
whenChanged(current, () => intakeNotice.clear());

export const IntakeLine = () => <NoticeLine notice={intakeNotice} class="intake" />;

/** Looks at the text that is there now: it was pasted, or opened. */
export async function look(): Promise<void> {
  const text = currentText.peek();
  subject = text;
  intakeNotice.clear();
  if (text.trim() === "") return;
  try {
    const { offer } = await import("./offers.js");
    await offer(text);
  } catch {
    // What cannot be loaded, or not be recognised, is a text like any other.
  }
}

whenChanged(looks, () => void look());
