/** Composing a message: choose an event, fill a short form, and get a message into the editor. What was typed stays while the page is open. */
import { signal } from "@preact/signals";
import { createRef, h } from "preact";
import { Button, Icon, options, rendered, submits } from "../../elements.js";
import { type Demand, type KnownEvent, randomUuid } from "../../fhirpost.js";
import { Dialog, DialogHandle, Said, Words } from "../../notices.js";
import { loaded } from "../../packages/packages.js";
import { whenChanged } from "../../store.js";
import { texts } from "../../texts.js";
import { taught, tools } from "../../workers.js";
import { put } from "../incoming-text.js";
import { shapeJson } from "../json-text.js";
import { difference } from "./change-text.js";
import { type Choice, choice, demandInWords, ends, eventOf, referral, withDecimals } from "./composition.js";
import { eventResources } from "./event-resources.js";
import { ExistingMessage, existing, lookForMessage, stopChanging } from "./existing.js";
import {
  clear,
  fill,
  focus,
  isChanging,
  isFilled,
  labelOf,
  ofEvent,
  type Place,
  put as putValues,
  showKind,
  shown,
  validate,
  values,
} from "./form.js";
import { FormGroups } from "./form-view.js";
import { sample } from "./samples.js";
import { Templates } from "./template-view.js";
import { kept } from "./templates.js";

const dialog = new DialogHandle();
const eventSelect = createRef<HTMLSelectElement>();
const submitButton = createRef<HTMLButtonElement>();
const choices = signal<Choice[]>([]);
const chosen = signal(0);
/** What keeps the form from becoming a message. */
const summary = new Words();
const said = new Words();
const isComposing = signal(false);
/** Who presses a button before the events are there is served once they are. */
let loading: Promise<void> | undefined;
let hasNewInput = false;

/** Whether something was typed that no message was made of. */
export const holdsWork = (): boolean => hasNewInput && isFilled();

export function open(): void {
  summary.clear();
  dialog.open();
  eventSelect.current?.focus();
  if (choices.peek().length === 0) loading = loadEvents();
  void lookForMessage();
}

async function loadEvents(): Promise<void> {
  try {
    const known = await tools.ask("events", []);
    choices.value = [...known.map(choice), { kind: "other", name: texts.compose.anotherEvent }];
    showEvent(0);
    const { usual } = kept.peek();
    if (usual !== undefined && !isFilled()) putValues(usual);
  } catch {
    summary.say(texts.compose.eventsFailed);
  }
}

// Other definitions bring other events.
whenChanged(taught, () => {
  if (choices.peek().length > 0) loading = loadEvents();
});

async function chosenEvent(): Promise<Choice | undefined> {
  await loading;
  return choices.peek()[chosen.peek()];
}

function showEvent(index: number): void {
  chosen.value = index;
  const event = choices.peek()[index];
  if (event === undefined) return;
  summary.clear();
  showKind(event.kind);
  if (event.kind === "known" && event.known !== undefined) void showFields(event.known);
}

/** The profiles that loaded definitions ask for in an event, by type. */
const profilesOf = (known: KnownEvent): Record<string, string> =>
  Object.assign({}, ...loaded.peek().map(({ events }) => events[known.definition] ?? {}));

/** What the event's profiles demand and support becomes a form; JSON goes beside it. */
async function showFields(known: KnownEvent): Promise<void> {
  const groups = await tools.ask("eventGroups", [[...known.focus, ...known.content], profilesOf(known)]).catch(() => []);
  if (choices.peek()[chosen.peek()]?.known === known) showKind("known", groups);
}

async function fillSample(): Promise<void> {
  const event = await chosenEvent();
  if (event === undefined) return;
  const isDone = fill(sample(event.kind));
  summary.clear();
  said.say(isDone ? texts.compose.sampled : texts.compose.notSampled);
  if (isDone) submitButton.current?.focus();
}

function clearForm(): void {
  const restore = clear();
  summary.clear();
  const bringBack = () => {
    restore();
    said.clear();
    focus(shown.peek()[0]);
  };
  said.say(
    <>
      <span>{texts.compose.cleared}</span>
      <Button label={texts.write.bringBack} class="quiet" press={bringBack} />
    </>,
  );
}

async function compose(): Promise<void> {
  const event = await chosenEvent();
  if (event === undefined || isComposing.peek()) return;
  const faulty = validate();
  summary.say(faulty.length > 0 ? <Faults places={faulty} /> : "");
  if (faulty.length > 0) {
    // What it describes is to be there when it is read.
    await rendered();
    return focus(faulty[0]);
  }
  isComposing.value = true;
  try {
    if (isChanging.peek()) return await changeMessage();
    const { text } = await ask(event);
    // Cancelled meanwhile: the text in the editor stays, and so does what is in the form.
    if (!dialog.isOpen) return;
    hasNewInput = false;
    said.clear();
    dialog.close();
    const exact = withDecimals(text);
    put(shapeJson(exact, "format").text ?? exact, texts.compose.composed, { isWork: true, always: true });
  } catch (error) {
    summary.say(texts.compose.failed(error instanceof Error ? error.message : String(error)));
  } finally {
    isComposing.value = false;
  }
}

/** What was changed in the form is changed in the text, as one step; everything else of it stays as it is. */
async function changeMessage(): Promise<void> {
  const { subject, text, values: before } = existing.peek() ?? {};
  if (subject === undefined || text === undefined || before === undefined) return;
  const changed = await tools.ask("changeText", [text, before, values.peek()]);
  if (!dialog.isOpen) return;
  // Someone may have written into it meanwhile, in another window of the same text.
  if (subject.text.peek() !== text) return summary.say(texts.compose.isOther);
  hasNewInput = false;
  said.clear();
  stopChanging();
  clear();
  dialog.close();
  if (changed !== text) subject.edit([difference(text, changed)]);
  subject.focus();
}

function ask(event: Choice) {
  const now = values.peek();
  if (event.kind === "known" || event.kind === "other") {
    const { known } = event;
    const focusTypes = known?.focus.map(({ type }) => type) ?? [];
    const made = known === undefined ? {} : eventResources(ofEvent.peek(), now, focusTypes, profilesOf(known), randomUuid);
    return tools.ask("composeFromTexts", [eventOf(event, now), { ...ends(now), ...made }, now.focus ?? "", now.resources ?? ""]);
  }
  return tools.ask("compose", [eventOf(event, now), referral(now, randomUuid)]);
}

export function View() {
  const event = choices.value[chosen.value];
  return (
    <Dialog handle={dialog} name="compose" heading={texts.compose.heading}>
      <form
        class="compose-form"
        {...submits(compose)}
        onInput={() => {
          hasNewInput = true;
          said.clear();
        }}>
        <div class="compose-body" tabIndex={-1}>
          <p class="muted compose-intro">{texts.compose.intro}</p>
          <div class="compose-top">
            <div class="field">
              <label for="compose-event">{texts.compose.event}</label>
              <select
                id="compose-event"
                ref={eventSelect}
                disabled={isChanging.value}
                value={String(chosen.value)}
                onChange={({ currentTarget }) => showEvent(currentTarget.selectedIndex)}>
                {options(choices.value.map(({ name }, at) => [String(at), name]))}
              </select>
            </div>
            <Button label={texts.compose.sample} press={fillSample} hidden={isChanging.value} />
            <Button label={texts.compose.clear} press={clearForm} hidden={isChanging.value} />
          </div>
          <ExistingMessage say={(words) => said.say(words)} />
          <Said words={said} as="div" class="compose-said" />
          <div class="demands">{event && !isChanging.value && <Demands {...event} />}</div>
          <Said words={summary} as="div" class="compose-summary" role="alert" />
          <FormGroups />
          <Templates say={(words) => said.say(words)} />
        </div>
        <div class="compose-foot">
          <Button
            label={isChanging.value ? texts.compose.change : texts.compose.submit}
            type="submit"
            class="primary"
            ref={submitButton}
            disabled={isComposing.value}
          />
          <Button label={texts.write.cancel} press={() => dialog.close()} />
        </div>
      </form>
    </Dialog>
  );
}

/** What the event's definition asks for; Netsmart's two have a form that gives it. */
function Demands({ kind, known }: Choice) {
  const { demands, demandsFocus, demandsContent, noDemands } = texts.compose;
  if (kind === "other") return <p class="muted">{noDemands}</p>;
  if (kind !== "known" || known === undefined) return null;
  const row = (name: string, list: Demand[]) => {
    const chips = list.map((demand) => h("span", { class: "chip" }, demandInWords(demand)));
    return list.length === 0 ? [] : [h("dt", null, name), h("dd", { class: "chips" }, ...chips)];
  };
  return [
    <p key="demands">{demands}</p>,
    h("dl", { class: "facts" }, ...row(demandsFocus, known.focus), ...row(demandsContent, known.content)),
  ];
}

/** The fields that need a look, each as a way to it. */
function Faults({ places }: { places: Place[] }) {
  return (
    <>
      <p>
        <Icon name="error" />
        {texts.compose.faults(places.length)}
      </p>
      <ul>
        {places.map((place) => (
          <li key={place.id}>
            <Button label={labelOf(place)} class="quiet" press={() => focus(place)} />
          </li>
        ))}
      </ul>
    </>
  );
}
