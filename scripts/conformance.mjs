// `npm run conformance`: writes docs/conformance.md from what the public suites give.
import { run } from "./steps.mjs";

await run("Running the public suites", "cargo", ["test", "--quiet", "--test", "conformance_page", "--", "--nocapture"], {
  env: { ...process.env, UPDATE_CONFORMANCE: "1" },
});
