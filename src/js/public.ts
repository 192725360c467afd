/** What every entry file exports besides `init`. */
export * from "./api.js";
export { CoreError } from "./bindings.js";
export { applyEdits } from "./edits.js";
export { type AnswerHeaders, readAnswer } from "./exchange/answer.js";
export { checkCapability, checkScopes, readCapability } from "./exchange/capability.js";
export { explainNetworkFailure } from "./exchange/cors.js";
export { prepareRequest } from "./exchange/prepare-request.js";
export { sendMessage } from "./exchange/send.js";
export type * from "./exchange/types.js";
export { fixMessage } from "./fix.js";
export { Messaging, type MessagingOptions } from "./messaging.js";
export type { Commit } from "./receiver/commit.js";
export { type MemoryStoreOptions, memoryStore } from "./receiver/memory-store.js";
export { type SqliteDatabase, type SqliteStatement, sqliteStore } from "./receiver/sqlite-store.js";
export type { AnswerStore, AsynchronousStore, KnownSending, OwedAnswer, OwedSending, Sending, StoredAnswer } from "./receiver/store.js";
export {
  type AsynchronousOptions,
  type Authorize,
  createReceiver,
  eventKey,
  type Handler,
  type HandlerOutcome,
  type OnAnswer,
  type ReceivedAnswer,
  type ReceivedBundle,
  type ReceivedMessage,
  type Receiver,
  type ReceiverOptions,
  type Sender,
  type Targets,
} from "./receiver.js";
export type * from "./types.js";
