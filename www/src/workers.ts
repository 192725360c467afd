/** The workers of the page, each for one kind of work: several may be at work at once. */
import { signal } from "@preact/signals";
import type { CheckOperations } from "./check/check.worker.js";
import checkScript from "./check/check.worker.ts?worker&url";
import type { Knowledge } from "./fhirpost.js";
import type { LayoutOperations } from "./see/layout.worker.js";
import layoutScript from "./see/layout.worker.ts?worker&url";
import type { Progress, SendOperations } from "./send/send.worker.js";
import sendScript from "./send/send.worker.ts?worker&url";
import type { ToolOperations } from "./tools.worker.js";
import toolsScript from "./tools.worker.ts?worker&url";
import { WorkerClient } from "./workers/client.js";

/** What those that validate know besides R4: each is told as it starts, and again when there is something new. */
let knowledge: Knowledge | undefined;
const learners = new Set<WeakRef<{ tell: (name: string, args: unknown[]) => void }>>();
const first = (): ["learn", [Knowledge]] | undefined => knowledge && ["learn", [knowledge]];

function learner<Client extends { tell: (name: string, args: unknown[]) => void }>(client: Client): Client {
  learners.add(new WeakRef(client));
  return client;
}

/** Counts how often there was something new to know. */
export const taught = signal(0);

export function teach(known: Knowledge): void {
  knowledge = known;
  for (const client of learners) client.deref()?.tell("learn", [known]);
  taught.value++;
}

export const checkWorker = learner(new WorkerClient<CheckOperations>(checkScript, first));
export const layoutWorker = new WorkerClient<LayoutOperations>(layoutScript);
export const sendWorker = learner(new WorkerClient<SendOperations, Progress>(sendScript, first));

/** What the core does besides the check and sending. Who asks what may have to be stopped asks a worker of its own. */
export const newTools = () => learner(new WorkerClient<ToolOperations>(toolsScript, first));
export const tools = newTools();
