/** What is left where a server does not let this page in: the relay, if there is one for that server, or the request as a command. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button, Hint } from "../elements.js";
import { Said, Words } from "../notices.js";
import { currentText } from "../store.js";
import { texts } from "../texts.js";
import { chooseRelay, findRelay, type Relay } from "./relay.js";
import { copyRequest, quoted } from "./request-view.js";
import type { SentMessage } from "./sent-message.js";

const said = new Words();

export function RelayOffer({ sending, sendAgain }: { sending: SentMessage; sendAgain: (base: string) => void }) {
  const { base, text } = sending;
  /** Nothing until the server has said it. */
  const found = useSignal<{ relay: Relay | undefined } | undefined>(undefined);
  useEffect(() => {
    said.clear();
    void findRelay().then((relay) => {
      found.value = { relay };
    });
  }, []);
  const { relay } = found.value ?? {};
  const isOn = relay?.bases.includes(base) ?? false;
  return (
    <div class="relay-offer">
      {found.value !== undefined && (
        <>
          <p>{relay === undefined ? texts.relay.isElsewhere : isOn ? texts.relay.offer : texts.relay.isOff(new URL(base).host)}</p>
          {!isOn && (
            <pre tabIndex={0} aria-label={texts.relay.command}>
              {`${relay?.start ?? "npm start --"} --relay ${quoted(base)}`}
            </pre>
          )}
          <Hint text={texts.relay.explained} />
        </>
      )}
      <div class="buttons small">
        {isOn && text === currentText.value && (
          <Button
            label={texts.relay.button}
            press={() => {
              chooseRelay(base);
              sendAgain(base);
            }}
          />
        )}
        {text !== undefined && <Button label={texts.request.curl} press={() => copyRequest("curl", said, text, base)} />}
      </div>
      <Said words={said} class="hint" />
    </div>
  );
}
