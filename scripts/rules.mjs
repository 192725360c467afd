// `npm run rules`: writes the table of rules in docs/rules/README.md, and how the page of each begins, from the rules in the code. The test that
// holds both against each other does it, since it knows how they look.
import { rust } from "./setup.mjs";
import { readOptions, run } from "./steps.mjs";

readOptions("npm run rules\nWrites the table of rules, and how the page of each begins, from the rules in the code.");
await rust();
const args = ["test", "--quiet", "--test", "cases", "every_rule_has_a_page_that_agrees_with_it"];
await run("The pages of the rules", "cargo", args, { env: { ...process.env, WRITE_RULE_PAGES: "1" } });
