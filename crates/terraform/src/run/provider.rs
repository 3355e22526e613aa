//! Provider configurations, and which one a resource is made with.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::structure::Body;

use super::Run;
use super::instance::ProviderConfig;
use super::names::Site;
use crate::address::ModuleInstance;
use crate::block::evaluate_body;
use crate::diagnostic::Diagnostics;
use crate::eval::{Scope, evaluate};
use crate::graph::{Item, Node};
use crate::load::module::ProviderName;
use crate::load::{Module, Resource};
use crate::value::Value;

impl Run<'_> {
    /// Evaluates a provider block. All its arguments are evaluated, those that matter are kept.
    pub(super) fn provider(
        &mut self,
        module: &Module,
        instance: &ModuleInstance,
        node: &Node,
    ) -> Result<(), Diagnostics> {
        let Item::Provider(local, alias) = &node.item else { return Ok(()) };
        let name = ProviderName { local: local.clone(), alias: alias.clone() };
        let Some(provider) = module.providers.get(&name) else { return Ok(()) };
        let within: Arc<str> = Arc::from(instance.qualify(&format!("provider.{local}")));
        let site = Site::new(self, module, instance);
        let scope = Scope::new(&provider.body.source, &within, &site);
        let mut wrong = Diagnostics::new();
        let body = &provider.body.node;
        let mut config = unconfigured(&name);
        match self.configuration.schema.provider(local) {
            Some(ty) => {
                if let Some(arguments) =
                    wrong.keep_all(evaluate_body(body, ty, &["alias", "version"], &scope, &mut Vec::new()))
                {
                    config.configure(&arguments);
                }
            }
            None => evaluate_all(body, &scope, &mut wrong),
        }
        self.state.set_provider(instance, config);
        wrong.into_result(())
    }

    /// The configuration of a resource's provider: its module's own, or the one that the callers pass down.
    pub(super) fn provider_of(
        &self,
        resource: &Resource,
        module: &Module,
        instance: &ModuleInstance,
    ) -> ProviderConfig {
        let local = resource.type_name.split('_').next().unwrap_or_default().to_owned();
        let name = resource.provider.clone().unwrap_or(ProviderName { local, alias: None });
        self.provider_named(&name, module, instance)
    }

    fn provider_named(
        &self,
        name: &ProviderName,
        module: &Module,
        instance: &ModuleInstance,
    ) -> ProviderConfig {
        if let Some(own) = self.state.provider(instance, &name.local, name.alias.as_deref()) {
            return own.clone();
        }
        let caller = module.path.split_last().and_then(|(call, path)| {
            let caller = self.configuration.root.descendant(path)?;
            let (_, parent) = instance.0.split_last()?;
            Some((caller, ModuleInstance(parent.to_vec()), caller.calls.get(call)?))
        });
        match caller {
            Some((caller, parent, call)) => {
                let passed =
                    call.providers.iter().find(|(child, _, _)| child == name).map(|(_, passed, _)| passed);
                self.provider_named(passed.unwrap_or(name), caller, &parent)
            }
            None => unconfigured(name),
        }
    }
}

fn unconfigured(name: &ProviderName) -> ProviderConfig {
    ProviderConfig {
        name: name.local.clone(),
        alias: name.alias.clone(),
        region: None,
        assume_role: None,
        default_tags: BTreeMap::new(),
        unknown: None,
    }
}

impl ProviderConfig {
    /// Keeps of its arguments what decides where and with which tags resources are made.
    fn configure(&mut self, arguments: &BTreeMap<String, Value>) {
        let decisive = ["assume_role", "assume_role_with_web_identity", "default_tags", "region"];
        let uncertain = |name: &&str| arguments.get(*name).is_some_and(is_uncertain);
        self.unknown = decisive.into_iter().find(uncertain).map(str::to_owned);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.region = arguments.get("region").and_then(text);
        // Roles are assumed one with the credentials of the other; that of a web identity is the first.
        let roles = ["assume_role", "assume_role_with_web_identity"];
        self.assume_role = roles.into_iter().find_map(|name| {
            let blocks = arguments.get(name)?.as_sequence()?;
            text(blocks.last()?.get("role_arn")?)
        });
        let blocks = arguments.get("default_tags").and_then(Value::as_sequence).into_iter().flatten();
        let tags = blocks.filter_map(|block| block.get("tags")?.as_entries()).flatten();
        self.default_tags =
            tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    }
}

/// Whether an argument of a provider is not known where it matters.
fn is_uncertain(argument: &Value) -> bool {
    match argument.as_sequence() {
        Some(blocks) => blocks.iter().any(|block| {
            ["role_arn", "tags"].iter().any(|name| block.get(name).is_some_and(|it| !it.is_wholly_known()))
        }),
        None => !argument.is_wholly_known(),
    }
}

fn evaluate_all(body: &Body, scope: &Scope<'_>, wrong: &mut Diagnostics) {
    for attribute in body.attributes() {
        wrong.keep(evaluate(&attribute.value, scope));
    }
    for block in body.blocks() {
        evaluate_all(&block.body, scope, wrong);
    }
}
