// `npm run profiles`: how our verdicts by profiles compare with those of HL7's validator, and each case in which they differ.
import { readOptions, run } from "./steps.mjs";

const {
  case: id,
  set,
  brief,
} = readOptions(
  `npm run profiles [-- --set NAME --case ID --brief]
Prints how the verdicts compare with those of HL7's validator, as we choose and as that does (docs/choices.md), and each case in which the latter
differ.
  --set NAME   only this one: medcom-carecommunication, us-core-6.1.0, hl7-suite or r4-faults; its beginning will do
  --case ID    only cases whose id has this in it
  --brief      only the figures`,
  { set: { type: "string" }, case: { type: "string" }, brief: { type: "boolean" } },
);

const args = [...(set ? [set] : []), ...(id ? ["--case", id] : []), ...(brief ? ["--brief"] : [])];
await run("The cases", "cargo", ["run", "--quiet", "--example", "profiles", "--", ...args]);
