/** What is said of a text that came in, and how the parts of the intake ask that the text that is there now be looked at. */
import { signal } from "@preact/signals";
import { Notice } from "../notices.js";

export const intakeNotice = new Notice();

/** Counts how often that was asked for. */
export const looks = signal(0);

export function lookAgain(): void {
  looks.value++;
}
