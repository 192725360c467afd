// A referral with nothing in it but what it must have, so that thousands of them are quickly sent.
export const SUBMIT = { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" };
export const BASE = "http://receiver.example.org/fhir";

const NARRATIVE = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">A referral</div>' };

/** The message as JSON text. `event` is an element of MessageHeader: eventCoding or eventUri. */
export function smallMessage(messageId, bundleId, { event = { eventCoding: SUBMIT }, endpoint = "http://sender.example.org/fhir" } = {}) {
  const entry = (resource) => ({ fullUrl: `${BASE}/${resource.resourceType}/${resource.id}`, resource });
  return JSON.stringify({
    resourceType: "Bundle",
    id: bundleId,
    type: "message",
    timestamp: "2026-01-31T12:00:00Z",
    entry: [
      entry({
        resourceType: "MessageHeader",
        id: messageId,
        text: NARRATIVE,
        ...event,
        source: { endpoint },
        focus: [{ reference: "ServiceRequest/s1" }],
      }),
      entry({
        resourceType: "ServiceRequest",
        id: "s1",
        text: NARRATIVE,
        status: "active",
        intent: "order",
        subject: { reference: "Patient/p1" },
      }),
      entry({ resourceType: "Patient", id: "p1", text: NARRATIVE }),
    ],
  });
}
