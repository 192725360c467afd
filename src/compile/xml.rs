//! FHIR's XML → FHIR's JSON, by the definitions: which member is an array, and which primitive a number or a boolean, only they know.

use crate::definitions::{Body, Definitions, Primitive, TypeId, TypeKind};
use crate::document::{Document, NameId, NodeId, name};
use crate::json::{Limits, Writer, quoted};
use crate::xml::{Namespace, Tree, XmlElement, XmlError, XmlFault};

/// Whether a text is XML and not JSON, by how it begins.
pub(super) fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// The type of the resource in an XML text, which is not read for that: the name of its first tag.
pub(super) fn resource_type(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.split_once('<')?.1;
        let behind = match rest.strip_prefix("!--") {
            Some(comment) => comment.split_once("-->"),
            None if rest.starts_with('?') => rest.split_once('>'),
            None => break,
        };
        rest = behind?.1;
    }
    let name = rest.split(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '>' | '/')).next()?;
    Some(name.split_once(':').map_or(name, |(_, local)| local))
}

impl Definitions {
    /// The JSON of a resource that is written in XML. What these definitions do not know of it is left out.
    ///
    /// ```
    /// use fhirpost::{Definitions, Limits};
    ///
    /// let xml = r#"<Patient xmlns="http://hl7.org/fhir"><active value="true"/><name><given value="Ann"/></name></Patient>"#;
    /// let json = Definitions::r4().json_of_xml(xml, Limits::default())?;
    /// assert_eq!(json, r#"{"resourceType":"Patient","active":true,"name":[{"given":["Ann"]}]}"#);
    /// # Ok::<(), fhirpost::xml::XmlError>(())
    /// ```
    ///
    /// # Errors
    /// When it is not XML, or cannot be JSON: an element is there twice that may be there once, or a resource is not where one has to be.
    pub fn json_of_xml(&self, text: &str, limits: Limits) -> Result<String, XmlError> {
        let tree = Tree::read(text, limits.depth.min(Limits::DEEPEST), limits.bytes)?;
        let mut out = Writer::default();
        Conversion { definitions: self, tree: &tree }.resource(&mut out, NodeId::ROOT)?;
        Ok(out.finish())
    }
}

struct Conversion<'c, 't> {
    definitions: &'c Definitions,
    tree: &'c Tree<'t>,
}

/// Where values of a primitive type are written, and what belongs to them.
#[derive(Clone, Copy)]
struct Values<'e> {
    name: &'e str,
    primitive: Primitive,
    is_array: bool,
}

impl<'c> Conversion<'c, '_> {
    fn element(&self, id: NodeId) -> Result<&'c XmlElement, XmlError> {
        self.tree.element(id).ok_or(XmlError { offset: 0, fault: XmlFault::ExpectedResource })
    }

    fn resource(&self, out: &mut Writer, id: NodeId) -> Result<(), XmlError> {
        let element = self.element(id)?;
        let called = self.tree.name(element);
        let Some(of) = self.definitions.resource_type(called).filter(|_| element.namespace == Namespace::Fhir) else {
            return fail(element, XmlFault::UnknownResource);
        };
        self.object(out, id, of, Some(called))
    }

    /// Writes an element with elements in it.
    fn object(&self, out: &mut Writer, id: NodeId, of: TypeId, resource: Option<&str>) -> Result<(), XmlError> {
        let element = self.element(id)?;
        let body = self.definitions.body(self.definitions.type_of(of));
        let mut done = Ok(());
        out.object(|out| {
            out.optional("resourceType", resource);
            done = self.members(out, id, element, body, resource.is_some());
        });
        done
    }

    fn members(
        &self,
        out: &mut Writer,
        id: NodeId,
        element: &XmlElement,
        body: &Body,
        is_resource: bool,
    ) -> Result<(), XmlError> {
        if !is_resource {
            // Those are attributes in XML: of resources the id is an element.
            for called in ["id", "url"] {
                let is_known = called == "id" || body.name == "Extension";
                if let Some(value) = self.tree.attribute(element, called)?.filter(|_| is_known) {
                    out.member(called, &value);
                }
            }
        }
        let mut written: Vec<NameId> = Vec::new();
        let tree = self.tree;
        for (_, first) in tree.children(id) {
            let called = tree.name(first);
            let known = self.definitions.names().find(called.as_bytes());
            let is_attribute = !is_resource && (known == name::ID || known == name::URL && body.name == "Extension");
            let Some(field) = body.field(known).filter(|_| !is_attribute) else { continue };
            if written.contains(&known) {
                continue;
            }
            written.push(known);
            let same: Vec<NodeId> =
                tree.children(id).filter(|(_, one)| tree.name(one) == called).map(|(id, _)| id).collect();
            let is_array = body.element(field).array;
            if let ([_, again, ..], false) = (same.as_slice(), is_array) {
                return fail(self.element(*again)?, XmlFault::Repeated);
            }
            let of = body.type_ref(field.type_ref).of;
            match self.definitions.type_of(of).kind {
                TypeKind::Primitive(primitive) => {
                    self.values(out, &same, Values { name: called, primitive, is_array })?
                }
                kind => {
                    out.name(called);
                    self.list(out, &same, is_array, &|out, one| match kind {
                        TypeKind::Resource | TypeKind::AbstractResource => self.inner_resource(out, one),
                        _ => self.object(out, one, of, None),
                    })?;
                }
            }
        }
        Ok(())
    }

    /// The resource in an element such as `contained`.
    fn inner_resource(&self, out: &mut Writer, holder: NodeId) -> Result<(), XmlError> {
        let mut inside = self.tree.children(holder).map(|(id, _)| id);
        match (inside.next(), inside.next()) {
            (Some(resource), None) => self.resource(out, resource),
            _ => fail(self.element(holder)?, XmlFault::ExpectedResource),
        }
    }

    /// Primitives: their values, and beside these their ids and extensions.
    fn values(&self, out: &mut Writer, all: &[NodeId], of: Values<'_>) -> Result<(), XmlError> {
        let (mut has_value, mut has_companion) = (false, false);
        for &one in all {
            let element = self.element(one)?;
            has_value |= of.primitive == Primitive::Xhtml || self.tree.attribute(element, "value")?.is_some();
            has_companion |= of.primitive != Primitive::Xhtml && self.has_companion(one, element)?;
        }
        if has_value {
            out.name(of.name);
            self.list(out, all, of.is_array, &|out, one| self.value(out, one, of.primitive))?;
        }
        if has_companion {
            out.name(&["_", of.name].concat());
            self.list(out, all, of.is_array, &|out, one| self.companion(out, one))?;
        }
        Ok(())
    }

    fn has_companion(&self, id: NodeId, element: &XmlElement) -> Result<bool, XmlError> {
        Ok(self.tree.attribute(element, "id")?.is_some() || self.tree.children(id).next().is_some())
    }

    fn value(&self, out: &mut Writer, id: NodeId, primitive: Primitive) -> Result<(), XmlError> {
        let element = self.element(id)?;
        if primitive == Primitive::Xhtml {
            out.string(self.tree.raw(element));
            return Ok(());
        }
        let Some(value) = self.tree.attribute(element, "value")? else {
            out.raw("null");
            return Ok(());
        };
        let is_bare = match primitive {
            Primitive::Boolean => matches!(&*value, "true" | "false"),
            Primitive::Integer | Primitive::UnsignedInt | Primitive::PositiveInt | Primitive::Decimal => {
                // What is no number stays a text: the rules say what is wrong with it.
                value.starts_with(|sign: char| sign == '-' || sign.is_ascii_digit())
                    && Document::is_json(&value).is_ok()
            }
            _ => false,
        };
        if is_bare {
            out.raw(&value)
        } else {
            out.raw(&quoted(&value))
        }
        Ok(())
    }

    /// The id and the extensions of a primitive.
    fn companion(&self, out: &mut Writer, id: NodeId) -> Result<(), XmlError> {
        let element = self.element(id)?;
        match self.definitions.type_named("Element") {
            Some(of) if self.has_companion(id, element)? => self.object(out, id, of, None),
            _ => {
                out.raw("null");
                Ok(())
            }
        }
    }

    /// One value, or an array of them.
    fn list(
        &self,
        out: &mut Writer,
        all: &[NodeId],
        is_array: bool,
        write: &dyn Fn(&mut Writer, NodeId) -> Result<(), XmlError>,
    ) -> Result<(), XmlError> {
        let mut done = Ok(());
        if !is_array {
            return all.first().map_or(done, |&one| write(out, one));
        }
        out.array(|out| done = all.iter().try_for_each(|&one| write(out, one)));
        done
    }
}

fn fail<T>(element: &XmlElement, fault: XmlFault) -> Result<T, XmlError> {
    Err(XmlError { offset: element.start, fault })
}
