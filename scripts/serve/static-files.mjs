// The built page, as strict as a page that holds health data should be served.
import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const HEADERS = {
  // 'wasm-unsafe-eval' allows WebAssembly and nothing else. connect-src is open, since the user names the server to send to.
  "Content-Security-Policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src *; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/**
 * Reads the folder once. A request only ever looks a name up in that list, so no path leads out of it. A new build during `npm start`
 * needs a new start.
 */
export async function staticFiles(folder) {
  const root = fileURLToPath(folder);
  const files = new Map();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    files.set(`/${path.slice(root.length)}`.replaceAll("\\", "/").replace(/^\/+/, "/"), await readFile(path));
  }
  if (!files.has("/index.html")) throw new Error("no index.html");

  return (request, response) => {
    // `//` alone is no URL; whatever cannot be read is not here.
    const path = URL.canParse(request.url ?? "/", "http://localhost") ? new URL(request.url ?? "/", "http://localhost").pathname : "";
    const name = path === "/" ? "/index.html" : path;
    const content = files.get(name);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response
        .writeHead(405, { ...HEADERS, Allow: "GET, HEAD", "Content-Type": "text/plain" })
        .end("This address answers GET and HEAD only.\n");
    } else if (content === undefined) {
      response.writeHead(404, { ...HEADERS, "Content-Type": "text/plain" }).end("There is nothing here.\n");
    } else {
      // Names under assets/ hold a hash of their content; the others must be asked for each time.
      const cache = name.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache";
      const type = TYPES[extname(name)] ?? "application/octet-stream";
      response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": content.length, "Cache-Control": cache });
      response.end(request.method === "HEAD" ? undefined : content);
    }
  };
}
