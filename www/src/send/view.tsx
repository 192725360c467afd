/** Where the message goes, the button that sends it, and what came of it. */
import { Button, submits } from "../elements.js";
import { StatusLine } from "../notices.js";
import { texts } from "../texts.js";
import { Answers, clear } from "./answers.js";
import { DestinationNote } from "./destinations.js";
import { EndpointFields, OwnEndpoints } from "./endpoints.js";
import { RequestView } from "./request-view.js";
import * as sending from "./sending.js";
import { ServerStatement } from "./server-statement.js";
import { TokenField } from "./token-field.js";
import { TokenRequest } from "./token-request.js";
import { VisitView } from "./visit.js";

function heldDown(event: KeyboardEvent): void {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
}

export function SendView() {
  return (
    <section class="send" aria-labelledby="send-heading">
      <h2 id="send-heading" class="visually-hidden">
        {texts.send.heading}
      </h2>
      <form id="send-form" onKeyDown={heldDown} {...submits(() => sending.send())}>
        <EndpointFields />
        <DestinationNote />
        <TokenField />
      </form>
      <div class="buttons">
        <button
          type="submit"
          form="send-form"
          ref={sending.sendButton}
          class={sending.isAsked.value ? "primary caution" : "primary"}
          // Not `disabled`: that would take the focus away from who pressed it.
          aria-disabled={sending.isRunning.value ? "true" : undefined}
          onKeyDown={heldDown}
          // The second press of a double click, or of a key that is held down, confirms nothing: nobody has read yet what is asked.
          onClick={(event) => {
            if (event.detail > 1) event.preventDefault();
          }}>
          {sending.isAsked.value ? texts.send.anyway : texts.send.button}
        </button>
        <Button label={texts.send.cancel} ref={sending.cancelButton} hidden={!sending.isRunning.value} press={sending.cancel} />
        <Button label={texts.send.checkServer} press={sending.checkServer} />
      </div>
      <StatusLine status={sending.status} />
      <ServerStatement />
      <Answers sendAgain={(to) => void sending.sendConfirmed(to)} sendRenewed={(what, to) => void sending.sendRenewed(what, to)} />
      <div class="disclosures">
        <VisitView show={sending.showAnswer} cleared={clear} />
        <RequestView />
        <TokenRequest />
        <OwnEndpoints />
      </div>
    </section>
  );
}
