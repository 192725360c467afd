/** What every entry file exports besides `init`. */
export * from "./api.js";
export { CoreError } from "./core.js";
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
export { applyEdits, fixMessage } from "./fix.js";
export { Messaging, type MessagingOptions } from "./messaging.js";
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
export type * from "./types/messages.js";
export type * from "./types/validation.js";
export type { Targets } from "./web-addresses.js";
