// A user's code in a page, which is compiled and not run.
import init, { type InitOptions, initSync, validateBundle } from "fhirpost";
import start, { validateBundle as judge } from "fhirpost/validate";

const options: InitOptions = { module_or_path: "fhirpost_bg.wasm" };
init(options).then(() => validateBundle("{}"));
start(options).then(() => judge("{}"));
initSync({ module: new Uint8Array() });
