/** Says beside an address that what goes there goes through the relay, as long as it does. */
import { Button } from "../elements.js";
import { texts } from "../texts.js";
import { chooseRelay, isRelayed } from "./relay.js";

export function RelayNote({ base }: { base: string | undefined }) {
  if (base === undefined || !isRelayed(base)) return null;
  return (
    <p class="muted hint" role="status">
      {texts.relay.note} <Button class="quiet" label={texts.relay.stop} press={() => chooseRelay(base, false)} />
    </p>
  );
}
