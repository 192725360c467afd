//! The definitions that a validator is made with: what was compiled before, packages, resources.

#[cfg(feature = "exchange")]
use super::error::json;
use fhirpost::Definitions;
#[cfg(feature = "exchange")]
use fhirpost::{Package, PackageLimits};
use std::fmt::Display;
use wasm_bindgen::prelude::*;

/// What a validator knows, and what is wrong with it: the items of a list, as JSON text.
pub struct Known {
    pub definitions: Definitions,
    pub issues: String,
}

impl Known {
    /// R4 with these on top: packages, as many as are said, and behind them the texts of resources. The bytes of all come one behind the other,
    /// with the place where each ends.
    pub fn read(bytes: &[u8], ends: &[u32], packages: usize) -> Result<Self, JsValue> {
        let mut known = Self { definitions: Definitions::r4(), issues: String::new() };
        let mut others = Vec::new();
        let mut kept = Vec::new();
        for (index, one) in one_by_one(bytes, ends).enumerate() {
            if index < packages && Definitions::are_kept(one) {
                match Definitions::r4().with_kept(one.to_vec()) {
                    Ok((definitions, note)) => {
                        known.tell(&note);
                        // In an order of their own: it is not to matter in which they were given.
                        let place =
                            kept.partition_point(|(_, other): &(usize, Definitions)| other.is_before(&definitions));
                        kept.insert(place, (index, definitions));
                    }
                    Err(error) => known.cannot_read(index, &error),
                }
            } else {
                others.push((index, one));
            }
        }
        for (index, definitions) in kept {
            match known.definitions.beside(&definitions) {
                Ok(all) => known.definitions = all,
                Err(error) => known.cannot_read(index, &error),
            }
        }
        known.compile(&others, packages)?;
        Ok(known)
    }

    fn tell(&mut self, issues: &str) {
        if !self.issues.is_empty() && !issues.is_empty() {
            self.issues.push(',');
        }
        self.issues.push_str(issues);
    }

    /// `problem` has nothing in it that JSON writes otherwise.
    fn cannot_read(&mut self, index: usize, problem: &dyn Display) {
        self.tell(&format!(
            r#"{{"severity":"error","kind":"unreadable","package":"packages[{index}]","message":"{problem}"}}"#
        ));
    }

    #[cfg(feature = "exchange")]
    fn compile(&mut self, others: &[(usize, &[u8])], packages: usize) -> Result<(), JsValue> {
        let (archives, resources) = others.split_at(others.partition_point(|(index, _)| *index < packages));
        let texts: Vec<&str> =
            resources.iter().map(|(_, text)| std::str::from_utf8(text).unwrap_or_default()).collect();
        // What is derived from R4's own profiles needs them; who only has events gets none of their verdicts.
        let needs_profiles = !archives.is_empty() || texts.iter().any(|text| text.contains("StructureDefinition"));
        if needs_profiles && self.definitions.is_r4() {
            self.definitions = Definitions::r4_with_profiles();
        }
        let archives = archives.iter().map(|&(index, one)| (index, Package::read(one, PackageLimits::default())));
        let (definitions, mut issues) = self.definitions.with_numbered_packages(archives);
        let (definitions, more) = if texts.is_empty() { (definitions, Vec::new()) } else { definitions.with(texts) };
        issues.extend(more);
        self.definitions = definitions;
        self.tell(json(&issues)?.trim_start_matches('[').trim_end_matches(']'));
        Ok(())
    }

    #[cfg(not(feature = "exchange"))]
    #[allow(clippy::unnecessary_wraps, reason = "the whole module may throw")]
    fn compile(&mut self, others: &[(usize, &[u8])], _packages: usize) -> Result<(), JsValue> {
        for &(index, _) in others {
            self.cannot_read(index, &"is not compiled: what `fhirpost package compile` writes can be read here");
        }
        Ok(())
    }
}

fn one_by_one<'b>(bytes: &'b [u8], ends: &'b [u32]) -> impl Iterator<Item = &'b [u8]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| bytes.get(start as usize..*end as usize).unwrap_or_default())
}

/// What a package is, and what it depends on, as JSON text; why it cannot be read otherwise.
#[cfg(feature = "exchange")]
#[wasm_bindgen(js_name = describePackage)]
pub fn describe_package(bytes: &[u8]) -> Result<String, JsValue> {
    #[derive(serde::Serialize)]
    struct Described {
        name: String,
        version: String,
        dependencies: Vec<(String, String)>,
    }
    match Package::read(bytes, PackageLimits::default()) {
        Ok(Package { name, version, dependencies, .. }) => json(&Described { name, version, dependencies }),
        Err(problem) => Err(super::error::refused(&problem)),
    }
}

#[cfg(all(test, feature = "exchange"))]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_one_behind_the_other() {
        assert_eq!(one_by_one(b"abcde", &[2, 2, 5, 9]).collect::<Vec<_>>(), [&b"ab"[..], b"", b"cde", b""]);
        let issues = Known::read(b"not one[]", &[3, 7, 9], 2).unwrap().issues;
        for said in [r#""package":"packages[0]""#, r#""package":"packages[1]""#, r#""resource":0"#] {
            assert!(issues.contains(said), "{issues}");
        }
        assert!(issues.starts_with('{') && issues.ends_with('}'), "{issues}");
    }

    #[test]
    fn what_was_compiled_before_is_read_with_its_issues() {
        let text = br#"{"resourceType":"StructureDefinition"}"#;
        let known = Known::read(text, &[text.len() as u32], 0).unwrap();
        assert!(known.definitions.profile_count() > 0, "R4's own");
        let kept = known.definitions.kept(&known.issues).into_bytes();
        let again = Known::read(&kept, &[kept.len() as u32], 1).unwrap();
        assert_eq!(
            (again.definitions.profile_count(), again.issues),
            (known.definitions.profile_count(), known.issues)
        );
        let twice =
            Known::read(&[kept.as_slice(), kept.as_slice()].concat(), &[kept.len() as u32, 2 * kept.len() as u32], 2);
        assert_eq!(twice.unwrap().definitions.profile_count(), known.definitions.profile_count());
    }
}
