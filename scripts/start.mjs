// `npm start`: sets up, builds, and serves the page with a local receiver behind it.
import { buildPage, buildQuickly } from "./build.mjs";
import { readServeOptions } from "./serve/options.mjs";
import { databaseDriver } from "./setup.mjs";

const { store } = readServeOptions();
await buildQuickly();
await buildPage();
if (store !== undefined) await databaseDriver();
await import("./serve.mjs");
