//! What a bundle's references point to.

use std::collections::HashMap;

use doorstep_client_core::ids::{RecordId, ScopeId};
use serde::Deserialize;
use serde_json::Value;

use super::data_types::{Identifier, Reference};
use super::identity;

/// A resource of the bundle, before it is mapped.
pub(super) struct Resource<'a> {
    /// Its place in the bundle, the first being 0.
    pub(super) entry: usize,
    /// `Patient`, `Condition`, ...
    pub(super) resource_type: &'a str,
    /// What it is known by in the bundle.
    pub(super) full_url: &'a str,
    /// Its id at the source.
    pub(super) id: &'a str,
    /// All of it.
    pub(super) content: &'a Value,
}

impl Resource<'_> {
    /// The record that it becomes.
    pub(super) fn record(&self) -> RecordId {
        let is_absolute = self.full_url.starts_with("http://") || self.full_url.starts_with("https://");
        let by_type = format!("{}/{}", self.resource_type, self.id);
        let id = if self.id.is_empty() { self.full_url.trim_start_matches("urn:uuid:") } else { self.id };
        identity::record_of(id, if is_absolute { self.full_url } else { &by_type })
    }

    /// The ways in which the other resources may refer to it.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.full_url.is_empty() {
            names.push(self.full_url.to_owned());
        }
        if !self.id.is_empty() {
            names.push(format!("{}/{}", self.resource_type, self.id));
            names.push(format!("urn:uuid:{}", self.id));
        }
        let identifiers = self.content.get("identifier").and_then(Value::as_array).into_iter().flatten();
        for identifier in identifiers.filter_map(|identifier| Identifier::deserialize(identifier).ok()) {
            let Identifier { system, value, .. } = identifier;
            names.push(format!("{}?identifier={system}|{value}", self.resource_type));
        }
        names
    }
}

/// The resources of a bundle by the ways to refer to them.
pub(super) struct Index<'a> {
    by_name: HashMap<String, &'a Resource<'a>>,
}

impl<'a> Index<'a> {
    /// An index of these; of two that share a name, the first counts.
    pub(super) fn new(resources: &'a [Resource<'a>]) -> Self {
        let mut by_name = HashMap::new();
        for resource in resources {
            for name in resource.names() {
                by_name.entry(name).or_insert(resource);
            }
        }
        Self { by_name }
    }

    /// The resource that a reference points to: by full URL, by type and id, by identifier, with or without a
    /// version.
    pub(super) fn find(&self, reference: &str) -> Option<&'a Resource<'a>> {
        let unversioned = reference.split("/_history/").next().unwrap_or(reference);
        let type_and_id = || {
            let mut parts = unversioned.rsplit('/');
            let (id, resource_type) = (parts.next()?, parts.next()?);
            self.by_name.get(format!("{resource_type}/{id}").as_str())
        };
        self.by_name.get(unversioned).or_else(type_and_id).copied()
    }
}

/// The references of one case.
pub(super) struct References<'a> {
    /// The case.
    pub(super) case: ScopeId,
    /// The bundle's resources.
    pub(super) index: &'a Index<'a>,
    /// Where practitioners work, by their place in the bundle.
    pub(super) organisations: &'a HashMap<usize, String>,
}

impl References<'_> {
    /// The record that a reference to a resource of this type becomes, when the bundle holds it.
    pub(super) fn record(&self, reference: &Reference, resource_type: &str) -> Option<RecordId> {
        let resource = self.index.find(&reference.reference)?;
        (resource.resource_type == resource_type).then(|| match resource_type {
            "Practitioner" => identity::member_of(self.case, resource.record()),
            _ => resource.record(),
        })
    }

    /// What a person is told about the target: the reference's own words, or the name of the practitioner or
    /// organisation in the bundle.
    pub(super) fn words(&self, reference: &Reference) -> String {
        if !reference.display.is_empty() {
            return reference.display.clone();
        }
        self.index.find(&reference.reference).map(|resource| name_of(resource.content)).unwrap_or_default()
    }
}

/// The name of a practitioner or an organisation.
pub(super) fn name_of(content: &Value) -> String {
    match content.get("name") {
        Some(Value::String(name)) => name.clone(),
        Some(names) => super::data_types::usual_name(names).map(|name| name.whole()).unwrap_or_default(),
        None => String::new(),
    }
}
