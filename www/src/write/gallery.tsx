/** The gallery of examples: messages to start from, each whole and broken. All their data is synthetic. */
import { signal } from "@preact/signals";
import { h } from "preact";
import { Button, Icon } from "../elements.js";
import { Dialog, DialogHandle } from "../notices.js";
import { texts } from "../texts.js";
import { put } from "./incoming-text.js";

interface Example {
  title: string;
  /** What it shows, or what one learns from its faults. */
  about: string;
  /** What is wrong in it; nothing in a valid one. */
  faults: string[];
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

const dialog = new DialogHandle();
const problem = signal("");

export function open(): void {
  problem.value = "";
  dialog.open();
  dialog.ref.current?.querySelector<HTMLElement>(".card-open")?.focus();
}

export function View() {
  return (
    <Dialog handle={dialog} name="gallery" heading={texts.examples.heading}>
      <p class="muted gallery-intro">{texts.examples.intro}</p>
      <p class="gallery-problem" role="alert">
        {problem}
      </p>
      <ul class="cards">
        {examples.map((example) => (
          <li key={example.title}>
            <Card {...example} />
          </li>
        ))}
      </ul>
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
      <h3>
        <Icon name={faults.length === 0 ? "ok" : "error"} />
        <Button label={title} class="card-open" press={choose} />
      </h3>
      <p>{about}</p>
      {faults.length > 0 && <ul>{faults.map((fault) => h("li", null, fault))}</ul>}
    </article>
  );
}
