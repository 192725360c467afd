/** What messages are about and what they are made of: routes, outlines, answers, compositions, events. */
import type { ComposeContext, ComposedMessage, CompositionParts, ResponseContext } from "./generated.js";
import type { AnyResource, ValidateOptions } from "./validation.js";

export type {
  AllowedResponse,
  DefinitionIssue,
  Demand,
  KnownEvent,
  MessageOutline,
  OutlineEntry,
  OutlineReference,
  ResponseOutcome,
  Route,
  RouteFocus,
} from "./generated.js";
export type { GivenConcept, GivenEndpoint, GivenIssue, GivenResource, Part } from "./given.js";

export type RouteOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes">;

export type OutlineOptions = Pick<ValidateOptions, "maxDepth" | "maxBytes" | "as">;

export interface FhirResource {
  resourceType: string;
  id?: string;
  [element: string]: unknown;
}

/** How an answer is built, and how the request is read and validated before: what counts as an error decides whether it is valid. */
export interface BuildResponseOptions extends ResponseContext, Pick<ValidateOptions, "severities" | "suppress" | "maxDepth" | "maxBytes"> {}

export interface Bundle {
  resourceType: "Bundle";
  id: string;
  type: "message";
  timestamp: string;
  /** The type of a resource is what its `resourceType` says. */
  entry: { fullUrl: string; resource: AnyResource }[];
}

/** What `compose` makes a message of, and how the message is validated. */
export interface Composition extends CompositionParts, ComposeContext, Omit<ValidateOptions, "as" | "now"> {}

/** What was composed. */
export interface ComposeResult extends ComposedMessage {
  bundle: Bundle;
}
