/** SMART backend services: a program without a person asks for a token with a JWT that it signs ("Client Authentication: Asymmetric"). */
import * as oauth from "oauth4webapi";
import { discover } from "./discovery.js";
import type { ServiceKey } from "./private-key.js";
import { asking, type Granted, granted } from "./token-endpoint.js";

export interface Service {
  clientId: string;
  scope: string;
  key: ServiceKey;
}

export async function askAsService(base: string, { clientId, scope, key }: Service, signal: AbortSignal): Promise<Granted> {
  const server = await discover(base, signal);
  const client = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt(
    { key: key.key, ...(key.kid !== undefined && { kid: key.kid }) },
    {
      // SMART names the token endpoint as audience, where OAuth has come to name the issuer.
      [oauth.modifyAssertion]: (header, payload) => {
        header.typ = "JWT";
        payload.aud = server.token_endpoint;
      },
    },
  );
  return granted(Date.now(), async () => {
    const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope }, asking(signal));
    return oauth.processClientCredentialsResponse(server, client, response);
  });
}
