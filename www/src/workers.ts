/** The workers of the page, each for one kind of work: several may be at work at once. */
import type { CheckOperations } from "./check/check.worker.js";
import checkScript from "./check/check.worker.ts?worker&url";
import type { LayoutOperations } from "./see/layout.worker.js";
import layoutScript from "./see/layout.worker.ts?worker&url";
import type { Progress, SendOperations } from "./send/send.worker.js";
import sendScript from "./send/send.worker.ts?worker&url";
import type { ToolOperations } from "./tools.worker.js";
import toolsScript from "./tools.worker.ts?worker&url";
import { WorkerClient } from "./workers/client.js";

export const checkWorker = new WorkerClient<CheckOperations>(checkScript);
export const layoutWorker = new WorkerClient<LayoutOperations>(layoutScript);
export const sendWorker = new WorkerClient<SendOperations, Progress>(sendScript);

/** What the core does besides the check and sending. Who asks what may have to be stopped asks a worker of its own. */
export const newTools = () => new WorkerClient<ToolOperations>(toolsScript);
export const tools = newTools();
