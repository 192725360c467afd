//! The tables that are written from their source: `npm run tables` writes them, and this compares.
//!
//! The sources come inside packages: UCUM's own XML in octofhir-ucum, the list of ISO 4217 in iso_currency. Their code is not used, so they
//! are not dependencies: a package without code, in the target folder, names them, and cargo gets them for it.
#![cfg(feature = "compile-definitions")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

use roxmltree::{Document, Node};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const UCUM: (&str, &str) = ("octofhir-ucum", "0.9.2");
const CURRENCIES: (&str, &str) = ("iso_currency", "0.7.1");

/// Codes that ISO 4217 had when R4 was published, or shortly before, and that are not in the list of the package.
const WITHDRAWN: [&str; 2] = ["ANG", "VEF"];

/// Codes of money that ISO 4217 does not have, in its form and in use beside it: of Guernsey, the Isle of Man, Jersey, Seborga and Tuvalu.
const BESIDE_ISO: [&str; 5] = ["GGP", "IMP", "JEP", "SPL", "TVD"];

#[test]
fn the_tables_are_what_their_sources_say() {
    let packages = packages();
    let source = |package, file| {
        let path = packages(package).join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    assert_written("src/fhirpath/ucum_atoms.rs", &ucum(&source(UCUM.0, "ucum-essence.xml")));
    assert_written("src/validate/currencies.rs", &currencies(&source(CURRENCIES.0, "isodata.tsv")));
}

/// The folder of each package.
fn packages() -> impl Fn(&str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tables");
    fs::create_dir_all(&folder).unwrap();
    let mut manifest =
        "[workspace]\n[package]\nname = \"tables\"\n[lib]\npath = \"none.rs\"\n[dependencies]\n".to_owned();
    for (name, version) in [UCUM, CURRENCIES] {
        writeln!(manifest, "{name} = {{ version = \"={version}\", default-features = false }}").unwrap();
    }
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("none.rs"), "").unwrap();
    let mut metadata = Command::new(env!("CARGO"));
    let metadata = metadata.current_dir(&folder).args(["metadata", "--format-version", "1"]).output().unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    move |name| {
        let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == name).unwrap();
        Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("")
    }
}

/// Compares a table with its file, or writes it.
fn assert_written(file: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("WRITE_TABLES").is_some() {
        fs::write(&path, table).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == table, "{file} is not what its source says: run `npm run tables` and read it");
}

/// UCUM's prefixes and atoms.
fn ucum(xml: &str) -> String {
    let xml = Document::parse(xml).unwrap();
    let root = xml.root_element();
    let mut table = format!(
        "//! UCUM's prefixes and unit atoms (case-sensitive codes).
//!
//! Written by `npm run tables` from ucum-essence.xml of UCUM, version {} of {}, as {} {} has it.
//!
//! The Unified Code for Units of Measure (UCUM): Copyright 1999-2022 Regenstrief Institute, Inc. All rights reserved.
//! Licensed under the UCUM License, Version 1.0 (the \"License\"); you may not use this file except in compliance with the License. You may
//! obtain a copy of the License at <https://unitsofmeasure.org/license>.
//!
//! Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an \"AS IS\" BASIS,
//! WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the specific language governing permissions
//! and limitations under the License.

",
        root.attribute("version").unwrap(),
        root.attribute("revision-date").unwrap(),
        UCUM.0,
        UCUM.1,
    );
    let children = |tag| root.children().filter(move |node: &Node<'_, '_>| node.tag_name().name() == tag);
    let (mut tens, mut twos) = (Vec::new(), Vec::new());
    for prefix in children("prefix") {
        let (code, value) = (prefix.attribute("Code").unwrap(), value(prefix).attribute("value").unwrap());
        match value.strip_prefix("1e") {
            Some(power) => tens.push(format!("(\"{code}\", {power})")),
            None => twos.push(format!("(\"{code}\", {value})")),
        }
    }
    writeln!(table, "/// Prefixes, and the power of ten that each is.").unwrap();
    writeln!(table, "#[rustfmt::skip]").unwrap();
    list(&mut table, &format!("PREFIXES: [(&str, i32); {}]", tens.len()), &tens);
    writeln!(table, "\n/// Prefixes of binary numbers, and how many each is.").unwrap();
    writeln!(table, "#[rustfmt::skip]").unwrap();
    list(&mut table, &format!("BINARY_PREFIXES: [(&str, u64); {}]", twos.len()), &twos);
    let mut atoms: Vec<String> = children("base-unit")
        .enumerate()
        .map(|(dimension, unit)| format!("{} + {dimension}", unit.attribute("Code").unwrap()))
        .chain(children("unit").map(atom))
        .collect();
    atoms.sort_by_key(|atom| atom.split(' ').next().map(str::to_owned));
    assert!(!atoms.iter().any(|atom| atom.contains(['"', '\\'])), "they are written as they are");
    table.push_str(
        "
/// An atom in each line, sorted by their codes, with blanks between: its code; `+` where it takes prefixes, else `-`; a number; the unit that
/// it is so many of. Without a unit it is a base unit, whose place among the dimensions is the number. Without a number, too, it can only be
/// compared with itself: arbitrary units, and those on a scale of their own (`Cel`, `[pH]`, `B`). The number `pi` stands for itself, as no
/// decimal is exactly that.
pub(super) const ATOMS: &str = \"\\
",
    );
    for atom in atoms {
        writeln!(table, "{atom}").unwrap();
    }
    table.push_str("\";\n");
    table
}

fn value<'a, 'x>(of: Node<'a, 'x>) -> Node<'a, 'x> {
    of.children().find(|node| node.tag_name().name() == "value").unwrap()
}

/// The line of a derived unit.
fn atom(unit: Node<'_, '_>) -> String {
    let is = |name| unit.attribute(name) == Some("yes");
    let (code, value) = (unit.attribute("Code").unwrap(), value(unit));
    let mut line = format!("{code} {}", if is("isMetric") { '+' } else { '-' });
    let of = value.attribute("Unit").unwrap();
    // An arbitrary unit is one of nothing, unless it is another name of one.
    if !(is("isSpecial") || is("isArbitrary") && of == "1") {
        let number = match (code, value.attribute("value").unwrap()) {
            ("[pi]", _) => "pi",
            // A power of ten stays one: so many times ten as `10*99` is, no decimal holds.
            (_, "10") => "1e1",
            (_, number) => number,
        };
        write!(line, " {number} {of}").unwrap();
    }
    line
}

/// The codes of currencies.
fn currencies(tsv: &str) -> String {
    let mut codes: BTreeSet<&str> = tsv.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let listed = codes.len();
    codes.extend(WITHDRAWN);
    codes.extend(BESIDE_ISO);
    assert_eq!(codes.len(), listed + WITHDRAWN.len() + BESIDE_ISO.len(), "what the list has is not named beside it");
    assert!(codes.iter().all(|code| code.len() == 3), "they are written without anything between");
    let codes: Vec<&str> = codes.into_iter().collect();
    let mut table = format!(
        "//! The codes of currencies. Written by `npm run tables` from ISO 4217 as {} {} (MIT) has it, with the codes that were withdrawn since R4
//! was published, and those in use beside the standard.

/// One after the other, sorted, each of three letters.
pub(super) const CURRENCIES: &str = \"\\
",
        CURRENCIES.0, CURRENCIES.1,
    );
    for line in codes.chunks(40) {
        writeln!(table, "{}\\", line.concat()).unwrap();
    }
    table.push_str("\";\n");
    table
}

/// A constant that is a list, in lines that are not too long.
fn list(table: &mut String, declaration: &str, items: &[String]) {
    writeln!(table, "pub(super) const {declaration} = [").unwrap();
    for line in items.chunks(10) {
        writeln!(table, "    {},", line.join(", ")).unwrap();
    }
    writeln!(table, "];").unwrap();
}
