/** FHIR data and values as they are given: objects that are open to whatever else FHIR has in them. */

/** An issue for an OperationOutcome. It is written as it is given, whatever else is in it. */
export interface GivenIssue {
  extension?: object[] | undefined;
  severity: "fatal" | "error" | "warning" | "information";
  /** One of `IssueType`. */
  code: string;
  details?: GivenConcept | undefined;
  diagnostics?: string | undefined;
  location?: string[] | undefined;
  expression?: string[] | undefined;
}

/** A CodeableConcept. */
export interface GivenConcept {
  coding?: { system?: string | undefined; code?: string | undefined; display?: string | undefined }[] | undefined;
  text?: string | undefined;
}

/** This, with any other elements: an interface has no index signature, and what is written on the spot may only have what is known. */
type Open<Known> = Known | (Known & { [element: string]: unknown });

/** A resource: an object as `JSON.parse` gives it, or one of the types of `@types/fhir`. */
export type GivenResource = Open<{ resourceType: string; id?: string | undefined }>;

/**
 * A resource for `compose`, alone or as an entry with the fullUrl that it has already; or the JSON text of either, which is written into
 * the message as it is: numbers keep all their digits.
 */
export type Part = GivenResource | { fullUrl?: string | undefined; resource?: object | undefined } | string;

/** `MessageHeader.source` or `MessageHeader.destination`. */
export type GivenEndpoint = Open<{ endpoint: string }>;

/** The value of a variable of FHIRPath. */
export type FhirPathVariable = string | number | boolean;
