//! What a resource says of itself: the profiles that it claims, its security labels and tags.
//!
//! Source: R4, the type Meta; HL7's validator.

use super::bundle::has_scheme;
use super::references::named_type;
use super::structure::Walk;
use crate::definitions::{TypeId, TypeKind};
use crate::document::{NameId, NodeId, name};
use crate::report::{At, Severity, Text, rules};
use std::collections::BTreeSet;

const FHIR_TYPES: &str = "http://hl7.org/fhir/StructureDefinition/";

/// The specification's own profiles, by the type that they are of.
const R4_PROFILES: [(&str, &str); 19] = [
    ("ActivityDefinition", "shareableactivitydefinition"),
    ("AuditEvent", "ehrsrle-auditevent"),
    ("CodeSystem", "shareablecodesystem"),
    ("Composition", "catalog clinicaldocument"),
    ("DiagnosticReport", "diagnosticreport-genetics hlaresult lipidprofile"),
    ("Evidence", "synthesis"),
    ("EvidenceVariable", "picoelement"),
    ("FamilyMemberHistory", "familymemberhistory-genetic"),
    ("Group", "actualgroup groupdefinition"),
    ("GuidanceResponse", "cdshooksguidanceresponse"),
    ("Library", "cqllibrary shareablelibrary"),
    ("Measure", "shareablemeasure"),
    (
        "Observation",
        "bmi bodyheight bodytemp bodyweight bp cholesterol devicemetricobservation hdlcholesterol headcircum heartrate ldlcholesterol observation-genetics oxygensat resprate triglyceride vitalsigns vitalspanel",
    ),
    ("PlanDefinition", "cdshooksserviceplandefinition computableplandefinition shareableplandefinition"),
    ("Provenance", "ehrsrle-provenance provenance-relevant-history"),
    ("Questionnaire", "cqf-questionnaire"),
    ("RequestGroup", "cdshooksrequestgroup"),
    ("ServiceRequest", "servicerequest-genetics"),
    ("ValueSet", "shareablevalueset"),
];

impl<'w> Walk<'w> {
    /// Judges the Meta of the resource around.
    pub(super) fn meta(&mut self, node: NodeId) {
        for name in [name::SECURITY, name::TAG] {
            self.coding_set(node, name);
        }
        let mut seen = BTreeSet::new();
        for profile in self.document.member_items(node, name::PROFILE) {
            let Some(canonical) = self.document.string(profile).filter(|canonical| !canonical.is_empty()) else {
                continue;
            };
            self.profile(profile, &canonical);
            if !seen.insert(canonical) {
                let text = "This profile is named already: the profiles of a resource are a set.";
                self.findings.add(&rules::META_DUPLICATE, At::Value(profile), text);
            }
        }
    }

    /// Meta.security: "The list of security labels is a set. Uniqueness is based the system/code, and version and display are ignored."
    fn coding_set(&mut self, meta: NodeId, name: NameId) {
        let mut seen = BTreeSet::new();
        let mut items = self.document.member_items(meta, name).peekable();
        while let Some(coding) = items.next() {
            // Most have one: there is nothing to compare it with.
            if seen.is_empty() && items.peek().is_none() {
                return;
            }
            let Some(code) = self.text_of(coding, name::CODE) else { continue };
            if !seen.insert((self.text_of(coding, name::SYSTEM), code)) {
                let text = Text::new("This code stands there already: the codes of Meta.")
                    .and(self.definitions.names().text(name).to_owned())
                    .and(" are a set.");
                self.findings.add(&rules::META_DUPLICATE, At::Start(coding), text);
            }
        }
    }

    /// Judges that a profile is one of the type of the resource; notes one that is not known.
    fn profile(&mut self, node: NodeId, canonical: &str) {
        let (url, version) = canonical.split_once('|').map_or((canonical, None), |(url, version)| (url, Some(version)));
        let named = self.text_of(self.resource, name::RESOURCE_TYPE);
        let own = named.and_then(|name| self.definitions.resource_type(&name));
        if let Some((local, own)) = url.strip_prefix(FHIR_TYPES).zip(own) {
            let of_profile = R4_PROFILES.iter().find(|(_, profiles)| profiles.split(' ').any(|one| one == local));
            let name = of_profile.map_or(local, |(of, _)| *of);
            if let Some(of) = self.definitions.type_named(name).filter(|_| !name.contains('.')) {
                if !self.definitions.is_a(own, of) || !self.is_resource(of) {
                    let own = &self.definitions.type_of(own).name;
                    let text = Text::new(format!("This profile is one of the type {name}, and this is a {own}."));
                    self.findings.add(&rules::META_PROFILE, At::Value(node), text);
                    return;
                }
                // R4's own types are what every resource is judged by.
                if of_profile.is_none() && version.is_none_or(|version| version.starts_with("4.0")) {
                    return;
                }
            }
        }
        if self.unknown_profiles.contains_key(canonical) {
            return;
        }
        if let Some((severity, words)) = self.no_profile(url) {
            let text = Text::new("").value(canonical).and(words);
            self.findings.add_as(&rules::META_PROFILE, severity, At::Value(node), text);
        } else if !self.trying {
            self.unknown_profiles.insert(canonical.to_owned(), node);
        }
    }

    /// Why what is claimed is no profile of any resource. One in the resource itself (`#`) may be.
    fn no_profile(&self, url: &str) -> Option<(Severity, String)> {
        if !has_scheme(url) && !url.starts_with('#') {
            return Some((Severity::Error, " is no absolute URL: that of a profile is.".to_owned()));
        }
        let types = &self.validator.types;
        let other = match self.definitions.extension(url) {
            Some(_) => types.extension.map(|of| (of, Severity::Error)),
            None => named_type(self.validator, url).filter(|(of, _)| Some(*of) != types.structure_definition),
        };
        let (of, severity) = other?;
        Some((
            severity,
            format!(" is the URL of a {}: a profile of a resource belongs here.", self.definitions.type_of(of).name),
        ))
    }

    fn is_resource(&self, of: TypeId) -> bool {
        matches!(self.definitions.type_of(of).kind, TypeKind::Resource | TypeKind::AbstractResource)
    }

    /// Says once of each profile that it is not known here.
    pub(super) fn report_unknown_profiles(&mut self) {
        for (canonical, node) in std::mem::take(&mut self.unknown_profiles) {
            let text =
                Text::new("The profile ").value(&canonical).and(" is not known here: what it asks for is not checked.");
            self.findings.add(&rules::PROFILE_UNKNOWN, At::Value(node), text);
        }
    }
}
