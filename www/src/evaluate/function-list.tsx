/** The functions as a reference, by section, with a search; a press puts one into the expression. */
import { useSignal } from "@preact/signals";
import { Disclosure, typed } from "../elements.js";
import { texts } from "../texts.js";
import { type FunctionEntry, functions, type Section } from "./functions.js";

const SECTIONS = [...new Set(functions.map(({ section }) => section))];

export function FunctionList({ insert }: { insert: (entry: FunctionEntry) => void }) {
  const search = useSignal("");
  const isOpen = useSignal(false);
  const wanted = search.value.trim().toLowerCase();
  const found = functions.filter(({ name, about }) => `${name} ${about}`.toLowerCase().includes(wanted));
  const { reference } = texts.evaluate;
  return (
    <Disclosure
      summary={reference.heading(functions.length)}
      toggled={(open) => {
        isOpen.value = open;
      }}>
      {isOpen.value && (
        <>
          <div class="field">
            <label for="fhirpath-functions">{reference.search}</label>
            <input id="fhirpath-functions" type="search" autocomplete="off" spellcheck={false} {...typed(search)} />
          </div>
          {found.length === 0 && <p class="muted">{reference.none}</p>}
          {SECTIONS.map((section) => (
            <FunctionSection key={section} section={section} entries={found.filter((entry) => entry.section === section)} insert={insert} />
          ))}
        </>
      )}
    </Disclosure>
  );
}

function FunctionSection(props: { section: Section; entries: FunctionEntry[]; insert: (entry: FunctionEntry) => void }) {
  const { section, entries, insert } = props;
  const { sections, insertName } = texts.evaluate.reference;
  if (entries.length === 0) return null;
  return (
    <section class="functions" aria-label={sections[section]}>
      <h3>{sections[section]}</h3>
      <ul>
        {entries.map((entry) => (
          <li key={entry.name}>
            <button type="button" class="quiet" title={insertName(entry.name)} onClick={() => insert(entry)}>
              <code>
                {entry.name}({entry.arguments})
              </code>
            </button>{" "}
            <span>{entry.about}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
