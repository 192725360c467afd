/** Says where the message says that it goes, when that is another host than the one that it is sent to. */
import { signal, useSignalEffect } from "@preact/signals";
import { parsedUrl } from "../fhirpost.js";
import { currentText } from "../store.js";
import { texts } from "../texts.js";
import { sendWorker } from "../workers.js";
import { base } from "./endpoints.js";

/** While someone types, the message is read anew once they pause. */
const PAUSE = 400;
const MOST = 5;

const hosts = signal<string[]>([]);

export function DestinationNote() {
  useSignalEffect(() => {
    const text = currentText.value;
    let isCurrent = true;
    const read = async () => {
      // Where the worker does not start, sending says so.
      const endpoints = text.trim() === "" ? [] : await sendWorker.ask("destinations", [text]).catch(() => []);
      if (isCurrent) hosts.value = [...new Set(endpoints.flatMap((endpoint) => parsedUrl(endpoint)?.host || []))];
    };
    const timer = setTimeout(() => void read(), PAUSE);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  });
  const to = base.value === undefined ? undefined : new URL(base.value).host;
  const isElsewhere = to !== undefined && hosts.value.length > 0 && !hosts.value.includes(to);
  return (
    <p class="hint destination" role="status" data-tone="warning">
      {isElsewhere ? texts.send.destination(hosts.value.slice(0, MOST).join(", "), to) : ""}
    </p>
  );
}
