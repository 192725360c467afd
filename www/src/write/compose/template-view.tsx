/** Templates, and what a clinic always writes: kept on this device only when someone presses for it, and forgotten by a press. */
import { useSignal } from "@preact/signals";
import { Button, Disclosure, Hint, typed } from "../../elements.js";
import { texts } from "../../texts.js";
import type { GroupName } from "./field.js";
import { inRow } from "./fields.js";
import { put, shown, values } from "./form.js";
import { dropTemplate, keepTemplate, keepUsual, kept } from "./templates.js";

/** What is the same in every message of a clinic. */
const USUAL: GroupName[] = ["requester", "source", "destination", "sender"];

const usualValues = () => {
  const names = new Set(shown.peek().flatMap(({ field, group, row }) => (USUAL.includes(group.name) ? [inRow(field.name, row)] : [])));
  return Object.fromEntries(Object.entries(values.peek()).filter(([name]) => names.has(name)));
};

export function Templates({ say }: { say: (words: string) => void }) {
  const name = useSignal("");
  const { templates, usual } = kept.value;
  const words = texts.compose.templates;
  const tell = (isKept: boolean, then: string) => say(isKept ? then : words.failed);
  return (
    <Disclosure summary={words.heading}>
      <Hint text={words.warning} />
      {templates.length > 0 && (
        <ul class="compose-templates">
          {templates.map((template) => (
            <li key={template.name}>
              <Button
                label={words.use(template.name)}
                press={() => {
                  put(template.values);
                  say(words.used(template.name));
                }}
              />
              <Button
                label={words.forget}
                aria-label={words.forgetName(template.name)}
                class="quiet"
                press={() => tell(dropTemplate(template.name), words.forgotten)}
              />
            </li>
          ))}
        </ul>
      )}
      <div class="compose-keep">
        <div class="field">
          <label for="compose-template">{words.name}</label>
          <input id="compose-template" type="text" autocomplete="off" {...typed(name)} />
        </div>
        <Button
          label={words.keep}
          disabled={name.value.trim() === ""}
          press={() => tell(keepTemplate(name.value.trim(), values.peek()), words.kept)}
        />
      </div>
      <Button label={words.keepUsual} press={() => tell(keepUsual(usualValues()), words.kept)} />
      {usual !== undefined && <Button label={words.forgetUsual} class="quiet" press={() => tell(keepUsual(undefined), words.forgotten)} />}
    </Disclosure>
  );
}
