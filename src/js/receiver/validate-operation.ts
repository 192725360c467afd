/**
 * The operation `$validate`: validates a resource and says what is wrong with it.
 *
 * Source: R4, OperationDefinition Resource-validate: a resource, or Parameters with `resource`, `mode` and `profile`; the answer is an
 * OperationOutcome, with 200 also where it lists errors.
 */
import { toOperationOutcome } from "../operation-outcome.js";
import type { Issue, OperationOutcome, ValidateOptions, ValidationReport } from "../types/validation.js";
import { parameterList, parse, partOf, readBody, resourceType } from "./content.js";
import { usualReport } from "./message.js";
import type { ReceiverSettings } from "./options.js";
import { Refusal } from "./refusal.js";

/** What a client wants to do with the resource. What would be deleted has nothing to be validated. */
const MODES = ["create", "update", "profile"];

/** @param type What the resource must be, where the address says so. */
export async function validateOperation(request: Request, type: string | undefined, settings: ReceiverSettings): Promise<OperationOutcome> {
  const { validator, validate, maxBytes } = settings;
  const hold = settings.room.hold();
  try {
    const body = await readBody(request, maxBytes, hold);
    const { text, value } = parse(body, validator);
    const { profiles, mode, part } = askedBy(request, body, value, settings);
    if (mode !== undefined && !MODES.includes(mode as string)) {
      throw new Refusal(400, "not-supported", `The mode must be one of ${MODES.join(", ")}.`);
    }
    const resource = part === undefined ? text : part.text;
    const isOf = resourceType(part === undefined ? value : JSON.parse(part.text));
    if (type !== undefined && isOf !== type) {
      throw new Refusal(400, "invalid", `The resource must be of the type that the address names, ${type}.`);
    }
    const usual: Omit<ValidateOptions, "as"> = typeof validate === "object" ? validate : {};
    const options = { ...usual, profiles: [...(usual.profiles ?? []), ...profiles] };
    const report = await usualReport(resource, options, settings);
    // "If a profile is nominated, and the server cannot validate against the nominated profile, it SHALL return an error."
    const isUnknown = ({ rule, pointer }: Issue) => rule === "profile-unknown" && pointer === "";
    const issues = report.issues.map((issue): Issue => (isUnknown(issue) ? { ...issue, severity: "error" } : issue));
    if (report.issues.some(isUnknown)) throw Refusal.withOutcome(422, toOperationOutcome({ ...report, valid: false, issues }));
    return toOperationOutcome(part === undefined ? report : placed(report, part.before));
  } finally {
    hold.release();
  }
}

interface Asked {
  profiles: string[];
  mode: unknown;
  /** The resource inside a Parameters resource, and what is before it. */
  part: { text: string; before: string } | undefined;
}

/** Parameters of the URL hold beside those of the body. */
function askedBy(request: Request, body: Uint8Array, value: unknown, { validator }: ReceiverSettings): Asked {
  const query = new URL(request.url).searchParams;
  const profiles = query.getAll("profile");
  const mode = query.get("mode") ?? undefined;
  if (!isObject(value)) throw new Refusal(400, "invalid", "The body must be a resource, or Parameters with one.");
  if (resourceType(value) !== "Parameters") return { profiles, mode, part: undefined };
  const given = parameterList(value);
  const texts = (name: string) =>
    given
      .filter((parameter) => parameter.name === name)
      .map(
        ({ valueUri, valueCanonical, valueUrl, valueCode, valueString }): unknown =>
          valueUri ?? valueCanonical ?? valueUrl ?? valueCode ?? valueString ?? null,
      );
  const [resource, second] = given.filter(({ name }) => name === "resource");
  if (resource === undefined || second !== undefined) {
    throw new Refusal(400, "required", "The Parameters resource must have exactly one parameter named resource.");
  }
  if (!isObject(resource.resource)) throw new Refusal(400, "required", "The parameter named resource must hold a resource.");
  const asked = texts("profile").filter((profile): profile is string => typeof profile === "string");
  if (asked.length < texts("profile").length) throw new Refusal(400, "invalid", "The parameter profile must be a URL, as valueUri.");
  const [own, another] = [...(mode === undefined ? [] : [mode]), ...texts("mode")];
  if (another !== undefined) throw new Refusal(400, "invalid", "The parameter mode may be there only once.");
  const { start, end } = partOf(body, "resource", validator);
  const decoder = new TextDecoder();
  return {
    profiles: [...profiles, ...asked],
    mode: own,
    part: { text: decoder.decode(body.subarray(start, end)), before: decoder.decode(body.subarray(0, start)) },
  };
}

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A report on a part of a text, with the lines and columns of the whole. */
function placed(report: ValidationReport, before: string): ValidationReport {
  const lines = before.split("\n");
  const last = lines.at(-1) ?? "";
  const moved = ({ line, column, ...issue }: Issue): Issue => ({
    ...issue,
    ...(line !== undefined && { line: line + lines.length - 1 }),
    ...(column !== undefined && { column: line === 1 ? column + last.length : column }),
  });
  return { ...report, issues: report.issues.map(moved) };
}
