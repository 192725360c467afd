/** The gallery of examples: messages to start from, each whole and broken. All their data is synthetic. */
import { signal } from "@preact/signals";
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

type RawText = Promise<{ default: string }>;
const text = (loading: RawText) => loading.then((module) => module.default);

const { submit, update, answer, link, faulty } = texts.examples;

const pair = (
  { title, about, lesson, faults }: { title: string; about: string; lesson: string; faults: string[] },
  valid: Example["load"],
  broken: Example["load"],
): [Example, Example] => [
  { title, about, faults: [], load: valid },
  { title: `${title}, ${faulty}`, about: lesson, faults, load: broken },
];

/** By message: the whole one, then the broken one. */
const examples: [Example, Example][] = [
  pair(
    submit,
    () => text(import("../../examples/submit-service-request.json?raw")),
    () => text(import("../../examples/submit-service-request-broken.json?raw")),
  ),
  pair(
    update,
    () => text(import("../../examples/update-service-request.json?raw")),
    () => text(import("../../examples/update-service-request-broken.json?raw")),
  ),
  pair(
    answer,
    () => text(import("../../examples/answer.json?raw")),
    () => text(import("../../examples/answer-broken.json?raw")),
  ),
  pair(
    link,
    () => text(import("../../examples/patient-link.json?raw")),
    () => text(import("../../examples/patient-link-broken.json?raw")),
  ),
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
        {examples.flat().map((example) => (
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
        <Button class="card-open" press={choose}>
          {title}
        </Button>
      </h3>
      <p>{about}</p>
      {faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </article>
  );
}
