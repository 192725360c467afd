/** A worker thread of `validateMany`: validates batch after batch. */
import { parentPort, workerData } from "node:worker_threads";
import { given } from "../arguments.js";
import { CoreError, core, provide, wanted } from "../core.js";
import { hand } from "../input.js";
import * as wasm from "../wasm/fhirpost.js";
import { type Batch, type BatchReports, FORMS, type WorkerStart } from "./pool.js";

const { module, options, set } = workerData as WorkerStart;
provide(wasm, wasm.initSync({ module }).memory);
wanted.set = set;
const forms = FORMS.map(({ utf16, form }) => ({ utf16, options: given({ ...options, ...form }) }));

parentPort?.on("message", ({ first, buffer, ends, forms: formOf }: Batch) => {
  let start = 0;
  const reports: string[] = [];
  let failed = false;
  try {
    for (const [at, end] of ends.entries()) {
      const bytes = new Uint8Array(buffer, start, end - start);
      start = end;
      const form = forms[formOf[at] ?? 0];
      const handed = hand({ bytes, utf16: form?.utf16 ?? false, form: {} }, options);
      reports.push(core().validate(handed, form?.options));
    }
  } catch (error) {
    // The messages before it have their reports. What was thrown says nothing of the message; which one it was, does.
    if (!(error instanceof CoreError)) throw new Error(`message ${first + reports.length} could not be validated`, { cause: error });
    failed = true;
  }
  const answer: BatchReports = { reports: `[${reports.join()}]`, failed, buffer };
  parentPort?.postMessage(answer, [buffer]);
});
