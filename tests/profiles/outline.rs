//! A profile as text: a line for each element that says what the profile says of it.

use fhirpost::definitions::{Definitions, PathStep, Profile, ProfileElement, SlicingRules, ValueSet};
use serde_json::Value;
use std::fmt::Write;

/// The elements in the order of the tree: each before what is inside it, and that before its slices.
pub(crate) fn outline(definitions: &Definitions, profile: &Profile) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    add(definitions, profile, 0, &mut lines);
    assert_eq!(lines.len(), profile.elements.len(), "each element is a part of one other");
    lines
}

fn add(definitions: &Definitions, profile: &Profile, at: u16, lines: &mut Vec<(String, String)>) {
    let element = &profile.elements[usize::from(at)];
    lines.push((element.id.to_string(), line(definitions, element)));
    for &part in element.children.iter().chain(&element.slices) {
        assert!(part > at, "each element stands behind the one that it is a part of");
        add(definitions, profile, part, lines);
    }
}

fn line(definitions: &Definitions, element: &ProfileElement) -> String {
    let mut out = String::new();
    if element.min > 0 || element.max.is_some() {
        let max = element.max.map_or("*".to_owned(), |max| max.to_string());
        write!(out, "{}..{max}", element.min).unwrap();
    }
    for of in &element.types {
        write!(out, " {}", definitions.type_of(of.of).name).unwrap();
        for (mark, list) in [("=", &of.profiles), (">", &of.targets)] {
            let mut list: Vec<&str> = list.iter().map(|one| one.as_str()).collect();
            list.sort_unstable();
            list.iter().for_each(|one| write!(out, "{mark}{one}").unwrap());
        }
    }
    if let Some(value) = &element.value {
        let json: Value = serde_json::from_str(&value.text).unwrap();
        write!(out, " {} {json}", if value.is_fixed { "fixed" } else { "pattern" }).unwrap();
    }
    for limit in [&element.min_value, &element.max_value] {
        limit.iter().for_each(|limit| write!(out, " limit {limit}").unwrap());
    }
    element.max_length.iter().for_each(|length| write!(out, " {length} characters").unwrap());
    if let Some(stated) = &element.binding {
        match stated.binding {
            Some(binding) => {
                let set = |set: Option<&ValueSet>| set.map_or(String::new(), |set| set.url.to_string());
                let (set, max) = (set(definitions.value_set(binding)), set(definitions.max_value_set(binding)));
                write!(out, " {:?} {set} {max}", binding.strength).unwrap();
            }
            None => out.push_str(" unbound"),
        }
        stated.additional.iter().for_each(|one| write!(out, " {}", one.purpose).unwrap());
    }
    let mut keys: Vec<&str> =
        element.constraints.iter().map(|&place| definitions.constraints()[usize::from(place)].key.as_str()).collect();
    keys.sort_unstable();
    keys.iter().for_each(|key| write!(out, " {key}").unwrap());
    if element.must_support {
        out.push_str(" S");
    }
    if let Some(slicing) = &element.slicing {
        let rules = match slicing.rules {
            SlicingRules::Open => "open",
            SlicingRules::Closed => "closed",
            SlicingRules::OpenAtEnd => "open at end",
        };
        write!(out, " [{rules}{}", if slicing.ordered { ", in order" } else { "" }).unwrap();
        for one in &slicing.discriminators {
            let steps = one.path.iter().map(|step| match step {
                PathStep::Child(name) => definitions.names().text(*name).to_owned(),
                PathStep::Extension(url) => format!("<{url}>"),
                PathStep::Resolve => "->".to_owned(),
                PathStep::OfType(of) => format!("({})", definitions.type_of(*of).name),
            });
            write!(out, " {:?}:{}", one.kind, steps.collect::<Vec<_>>().join(".")).unwrap();
        }
        out.push(']');
    }
    out.trim().to_owned()
}
