/** What the core does for the page besides the check and sending, each in its own worker: several may be at work at once. */
import type { ToolOperations } from "./tools.worker.js";
import workerScript from "./tools.worker.ts?worker&url";
import { WorkerClient } from "./workers/client.js";

export class Tools extends WorkerClient<ToolOperations> {
  constructor() {
    super(workerScript);
  }
}
