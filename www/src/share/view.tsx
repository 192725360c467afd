/** What leaves the page besides sending: copies, files, and a link. Each only when its button is pressed. */

import { signal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Button, Tick } from "../elements.js";
import type { ValidationReport } from "../fhirpost.js";
import { Said, Words } from "../notices.js";
import { current, currentText, shownView } from "../store.js";
import { copy, jsonText, saveFile } from "../take-away.js";
import { texts } from "../texts.js";
import { tools } from "../workers.js";
import { LinkMaker } from "./link-maker.js";

// The names hold nothing of the message: names of files turn up in many places.
const FILES = { message: "message.json", report: "report.json", outcome: "operation-outcome.json" };

const words = new Words();
const isWithoutValues = signal(false);
const { share } = texts;

/** Why something cannot be had, in words for who asked for it. */
class Unavailable extends Error {}

async function copied(text: Promise<string>, said: string): Promise<void> {
  try {
    // Its own reason comes first: the browser would only say that there was nothing to copy.
    await Promise.all([text, copy(text)]);
    words.say(said);
  } catch (error) {
    words.say(error instanceof Unavailable ? error.message : share.copyFailed);
  }
}

async function download(name: string, text: Promise<string>): Promise<void> {
  try {
    saveFile(name, await text);
    words.say(share.downloaded(name));
  } catch (error) {
    words.say(error instanceof Unavailable ? error.message : share.failed);
  }
}

async function message(): Promise<string> {
  const text = currentText.peek();
  if (text.trim() === "") throw new Unavailable(share.empty);
  return text;
}

async function report(): Promise<ValidationReport> {
  const text = await message();
  if (isWithoutValues.peek()) return tools.ask("validate", [text, current.peek().asMessage.peek(), false]);
  const { report } = await current.peek().whenChecked();
  if (report === undefined) throw new Unavailable(share.unchecked);
  return report;
}

const reportText = async () => jsonText(await report());
const outcome = async () => jsonText(await tools.ask("toOperationOutcome", [await report()]));

export function ShareView() {
  useSignalEffect(() => {
    if (shownView.value !== "share") words.clear();
  });
  return (
    <div class="share">
      <Section heading={share.message} hint={share.messageHint}>
        <Buttons>
          <Button label={share.copyMessage} press={() => copied(message(), share.copied.message)} />
          <Button label={share.downloadMessage} press={() => download(FILES.message, message())} />
        </Buttons>
      </Section>
      <Section heading={share.report} hint={share.reportHint}>
        <Tick id="share-without-values" class="share-choice" label={share.withoutValues} ticked={isWithoutValues} />
        <Buttons>
          <Button label={share.copyOutcome} press={() => copied(outcome(), share.copied.outcome)} />
          <Button label={share.downloadReport} press={() => download(FILES.report, reportText())} />
          <Button label={share.downloadOutcome} press={() => download(FILES.outcome, outcome())} />
        </Buttons>
      </Section>
      <Section heading={share.link} hint={share.linkHint}>
        <LinkMaker say={(text) => words.say(text)} />
      </Section>
      <Said words={words} class="share-status" />
    </div>
  );
}

const Buttons = ({ children }: { children: ComponentChildren }) => <div class="buttons">{children}</div>;

function Section({ heading, hint, children }: { heading: string; hint: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{heading}</h3>
      <p class="hint muted">{hint}</p>
      {children}
    </section>
  );
}
