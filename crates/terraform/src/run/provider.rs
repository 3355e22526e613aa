//! Provider configurations, and which one a resource is made with.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::structure::Body;

use super::Run;
use super::instance::ProviderConfig;
use super::names::Site;
use crate::address::ModuleInstance;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::{Scope, evaluate, evaluate_as, span};
use crate::graph::{Item, Node};
use crate::load::module::ProviderName;
use crate::load::{Module, Resource};
use crate::value::{Type, Value};

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
        evaluate_all(body, &scope, &mut wrong);
        let mut config = unconfigured(&name);
        config.region = wrong.keep(text(body, "region", &scope)).flatten();
        for block in body.get_blocks("assume_role") {
            config.assume_role = wrong.keep(text(&block.body, "role_arn", &scope)).flatten();
        }
        for block in body.get_blocks("default_tags") {
            config.default_tags = wrong.keep(tags(&block.body, &scope)).unwrap_or_default();
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

fn text(body: &Body, name: &str, scope: &Scope<'_>) -> Result<Option<String>, Diagnostic> {
    let Some(attribute) = body.get_attribute(name) else { return Ok(None) };
    let value = evaluate_as(&attribute.value, &Type::String, scope)?;
    Ok(value.as_str().map(str::to_owned))
}

fn tags(body: &Body, scope: &Scope<'_>) -> Result<BTreeMap<String, String>, Diagnostic> {
    let Some(attribute) = body.get_attribute("tags") else { return Ok(BTreeMap::new()) };
    let value = evaluate_as(&attribute.value, &Type::Map(Box::new(Type::String)), scope)?;
    if !value.is_wholly_known() {
        let place = scope.place(span(&attribute.value));
        return Err(Diagnostic::new("default tags are not known before apply", place, "not known"));
    }
    let entries = value.as_entries().into_iter().flatten();
    Ok(entries.filter_map(|(key, value)| Some((key.clone(), Value::as_str(value)?.to_owned()))).collect())
}
