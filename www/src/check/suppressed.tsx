/** What is suppressed of this text: each entry with how much it is for, the way back, and the file that the command takes. */
import { Button, Disclosure } from "../elements.js";
import type { Issue, Suppression } from "../fhirpost.js";
import { current } from "../store.js";
import { jsonText, saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import { fixNotice } from "./fixer.js";

const { suppress } = texts.check;

/** Here only, or at all places of one row: the same rule elsewhere is shown as before. */
export function suppressHere(issues: Issue[]): void {
  const text = current.peek();
  const entries = issues.map(({ rule, expression }): Suppression => ({ rule, path: expression, reason: suppress.reason }));
  text.suppress([...text.suppressed.peek(), ...entries]);
  fixNotice.say(suppress.done(issues[0]?.rule ?? ""), <Button label={texts.fix.undo} class="quiet" press={() => showAgain(entries)} />);
}

function showAgain(entries: Suppression[]): void {
  const text = current.peek();
  text.suppress(text.suppressed.peek().filter((other) => !entries.includes(other)));
  fixNotice.clear();
}

export function SuppressedList() {
  const entries = current.value.suppressed.value;
  if (entries.length === 0) return null;
  return (
    <Disclosure summary={suppress.summary(entries.length)}>
      <p class="hint muted">{suppress.hint}</p>
      <ul class="suppressed">
        {entries.map((entry) => (
          <li key={entry}>
            <span>
              {`${entry.rule} `}
              <code>{entry.path}</code>
            </span>
            <Button label={suppress.back} aria-label={suppress.backFor(entry.rule ?? "")} class="quiet" press={() => showAgain([entry])} />
          </li>
        ))}
      </ul>
      <Button label={suppress.download} press={() => saveFile("suppress.json", jsonText(entries))} />
    </Disclosure>
  );
}
