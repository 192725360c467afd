/** In the workers: how a text is validated on this page. */
import { type ValidationReport, validateBundle, validateResource } from "../fhirpost.js";

/** More issues than anyone reads at once; the report says when it stopped. */
const MAX_ISSUES = 1000;

/**
 * As what it is: a message, a Bundle of another type, or any other resource.
 * @param message Whether it must be a message all the same.
 */
export function validate(text: string, message: boolean, showValues = true): ValidationReport {
  const options = { maxIssues: MAX_ISSUES, showValues };
  return message ? validateBundle(text, { ...options, message }) : validateResource(text, options);
}
