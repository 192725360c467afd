/** Two parts of the build: the service worker learns what files there are, and each file gets compressed copies for the server. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import type { Plugin } from "vite";

const SERVICE_WORKER = "service-worker.js";

/** Writes into the service worker the names of all other files, and a hash of what is in them. */
export function offlineFiles(): Plugin {
  let publicDir = "";
  return {
    name: "offline-files",
    enforce: "post",
    configResolved: (config) => {
      publicDir = config.publicDir;
    },
    generateBundle(_options, bundle) {
      const files = new Map<string, string | Uint8Array>(readdirSync(publicDir).map((name) => [name, readFileSync(join(publicDir, name))]));
      for (const file of Object.values(bundle)) files.set(file.fileName, file.type === "chunk" ? file.code : file.source);
      const worker = bundle[SERVICE_WORKER];
      if (worker?.type !== "chunk") throw new Error(`The build has no ${SERVICE_WORKER}.`);
      const hash = createHash("sha256");
      const names = [...files.keys()].sort();
      for (const name of names) hash.update(`${name}\0`).update(files.get(name) ?? "");
      const kept = names.filter((name) => name !== SERVICE_WORKER);
      worker.code = worker.code
        .replaceAll("__FILES__", JSON.stringify(kept))
        .replaceAll("__VERSION__", `"${hash.digest("hex").slice(0, 16)}"`);
    },
  };
}

const COMPRESSIBLE = /\.(?:css|html|js|json|svg|wasm|webmanifest)$/;
/** Shorter than this, a file fits into one packet anyway, in bytes. */
const SHORT = 1000;

/** Writes a .br and a .gz beside each file that gets shorter by it: the server has nothing to compute, and other servers know them too. */
export function compressedCopies(): Plugin {
  return {
    name: "compressed-copies",
    async writeBundle({ dir }, bundle) {
      const folder = dir ?? "dist";
      const names = Object.keys(bundle).filter((name) => COMPRESSIBLE.test(name));
      await Promise.all(names.map((name) => compress(join(folder, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < SHORT) return;
  // The highest quality takes six times as long for a tenth less.
  const params = { [zlib.BROTLI_PARAM_QUALITY]: 9, [zlib.BROTLI_PARAM_SIZE_HINT]: content.length };
  const brotli = promisify(brotliCompress)(content, { params });
  const gzipped = promisify(gzip)(content, { level: 9 });
  await Promise.all([writeFile(`${path}.br`, await brotli), writeFile(`${path}.gz`, await gzipped)]);
}
