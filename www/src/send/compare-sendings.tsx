/** Two of the messages that were sent, or one and the text in the editor, beside each other; and so their answers. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Button } from "../elements.js";
import { currentText } from "../store.js";
import { texts } from "../texts.js";
import type { Compared, Labelled } from "../write/comparison.js";
import type { SentMessage } from "./sent-message.js";

/** The ones that are ticked, in the order in which they were sent; at most two. */
export const picked = signal<readonly SentMessage[]>([]);
const shown = signal<(Compared & { View: ComponentType<Labelled> }) | undefined>(undefined);

export function pick(sending: SentMessage): void {
  const before = picked.peek();
  const next = before.includes(sending) ? before.filter((each) => each !== sending) : [...before.slice(-1), sending];
  picked.value = next.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  shown.value = undefined;
}

export function unpick(): void {
  picked.value = [];
  shown.value = undefined;
}

async function compare(before: string, after: string): Promise<void> {
  const { Comparison } = await import("../write/comparison.js");
  shown.value = { before, after, View: Comparison };
}

const answerOf = (sending: SentMessage | undefined) => sending?.sent?.result.body ?? "";

export function CompareSendings() {
  const [first, second] = picked.value;
  const isSame = shown.value !== undefined && shown.value.before === shown.value.after;
  const View = shown.value?.View;
  return (
    <>
      <div class="buttons small">
        <Button
          label={texts.visit.compareEditor}
          hidden={first?.text === undefined || second !== undefined}
          press={() => compare(first?.text ?? "", currentText.peek())}
        />
        <Button
          label={texts.visit.compareMessages}
          hidden={first?.text === undefined || second?.text === undefined}
          press={() => compare(first?.text ?? "", second?.text ?? "")}
        />
        <Button
          label={texts.visit.compareAnswers}
          hidden={answerOf(first) === "" || answerOf(second) === ""}
          press={() => compare(answerOf(first), answerOf(second))}
        />
      </div>
      <p class="hint" role="status">
        {shown.value === undefined ? "" : isSame ? texts.visit.same : texts.visit.differ}
      </p>
      {shown.value && View && !isSame && <View before={shown.value.before} after={shown.value.after} label={texts.visit.differences} />}
    </>
  );
}
