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
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
};

/** Copies that the build made, the shortest first. */
const ENCODINGS = { br: ".br", gzip: ".gz" };

const POLICY = {
  "default-src": "'none'",
  // 'wasm-unsafe-eval' allows WebAssembly and nothing else.
  "script-src": "'self' 'wasm-unsafe-eval'",
  "worker-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self'",
  "manifest-src": "'self'",
  // The user names the server to send to, after these headers are out: a policy cannot know it. So it lets fetch go to any server, and
  // the tests see to it that the page asks none that nobody named. Nothing else can be loaded from elsewhere, or sent there.
  "connect-src": "'self' https: http:",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  // Where the browser knows Trusted Types, no text becomes markup, and only www/src/trusted-types.ts makes a script of an address.
  "require-trusted-types-for": "'script'",
  "trusted-types": "fhirpost",
};

const UNUSED = ["camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb"];

/** docs/hosting.md lists these headers for other servers. */
export const HEADERS = {
  "Content-Security-Policy": Object.entries(POLICY)
    .map(([name, value]) => `${name} ${value}`)
    .join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": UNUSED.map((name) => `${name}=()`).join(", "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Not require-corp: a request without CORS tells a server that lets no page in from one that is not there.
  "Cross-Origin-Embedder-Policy": "credentialless",
};

/**
 * Reads the folder once. A request only ever looks a name up in that list, so no path gets out of it. A new build during `npm start`
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
    // `//` alone is not a URL; whatever cannot be read is not here.
    const path = URL.canParse(request.url ?? "/", "http://localhost") ? new URL(request.url ?? "/", "http://localhost").pathname : "";
    const name = path === "/" ? "/index.html" : path;
    const type = TYPES[extname(name)];
    if (request.method !== "GET" && request.method !== "HEAD") {
      response
        .writeHead(405, { ...HEADERS, Allow: "GET, HEAD", "Content-Type": "text/plain" })
        .end("This address answers GET and HEAD only.\n");
    } else if (type === undefined || !files.has(name)) {
      response.writeHead(404, { ...HEADERS, "Content-Type": "text/plain" }).end("There is nothing here.\n");
    } else {
      const encoding = accepted(request.headers["accept-encoding"]).find((one) => files.has(name + ENCODINGS[one]));
      const content = files.get(name + (ENCODINGS[encoding] ?? ""));
      // Names under assets/ hold a hash of their content; the others must be asked for each time.
      const cache = name.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache";
      response.writeHead(200, {
        ...HEADERS,
        "Content-Type": type,
        "Content-Length": content.length,
        "Cache-Control": cache,
        Vary: "Accept-Encoding",
        ...(encoding && { "Content-Encoding": encoding }),
      });
      response.end(request.method === "HEAD" ? undefined : content);
    }
  };
}

/** The encodings that a browser takes, of those that there are. One with `q=0` it does not. */
function accepted(header = "") {
  const named = header
    .toLowerCase()
    .split(",")
    .map((one) => one.replaceAll(" ", ""));
  const taken = named.filter((one) => !/;q=0(\.0*)?$/.test(one)).map((one) => one.split(";")[0]);
  return Object.keys(ENCODINGS).filter((encoding) => taken.includes(encoding));
}
