/** What every entry file exports besides `init`. */
export * from "./api.js";
export { createReceiver, eventKey, type Handler, type ReceivedMessage, type ReceiverOptions } from "./receiver.js";
export type * from "./types.js";
