//! What is known so far.

use std::collections::{BTreeMap, HashMap};

use crate::address::{Address, InstanceKey, ModuleInstance};
use crate::run::ProviderConfig;
use crate::value::{Kind, Type, Value};

/// The instances that a block makes.
#[derive(Clone, Debug)]
pub(super) enum Expansion {
    /// One without a key.
    Single,
    /// So many, by position.
    Count(usize),
    /// One for each key.
    Each(BTreeMap<String, Value>),
    /// Not provisioned, or not to be had.
    Unknown,
}

impl Expansion {
    /// The keys, with what `each.value` is for each.
    pub(super) fn keys(&self) -> Vec<(InstanceKey, Option<Value>)> {
        match self {
            Expansion::Single => vec![(InstanceKey::None, None)],
            Expansion::Count(count) => (0..*count).map(|index| (InstanceKey::Index(index), None)).collect(),
            Expansion::Each(values) => values
                .iter()
                .map(|(key, value)| (InstanceKey::Key(key.clone()), Some(value.clone())))
                .collect(),
            Expansion::Unknown => Vec::new(),
        }
    }

    /// What `each.value` is for a key.
    pub(super) fn each(&self, key: &InstanceKey) -> Option<Value> {
        match (self, key) {
            (Expansion::Each(values), InstanceKey::Key(key)) => values.get(key).cloned(),
            _ => None,
        }
    }

    /// The value of a reference to the whole block: the only instance, a tuple, or an object by key.
    pub(super) fn gather(&self, instance: impl Fn(&InstanceKey) -> Value) -> Value {
        match self {
            Expansion::Single => instance(&InstanceKey::None),
            Expansion::Count(count) => {
                Value::tuple((0..*count).map(|index| instance(&InstanceKey::Index(index))))
            }
            Expansion::Each(values) => {
                let entries =
                    values.keys().map(|key| (key.clone(), instance(&InstanceKey::Key(key.clone()))));
                Value::new(Kind::Object(entries.collect()))
            }
            Expansion::Unknown => Value::unknown(Type::Dynamic),
        }
    }
}

type In<T> = HashMap<(ModuleInstance, String), T>;

/// Values by module instance and name.
#[derive(Debug, Default)]
pub(super) struct State {
    variables: In<Value>,
    locals: In<Value>,
    outputs: In<Value>,
    calls: In<Expansion>,
    resources: In<Expansion>,
    instances: HashMap<Address, Value>,
    providers: HashMap<(ModuleInstance, String, Option<String>), ProviderConfig>,
}

fn key(instance: &ModuleInstance, name: &str) -> (ModuleInstance, String) {
    (instance.clone(), name.to_owned())
}

impl State {
    pub(super) fn variable(&self, instance: &ModuleInstance, name: &str) -> Option<&Value> {
        self.variables.get(&key(instance, name))
    }

    pub(super) fn set_variable(&mut self, instance: &ModuleInstance, name: &str, value: Value) {
        self.variables.insert(key(instance, name), value);
    }

    pub(super) fn local(&self, instance: &ModuleInstance, name: &str) -> Option<&Value> {
        self.locals.get(&key(instance, name))
    }

    pub(super) fn set_local(&mut self, instance: &ModuleInstance, name: &str, value: Value) {
        self.locals.insert(key(instance, name), value);
    }

    pub(super) fn output(&self, instance: &ModuleInstance, name: &str) -> Option<&Value> {
        self.outputs.get(&key(instance, name))
    }

    pub(super) fn set_output(&mut self, instance: &ModuleInstance, name: &str, value: Value) {
        self.outputs.insert(key(instance, name), value);
    }

    pub(super) fn call(&self, instance: &ModuleInstance, name: &str) -> Option<&Expansion> {
        self.calls.get(&key(instance, name))
    }

    pub(super) fn set_call(&mut self, instance: &ModuleInstance, name: &str, expansion: Expansion) {
        self.calls.insert(key(instance, name), expansion);
    }

    pub(super) fn expansion(&self, instance: &ModuleInstance, address: &str) -> Option<&Expansion> {
        self.resources.get(&key(instance, address))
    }

    pub(super) fn set_expansion(&mut self, instance: &ModuleInstance, address: &str, expansion: Expansion) {
        self.resources.insert(key(instance, address), expansion);
    }

    pub(super) fn instance(&self, address: &Address) -> Option<&Value> {
        self.instances.get(address)
    }

    pub(super) fn set_instance(&mut self, address: &Address, value: Value) {
        self.instances.insert(address.clone(), value);
    }

    pub(super) fn provider(
        &self,
        instance: &ModuleInstance,
        local: &str,
        alias: Option<&str>,
    ) -> Option<&ProviderConfig> {
        self.providers.get(&(instance.clone(), local.to_owned(), alias.map(str::to_owned)))
    }

    pub(super) fn set_provider(&mut self, instance: &ModuleInstance, config: ProviderConfig) {
        self.providers.insert((instance.clone(), config.name.clone(), config.alias.clone()), config);
    }

    /// The instances of the module that these calls lead to.
    pub(super) fn module_instances(&self, path: &[String]) -> Vec<ModuleInstance> {
        path.iter().fold(vec![ModuleInstance::default()], |instances, name| {
            instances
                .into_iter()
                .flat_map(|instance| {
                    let keys = self.call(&instance, name).map(Expansion::keys).unwrap_or_default();
                    keys.into_iter().map(move |(key, _)| instance.child(name, key))
                })
                .collect()
        })
    }
}
