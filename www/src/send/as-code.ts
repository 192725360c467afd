/** The request as a command and as a program. The token is not in them: whoever runs them puts it in. */
import type { ShownRequest } from "./send.worker.js";

export function asCurl({ method, url, headers }: ShownRequest, body: string): string {
  const lines = Object.entries(headers).map(([name, value]) =>
    // Double quotes, so that the shell puts the variable in.
    name === "Authorization" ? '  --header "Authorization: Bearer $TOKEN"' : `  --header ${quoted(`${name}: ${value}`)}`,
  );
  const first = "Authorization" in headers ? ["# TOKEN holds the bearer token: read -rs TOKEN"] : [];
  // printf is part of the shell, so a message of any length fits, and it arrives byte for byte.
  return [
    ...first,
    `printf %s ${quoted(body)} |`,
    `  curl --request ${method} \\`,
    ...lines.map((line) => `${line} \\`),
    "  --data-binary @- \\",
    `  --url ${quoted(url)}`,
    "",
  ].join("\n");
}

/** In single quotes a shell takes every sign as it is, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in the program that is made.
const BEARER = "`Bearer ${token}`";

export function asFetch({ method, url, headers }: ShownRequest, body: string): string {
  const hasToken = "Authorization" in headers;
  const lines = Object.entries(headers).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${name === "Authorization" ? BEARER : JSON.stringify(value)},`,
  );
  return [
    ...(hasToken ? ['const token = ""; // the bearer token'] : []),
    `const message = ${JSON.stringify(body)};`,
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: ${JSON.stringify(method)},`,
    "  headers: {",
    ...lines,
    "  },",
    "  body: message,",
    '  redirect: "manual",',
    "});",
    "console.log(response.status, await response.text());",
    "",
  ].join("\n");
}
