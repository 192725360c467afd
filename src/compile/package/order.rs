//! Which package comes before which: one that another depends on comes before that, in whatever order they were given.

use super::content::{Package, member, uses};
use crate::compile::issue::{DefinitionIssue, DefinitionIssueKind};
use crate::compile::texts::Texts;
use crate::definitions::{Text, by_version, plain_url};
use crate::document::into_sorted;
use crate::report::Severity;

/// R4 itself, which is there.
pub(super) const R4: &str = "hl7.fhir.r4.core";

/// Packages that are compiled together: one, or several that depend on each other.
pub(super) type Group = Vec<Package>;

/// Each package once, in groups: what one depends on is in its group, or in one before. What one depends on and is not there is told, and
/// so is what goes round in a circle.
pub(super) fn ordered(packages: Vec<Package>, known: &[Text], issues: &mut Vec<DefinitionIssue>) -> Vec<Group> {
    // Whatever the order in which they were given: that of names, and of versions, the newest last.
    let mut packages = into_sorted(packages, &mut |one, other| {
        let by_version = || by_version(&one.version, &other.version).then_with(|| one.version.cmp(&other.version));
        one.name.cmp(&other.name).then_with(by_version)
    });
    packages.dedup_by(|later, first| (&later.name, &later.version) == (&first.name, &first.version));
    let mut needs: Vec<Vec<usize>> = packages.iter().map(|package| needed(package, &packages, known, issues)).collect();
    add_used(&packages, &mut needs);
    let reached: Vec<Vec<bool>> = (0..packages.len()).map(|from| reachable(from, &needs)).collect();
    let reaches = |from: usize, to: usize| reached.get(from).and_then(|row| row.get(to)).copied().unwrap_or_default();
    let mut left: Vec<Option<Package>> = packages.into_iter().map(Some).collect();
    let mut groups = Vec::new();
    // The first that needs nothing but what is placed, and its own circle.
    let is_next = |left: &[Option<Package>], at: usize| {
        left.iter().enumerate().all(|(other, one)| one.is_none() || !reaches(at, other) || reaches(other, at))
    };
    while let Some(at) = (0..left.len()).find(|at| matches!(left.get(*at), Some(Some(_))) && is_next(&left, *at)) {
        let members = left.iter_mut().enumerate();
        let group: Group = members
            .filter(|(other, _)| *other == at || reaches(at, *other) && reaches(*other, at))
            .filter_map(|(_, one)| one.take())
            .collect();
        if let [first, _, ..] = group.as_slice() {
            let names: Vec<String> = group.iter().map(Package::to_string).collect();
            let problem =
                format!("depends on itself by way of others, and is read together with them: {}", names.join(", "));
            let issue =
                DefinitionIssue::of_package(first.to_string(), String::new(), DefinitionIssueKind::Invalid, &problem);
            issues.push(issue.with_severity(Severity::Warning));
        }
        groups.push(group);
    }
    groups
}

/// The packages that one depends on, as places. `known` are below them all.
fn needed(package: &Package, packages: &[Package], known: &[Text], issues: &mut Vec<DefinitionIssue>) -> Vec<usize> {
    let mut places = Vec::new();
    for (name, version) in package.dependencies.iter().filter(|(name, _)| name != R4) {
        let there = || packages.iter().enumerate().filter(|(_, one)| one.name == *name);
        // The newest of those that fit.
        let fitting = there().rfind(|(_, one)| fits(&one.version, version));
        let below = || known.iter().filter_map(|one| one.split_once('#').filter(|(called, _)| called == name));
        if fitting.is_none() && below().any(|(_, one)| fits(one, version)) {
            continue;
        }
        let found = fitting.or_else(|| there().next_back());
        let other = found.map(|(_, one)| one.version.as_str()).or_else(|| below().next_back().map(|(_, one)| one));
        let problem = match other {
            _ if fitting.is_some() => None,
            Some(other) => Some((
                Severity::Information,
                format!("depends on {name}#{version}, which was not given: {other} is used instead"),
            )),
            None => Some((
                Severity::Warning,
                format!("depends on {name}#{version}, which was not given: what it defines is not known"),
            )),
        };
        if let Some((severity, problem)) = problem {
            let issue =
                DefinitionIssue::of_package(package.to_string(), String::new(), DefinitionIssueKind::Missing, &problem);
            issues.push(issue.with_severity(severity));
        }
        places.extend(found.map(|(place, _)| place));
    }
    places
}

/// As many packages are looked through for what they use of each other.
const MOST_LOOKED_THROUGH: usize = 200;

/// Adds the packages whose definitions one uses without a word of them in its description: they come before it as well, unless they need it.
fn add_used(packages: &[Package], needs: &mut [Vec<usize>]) {
    if !(2..=MOST_LOOKED_THROUGH).contains(&packages.len()) {
        return;
    }
    let mut urls = Texts::default();
    let mut definers: Vec<Vec<usize>> = Vec::new();
    for (place, package) in packages.iter().enumerate() {
        for (_, text) in &package.resources {
            let Some(url) = member(text, "url") else { continue };
            match definers.get_mut(urls.number(url) as usize) {
                Some(known) if known.last() == Some(&place) => {}
                Some(known) => known.push(place),
                None => definers.push(vec![place]),
            }
        }
    }
    for (place, package) in packages.iter().enumerate() {
        let mut reached = reachable(place, needs);
        for url in package.resources.iter().flat_map(|(_, text)| uses(text)) {
            let Some(of_url) = urls.find(plain_url(url)).and_then(|number| definers.get(number as usize)) else {
                continue;
            };
            let has = |reached: &[bool], one: usize| reached.get(one) == Some(&true);
            if of_url.iter().any(|&one| one == place || has(&reached, one)) {
                continue;
            }
            for &one in of_url {
                let is_free = !has(&reachable(one, needs), place);
                needs.get_mut(place).filter(|_| is_free).into_iter().for_each(|own| own.push(one));
            }
            reached = reachable(place, needs);
        }
    }
}

/// The packages below that one depends on, as `name#version`.
pub(super) fn met(package: &Package, below: &[Text]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, asked) in &package.dependencies {
        let there = || below.iter().filter(|one| one.split_once('#').is_some_and(|(called, _)| called == name));
        let fitting = there().rfind(|one| one.split_once('#').is_some_and(|(_, version)| fits(version, asked)));
        found.extend(fitting.or_else(|| there().next_back()).map(|one| one.to_string()));
    }
    found
}

/// Which packages one needs, and those need.
fn reachable(from: usize, needs: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; needs.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for &next in needs.get(at).into_iter().flatten() {
            if let Some(known) = reached.get_mut(next).filter(|known| !**known) {
                *known = true;
                open.push(next);
            }
        }
    }
    reached
}

/// Whether a version is the one that is asked for: `4.0.x` asks for any that begins so, `latest` for any.
fn fits(version: &str, asked: &str) -> bool {
    match asked.strip_suffix('x') {
        Some(start) if start.is_empty() || start.ends_with('.') => version.starts_with(start),
        _ => version == asked || asked == "latest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, needs: &[(&str, &str)]) -> Package {
        let dependencies: Vec<String> =
            needs.iter().map(|(name, version)| format!(r#""{name}": "{version}""#)).collect();
        let text =
            format!(r#"{{"name": "{name}", "version": "{version}", "dependencies": {{{}}}}}"#, dependencies.join(","));
        Package::of_files([("package/package.json", text)]).unwrap()
    }

    /// The groups by their names, and the issues as severity and problem.
    fn order(packages: &[Package]) -> (String, Vec<String>) {
        let mut issues = Vec::new();
        let groups = ordered(packages.to_vec(), &[Text::from("known#2.1.0")], &mut issues);
        let group = |group: &Group| group.iter().map(Package::to_string).collect::<Vec<_>>().join("+");
        let said = issues.iter().map(|issue| format!("{:?} {}: {}", issue.severity, issue.package, issue.problem));
        (groups.iter().map(group).collect::<Vec<_>>().join(" "), said.collect())
    }

    /// Every order of a few packages.
    fn orders(packages: &[Package]) -> Vec<Vec<Package>> {
        if packages.is_empty() {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for (at, first) in packages.iter().enumerate() {
            let mut rest = packages.to_vec();
            rest.remove(at);
            for mut order in orders(&rest) {
                order.insert(0, first.clone());
                all.push(order);
            }
        }
        all
    }

    #[test]
    fn what_is_needed_comes_before_in_whatever_order_it_is_given() {
        let packages = [
            package("a", "1.0.0", &[("c", "1.0.0"), (R4, "4.0.1")]),
            package("b", "1.0.0", &[]),
            package("c", "1.0.0", &[("d", "2.0.x")]),
            package("d", "2.0.1", &[]),
        ];
        for given in orders(&packages) {
            assert_eq!(order(&given), ("b#1.0.0 d#2.0.1 c#1.0.0 a#1.0.0".to_owned(), vec![]));
        }
    }

    #[test]
    fn a_package_that_is_given_twice_is_there_once() {
        let package = package("a", "1.0.0", &[]);
        assert_eq!(order(&[package.clone(), package]), ("a#1.0.0".to_owned(), vec![]));
    }

    #[test]
    fn a_circle_is_one_group_and_is_told() {
        let packages = [
            package("a", "1", &[("b", "1")]),
            package("b", "1", &[("c", "1"), ("d", "1")]),
            package("c", "1", &[("a", "1")]),
            package("d", "1", &[]),
            package("e", "1", &[("a", "1"), ("e", "1")]),
        ];
        for given in orders(&packages) {
            let (groups, issues) = order(&given);
            assert_eq!(groups, "d#1 a#1+b#1+c#1 e#1");
            assert_eq!(issues.len(), 1, "{issues:?}");
            assert!(issues[0].ends_with("together with them: a#1, b#1, c#1"), "{issues:?}");
        }
    }

    #[test]
    fn versions_are_numbers() {
        let packages = [
            package(
                "a",
                "1.0.0",
                &[("b", "1.x"), ("c", "3.0.0"), ("d", "1.0.0"), ("known", "2.x"), ("known", "3.0.0")],
            ),
            package("b", "1.9.0", &[]),
            package("b", "1.10.0", &[]),
            package("b", "1.10.0-ballot", &[]),
            package("b", "2.0.0", &[]),
            package("c", "2.0.0", &[]),
        ];
        for given in orders(&packages) {
            let (groups, issues) = order(&given);
            assert_eq!(groups, "b#1.9.0 b#1.10.0-ballot b#1.10.0 b#2.0.0 c#2.0.0 a#1.0.0");
            let expected = [
                "Information a#1.0.0: depends on c#3.0.0, which was not given: 2.0.0 is used instead",
                "Warning a#1.0.0: depends on d#1.0.0, which was not given: what it defines is not known",
                "Information a#1.0.0: depends on known#3.0.0, which was not given: 2.1.0 is used instead",
            ];
            assert_eq!(issues, expected);
        }
    }
}
