//! Instances of resources, ready to be created.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Run;
use super::names::Site;
use super::triggers::Trigger;
use crate::address::{Address, InstanceKey, Mode, ModuleInstance};
use crate::block::evaluate_body;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Scope, span};
use crate::given::type_of;
use crate::graph::{Item, Node};
use crate::load::resource::META_ARGUMENTS;
use crate::load::{Module, Resource};
use crate::schema::{BlockType, Schema};
use crate::source::{Origin, Place};
use crate::value::{Kind, Type, Value};

/// A provider configuration, evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    /// The provider's local name, such as `aws`.
    pub name: String,
    /// The alias, if it has one.
    pub alias: Option<String>,
    /// The region, if the block names one.
    pub region: Option<String>,
    /// The ARN of the role to assume, if the block names one.
    pub assume_role: Option<String>,
    /// Tags for every resource that takes tags.
    pub default_tags: BTreeMap<String, String>,
    /// The argument or block that is not known, though the account, the region or the tags of what is made rest on it.
    pub unknown: Option<String>,
}

/// A resource or data source with its arguments evaluated.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its address.
    pub address: Address,
    /// Managed, read or opened.
    pub mode: Mode,
    /// Its type.
    pub type_name: String,
    /// The provider configuration that it is made with.
    pub provider: ProviderConfig,
    /// All attributes of its type: what the configuration gives, defaults, and unknown where the provider decides;
    /// nested blocks are lists of objects.
    pub arguments: Value,
    /// The block's header.
    pub origin: Origin,
    /// What it needs directly, by the addresses of blocks.
    pub dependencies: Vec<String>,
    /// Arguments whose later changes are ignored; `all` for all of them.
    pub ignore_changes: Vec<String>,
    /// Whether the configuration forbids destroying it.
    pub prevent_destroy: bool,
    /// Whether what replaces it is made before it is destroyed.
    pub create_before_destroy: bool,
    /// What replaces it when it changes.
    pub replace_triggered_by: Vec<Trigger>,
    /// The arguments that the configuration gives values that are not known, those of blocks by their paths:
    /// `rule.status`.
    pub unknown: Vec<String>,
    pub(super) place: Place,
    pub(super) each: Option<Value>,
}

impl Instance {
    /// The schema of its type.
    pub fn schema<'s>(&self, schema: &'s Schema) -> Option<&'s BlockType> {
        schema.block(self.mode, &self.type_name)
    }

    /// The block's header, for complaints about what came of it.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// An argument that is given or has a default and is known: not null, not unknown.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null() && !value.is_unknown())
    }
}

/// The address of an instance.
pub(super) fn address(module: &ModuleInstance, resource: &Resource, key: InstanceKey) -> Address {
    Address {
        module: module.clone(),
        mode: resource.mode,
        type_name: resource.type_name.clone(),
        name: resource.name.clone(),
        key,
    }
}

impl Run<'_> {
    /// Evaluates one instance of a resource.
    pub(super) fn instance(
        &self,
        module: &Module,
        instance: &ModuleInstance,
        resource: &Resource,
        key: InstanceKey,
        each: Option<Value>,
    ) -> Result<Instance, Diagnostics> {
        let address = address(instance, resource, key.clone());
        let within: Arc<str> = Arc::from(address.to_string());
        let site = Site::new(self, module, instance).repeated(key, each.clone());
        let scope = Scope::new(&resource.body.source, &within, &site);
        let schema = self.configuration.schema;
        let ty = schema.block(resource.mode, &resource.type_name);
        let body = &resource.body.node;
        let own = match self.configuration.given.has(module, resource)
            && (ty.is_none() || resource.mode == Mode::Data)
        {
            true => type_of(body, &META_ARGUMENTS),
            false => BlockType::default(),
        };
        let ty = if own.is_empty() { ty.unwrap_or(&own) } else { &own };
        let mut unknown = Vec::new();
        let mut arguments = evaluate_body(body, ty, &META_ARGUMENTS, &scope, &mut unknown)?;
        if let Some(place) = &resource.provisioner {
            let diagnostic =
                Diagnostic::new("provisioners are not run", place.clone(), "would run a program of its own");
            let hint = "move what it does out of the configuration, or leave the resource out with `ignore`";
            return Err(diagnostic.with_hint(hint).into());
        }
        if resource.mode != Mode::Ephemeral {
            refuse_ephemeral(resource, ty, &arguments)?;
        }
        self.conditions(&resource.lifecycle.preconditions, &site, &resource.address())?;
        let replace_triggered_by = self.triggers(resource, &site, &within)?;
        let provider = self.provider_of(resource, module, instance);
        tag_all(&mut arguments, &provider);
        let node = Node { module: module.path.clone(), item: Item::Resource(resource.address()) };
        let mut dependencies: Vec<String> =
            self.configuration.graph.needs(&node).map(Node::to_string).collect();
        dependencies.sort();
        Ok(Instance {
            mode: resource.mode,
            type_name: resource.type_name.clone(),
            provider,
            arguments: Value::new(Kind::Object(arguments)),
            origin: Origin::new(&resource.place.source, resource.place.range.clone(), &within),
            dependencies,
            ignore_changes: resource.lifecycle.ignore_changes.clone(),
            prevent_destroy: resource.lifecycle.prevent_destroy,
            create_before_destroy: resource.lifecycle.create_before_destroy,
            replace_triggered_by,
            unknown,
            place: resource.place.clone(),
            each,
            address,
        })
    }
}

/// Complains about ephemeral values in what is kept: only what is written and never read takes them.
fn refuse_ephemeral(
    resource: &Resource,
    ty: &BlockType,
    arguments: &BTreeMap<String, Value>,
) -> Result<(), Diagnostics> {
    let mut wrong = Diagnostics::new();
    for (name, _) in arguments.iter().filter(|(_, value)| value.is_ephemeral_within()) {
        if ty.attributes.get(name).is_some_and(|attribute| attribute.write_only) {
            continue;
        }
        let attribute = resource.body.node.get_attribute(name);
        let place =
            attribute.map_or(resource.place.clone(), |given| resource.body.place_of(span(&given.value)));
        let label = "the value must not be kept, and the resource keeps it";
        wrong.push(
            Diagnostic::new(format!("ephemeral value for argument `{name}`"), place, label)
                .with_hint("only arguments that are written and never read take such values"),
        );
    }
    wrong.into_result(())
}

/// `tags_all`: the provider's default tags with the resource's own over them.
fn tag_all(arguments: &mut BTreeMap<String, Value>, provider: &ProviderConfig) {
    if provider.unknown.is_some() || !arguments.get("tags_all").is_some_and(Value::is_unknown) {
        return;
    }
    let Some(tags) = arguments.get("tags").filter(|tags| !tags.is_unknown()) else { return };
    let sensitive = tags.is_sensitive();
    let mut all: BTreeMap<String, Value> =
        provider.default_tags.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
    all.extend(tags.as_entries().cloned().unwrap_or_default());
    arguments.insert("tags_all".to_owned(), Value::new(Kind::Map(Type::String, all)).sensitive_if(sensitive));
}
