// Which file of a Rust crate takes something from which: read from `mod`, `use` and paths. A name that a `mod.rs` only hands on is an arrow
// to the file that defines it; code that is compiled for tests only is left out.

const TOKEN =
  /\/\/[^\n]*|\/\*|[bc]?r(#*)"|[bc]?"(?:[^"\\]|\\[\s\S])*"|b?'(?:\\(?:u\{[^}]*\}|[^u])[^']*|[^'\\])'|'[A-Za-z_]\w*|(?:r#)?[A-Za-z_]\w*|\d\w*(?:\.\d\w*)?|::|\S/gu;

const IDENTIFIER = /^(?:r#)?[A-Za-z_]\w*$/;

/** The tokens of a text without comments; of literals, only that there is one. */
export function tokens(text) {
  const found = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [token, hashes] = match;
    if (token.startsWith("//")) continue;
    if (token === "/*") pattern.lastIndex = commentEnd(text, pattern.lastIndex);
    else if (hashes !== undefined) {
      const end = text.indexOf(`"${hashes}`, pattern.lastIndex);
      pattern.lastIndex = end < 0 ? text.length : end + 1 + hashes.length;
      found.push('""');
    } else if (/^(?:[bc]?"|b?'.*'$)/su.test(token)) found.push('""');
    else found.push(token.replace(/^r#/, ""));
  }
  return found;
}

/** Comments of this form hold others. */
function commentEnd(text, from) {
  let depth = 1;
  const pattern = /\/\*|\*\//g;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return pattern.lastIndex;
  }
  return text.length;
}

const OPENS = { "(": ")", "[": "]", "{": "}" };

/** The index behind the bracket that closes the one at this index. */
function behind(list, at) {
  let depth = 0;
  for (let index = at; index < list.length; index += 1) {
    if (list[index] in OPENS) depth += 1;
    else if (")]}".includes(list[index])) depth -= 1;
    if (depth === 0) return index + 1;
  }
  return list.length;
}

/** The index behind the item that begins here: behind its block, or its semicolon. */
function behindItem(list, from) {
  let at = from;
  while (list[at] === "#") at = behind(list, at + 1);
  while (at < list.length) {
    if (list[at] === ";") return at + 1;
    if (list[at] === "{") return behind(list, at);
    at = list[at] in OPENS ? behind(list, at) : at + 1;
  }
  return at;
}

const isOfTests = (attribute) =>
  attribute.join("") === "test" || (attribute[0] === "cfg" && attribute.some((word, at) => word === "test" && attribute[at - 2] !== "not"));

/** The tokens without what is compiled for tests only, and the names of the files that are. */
function withoutTests(list) {
  const [kept, files] = [[], []];
  for (let at = 0; at < list.length; at += 1) {
    const isInner = list[at + 1] === "!";
    const open = at + (isInner ? 2 : 1);
    if (list[at] !== "#" || list[open] !== "[") {
      kept.push(list[at]);
      continue;
    }
    const end = behind(list, open);
    if (isOfTests(list.slice(open + 1, end - 1))) {
      if (isInner) return { kept: [], files };
      const item = list.slice(end, behindItem(list, end));
      if (item.at(-1) === ";" && item.at(-3) === "mod") files.push(item.at(-2));
      at = end + item.length - 1;
    } else at = end - 1;
  }
  return { kept, files };
}

class Module {
  constructor(file, parent) {
    this.file = file;
    this.parent = parent;
    this.children = new Map();
    this.items = new Set();
    /** What `use` brings in: name → path. */
    this.uses = new Map();
    this.globs = [];
    /** Paths in the code, and those of `use` with the name that they get. */
    this.paths = [];
    /** Types that have methods here, with the names of these, and of those that they call on `self`. */
    this.impls = [];
    /** Files that are declared here. */
    this.declared = [];
  }
}

const BEFORE_ITEM = new Set([undefined, "}", ";", "{", "unsafe"]);

const ITEM = new Set(["fn", "struct", "enum", "union", "trait", "type", "const", "static"]);

/** Reads a file into a module; `open(name)` gives the module of a file that is declared. */
function readInto(module, list, open) {
  let here = module;
  let depth = 0;
  // Where items of the module are: macros make items at any depth.
  let top = 0;
  const around = [];
  let macroEnd = -1;
  for (let at = 0; at < list.length; at += 1) {
    const token = list[at];
    const next = list[at + 1];
    const isItem = depth === top || at < macroEnd;
    if (token === "{") depth += 1;
    else if (token === "}") {
      depth -= 1;
      if (around.length > 0 && depth < top) ({ here, top } = around.pop());
    } else if (token === "macro_rules" && next === "!") {
      here.items.add(list[at + 2]);
      macroEnd = behind(list, at + 3);
      at += 2;
    } else if (token === "mod" && isItem && IDENTIFIER.test(next) && (list[at + 2] === ";" || list[at + 2] === "{")) {
      at += 2;
      if (list[at] === ";") {
        const child = open(here, next);
        if (child) here.declared.push(child.file);
        continue;
      }
      const child = new Module(here.file, here);
      here.children.set(next, child);
      depth += 1;
      around.push({ here, top });
      here = child;
      top = depth;
    } else if (token === "impl" && isItem && BEFORE_ITEM.has(list[at - 1])) {
      const of = implemented(list, at + 1);
      if (of) here.impls.push(of);
    } else if (token === "use" && list[at - 1] !== "." && next !== "<") {
      at = readUse(list, at + 1, [], here) - 1;
    } else if (isItem && ITEM.has(token) && IDENTIFIER.test(next) && !ITEM.has(next)) {
      here.items.add(next === "mut" ? list[at + 2] : next);
      at += 1;
    } else if (IDENTIFIER.test(token) && next === "::" && list[at - 1] !== "::" && list[at - 1] !== ".") {
      const path = [token];
      while (list[at + 1] === "::" && IDENTIFIER.test(list[at + 2] ?? "")) {
        path.push(list[at + 2]);
        at += 2;
      }
      here.paths.push(path);
    } else if (IDENTIFIER.test(token)) here.paths.push([token]);
  }
}

/** The path of the type of an `impl` that begins here, and the methods that it has; nothing where it is of a trait. */
function implemented(list, from) {
  const path = [];
  let depth = 0;
  let at = from;
  for (; list[at] !== "{" && at < list.length; at += 1) {
    if (list[at] === "<") depth += 1;
    else if (list[at] === ">" && list[at - 1] !== "-") depth -= 1;
    else if (depth === 0 && list[at] === "for") return undefined;
    else if (depth === 0 && list[at] === "where") depth = Number.POSITIVE_INFINITY;
    else if (depth === 0 && IDENTIFIER.test(list[at])) path.push(list[at]);
  }
  const body = list.slice(at, behind(list, at));
  if (path.length === 0) return undefined;
  const methods = body.filter((_, index) => body[index - 1] === "fn");
  const calls = body.filter(
    (_, index) => ["self.", "Self::"].includes(`${body[index - 2]}${body[index - 1]}`) && ["(", "::"].includes(body[index + 1]),
  );
  return { path, methods, calls: new Set(calls) };
}

/** Reads the tree of a `use` from an index on; gives the index behind it. */
function readUse(list, from, before, module) {
  const path = [...before];
  let at = from;
  if (list[at] === "::") at += 1;
  while (at < list.length) {
    const token = list[at];
    if (token === "{") {
      at += 1;
      while (list[at] !== "}" && at < list.length) {
        at = readUse(list, at, path, module);
        if (list[at] === ",") at += 1;
      }
      return at + 1;
    }
    if (token === "*") {
      module.globs.push(path);
      return at + 1;
    }
    if (token === "self" && path.length > 0) at += 1;
    else {
      path.push(token);
      at += 1;
    }
    if (list[at] === "::") {
      at += 1;
      continue;
    }
    let name = path.at(-1);
    if (list[at] === "as") {
      name = list[at + 1];
      at += 2;
    }
    module.uses.set(name === "_" ? `_ ${path.join("::")}` : name, path);
    return at;
  }
  return at;
}

/** The modules of a crate from its root on. `texts`: the texts of files by path. */
function crate(root, texts, reached) {
  const read = (file, parent) => {
    reached.add(file);
    const module = new Module(file, parent);
    const { kept, files } = withoutTests(tokens(texts.get(file)));
    const folder = file.replace(/(?:\/mod|\/lib|\/main)?\.rs$/, "");
    const isRoot = file === root;
    const place = (of, name) => {
      const steps = [];
      for (let one = of; one !== module; one = one.parent) steps.unshift([...one.parent.children].find(([, child]) => child === one)[0]);
      const base = isRoot ? file.slice(0, file.lastIndexOf("/")) : folder;
      const path = [base, ...steps, name].join("/");
      return [`${path}.rs`, `${path}/mod.rs`].find((path) => texts.has(path));
    };
    for (const name of files) reached.add(place(module, name));
    readInto(module, kept, (of, name) => {
      const path = place(of, name);
      if (!path) return undefined;
      const child = read(path, of);
      of.children.set(name, child);
      return child;
    });
    return module;
  };
  return read(root, undefined);
}

/** What a path means, seen from a module: a module, or the file that defines what it names; nothing for what is of another crate. */
function resolve(path, module, crates, seen = new Set()) {
  let [first, ...rest] = path;
  let from = module;
  if (first === "crate") {
    while (from.parent) from = from.parent;
    return inside(rest, from, crates, seen);
  }
  if (first === "self" || first === "super") {
    for (; first === "super"; [first, ...rest] = rest) from = from?.parent;
    if (!from) return undefined;
    const names = first === "self" || first === undefined ? rest : [first, ...rest];
    return inside(names, from, crates, seen);
  }
  return known(first, module)
    ? inside(path, module, crates, seen)
    : (crates.has(first) && inside(rest, crates.get(first), crates, seen)) || undefined;
}

const known = (name, module) => module.children.has(name) || module.items.has(name) || module.uses.has(name) || module.globs.length > 0;

function inside(path, module, crates, seen) {
  if (path.length === 0) return { module };
  const [name, ...rest] = path;
  const child = module.children.get(name);
  if (child) return inside(rest, child, crates, seen);
  if (module.items.has(name)) return { file: module.file };
  const key = `${module.file} ${path.join("::")}`;
  if (seen.has(key)) return undefined;
  seen.add(key);
  const used = module.uses.get(name);
  if (used) {
    const found = resolve(used, module, crates, seen);
    return found?.module ? inside(rest, found.module, crates, seen) : found;
  }
  for (const glob of module.globs) {
    const target = resolve(glob, module, crates, seen)?.module;
    if (target && known(name, target)) {
      const found = inside(path, target, crates, seen);
      if (found) return found;
    }
  }
  return undefined;
}

/**
 * The arrows between the files of some crates: { from, to, names }; the types whose methods are in several files, with these: `spread`; and
 * the files that no crate declares: `unread`. `texts` has the text of each file by its path, `roots` the root file of each crate by the name
 * that others import it by.
 */
export function readRust(texts, roots) {
  const arrows = new Map();
  const types = [];
  const reached = new Set();
  const crates = new Map(Object.entries(roots).map(([name, root]) => [name, crate(root, texts, reached)]));
  const add = (from, to, name) => {
    if (!to || from === to) return;
    const key = `${from} → ${to}`;
    const arrow = arrows.get(key) ?? { from, to, names: new Set() };
    arrow.names.add(name);
    arrows.set(key, arrow);
  };
  const visit = (module) => {
    for (const file of module.declared) add(module.file, file, "mod");
    for (const path of module.uses.values()) add(module.file, defining(path, module, crates), path.at(-1));
    for (const path of module.paths) {
      // A name alone is told by the `use` that brings it in, but where that is one of everything.
      if (path.length === 1 && !isByGlob(path[0], module)) continue;
      add(module.file, defining(path, module, crates), path.at(-1));
    }
    for (const { path, methods, calls } of module.impls) {
      const home = defining(path, module, crates);
      if (home) types.push({ type: `${path.at(-1)} of ${home}`, file: module.file, methods, calls });
    }
    for (const child of module.children.values()) visit(child);
  };
  for (const root of crates.values()) visit(root);
  // One method of a type calls another one without a path.
  for (const caller of types) {
    for (const { type, file, methods } of types) {
      if (type !== caller.type) continue;
      for (const name of methods) if (caller.calls.has(name)) add(caller.file, file, `self.${name}`);
    }
  }
  const files = new Map();
  for (const { type, file } of types) files.set(type, (files.get(type) ?? new Set()).add(file));
  const spread = [...files].filter(([, own]) => own.size > 1).map(([type, own]) => ({ type, files: [...own].sort() }));
  return { arrows: [...arrows.values()], spread, unread: [...texts.keys()].filter((file) => !reached.has(file)) };
}

const isByGlob = (name, module) =>
  module.globs.length > 0 && !module.items.has(name) && !module.uses.has(name) && !module.children.has(name);

/** The file that defines what a path names. A module alone does not count: what is taken from it is seen where it is named. */
function defining(path, module, crates) {
  const found = resolve(path, module, crates);
  if (found) return found.file;
  // What no file was seen to define, a macro made: of the module that the path names.
  for (let length = path.length - 1; length > 0; length -= 1) {
    const holder = resolve(path.slice(0, length), module, crates);
    if (holder) return holder.file ?? holder.module.file;
  }
  return undefined;
}
