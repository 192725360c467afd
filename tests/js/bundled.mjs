// A module of the page, which is TypeScript and made for browsers, to be tried here.
import { build } from "esbuild";

/** The address of a worker's script, as Vite gives it. */
const workers = {
  name: "workers",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\?worker&url$/ }, ({ path }) => ({ path, namespace: "worker" }));
    onLoad({ filter: /.*/, namespace: "worker" }, () => ({ contents: 'export default "assets/worker.js";' }));
  },
};

export async function bundled(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "node20",
    plugins: [workers],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
