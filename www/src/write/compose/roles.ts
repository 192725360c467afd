/** The resources that a referral is made of, as data: of which type they are, and which reference leads to them. */
import type { Step } from "./element-path.js";

export interface Role {
  type: string;
  /** From which others it is referred to, in the order in which these are looked at; a new one is referred to by the first. */
  from: { role: RoleName; element: string; isList?: boolean }[];
  /** What a new one has besides what is in the form. */
  fixed?: Record<string, unknown>;
  /** The element of a new one that refers to the patient. */
  patient?: string;
  many?: boolean;
}

export type RoleName =
  | "header"
  | "request"
  | "patient"
  | "requesterRole"
  | "practitioner"
  | "organization"
  | "performerOrganization"
  | "performer"
  | "coverage"
  | "payer"
  | "condition"
  | "observation"
  | "document"
  | "questionnaire"
  | "sender"
  | "responsible";

const about = (type: string, element: string, fixed: Record<string, unknown> = {}): Role => ({
  type,
  from: [{ role: "request", element, isList: true }],
  fixed,
  patient: "subject",
  many: true,
});

/** In the order in which they come into a message. */
export const roles: Record<RoleName, Role> = {
  header: { type: "MessageHeader", from: [] },
  request: { type: "ServiceRequest", from: [], fixed: { status: "active", intent: "order" }, patient: "subject" },
  patient: { type: "Patient", from: [{ role: "request", element: "subject" }] },
  requesterRole: { type: "PractitionerRole", from: [{ role: "request", element: "requester" }] },
  practitioner: {
    type: "Practitioner",
    from: [
      { role: "requesterRole", element: "practitioner" },
      { role: "request", element: "requester" },
    ],
  },
  organization: {
    type: "Organization",
    from: [
      { role: "requesterRole", element: "organization" },
      { role: "request", element: "requester" },
    ],
  },
  performerOrganization: { type: "Organization", from: [{ role: "request", element: "performer", isList: true }] },
  performer: { type: "Practitioner", from: [{ role: "request", element: "performer", isList: true }] },
  coverage: {
    type: "Coverage",
    from: [{ role: "request", element: "insurance", isList: true }],
    fixed: { status: "active" },
    patient: "beneficiary",
  },
  payer: { type: "Organization", from: [{ role: "coverage", element: "payor", isList: true }] },
  condition: about("Condition", "reasonReference"),
  observation: about("Observation", "supportingInfo", { status: "final" }),
  document: about("DocumentReference", "supportingInfo", { status: "current" }),
  questionnaire: {
    type: "QuestionnaireResponse",
    from: [{ role: "request", element: "supportingInfo", isList: true }],
    fixed: { status: "completed" },
    patient: "subject",
  },
  sender: { type: "Organization", from: [{ role: "header", element: "sender" }] },
  responsible: { type: "Practitioner", from: [{ role: "header", element: "responsible" }] },
};

export const roleNames = Object.keys(roles) as RoleName[];

/** Where a value of the form is: in which resource, and where in it. `#` is the number of the row in a group with rows. */
export interface At {
  role: RoleName;
  path: Step[];
}
