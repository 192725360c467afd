/** What every entry file exports besides `init`. */
export { type AdvisorFile, readAdvisorFile } from "./advisor-file.js";
export { CoreError } from "./core.js";
export type { Draft } from "./draft.js";
export { FhirPathError } from "./evaluate.js";
export { explainNetworkFailure } from "./exchange/fetch.js";
export {
  type AnswerHeaders,
  checkCapability,
  checkScopes,
  prepareRequest,
  readAnswer,
  readCapability,
} from "./exchange/request-and-answer.js";
export { sendMessage } from "./exchange/send.js";
export { applyEdits, editsFor } from "./fix.js";
export { terminologyServer } from "./lookup/terminology-server.js";
export { Message } from "./message.js";
export { toOperationOutcome } from "./operation-outcome.js";
export {
  eventKey,
  type Handler,
  type HandlerOutcome,
  type OnAnswer,
  type ReceivedAnswer,
  type ReceivedBundle,
  type ReceivedMessage,
} from "./receiver/handlers.js";
export { type MemoryStoreOptions, memoryStore } from "./receiver/memory-store.js";
export type { AsynchronousOptions, Receiver, ReceiverOptions } from "./receiver/options.js";
export type { Authorize, Sender } from "./receiver/request.js";
export { sqliteStore } from "./receiver/sqlite-store.js";
export type {
  AnswerStore,
  AsynchronousStore,
  Commit,
  KnownSending,
  OwedAnswer,
  OwedSending,
  Sending,
  SqliteDatabase,
  SqliteStatement,
  StoredAnswer,
} from "./receiver/store.js";
export { createReceiver } from "./receiver.js";
export type * from "./types/exchange.js";
export type * from "./types/lookup.js";
export type * from "./types/many.js";
export type * from "./types/messages.js";
export type * from "./types/validation.js";
export { validateBundle } from "./validator/small.js";
export { buildResponse, Validator, type ValidatorOptions } from "./validator/whole.js";
export type { Targets } from "./web-addresses.js";
