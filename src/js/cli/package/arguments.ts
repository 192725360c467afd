/** The arguments of `fhirpost package`. */
import {
  DEFINITIONS_OPTIONS,
  type DefinitionsSettings,
  definitionsHelp,
  definitionsSettings,
  HELP_OPTION,
  parse,
  UsageError,
} from "../arguments.js";

export interface PackageSettings extends DefinitionsSettings {
  /** The file that is written. */
  out: string;
}

export const PACKAGE_HELP = `Compiles FHIR packages to one file, which is ready in a fraction of the time: for pages, and for "fhirpost/validate", which cannot
compile. \`new Validator({ packages: [bytes] })\` takes it like a package. It is for this version of fhirpost alone.

Usage: fhirpost package compile --package <name>... --out <file> [options]

${definitionsHelp(18)}
  --out <file>       the file that is written
`;

const OPTIONS = { ...HELP_OPTION, ...DEFINITIONS_OPTIONS, out: { type: "string" } } as const;

export function readPackageArguments(args: string[]): PackageSettings | "help" {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return "help";
  if (positionals.length !== 1 || positionals[0] !== "compile") throw new UsageError("package compile is what there is");
  const settings = definitionsSettings(values);
  if (settings.packages.length + settings.definitions.length === 0) throw new UsageError("--package says what is compiled");
  if (values.out === undefined) throw new UsageError("--out names the file that is written");
  return { ...settings, out: values.out };
}
