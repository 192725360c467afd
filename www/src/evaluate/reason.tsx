/** Why an expression gives nothing, in words, and what was perhaps meant as a button. */
import { Button } from "../elements.js";
import { texts } from "../texts.js";
import type { Reason } from "./advice.js";

export function ReasonLine({ reason, take }: { reason: Reason | undefined; take: (expression: string) => void }) {
  const { instead } = reason ?? {};
  return (
    <div class="reason" hidden={reason === undefined}>
      <p role="status">{reason && inWords(reason)}</p>
      {instead !== undefined && (
        <Button press={() => take(instead)}>
          {texts.evaluate.reason.use} <code>{instead}</code>
        </Button>
      )}
    </div>
  );
}

function inWords(reason: Reason): string {
  const { reason: words } = texts.evaluate;
  switch (reason.kind) {
    case "root":
      return words.root(reason.written, reason.root);
    case "element":
      return words.element(reason.written, reason.of, reason.meant);
    case "choice":
      return words.choice(reason.written, reason.meant);
    case "type":
      return words.type(reason.written, reason.meant);
    case "absent":
      return words.absent(reason.written, reason.there);
    case "step":
      return words.step(reason.before, reason.count, reason.step);
  }
}
