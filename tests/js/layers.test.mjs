// The layer check: what it reads as an arrow, and which arrows it lets through.
import assert from "node:assert/strict";
import { test } from "node:test";
import { circles } from "../../scripts/layers/graph.mjs";
import { readRust, tokens } from "../../scripts/layers/rust.mjs";
import { typescriptArrows } from "../../scripts/layers/typescript.mjs";
import { againstOrder, compareWithKnown, violations } from "../../scripts/layers.mjs";

const texts = (files) => new Map(Object.entries(files));
const shown = (arrows) => arrows.map(({ from, to, names }) => `${from} → ${to}${names ? `: ${[...names].join(" ")}` : ""}`).sort();

/** The arrows of a crate of these files, but for those of `mod`. */
function rust(files, roots = { house: "src/lib.rs" }) {
  const { arrows, unread } = readRust(texts(files), roots);
  assert.deepEqual(unread, []);
  for (const { names } of arrows) names.delete("mod");
  return shown(arrows.filter(({ names }) => names.size > 0));
}

test("tokens have no comments and no texts", () => {
  assert.deepEqual(tokens("a /* b /* c */ d */ e // f\n g"), ["a", "e", "g"]);
  assert.deepEqual(tokens(`x("a \\" use y", r#"b " c"#, b'"', '\\'', '{', "\\\\")`).join(""), `x("","","","","","")`);
  assert.deepEqual(tokens("fn f<'a>(x: &'a str, r#type: u8) -> '\\u{7d}'").join(" "), "fn f < 'a > ( x : & 'a str , type : u8 ) - > \"\"");
});

test("a tree of use is every path in it", () => {
  const files = {
    "src/lib.rs": "mod a; mod b; mod c;",
    "src/a.rs": "use crate::{b::{self, One, inner::{Deep as D, *}}, c::Three as _};\nuse std::{fmt, io::Read};\nfn f() { b::two(); Wide; }",
    "src/b.rs": "pub struct One; pub fn two() {} pub mod inner;",
    "src/b/inner.rs": "pub struct Deep; pub struct Wide;",
    "src/c.rs": "pub trait Three {}",
  };
  assert.deepEqual(rust(files), ["src/a.rs → src/b.rs: One two", "src/a.rs → src/b/inner.rs: Deep Wide", "src/a.rs → src/c.rs: Three"]);
});

test("a front page hands names on, and does not make an arrow by that", () => {
  const files = {
    "src/lib.rs": "mod room; mod other;",
    "src/room/mod.rs": "mod a; mod b; pub use a::A; pub(crate) use b::*; pub struct Own;",
    "src/room/a.rs": "use super::B; pub struct A;",
    "src/room/b.rs": "use super::Own; pub struct B;",
    "src/other.rs": "use crate::room; use crate::room::Own; fn f(_: room::A, _: room::B) {}",
  };
  assert.deepEqual(rust(files), [
    "src/other.rs → src/room/a.rs: A",
    "src/other.rs → src/room/b.rs: B",
    "src/other.rs → src/room/mod.rs: Own",
    "src/room/a.rs → src/room/b.rs: B",
    "src/room/b.rs → src/room/mod.rs: Own",
    "src/room/mod.rs → src/room/a.rs: A",
  ]);
});

test("paths in the code count, also those that macros make, and what is inside an inline module", () => {
  const files = {
    "src/lib.rs": "mod a; mod b;",
    "src/a.rs":
      "use super::b::rules; fn f() { rules::ONE; crate::b::made(); x.self::y(); } mod inside { use super::super::b::Two; use super::f; }",
    "src/b.rs": "macro_rules! all { () => { pub mod rules { pub const ONE: u8 = 1; } pub struct Two; } } all!();",
  };
  assert.deepEqual(rust(files), ["src/a.rs → src/b.rs: ONE made Two"]);
});

test("what is compiled for tests only is left out", () => {
  const files = {
    "src/lib.rs": "mod a; mod b;",
    "src/a.rs":
      "#[cfg(test)] use crate::b::X; #[cfg(test)] mod tests { use crate::b::Y; } #[cfg(all(test, unix))] mod more; #[test] fn f() { crate::b::Z; }",
    "src/a/more.rs": "use crate::b::X;",
    "src/b.rs": "pub struct X; pub struct Y; #[cfg(not(test))] use crate::a::W;",
  };
  assert.deepEqual(rust(files), ["src/b.rs → src/a.rs: W"]);
});

test("another crate is entered by its name", () => {
  const files = {
    "src/lib.rs": "mod a; pub use a::A;",
    "src/a.rs": "pub struct A;",
    "wasm/src/lib.rs": "use house::A; use house::gone::B; use serde::C;",
  };
  assert.deepEqual(rust(files, { house: "src/lib.rs", shell: "wasm/src/lib.rs" }).slice(1), [
    "wasm/src/lib.rs → src/a.rs: A",
    "wasm/src/lib.rs → src/lib.rs: B",
  ]);
});

test("methods of a type in several files are told and are arrows where they call each other, and files that nobody declares", () => {
  const { arrows, spread, unread } = readRust(
    texts({
      "src/lib.rs": "mod a; mod b;",
      "src/a.rs":
        "pub struct Walk<'d>(&'d str); impl<'d> Walk<'d> { fn a(&self) { self.b(); other.c() } fn d() -> impl Walk {} } impl Clone for Walk<'_> {}",
      "src/b.rs": "use crate::a::Walk; impl<F: Fn() -> u8> Walk<'_> where F: Copy { fn b(&self) {} fn c(&self) {} fn d() {} }",
      "src/lost.rs": "",
    }),
    { house: "src/lib.rs" },
  );
  assert.deepEqual(shown(arrows.filter(({ names }) => !names.has("mod"))), ["src/a.rs → src/b.rs: self.b", "src/b.rs → src/a.rs: Walk"]);
  assert.deepEqual(spread, [{ type: "Walk of src/a.rs", files: ["src/a.rs", "src/b.rs"] }]);
  assert.deepEqual(unread, ["src/lost.rs"]);
});

test("imports of TypeScript", () => {
  const files = {
    "src/js/a.ts":
      'import type { B } from "./b.js";\nimport {\n  C,\n} from "./deep/c.js";\nexport * from "./d.js";\nimport "node:fs";\nconst e = await import("./e.js?worker");\n// import("./f.js")\nimport { x } from "../js/gone.js";',
    "src/js/b.ts": 'import "./a.js";',
    "src/js/deep/c.ts": 'export { B } from "../b.js";',
    "src/js/d.ts": "",
    "src/js/e.ts": 'const text = "import from ./a.js";',
    "src/js/f.ts": "",
  };
  assert.deepEqual(shown(typescriptArrows(texts(files))), [
    "src/js/a.ts → src/js/b.ts",
    "src/js/a.ts → src/js/d.ts",
    "src/js/a.ts → src/js/deep/c.ts",
    "src/js/a.ts → src/js/e.ts",
    "src/js/b.ts → src/js/a.ts",
    "src/js/deep/c.ts → src/js/b.ts",
  ]);
});

test("the order of the rooms", () => {
  const kind = (from, to) => againstOrder({ from, to });
  assert.equal(kind("src/validate/walk.rs", "src/json/scanner.rs"), undefined);
  assert.equal(kind("src/json/scanner.rs", "src/validate/walk.rs"), "order");
  assert.equal(kind("src/xml/read.rs", "src/json/scanner.rs"), "order");
  assert.equal(kind("src/definitions/types.rs", "src/compile/mod.rs"), "order");
  assert.equal(kind("src/compile/mod.rs", "src/fhirpath/parser.rs"), undefined);
  assert.equal(kind("src/fhirpath/call.rs", "src/fhirpath/mod.rs"), "front");
  assert.equal(kind("src/fhirpath/mod.rs", "src/fhirpath/call.rs"), undefined);
  assert.equal(kind("src/wasm/outline.rs", "src/wasm.rs"), "front");
  assert.equal(kind("src/validate/element/binding.rs", "src/validate/walk.rs"), "order");
  assert.equal(kind("src/validate/walk.rs", "src/validate/element/binding.rs"), undefined);
  assert.equal(kind("src/validate/notes.rs", "src/validate/bundle/resolve.rs"), "order");
  assert.equal(kind("wasm/src/lib.rs", "src/lib.rs"), undefined);
  assert.equal(kind("src/exchange/answer.rs", "src/lib.rs"), "order");
  assert.equal(kind("www/src/main.ts", "src/js/api.ts"), "order");
  assert.equal(kind("www/src/fhirpost.ts", "src/js/api.ts"), undefined);
  assert.equal(kind("src/js/web.ts", "www/src/main.ts"), "order");
});

test("circles, and the list of what is known", () => {
  const arrows = ["a b", "b c", "c a", "c d", "d e", "f g", "g f"].map((pair) => {
    const [from, to] = pair.split(" ").map((name) => `src/json/${name}.rs`);
    return { from, to };
  });
  assert.deepEqual(circles(arrows), [
    ["a", "b", "c"].map((name) => `src/json/${name}.rs`),
    ["f", "g"].map((name) => `src/json/${name}.rs`),
  ]);
  const found = violations(arrows);
  assert.deepEqual([...new Set(found.map((arrow) => arrow.kind))], ["circle"]);
  assert.equal(found.length, 5);
  const known = [{ arrows: [...shown(found).slice(1), "src/json/x.rs → src/json/y.rs"] }];
  const { unlisted, idle } = compareWithKnown(found, known);
  assert.deepEqual(shown(unlisted), ["src/json/a.rs → src/json/b.rs"]);
  assert.deepEqual(idle, ["src/json/x.rs → src/json/y.rs"]);
});
