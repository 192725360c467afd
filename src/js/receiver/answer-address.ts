/** Where the answer to an asynchronous message goes. */
import { webAddress } from "./targets.js";
import { withoutTrailingSlashes } from "./trailing-slashes.js";

/**
 * `$process-message` of the sender's endpoint, or its `response-url`; both with `async=true`, and with the query that they have. Nothing for
 * what is no web address.
 *
 * Source: R4, OperationDefinition MessageHeader-process-message: "The server submits response messages to the appropriate end-point with the
 * parameter async=true"; the response-url "SHALL implement the signature of the $process-message operation (parameter async=true, …)".
 */
export function answerAddress(endpoint: unknown, responseUrl: string | undefined): string | undefined {
  const given = responseUrl ?? endpoint;
  const url = typeof given === "string" ? webAddress(given) : undefined;
  if (url === undefined) return undefined;
  const path = withoutTrailingSlashes(url.pathname);
  // Some write the operation into their endpoint.
  if (responseUrl === undefined) url.pathname = /\/(?:\$|%24)process-message$/i.test(path) ? path : `${path}/$process-message`;
  url.hash = "";
  // The rest of the query stays as it is written.
  const others = url.search.slice(1).split("&");
  url.search = [...others.filter((one) => one !== "" && !new URLSearchParams(one).has("async")), "async=true"].join("&");
  return url.href;
}
