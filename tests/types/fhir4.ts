// A user's code, which is compiled and not run: the types of @types/fhir go in everywhere, and what comes out is of them, without a cast.
import {
  applyEdits,
  buildResponse,
  checkCapability,
  createReceiver,
  eventKey,
  prepareRequest,
  readAnswer,
  readCapability,
  sendMessage,
  toOperationOutcome,
  Validator,
  validateBundle,
  validateMany,
} from "fhirpost";

declare const bundle: fhir4.Bundle;
declare const patient: fhir4.Patient;
declare const serviceRequest: fhir4.ServiceRequest;
declare const header: fhir4.MessageHeader;
declare const resource: fhir4.Resource;
declare const anyOfThem: fhir4.FhirResource;
declare const entry: fhir4.BundleEntry;
declare const source: fhir4.MessageHeaderSource;
declare const destination: fhir4.MessageHeaderDestination;
declare const event: fhir4.Coding;
declare const definition: fhir4.MessageDefinition;
declare const graph: fhir4.GraphDefinition;
declare const statement: fhir4.CapabilityStatement;
declare const parameters: fhir4.Parameters;
declare const outcome: fhir4.OperationOutcome;
declare const issue: fhir4.OperationOutcomeIssue;

// Into every function.
const validator = new Validator();
const report = validateBundle(bundle);
validator.validate(patient);
validator.validate(parameters, { as: "resource" });
validator.validate(validator.read(bundle), { as: "message" });
validateMany([bundle, patient, outcome]);
validator.evaluate(patient, "name");
validator.route(bundle);
validator.outline(bundle);
validator.fix(JSON.stringify(bundle));
applyEdits("{}", []);
prepareRequest("https://fhir.example.org", bundle);
readCapability(statement);
checkCapability(statement, bundle);
readAnswer(200, {}, "", { message: bundle });
sendMessage(bundle, { base: "https://fhir.example.org", capability: statement });
const own = new Validator({ resources: [definition, graph, bundle] });
new Validator({ resources: definition });
const composed = validator.compose(event, {
  focus: serviceRequest,
  resources: [patient, resource, anyOfThem, entry, { fullUrl: "urn:uuid:x", resource: patient }],
  source,
  destination: [destination],
  header,
});
own.compose(event, { focus: [serviceRequest], source, destination, header: { sender: header.sender } });
// What is written on the spot goes in, too.
validator.compose("submit-service-request", {
  focus: { resourceType: "ServiceRequest", status: "active", subject: { reference: "Patient/1" } },
  resources: [
    { resourceType: "Patient", id: "1", active: true },
    { fullUrl: "urn:uuid:y", resource: { resourceType: "Patient", active: true } },
  ],
  source: { endpoint: "https://me.example.org", name: "me", contact: { system: "phone", value: "1" } },
  header: { reason: { text: "x" } },
});
buildResponse(bundle, { code: "ok", resources: [serviceRequest, anyOfThem], issues: [issue, ...outcome.issue] }, { source });
buildResponse(bundle, { code: "ok", issues: [{ severity: "warning", code: "processing", details: { text: "x" } }] });
const receiver = createReceiver({
  validator: own,
  handlers: {
    [eventKey(event)]: ({ bundle: received }) => {
      const asBundle: fhir4.Bundle = received;
      const first: fhir4.MessageHeader | undefined = received.entry[0]?.resource;
      return { code: "ok", resources: [serviceRequest], issues: asBundle === bundle && first === header ? [issue] : [] };
    },
  },
});
receiver.on(event, () => ({ resources: [patient] }));

// Out of every function.
const message: fhir4.Bundle = composed.bundle;
const response: fhir4.Bundle = buildResponse(bundle, { code: "ok" });
const made: fhir4.OperationOutcome = toOperationOutcome(report);
const issues: fhir4.OperationOutcomeIssue[] = readAnswer(200, {}, "").outcomeIssues;
const asked: fhir4.Coding | undefined = validator.route(bundle).event;
const known: (fhir4.Coding | undefined)[] = validator.events().map((one) => one.event);
const names: fhir4.HumanName[] = validator.evaluate(patient, "name").map((item) => item.value);
const base: fhir4.Resource | undefined = composed.bundle.entry[0]?.resource;
const one: fhir4.FhirResource | undefined = composed.bundle.entry[0]?.resource;
const focused: fhir4.ServiceRequest | undefined = composed.bundle.entry[1]?.resource;
const codes: fhir4.OperationOutcomeIssue["code"][] = report.issues.map(({ code }) => code);
sendMessage(bundle, { base: "https://fhir.example.org" }).then(({ answer }) => {
  const theirs: fhir4.OperationOutcomeIssue[] | undefined = answer?.outcomeIssues;
  return theirs;
});

export { asked, base, codes, focused, issues, known, made, message, names, one, response };
