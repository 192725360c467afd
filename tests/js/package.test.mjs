// What npm publishes: only what users need, and it works where they use it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const command = (name) => join(root, "node_modules/.bin", name);
const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
const run = (name, args, cwd = folder) => execFileSync(name, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
let tarball;
let files;

const CHECK = 'const { valid, issues } = validateBundle("{}"); console.log(valid, issues[0].rule);';
const EXPECTED = "false resource-type\n";

before(() => {
  // The tests come after a build: building again here would only take time.
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root));
  tarball = join(folder, packed.filename);
  files = packed.files.map((file) => file.path);
  writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }');
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds only what users need", () => {
  const needed =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|pkg\/(node|web|validate|worker|cli)\.(js|cjs)(\.map)?|pkg\/cli-licences\.txt|pkg\/(fhirpost|validate)_bg\.wasm|pkg\/types(-cjs)?\/.+\.d\.ts|pkg\/types-cjs\/package\.json)$/;
  assert.deepEqual(
    files.filter((file) => !needed.test(file)),
    [],
  );
  for (const file of [
    "LICENSE",
    "README.md",
    "pkg/node.js",
    "pkg/node.cjs",
    "pkg/web.js",
    "pkg/worker.js",
    "pkg/cli.js",
    "pkg/fhirpost_bg.wasm",
    "pkg/validate.js",
    "pkg/validate_bg.wasm",
  ]) {
    assert.ok(files.includes(file), file);
  }
});

test("publint and attw find nothing", () => {
  run(command("publint"), ["--strict"], root);
  // Node 20 is the oldest that is supported, so subpaths need not resolve as they did before Node 16.
  // The wasm is a file, not a module with types.
  run(command("attw"), [tarball, "--profile", "node16", "--exclude-entrypoints", "./fhirpost_bg.wasm", "./validate_bg.wasm"]);
});

/** What a user's compiler says of files in `tests/types`, or of these sources beside them; nothing when they fit. */
function compile(files, options, sources = {}) {
  const project = join(folder, "types");
  cpSync(join(root, "tests/types"), project, { recursive: true });
  for (const [name, source] of Object.entries(sources)) writeFileSync(join(project, name), source);
  // Packages that a user has beside this one.
  const typeRoots = [join(root, "node_modules/@types")];
  const usual = { strict: true, noEmit: true, target: "es2022", lib: ["es2022"], typeRoots, types: [], skipLibCheck: false };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...usual, ...options }, files: [files].flat() }));
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  try {
    return run(command("tsc"), ["-p", "tsconfig.json"], project);
  } catch ({ stdout }) {
    return stdout;
  }
}

const RESOLUTIONS = [
  { module: "esnext", moduleResolution: "bundler" },
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
];
const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };

for (const resolution of RESOLUTIONS) {
  const name = resolution.moduleResolution;
  test(`the types fit those of @types/fhir: ${name}`, () => {
    for (const options of [{}, strictest]) assert.equal(compile("fhir4.ts", { ...resolution, ...options, types: ["node", "fhir"] }), "");
  });
  test(`in Node the types are those of Node: ${name}`, () => {
    assert.equal(compile("node.ts", { ...resolution, types: ["node"] }), "");
  });
}

test("the examples of the README fit the types", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)]
    .map(([, example]) => example)
    .filter((example) => /from "fhirpost"/.test(example));
  assert.ok(examples.length >= 7, `${examples.length}`);
  const source = (example, index) => [`readme-${index}.ts`, `/// <reference path="./readme.d.ts" />\n${example}`];
  const sources = Object.fromEntries(examples.map(source));
  const options = { ...RESOLUTIONS[2], ...strictest, types: ["node"] };
  assert.equal(compile(Object.keys(sources), options, sources), "");
});

test("neither Node's types nor those of @types/fhir are needed, and a page has its own", () => {
  const page = { ...RESOLUTIONS[0], lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"] };
  for (const options of [{}, { customConditions: ["browser"] }]) assert.equal(compile("page.ts", { ...page, ...options }), "");
  assert.match(compile("node.ts", { ...page, customConditions: ["browser"], types: ["node"] }), /has no exported member .?nodeListener/);
});

test("it works from an ES module", () => {
  writeFileSync(join(folder, "user.mjs"), `import init, { validateBundle } from "fhirpost"; await init(); ${CHECK}`);
  assert.equal(run(process.execPath, ["user.mjs"]), EXPECTED);
});

test("it works from CommonJS", () => {
  writeFileSync(join(folder, "user.cjs"), `const { validateBundle } = require("fhirpost"); ${CHECK}`);
  assert.equal(run(process.execPath, ["user.cjs"]), EXPECTED);
});

test("validateMany starts its threads from an ES module and from CommonJS", () => {
  const check =
    'const run = async () => { for await (const { report } of validateMany(["{}"])) console.log(report.valid, report.issues[0].rule); }; run();';
  writeFileSync(join(folder, "many.mjs"), `import { validateMany } from "fhirpost"; ${check}`);
  writeFileSync(join(folder, "many.cjs"), `const { validateMany } = require("fhirpost"); ${check}`);
  for (const file of ["many.mjs", "many.cjs"]) assert.equal(run(process.execPath, [file]), EXPECTED, file);
});

test("the command checks from the installed package", () => {
  writeFileSync(join(folder, "empty.json"), "{}");
  assert.throws(
    () => run("npx", ["--offline", "fhirpost", "check", "empty.json"]),
    ({ status, stdout }) => {
      assert.equal(status, 1);
      assert.match(stdout, /^empty\.json:1:1 error resource-type: /);
      return true;
    },
  );
});

for (const entry of ["fhirpost", "fhirpost/validate"])
  test(`${entry} works from a Vite build`, async () => {
    const app = join(folder, `app-${entry.replace("/", "-")}`);
    mkdirSync(app);
    writeFileSync(join(app, "index.html"), '<script type="module" src="./main.js"></script>');
    writeFileSync(
      join(app, "main.js"),
      `import { Validator } from "${entry}"; globalThis.done = Validator.load().then((validator) => validator.validate("{}"));`,
    );
    run(command("vite"), ["build", "--logLevel", "warn", app]);
    const assets = readdirSync(join(app, "dist/assets"));
    const wasm = assets.find((name) => name.endsWith(".wasm"));
    const script = assets.find((name) => name.endsWith(".js"));
    assert.ok(readFileSync(join(app, "dist/assets", script), "utf8").includes(wasm), "the script names the wasm that was emitted");
    // The built script runs as it would in a browser: fetch brings the wasm that Vite emitted.
    const fetched = [];
    globalThis.fetch = async (url) => {
      fetched.push(String(url));
      return new Response(readFileSync(join(app, "dist/assets", wasm)), { headers: { "Content-Type": "application/wasm" } });
    };
    globalThis.location = new URL("http://localhost/");
    globalThis.document = {
      baseURI: "http://localhost/",
      querySelectorAll: () => [],
      createElement: () => ({ relList: { supports: () => true } }),
    };
    await import(join(app, "dist/assets", script));
    const report = await globalThis.done;
    assert.equal(report.issues[0].rule, "resource-type");
    assert.ok(fetched[0].endsWith(wasm), fetched[0]);
  });

test("TypeScript users get the types of each module kind", () => {
  writeFileSync(
    join(folder, "user.ts"),
    'import { type Issue, validateBundle } from "fhirpost";\nexport const first: Issue | undefined = validateBundle("{}").issues[0];\n// @ts-expect-error maxIssues is a number\nvalidateBundle("{}", { maxIssues: "1" });\n',
  );
  writeFileSync(
    join(folder, "user.cts"),
    'import fhirpost = require("fhirpost");\nexport const valid: boolean = fhirpost.validateBundle("{}").valid;\n',
  );
  run(command("tsc"), [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom,dom.iterable",
    "user.ts",
    "user.cts",
  ]);
});

test("what only validates is in the smaller package entry, and in Node in the whole one", async () => {
  writeFileSync(join(folder, "validate.mjs"), `import init, { validateBundle } from "fhirpost/validate"; await init(); ${CHECK}`);
  writeFileSync(join(folder, "validate.cjs"), `const { validateBundle } = require("fhirpost/validate"); ${CHECK}`);
  for (const file of ["validate.mjs", "validate.cjs"]) assert.equal(run(process.execPath, [file]), EXPECTED, file);
  const module = await WebAssembly.compile(readFileSync(join(root, "pkg/validate_bg.wasm")));
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  const has = (method) => names.some((name) => name.endsWith(`validator_${method}`));
  assert.ok(has("validate") && has("route"), String(names));
  assert.ok(!has("respond") && !has("readAnswer"), "what is left out is the reason for it");
});

test("the wasm does not tell where it was built", () => {
  for (const name of ["fhirpost", "validate"]) {
    const wasm = readFileSync(join(root, `pkg/${name}_bg.wasm`), "latin1");
    for (const path of [homedir(), root]) assert.ok(path === "/" || !wasm.includes(path), "the name of a folder of this machine");
    assert.ok(!/registry.src|index\.crates\.io/.test(wasm), "where the dependencies came from");
  }
});
