/** Which version of FHIR a resource is written in, where it has what R4 has not. */

export type OtherVersion = "R5" | "R4B" | "STU3";

type Members = Record<string, unknown>;

const TYPES: Record<OtherVersion, string> = {
  R5:
    "ActorDefinition ArtifactAssessment BiologicallyDerivedProductDispense ConditionDefinition DeviceAssociation DeviceDispense DeviceUsage " +
    "EncounterHistory FormularyItem GenomicStudy ImagingSelection InventoryItem InventoryReport MolecularSequenceStudy NutritionIntake " +
    "Permission Requirements TestPlan Transport",
  R4B:
    "AdministrableProductDefinition Citation ClinicalUseDefinition EvidenceReport Ingredient ManufacturedItemDefinition " +
    "MedicinalProductDefinition NutritionProduct PackagedProductDefinition RegulatedAuthorization SubscriptionStatus SubscriptionTopic " +
    "SubstanceDefinition",
  STU3:
    "BodySite DataElement DeviceComponent EligibilityRequest EligibilityResponse ExpansionProfile ImagingManifest ProcedureRequest " +
    "ProcessRequest ProcessResponse ReferralRequest Sequence ServiceDefinition",
};

const versionOfType = new Map(
  Object.entries(TYPES).flatMap(([version, types]) => types.split(" ").map((type) => [type, version as OtherVersion])),
);

const isObject = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const some = (value: unknown, ...names: string[]) => listOf(value).some((one) => isObject(one) && names.some((name) => name in one));

/** By elements that only one version has, and that nobody writes by mistake. A CodeableReference of R5 is an object with a concept in it. */
const ELEMENTS: Record<string, (resource: Members) => OtherVersion | undefined> = {
  MessageHeader: ({ source, destination, event, eventCoding, eventUri }) => {
    if (some([source, ...listOf(destination)], "endpointUrl", "endpointReference")) return "R5";
    return isObject(event) && eventCoding === undefined && eventUri === undefined ? "STU3" : undefined;
  },
  ServiceRequest: ({ code, reason }) => (some(code, "concept") || some(reason, "concept", "reference") ? "R5" : undefined),
  MedicationRequest: ({ medication, reason, requester }) => {
    if (some(medication, "concept", "reference") || some(reason, "concept", "reference")) return "R5";
    return some(requester, "agent") ? "STU3" : undefined;
  },
  Encounter: ({ class: kind, actualPeriod, reason }) =>
    Array.isArray(kind) || actualPeriod !== undefined || some(reason, "use", "value") ? "R5" : undefined,
  Observation: ({ instantiatesCanonical }) => (instantiatesCanonical !== undefined ? "R5" : undefined),
  Appointment: ({ class: kind, subject }) => (kind !== undefined || subject !== undefined ? "R5" : undefined),
};

const NUMBERS: [OtherVersion, RegExp][] = [
  ["R5", /^5\./],
  ["R4B", /^4\.[23]\./],
  ["STU3", /^3\.0/],
];

function ownVersion(resource: Members): OtherVersion | undefined {
  const { resourceType, fhirVersion, meta } = resource;
  const type = String(resourceType);
  const byType = versionOfType.get(type);
  if (byType !== undefined) return byType;
  const base = isObject(meta) ? listOf(meta.profile).map((one) => /^http:\/\/hl7\.org\/fhir\/(\d[\d.]*)\//.exec(String(one))?.[1]) : [];
  for (const number of [...listOf(fhirVersion), ...base.map((one) => one && `${one}.0`)]) {
    const found = NUMBERS.find(([, pattern]) => typeof number === "string" && pattern.test(number));
    if (found !== undefined) return found[0];
  }
  return Object.hasOwn(ELEMENTS, type) ? ELEMENTS[type]?.(resource) : undefined;
}

/** Of a resource and those in it; nothing where nothing speaks against R4. */
export function otherVersion(resource: unknown): OtherVersion | undefined {
  if (!isObject(resource)) return undefined;
  const own = ownVersion(resource);
  if (own !== undefined) return own;
  const inside = [...listOf(resource.entry), ...listOf(resource.parameter)].map((one) => isObject(one) && one.resource);
  for (const one of inside) {
    const found = otherVersion(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
