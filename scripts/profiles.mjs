// `npm run profiles`: how our verdicts by profiles compare with those of HL7's validator, and each case in which they differ.
import { writePage } from "./parity/page.mjs";
import { readOptions, run } from "./steps.mjs";

const {
  case: id,
  set,
  brief,
  record,
} = readOptions(
  `npm run profiles [-- --set NAME --case ID --brief]
Prints how the verdicts compare with those of HL7's validator, as we choose and as that does (docs/choices.md), and each case in which the latter
differ.
  --set NAME   only this one: medcom-carecommunication, us-core-6.1.0, hl7-suite or r4-faults; its beginning will do
  --case ID    only cases whose id has this in it
  --brief      only the figures
  --record     puts the figures into tests/parity/record.json, from which docs/parity.md is written`,
  { set: { type: "string" }, case: { type: "string" }, brief: { type: "boolean" }, record: { type: "boolean" } },
);

const args = [...(set ? [set] : []), ...(id ? ["--case", id] : []), ...(brief ? ["--brief"] : []), ...(record ? ["--record", "all"] : [])];
await run("The cases", "cargo", ["run", "--quiet", "--example", "profiles", "--", ...args]);
if (record) {
  const env = { ...process.env, UPDATE_PARITY: "1" };
  await run("The fixes", "cargo", ["test", "--quiet", "--test", "fixes_of_faults"], { env });
  await writePage();
}
