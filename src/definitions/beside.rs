//! Two sets of definitions that were compiled apart, as one.

use super::encode::MOST;
use super::form::{ReadError, Seal};
use super::message_definition::MessageDefinition;
use super::moved::{PlaceMap, Places};
use super::questionnaire::Questionnaire;
use super::set::{Definitions, StoredExtension};
use super::text::Text;
use super::value_set::ValueSet;
use crate::document::bytes::hash;
use crate::document::ordered;

impl Definitions {
    /// These definitions and others that were compiled apart from them, with R4 below both. Of two definitions of one URL, where there are no
    /// versions side by side, that of the others counts.
    ///
    /// # Errors
    /// When both bring types of their own, or there is more than definitions can hold.
    pub fn beside(&self, others: &Self) -> Result<Self, ReadError> {
        let below = self.layers.iter().zip(&others.layers).take_while(|(one, other)| one == other).count();
        if below == self.layers.len() || below == others.layers.len() {
            let mut all = if below == self.layers.len() { others.clone() } else { self.clone() };
            all.add_packages(if below == self.layers.len() { &self.packages } else { &others.packages });
            return Ok(all);
        }
        let common = Self::r4().stacked(self.layers.get(..below).unwrap_or_default())?;
        let adds_types = |one: &Self| one.types().len() > common.types().len();
        match (adds_types(self), adds_types(others)) {
            (true, true) => return Err(ReadError::Beside),
            // Types stay where they are.
            (false, true) => return others.beside(self),
            _ => {}
        }
        let mut all = self.clone();
        let moved = PlaceMap::to(Places {
            value_sets: all.add_value_sets(others, &common),
            constraints: all.add_constraints(others, &common),
        });
        all.close_value_sets();
        let systems: Vec<_> =
            others.code_systems.iter().filter(|one| !common.code_systems_of(&one.0).contains(one)).collect();
        let is_new =
            |one: &&StoredExtension| common.stored_extensions(&one.url).iter().all(|known| known.stored != one.stored);
        let extensions = others.extensions.iter().filter(is_new);
        let mut again = Again::default();
        let extensions = extensions.map(|one| {
            let mut one = one.unread();
            one.moved = again.of(&one.moved, &moved);
            one
        });
        let extensions = extensions.collect();
        all.add_tables(systems.into_iter().cloned().collect(), extensions, true);
        let is_new = |one: &&MessageDefinition| !common.messages.contains(one);
        let mut messages: Vec<_> = others.messages.iter().filter(is_new).cloned().collect();
        all.messages.retain(|one| others.messages.contains(one) || !common.messages.contains(one));
        messages.retain(|one| !all.messages.contains(one));
        messages.append(&mut all.messages);
        all.messages = messages;
        for one in others.profiles.iter().skip(common.profiles.len()) {
            let mut one = one.unread();
            one.moved = again.of(&one.moved, &moved);
            all.profiles.push(one);
        }
        let questionnaires = others.questionnaires.iter().skip(common.questionnaires.len());
        all.questionnaires.extend(questionnaires.map(Questionnaire::unread));
        all.index();
        all.layers.extend_from_slice(&others.layers);
        all.add_packages(&others.packages);
        all.digest = hash(format!("{} {}", self.digest, others.digest).as_bytes());
        let sizes = [all.value_sets.len(), all.constraints().len(), all.messages.len(), all.profiles.len()];
        if sizes.iter().any(|&size| size > MOST) { Err(ReadError::Beside) } else { Ok(all) }
    }

    /// An order of sets that were compiled apart: whoever puts them together in it gets the same, in whatever order they came.
    pub fn is_before(&self, other: &Self) -> bool {
        let named = |all: &Self| all.packages.iter().map(Text::as_str).collect::<Vec<_>>().join(" ");
        (named(self), self.digest) < (named(other), other.digest)
    }

    /// These definitions with layers on top, of which one that was compiled for something else begins a set beside what came before.
    pub(super) fn stacked(&self, layers: &[Text]) -> Result<Self, ReadError> {
        let mut done: Option<Self> = None;
        let mut stack = self.clone();
        for layer in layers {
            let base = Seal::read(layer)?.base;
            if base != stack.digest {
                let all = together(done, stack)?;
                stack = if base == all.digest {
                    done = None;
                    all
                } else {
                    done = Some(all);
                    self.clone()
                };
            }
            stack = stack.on_top(layer)?;
        }
        together(done, stack)
    }

    fn add_packages(&mut self, packages: &[Text]) {
        for one in packages {
            if !self.packages.contains(one) {
                self.packages.push(one.clone());
            }
        }
    }

    /// Takes in the value sets of others beside those of what is below both; gives the new place of each.
    fn add_value_sets(&mut self, others: &Self, common: &Self) -> Vec<u16> {
        let first = common.value_sets.len();
        let own: Vec<ValueSet> = self.value_sets.iter().skip(first).map(ValueSet::unread).collect();
        let called = |place: usize| own.get(place).map_or(("", "", false), canonical);
        let by_name = ordered(own.len(), &mut |one, other| called(one).cmp(&called(other)));
        let mut places = Vec::with_capacity(others.value_sets.len());
        for (place, set) in others.value_sets.iter().enumerate() {
            let known = match common.value_sets.get(place) {
                Some(below) if below.stored == set.stored => {
                    places.push(place as u16);
                    continue;
                }
                Some(_) => Some(place),
                None => {
                    let found = by_name.binary_search_by(|&own| called(own).cmp(&canonical(set))).ok();
                    let found = found.and_then(|at| by_name.get(at)).copied();
                    // One that was only named is the one of that URL, whatever its version.
                    let is_named = |one: &ValueSet| one.url == set.url && (is_only_named(one) || is_only_named(set));
                    found.or_else(|| own.iter().rposition(is_named)).map(|own| first + own)
                }
            };
            match known.and_then(|place| self.value_sets.get_mut(place)) {
                // One that is only named says nothing.
                Some(known) if set.expansion().is_ok() || known.expansion().is_err() => *known = set.unread(),
                Some(_) => {}
                None => self.value_sets.push(set.unread()),
            }
            places.push(known.unwrap_or(self.value_sets.len() - 1) as u16);
        }
        places
    }

    /// The same of constraints.
    fn add_constraints(&mut self, others: &Self, common: &Self) -> Vec<u16> {
        let (first, behind) = (common.constraints().len(), self.constraints().len());
        let more = others.stored_constraints.iter().skip(common.stored_constraints.len());
        self.stored_constraints.extend(more.cloned());
        self.forget_constraints();
        let place = |old: usize| if old < first { old } else { old - first + behind };
        (0..others.constraints().len()).map(|old| place(old) as u16).collect()
    }
}

fn canonical(set: &ValueSet) -> (&str, &str, bool) {
    (&set.url, &set.version, set.is_open)
}

fn is_only_named(set: &ValueSet) -> bool {
    set.package.is_empty() && !set.is_open && set.expansion().is_err()
}

fn together(done: Option<Definitions>, stack: Definitions) -> Result<Definitions, ReadError> {
    match done {
        Some(done) => done.beside(&stack),
        None => Ok(stack),
    }
}

/// Most parts were moved alike before: the last answer is kept.
#[derive(Default)]
struct Again(Option<(PlaceMap, PlaceMap)>);

impl Again {
    fn of(&mut self, before: &PlaceMap, moved: &PlaceMap) -> PlaceMap {
        if let Some((known, answer)) = &self.0
            && known.is(before)
        {
            return answer.clone();
        }
        let answer = before.moved(moved);
        self.0 = Some((before.clone(), answer.clone()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(url: &str, codes: &[&str]) -> String {
        let concept: Vec<String> = codes.iter().map(|code| format!(r#"{{"code":"{code}"}}"#)).collect();
        format!(
            r#"{{"resourceType":"ValueSet","url":"http://example.org/{url}","status":"active",
            "compose":{{"include":[{{"system":"http://example.org/cs","concept":[{}]}}]}}}}"#,
            concept.join(",")
        )
    }

    /// A profile with a constraint and a binding of its own.
    fn profile(name: &str, set: &str) -> String {
        format!(
            r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","status":"draft","kind":"resource",
            "abstract":false,"type":"Patient","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
            "differential":{{"element":[
                {{"id":"Patient","path":"Patient","constraint":[{{"key":"{name}-1","severity":"error","human":"Of {name}","expression":"active"}}]}},
                {{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{{"strength":"required","valueSet":"http://example.org/{set}"}}}}]}}}}"#
        )
    }

    fn with(texts: &[String]) -> Definitions {
        let (definitions, issues) = Definitions::r4_with_profiles().with(texts);
        assert!(issues.is_empty(), "{issues:?}");
        definitions
    }

    /// What a profile says, its places replaced by what is there.
    fn said(all: &Definitions, name: &str) -> Vec<String> {
        let id = all.profile_named(&format!("http://example.org/{name}")).unwrap();
        let mut said = Vec::new();
        for element in &all.profile(id).elements {
            said.extend(element.constraints.iter().map(|&place| all.constraint(place).human.to_string()));
            let binding = element.binding.as_ref().and_then(|stated| stated.binding);
            let codes = binding.and_then(|binding| all.value_set(binding)).map(|set| set.codes().collect::<String>());
            said.extend(codes);
        }
        said
    }

    #[test]
    fn each_profile_says_what_it_said_in_whatever_order_and_when_it_is_kept() {
        let sets = [
            with(&[profile("a", "set-a"), set("set-a", &["x"]), set("more", &["m"])]),
            with(&[set("set-b", &["y", "z"]), profile("b", "set-b")]),
            with(&[profile("c", "set-c"), set("set-c", &["v"]), set("set-a", &["x"])]),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let [one, two, three] = order.map(|place| &sets[place]);
            let all = one.beside(two).unwrap().beside(three).unwrap();
            let (more, _) = all.with([profile("d", "set-b")]);
            let (again, _) = Definitions::r4().with_kept(more.kept("").into_bytes()).unwrap();
            let twice = again.beside(&sets[0]).unwrap();
            for all in [all, more, again, twice] {
                assert!(all.holds_what_it_names());
                assert_eq!(said(&all, "a"), ["Of a", "x"]);
                assert_eq!(said(&all, "b"), ["Of b", "yz"]);
                assert_eq!(said(&all, "c"), ["Of c", "v"]);
            }
        }
        let (more, _) = sets[0].beside(&sets[1]).unwrap().with([profile("d", "set-b")]);
        let all = sets[2].beside(&more).unwrap();
        assert_eq!(
            [said(&all, "d"), said(&all, "b"), said(&all, "c")],
            [["Of d", "yz"], ["Of b", "yz"], ["Of c", "v"]]
        );
    }

    #[test]
    fn what_one_only_names_the_other_defines() {
        let (one, _) = Definitions::r4_with_profiles().with([profile("a", "set-b")]);
        let two = with(&[set("set-b", &["y"])]);
        for all in [one.beside(&two).unwrap(), two.beside(&one).unwrap()] {
            assert_eq!(said(&all, "a"), ["Of a", "y"]);
        }
        assert_eq!(one.beside(&one).unwrap().profile_count(), one.profile_count());
    }

    #[test]
    fn both_cannot_bring_types() {
        let of = |name: &str| {
            let text = format!(
                r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","status":"draft","kind":"resource",
                "abstract":false,"type":"{name}","derivation":"specialization","baseDefinition":"http://hl7.org/fhir/StructureDefinition/DomainResource",
                "snapshot":{{"element":[{{"id":"{name}","path":"{name}","min":0,"max":"*"}},
                    {{"id":"{name}.own{name}","path":"{name}.own{name}","min":0,"max":"1","type":[{{"code":"string"}}]}}]}}}}"#
            );
            with(&[text])
        };
        let (one, two) = (of("One"), of("Two"));
        assert_eq!(one.beside(&two).err(), Some(ReadError::Beside));
        let other = with(&[profile("a", "set-a"), set("set-a", &["x"])]);
        for all in [one.beside(&other).unwrap(), other.beside(&one).unwrap()] {
            assert!(all.resource_type("One").is_some() && all.holds_what_it_names());
            assert_eq!(said(&all, "a"), ["Of a", "x"]);
        }
    }
}
