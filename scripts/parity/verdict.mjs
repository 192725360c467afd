// What counts of that which HL7's validator says.

/** Rules of HL7 as a publisher, links to pages of the web, displays, and what a terminology server would be asked. */
const LEFT_OUT = [
  /^VALIDATION_HL7_/,
  /^CODESYSTEM_CS_HL7_/,
  /^Type_Specific_Checks_DT_URL_Resolve$/,
  /^Display_Name/,
  /^VALUESET_BAD_FILTER_VALUE/,
  /^MEASURE_M_CRITERIA_CQL/,
];

/** Value sets of which it knows no code offline: what we say there cannot be compared. */
const UNKNOWN_SETS = /ValueSet\/(?:currencies|mimetypes|languages|all-languages|ucum-units)\b|bcp13\.txt/;

/** A case of what was asked and what HL7's validator says; nothing where it failed, or could not decide. */
export function caseOf({ id, from, fault, at, text }, issues) {
  if (!issues) return undefined;
  const errors = issues.filter(({ severity }) => severity === "error" || severity === "fatal");
  const unknown = errors.filter((issue) => UNKNOWN_SETS.test(issue.text));

  const undecided = unknown.map(({ expression = "" }) => expression);
  const counted = errors.filter((issue) => !unknown.includes(issue) && !LEFT_OUT.some((left) => left.test(issue.id ?? "")));
  const kept = counted.map(({ severity, id: message, text: said, line, expression }) => ({
    severity,
    id: message,
    text: said,
    line,
    expression,
  }));
  // Where it says only what does not count, it says neither that the resource is valid nor that it is not.
  if (kept.length === 0 && errors.length > unknown.length) return undefined;
  return { id, from, fault, at, text, errors: kept, undecided };
}
