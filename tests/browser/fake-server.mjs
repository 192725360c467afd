// A server as the page may meet it: it lets every page in, says of itself and answers what it is told to, and gives tokens as SMART has it.
import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";
import { createServer } from "node:http";

export const FHIR = { "Content-Type": "application/fhir+json" };
const JSON_TYPE = { "Content-Type": "application/json" };

/** A CapabilityStatement of a receiver of the event; what is given goes in its place. */
export const statement = (changes = {}) => ({
  resourceType: "CapabilityStatement",
  status: "active",
  date: "2026-01-01",
  kind: "instance",
  fhirVersion: "4.0.1",
  format: ["json"],
  rest: [{ mode: "server", operation: [{ name: "process-message", definition: "http://hl7.org/fhir/OperationDefinition/x" }] }],
  messaging: [
    {
      event: [
        {
          code: { system: "http://ntst.com/fhir/message-events", code: "submit-service-request" },
          mode: "receiver",
          focus: "ServiceRequest",
          protocol: [],
        },
      ],
    },
  ],
  ...changes,
});

/** The same of one that also lets resources of this type be read. */
export const readable = (type) => statement({ rest: [{ ...statement().rest[0], resource: [{ type, interaction: [{ code: "read" }] }] }] });

export const outcome = (...issue) => ({ resourceType: "OperationOutcome", issue });

/**
 * `options.metadata` is a resource, or a function of the response; `options.answer` a function of the response and the message; `options.smart`
 * changes the SMART configuration; `options.token` is what the token endpoint says, a function of the form and the response.
 */
export async function startFakeServer(options = {}) {
  /** Each request with its body. */
  const seen = [];
  /** The challenges of PKCE, by code. */
  const codes = new Map();
  const server = createServer((request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*, authorization");
    response.setHeader("Access-Control-Expose-Headers", "Location, Content-Location, Retry-After");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url, base);
      seen.push({ method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, body: body.toString() });
      const sendJson = (status, value, type = JSON_TYPE) => response.writeHead(status, type).end(JSON.stringify(value));
      const name = url.pathname.replace("/v4", "");
      if (name === "/metadata") {
        const metadata = options.metadata ?? statement();
        if (typeof metadata === "function") metadata(response);
        else sendJson(200, metadata, FHIR);
      } else if (name === "/.well-known/smart-configuration") {
        sendJson(200, { token_endpoint: `${base}/token`, authorization_endpoint: `${base}/authorize`, ...options.smart });
      } else if (name === "/authorize") {
        const back = new URL(url.searchParams.get("redirect_uri"));
        const code = randomUUID();
        codes.set(code, { challenge: url.searchParams.get("code_challenge"), redirect: back.href });
        back.searchParams.set("state", url.searchParams.get("state"));
        if (options.deny) back.searchParams.set("error", "access_denied");
        else back.searchParams.set("code", code);
        // A person presses a button here.
        response
          .writeHead(200, { "Content-Type": "text/html" })
          .end(`<!doctype html><title>Login</title><a id="allow" href="${back.href.replaceAll("&", "&amp;")}">Allow</a>`);
      } else if (name === "/token") {
        const form = new URLSearchParams(body.toString());
        const refusal = options.refuseToken ?? fault(form);
        if (refusal !== undefined) return sendJson(400, { error: "invalid_client", error_description: refusal });
        sendJson(200, {
          access_token: options.accessToken,
          token_type: "Bearer",
          expires_in: 300,
          ...(form.has("scope") && { scope: form.get("scope") }),
          ...options.token,
        });
      } else if (request.method === "POST" && options.answer !== undefined) {
        options.answer(response, body.toString());
      } else {
        sendJson(200, outcome({ severity: "information", code: "informational" }), FHIR);
      }
    });
  });

  /** What is wrong with how a token was asked for. */
  function fault(form) {
    if (form.get("grant_type") === "authorization_code") {
      const known = codes.get(form.get("code"));
      codes.delete(form.get("code"));
      if (known === undefined) return "unknown code";
      if (form.get("redirect_uri") !== known.redirect) return "another redirect address";
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      return challenge === known.challenge ? undefined : "the verifier does not fit";
    }
    if (form.get("client_assertion_type") !== "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") return "no assertion";
    return faultOfAssertion(form.get("client_assertion"));
  }

  function faultOfAssertion(assertion) {
    const [header, payload, signature] = assertion.split(".");
    const { alg, kid, typ } = JSON.parse(Buffer.from(header, "base64url"));
    const { iss, sub, aud, exp, jti } = JSON.parse(Buffer.from(payload, "base64url"));
    const key = createPublicKey({ key: options.publicKey, format: "jwk" });
    const isRsa = key.asymmetricKeyType === "rsa";
    if (alg !== (isRsa ? "RS384" : "ES384") || typ !== "JWT" || kid !== options.publicKey.kid) return "the header is wrong";
    const how = isRsa ? key : { key, dsaEncoding: "ieee-p1363" };
    if (!verify("sha384", Buffer.from(`${header}.${payload}`), how, Buffer.from(signature, "base64url"))) return "the signature is wrong";
    const left = exp - Date.now() / 1000;
    const isRight = iss === options.clientId && sub === iss && aud === `${base}/token` && left > 0 && left <= 300 && jti !== undefined;
    return isRight ? undefined : "a claim is wrong";
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}/v4`;
  return {
    base,
    seen,
    options,
    /** What was sent to the operation. */
    get messages() {
      return seen.filter(({ path }) => path === "/v4/$process-message");
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
