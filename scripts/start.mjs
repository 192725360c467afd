// `npm start`: sets up, builds, and serves the page with a local receiver behind it.
import { build, buildPage } from "./build.mjs";
import { setup } from "./setup.mjs";

setup();
build();
buildPage();
await import("./serve.mjs");
