/**
 * The gallery of examples: messages to start from, each whole and broken, and the events that others send. All their data is synthetic.
 */
import { signal } from "@preact/signals";
import { h } from "preact";
import { Button, Icon } from "../elements.js";
import { Dialog, DialogHandle } from "../notices.js";
import { texts } from "../texts.js";
import { messageOf, networkEvents } from "./gallery-events.js";
import { put } from "./incoming-text.js";

interface Example {
  title: string;
  /** What it shows, or what one learns from its faults. */
  about: string;
  /** What is wrong in it; nothing in a valid one. */
  faults: string[];
  /** What else it is found by. */
  tags?: string;
  load: () => Promise<string>;
}

const files = import.meta.glob<string>("../../examples/*.json", { query: "?raw", import: "default" });
const load = (name: string) => () => (files[`../../examples/${name}.json`] as () => Promise<string>)();

interface ExampleWords extends Pick<Example, "title" | "about" | "faults"> {
  lesson: string;
}

/** By message: the whole one, then the broken one. */
const both = ({ title, about, lesson, faults }: ExampleWords, name: string): Example[] => [
  { title, about, faults: [], load: load(name) },
  { title: `${title}, ${texts.examples.faulty}`, about: lesson, faults, load: load(`${name}-broken`) },
];

const { submit, update, answer, link } = texts.examples;
const examples = [
  ...both(submit, "submit-service-request"),
  ...both(update, "update-service-request"),
  ...both(answer, "answer"),
  ...both(link, "patient-link"),
];

const ofNetworks: Example[] = networkEvents.map((event) => ({
  title: event.title,
  about: event.about,
  tags: event.tags,
  faults: [],
  load: async () => messageOf(event),
}));

const dialog = new DialogHandle();
const problem = signal("");
const wanted = signal("");

/** Whether an example has every word that is looked for, or its beginning. */
function isWanted({ title, about, tags = "" }: Example): boolean {
  const words = `${title} ${about} ${tags}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const looked = wanted.value
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return looked.every((word) => words.some((one) => one.startsWith(word)));
}

export function open(): void {
  problem.value = "";
  wanted.value = "";
  dialog.open();
  dialog.ref.current?.querySelector<HTMLElement>(".card-open")?.focus();
}

export function View() {
  const all = [...examples, ...ofNetworks];
  const found = all.filter(isWanted);
  const groups: [string, Example[]][] = [
    [texts.examples.ours, found.filter((example) => examples.includes(example))],
    [texts.examples.ofNetworks, found.filter((example) => ofNetworks.includes(example))],
  ];
  return (
    <Dialog handle={dialog} name="gallery" heading={texts.examples.heading}>
      <p class="muted gallery-intro">{texts.examples.intro}</p>
      <label class="field gallery-search">
        {texts.examples.search}
        <input
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={wanted}
          onInput={({ currentTarget }) => {
            wanted.value = currentTarget.value;
          }}
        />
      </label>
      <p class="muted gallery-found" role="status">
        {texts.examples.found(found.length, all.length)}
      </p>
      <p class="gallery-problem" role="alert">
        {problem}
      </p>
      <div class="gallery-groups">
        {groups.map(
          ([heading, group]) =>
            group.length > 0 && (
              <section key={heading}>
                <h3 class="gallery-group">{heading}</h3>
                <ul class="cards">
                  {group.map((example) => (
                    <li key={example.title}>
                      <Card {...example} />
                    </li>
                  ))}
                </ul>
              </section>
            ),
        )}
      </div>
    </Dialog>
  );
}

function Card({ title, about, faults, load }: Example) {
  const choose = async () => {
    try {
      const text = await load();
      dialog.close();
      put(text, texts.examples.loaded(title));
    } catch {
      problem.value = texts.examples.failed;
    }
  };
  return (
    <article class="card">
      <h4>
        <Icon name={faults.length === 0 ? "ok" : "error"} />
        <Button label={title} class="card-open" press={choose} />
      </h4>
      <p>{about}</p>
      {faults.length > 0 && <ul>{faults.map((fault) => h("li", null, fault))}</ul>}
    </article>
  );
}
