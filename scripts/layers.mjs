// `npm run layers`: whether each file takes only from those below it. The order is that of the rooms, listed here once; it fails on an arrow
// against it, and on files that go round in a circle. What was so before there was a check is in layers/known.json, with the reason; that list
// only shrinks, and what no longer occurs must leave it. `npm run check` runs it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { circles } from "./layers/graph.mjs";
import { readRust } from "./layers/rust.mjs";
import { typescriptArrows } from "./layers/typescript.mjs";
import { fail, isMain, readOptions, root, say } from "./steps.mjs";

const USAGE = `npm run layers [-- --quiet | --update | --arrows]
Fails on an arrow against the order of the rooms, or a circle of files.
  --quiet    no table of the rooms
  --update   rewrites the list of known ones, if there are no more of them than before
  --arrows   prints every arrow`;

const KNOWN = "scripts/layers/known.json";

/** The rooms from the lowest on. A room takes from those before it; rooms of one line do not take from each other. */
const ROOMS = [
  ["calendar", "document", "edit_distance"],
  ["json", "xml"],
  ["report"],
  ["definitions"],
  ["fhirpath"],
  ["compile"],
  ["validate"],
  ["message"],
  ["exchange", "draft", "writing"],
  ["validator"],
  ["lib"],
  ["bin", "wasm crate"],
];

/** The same inside `validate`; what is not listed is placed by circles alone. */
const VALIDATE = [["instance", "notes", "wanted"], ["element", "resource"], ["walk"], ["bundle"], ["fix"], ["mod"]];

/** Where the page takes in the package; its other files take what they need from this one. */
const PACKAGE = "www/src/fhirpost.ts";

const level = (levels, name) => levels.findIndex((names) => names.includes(name));

/** The room of a file. */
export function roomOf(path) {
  if (path.startsWith("wasm/")) return "wasm crate";
  if (path.startsWith("src/js/") || path.startsWith("www/")) return path.split("/").slice(0, 2).join("/");
  return path.split("/")[1].replace(/\.rs$/, "");
}

/** What is wrong with an arrow by the order alone: "order", "front" for what takes from the front page above it, or nothing. */
export function againstOrder({ from, to }) {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room !== other) {
    if (!from.endsWith(".rs")) return from === PACKAGE && room === "www/src" && other === "src/js" ? undefined : "order";
    const [own, its] = [level(ROOMS, room), level(ROOMS, other)];
    return own <= its ? "order" : undefined;
  }
  // `x/mod.rs`, or `x.rs` beside `x/`.
  if (to.endsWith(".rs") && from.startsWith(`${to.replace(/(?:\/mod)?\.rs$/, "")}/`)) return "front";
  if (room !== "validate" || !from.endsWith(".rs")) return undefined;
  const [own, its] = [from, to].map((path) => level(VALIDATE, path.split("/")[2].replace(/\.rs$/, "")));
  return own >= 0 && own < its ? "order" : undefined;
}

/** Every arrow that may not be, with its kind: against the order, to a front page above, or one of a circle that is left without those. */
export function violations(arrows) {
  const found = [];
  const rest = [];
  for (const arrow of arrows) {
    const kind = againstOrder(arrow);
    if (kind) found.push({ ...arrow, kind });
    else rest.push(arrow);
  }
  const groups = circles(rest);
  for (const arrow of rest) {
    if (groups.some((group) => group.includes(arrow.from) && group.includes(arrow.to))) found.push({ ...arrow, kind: "circle" });
  }
  return found;
}

/** What the list of known ones and the violations do not share: `unlisted`, and `idle` entries. */
export function compareWithKnown(found, known) {
  const listed = new Set(known.flatMap((group) => group.arrows));
  const now = new Set(found.map(textOf));
  return { unlisted: found.filter((arrow) => !listed.has(textOf(arrow))), idle: [...listed].filter((text) => !now.has(text)) };
}

const textOf = ({ from, to }) => `${from} → ${to}`;

const KINDS = {
  order: "against the order of the rooms",
  front: "to a front page above",
  circle: "in a circle",
};

function texts(folders, extension) {
  const found = new Map();
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const name = `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(name);
      else if (name.endsWith(extension) && !name.endsWith(".d.ts")) found.set(name, readFileSync(join(root, name), "utf8"));
    }
  };
  for (const folder of folders) walk(folder);
  return found;
}

function readAll() {
  const rust = texts(["src"], ".rs");
  const roots = { fhirpost: "src/lib.rs" };
  try {
    for (const [path, text] of texts(["wasm/src"], ".rs")) rust.set(path, text);
    roots["the crate at the boundary"] = "wasm/src/lib.rs";
  } catch {
    // There is no such crate yet.
  }
  for (const path of rust.keys()) if (/^(?:wasm\/)?src\/bin\//.test(path)) roots[path] = path;
  const { unread, spread, arrows } = readRust(rust, roots);
  const typescript = new Map([...texts(["src/js", "www/src"], ".ts"), ...texts(["www/src"], ".tsx")]);
  for (const path of typescript.keys()) if (/^src\/js\/wasm/.test(path)) typescript.delete(path);
  return {
    arrows: { Rust: arrows, TypeScript: typescriptArrows(typescript) },
    texts: { Rust: rust, TypeScript: typescript },
    spread,
    unread,
  };
}

function main() {
  const options = readOptions(USAGE, {
    quiet: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    arrows: { type: "boolean", default: false },
  });
  const all = readAll();
  const arrows = Object.values(all.arrows).flat();
  if (options.arrows) for (const arrow of arrows) console.log(`${textOf(arrow)}  ${[...(arrow.names ?? [])].join(", ")}`);
  if (all.unread.length > 0) fail(`No crate declares these files: ${all.unread.join(", ")}`);
  const roomless = [...all.texts.Rust.keys()].filter((path) => level(ROOMS, roomOf(path)) < 0);
  if (roomless.length > 0) fail(`These files are in no room of scripts/layers.mjs: ${roomless.join(", ")}`);
  if (!options.quiet) for (const language of Object.keys(all.arrows)) print(language, all);
  const found = violations(arrows);
  const known = JSON.parse(readFileSync(join(root, KNOWN), "utf8"));
  if (options.update) return update(found, known);
  const { unlisted, idle } = compareWithKnown(found, known);
  for (const arrow of unlisted) console.error(`${KINDS[arrow.kind]}: ${textOf(arrow)}  ${[...(arrow.names ?? [])].join(", ")}`);
  for (const text of idle) console.error(`no longer so: ${text}`);
  const nameless = known.filter((group) => !group.reason);
  for (const { kind, rooms } of nameless) console.error(`without a reason in ${KNOWN}: ${kind}, ${rooms}`);
  if (unlisted.length > 0) fail(`${unlisted.length} arrows go where they may not.`);
  if (idle.length > 0) fail(`${KNOWN} lists what is right by now: npm run layers -- --update takes it out.`);
  if (nameless.length > 0) fail("Each group of known arrows has a reason.");
  say(
    found.length === 0
      ? "Every file takes only from those below it."
      : `${found.length} known arrows go where they should not; no others do.`,
  );
}

/** Writes the list anew: groups by kind and rooms, each with the reason that it has. */
function update(found, known) {
  const before = known.flatMap((group) => group.arrows).length;
  if (known.length > 0 && found.length > before)
    fail(`There are ${found.length} such arrows now, and ${before} are listed: the list only shrinks.`);
  const groups = new Map();
  for (const arrow of found) {
    const rooms = [...new Set([roomOf(arrow.from), roomOf(arrow.to)])].join(" → ");
    const key = `${arrow.kind} ${rooms}`;
    const reason = known.find((group) => group.kind === arrow.kind && group.rooms === rooms)?.reason ?? "";
    if (!groups.has(key)) groups.set(key, { kind: arrow.kind, rooms, reason, arrows: [] });
    groups.get(key).arrows.push(textOf(arrow));
  }
  const list = [...groups.keys()].sort().map((key) => ({ ...groups.get(key), arrows: groups.get(key).arrows.sort() }));
  writeFileSync(join(root, KNOWN), `${JSON.stringify(list, undefined, 2)}\n`);
  say(`${KNOWN} lists ${found.length} arrows; ${before} before.`);
}

function print(language, all) {
  const lines = new Map([...all.texts[language]].map(([path, text]) => [path, text.split("\n").length - 1]));
  const rooms = grouped([...lines.keys()]);
  console.log(`\n| ${language} | files | lines | median | longest |\n|---|--:|--:|--:|---|`);
  const row = (name, paths) => {
    const sorted = [...paths].sort((a, b) => lines.get(a) - lines.get(b));
    const total = paths.reduce((sum, path) => sum + lines.get(path), 0);
    const median = lines.get(sorted[Math.floor(sorted.length / 2)]);
    console.log(`| ${name} | ${paths.length} | ${total} | ${median} | ${lines.get(sorted.at(-1))}, ${sorted.at(-1)} |`);
  };
  const place = (name) => (language === "Rust" ? level(ROOMS, name) : name);
  for (const [name, paths] of [...rooms].sort(([a], [b]) => (place(a) < place(b) ? -1 : 1))) row(name, paths);
  row("all", [...lines.keys()]);
  const arrows = all.arrows[language];
  const count = (kind) => violations(arrows).filter((arrow) => arrow.kind === kind).length;
  const groups = circles(arrows);
  const rest = circles(arrows.filter((arrow) => !againstOrder(arrow)));
  const sizes = (list) => (list.length === 0 ? "0" : `${list.length} (of ${list.map((group) => group.length).join(", ")} files)`);
  console.log(
    `\n${arrows.length} arrows: ${count("order")} against the order, ${count("front")} to a front page above; circles: ${sizes(groups)}, without those ${sizes(rest)}`,
  );
  if (language !== "Rust" || all.spread.length === 0) return;
  const names = [...all.spread].sort((a, b) => b.files.length - a.files.length).map(({ type, files }) => `${type} (${files.length})`);
  console.log(`types whose methods are in several files: ${names.join(", ")}`);
}

function grouped(paths) {
  const rooms = new Map();
  for (const path of paths) rooms.set(roomOf(path), [...(rooms.get(roomOf(path)) ?? []), path]);
  return rooms;
}

if (isMain(import.meta.url)) main();
