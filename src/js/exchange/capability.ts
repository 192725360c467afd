import { core } from "../bindings.js";
import { readBytes } from "../input.js";
import { checkText } from "../kinds.js";
import type { Issue, MessageInput } from "../types.js";
import type { Capability, ScopeCheck } from "./types.js";

/**
 * What a receiver declares about messages, from the CapabilityStatement that `[base]/metadata` gives. Whatever the statement is, there is
 * a result; what is no CapabilityStatement has an issue `capability-type`.
 * @throws {TypeError} when the argument is of the wrong kind; the text names it.
 */
export function readCapability(capabilityStatement: MessageInput): Capability {
  return JSON.parse(core().readCapability(readBytes(capabilityStatement, "capabilityStatement")));
}

/**
 * Compares a CapabilityStatement with a message: the operation, the event and its mode, the version of FHIR, the format. With an error
 * among the issues the receiver does not declare that it takes the message.
 * @throws {TypeError} when an argument is of the wrong kind; the text names it.
 */
export function checkCapability(capabilityStatement: MessageInput, message: MessageInput): Issue[] {
  const statement = readBytes(capabilityStatement, "capabilityStatement");
  return JSON.parse(core().checkCapability(statement, readBytes(message, "message"))).issues;
}

/**
 * Looks for a scope that lets messages be sent: `Messaging.write` or `Messaging.*` of a patient, a user or the system in the syntax of
 * SMART 1, or the right to create (`Messaging.c`, `Messaging.cruds`) in that of SMART 2, which Netsmart does not document yet.
 * @throws {TypeError} when the argument is no string.
 */
export function checkScopes(scopes: string): ScopeCheck {
  checkText(scopes, "scopes");
  return JSON.parse(core().checkScopes(scopes));
}
