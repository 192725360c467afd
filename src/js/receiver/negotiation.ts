/** Which media types come in and go out: FHIR R4's JSON, by its own name or as plain `application/json`. */
import { Refusal } from "./refusal.js";

const OUR_TYPE = "application/fhir+json";
const PLAIN_TYPE = "application/json";

interface MediaType {
  type: string;
  parameters: Map<string, string>;
}

/** Refuses a body that its `Content-Type` does not call FHIR R4 JSON in UTF-8. */
export function requireJson(contentType: string | null): void {
  const media = parseMediaType(contentType ?? "");
  if (media.type !== OUR_TYPE && media.type !== PLAIN_TYPE) {
    throw new Refusal(415, "not-supported", `The body must be JSON: send it with Content-Type: ${OUR_TYPE}.`);
  }
  const charset = media.parameters.get("charset");
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new Refusal(415, "not-supported", "The body must be encoded in UTF-8: no other charset is read.");
  }
  if (!isOurVersion(media)) {
    throw new Refusal(415, "not-supported", "This receiver reads FHIR R4: the fhirVersion of the Content-Type must be 4.0.");
  }
}

/** The type to answer with. `_format` overrides `Accept`, as the specification's page on HTTP has it. */
export function answerType(request: Request): string {
  const format = new URL(request.url).searchParams.get("_format");
  if (format !== null) {
    // An unescaped plus sign in a query reads as a space.
    if (["json", "text/json", OUR_TYPE, PLAIN_TYPE].includes(format.replace(" ", "+"))) return OUR_TYPE;
    throw notAcceptable();
  }
  const accept = request.headers.get("accept");
  if (accept === null || accept.trim() === "") return OUR_TYPE;
  const ranges = accept.split(",").map(parseMediaType);
  const wanted = ranges.filter((range) => Number(range.parameters.get("q") ?? 1) > 0 && isOurVersion(range)).map((range) => range.type);
  if ([OUR_TYPE, "application/*", "*/*", "*"].some((type) => wanted.includes(type))) return OUR_TYPE;
  if (wanted.includes(PLAIN_TYPE)) return PLAIN_TYPE;
  throw notAcceptable();
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
