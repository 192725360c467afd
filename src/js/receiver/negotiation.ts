/** Which media types come in and go out: FHIR R4's JSON, by its own name or as plain `application/json`. */
import { Refusal } from "./refusal.js";

const OUR_TYPE = "application/fhir+json";
const PLAIN_TYPE = "application/json";

/** What `_format` may call them. */
const FORMATS = ["json", "text/json", OUR_TYPE, PLAIN_TYPE];

interface MediaType {
  type: string;
  parameters: Map<string, string>;
}

/** Refuses a body that its headers do not call FHIR R4 JSON in UTF-8, uncompressed. */
export function requireJson(headers: Headers): void {
  const media = parseMediaType(headers.get("content-type") ?? "");
  if (media.type !== OUR_TYPE && media.type !== PLAIN_TYPE) {
    throw unsupported(`The body must be JSON: send it with Content-Type: ${OUR_TYPE}.`);
  }
  const charset = media.parameters.get("charset");
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw unsupported("The body must be encoded in UTF-8: no other charset is read.");
  }
  if (!isOurVersion(media)) {
    throw unsupported("This receiver reads FHIR R4: the fhirVersion of the Content-Type must be 4.0.");
  }
  const encoding = headers.get("content-encoding")?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== "" && encoding !== "identity") {
    throw unsupported("The body must not be compressed.", { "Accept-Encoding": "identity" });
  }
}

/** The type to answer with. `_format` overrides `Accept`, as the specification's page on HTTP has it. */
export function answerType(request: Request): string {
  const format = new URL(request.url).searchParams.get("_format");
  if (format !== null) {
    // An unescaped plus sign in a query reads as a space.
    const media = parseMediaType(format.replace("fhir json", "fhir+json"));
    if (FORMATS.includes(media.type) && isOurVersion(media)) return OUR_TYPE;
    throw notAcceptable();
  }
  const accept = request.headers.get("accept");
  if (accept === null || accept.trim() === "") return OUR_TYPE;
  const ranges = accept.split(",").map(parseMediaType).filter(isOurVersion);
  const ours = quality(ranges, OUR_TYPE);
  const plain = quality(ranges, PLAIN_TYPE);
  if (ours <= 0 && plain <= 0) throw notAcceptable();
  return ours >= plain ? OUR_TYPE : PLAIN_TYPE;
}

/** How much a type is wanted: what the most specific range that covers it says (RFC 9110, 12.5.1). */
function quality(ranges: MediaType[], type: string): number {
  for (const range of [type, "application/*", "*/*", "*"]) {
    const found = ranges.find((one) => one.type === range);
    if (found !== undefined) return Number(found.parameters.get("q") ?? 1) || 0;
  }
  return 0;
}

function unsupported(text: string, headers?: Record<string, string>): Refusal {
  return new Refusal(415, "not-supported", text, headers);
}

function notAcceptable(): Refusal {
  return new Refusal(406, "not-supported", `This receiver answers in JSON only: ask for it with Accept: ${OUR_TYPE}.`);
}

function isOurVersion(media: MediaType): boolean {
  return ["4.0", "4.0.1", undefined].includes(media.parameters.get("fhirversion"));
}

function parseMediaType(text: string): MediaType {
  const [type = "", ...rest] = text.toLowerCase().split(";");
  const parameters = rest.map((parameter): [string, string] => {
    const [name = "", value = ""] = parameter.split("=");
    return [name.trim(), value.trim().replace(/^"(.*)"$/, "$1")];
  });
  return { type: type.trim(), parameters: new Map(parameters) };
}
