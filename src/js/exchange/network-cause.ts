import type { ExchangeFailure } from "./types.js";

/**
 * Why fetch had no answer, where the platform says so by a code: Node does, at the error's cause. What came before the first byte of the
 * message is told apart from a connection that ended after it: then nobody knows whether the message was processed.
 *
 * Sources: Node, "Common system errors", "X509 certificate error codes" and undici's errors.
 */
export function networkCause(error: unknown): ExchangeFailure | undefined {
  for (const { code, syscall } of chain(error)) {
    if (syscall === "getaddrinfo" || NO_HOST.test(code)) return "unknown-host";
    if (code === "ECONNREFUSED") return "connection-refused";
    if (CERTIFICATE.test(code)) return "certificate";
    if (syscall === "connect" || NOT_CONNECTED.test(code)) return "unreachable";
    if (CONNECTION_ENDED.test(code)) return "broken";
  }
  return undefined;
}

const NO_HOST = /^(ENOTFOUND|EAI_.*)$/;
const CERTIFICATE =
  /^(ERR_TLS_CERT_.*|CERT_.*|.*_CERT(_.*)?|.*_CRL(_.*)?|CRL_.*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/;
const NOT_CONNECTED = /^(EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_SSL_.*)$/;
const CONNECTION_ENDED = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|HPE_.*|UND_ERR_.*)$/;

interface Cause {
  code: string;
  syscall: string;
}

/** The error, what caused it, and what caused that; of several attempts to connect, the first. */
function* chain(error: unknown): Generator<Cause> {
  let current = error;
  for (let depth = 0; depth < DEEPEST && typeof current === "object" && current !== null; depth += 1) {
    const { code, syscall, cause, errors } = current as { code?: unknown; syscall?: unknown; cause?: unknown; errors?: unknown };
    yield { code: String(code ?? ""), syscall: String(syscall ?? "") };
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
}

/** A cause may be its own cause. */
const DEEPEST = 5;
