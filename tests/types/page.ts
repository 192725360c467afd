// A user's code in a page, which is compiled and not run.
import init, { type InitOptions, initSync, Validator, validateBundle } from "fhirpost";
import start, { Validator as SmallValidator } from "fhirpost/validate";

const options: InitOptions = { module_or_path: "fhirpost_bg.wasm" };
init(options).then(() => validateBundle("{}"));
start(options).then(() => new SmallValidator().validate("{}"));
initSync({ module: new Uint8Array() });
Validator.load({ resources: [] }).then((validator) => validator.fix("{}"));
SmallValidator.load().then((validator) => validator.route(validator.read("{}")));
// @ts-expect-error only the whole one takes resources
new SmallValidator({ resources: [] });
