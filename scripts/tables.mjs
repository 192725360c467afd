// `npm run tables`: writes the tables of UCUM's units and of ISO 4217's currencies from their sources. The test that compares them does it, since
// it knows how they look.
import { rust } from "./setup.mjs";
import { readOptions, run } from "./steps.mjs";

readOptions("npm run tables\nWrites the tables of UCUM's units and of ISO 4217's currencies from their sources.");
await rust();
const args = ["test", "--quiet", "--features", "compile-definitions", "--test", "tables"];
await run("The tables", "cargo", args, { env: { ...process.env, WRITE_TABLES: "1" } });
