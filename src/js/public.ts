/** What every entry file exports besides `init`. */
export * from "./api.js";
export { type AnswerHeaders, readAnswer } from "./exchange/answer.js";
export { checkCapability, checkScopes, readCapability } from "./exchange/capability.js";
export { explainNetworkFailure } from "./exchange/cors.js";
export { prepareRequest } from "./exchange/prepare-request.js";
export { sendMessage } from "./exchange/send.js";
export type * from "./exchange/types.js";
export { Messaging, type MessagingOptions } from "./messaging.js";
export { type SqliteDatabase, type SqliteStatement, sqliteStore } from "./receiver/sqlite-store.js";
export { type AnswerStore, type KnownSending, memoryStore, type Sending, type StoredAnswer } from "./receiver/store.js";
export { createReceiver, eventKey, type Handler, type ReceivedMessage, type Receiver, type ReceiverOptions } from "./receiver.js";
export type * from "./types.js";
