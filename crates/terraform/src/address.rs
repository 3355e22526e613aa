//! Addresses of what a configuration makes.

use std::fmt;

/// Whether a resource is managed, only read, or opened for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
    /// An `ephemeral` block: opened for the run, kept nowhere.
    Ephemeral,
}

impl Mode {
    /// What stands before the type in an address.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        }
    }
}

/// Which of a block's instances.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InstanceKey {
    /// The only one, of a block without `count` and `for_each`.
    None,
    /// By position, under `count`.
    Index(usize),
    /// By key, under `for_each`.
    Key(String),
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstanceKey::None => Ok(()),
            InstanceKey::Index(index) => write!(formatter, "[{index}]"),
            InstanceKey::Key(key) => write!(formatter, "[{key:?}]"),
        }
    }
}

/// An instance of a module: the calls that lead to it from the root, each with its key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleInstance(pub Vec<(String, InstanceKey)>);

impl ModuleInstance {
    /// The instance of a module that this one calls.
    pub(crate) fn child(&self, name: &str, key: InstanceKey) -> ModuleInstance {
        let mut path = self.0.clone();
        path.push((name.to_owned(), key));
        ModuleInstance(path)
    }

    /// `prefix.rest`, or `rest` in the root module.
    pub(crate) fn qualify(&self, rest: &str) -> String {
        if self.0.is_empty() { rest.to_owned() } else { format!("{self}.{rest}") }
    }
}

/// `module.a["x"].module.b`; nothing for the root module.
impl fmt::Display for ModuleInstance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, key)) in self.0.iter().enumerate() {
            let dot = if index > 0 { "." } else { "" };
            write!(formatter, "{dot}module.{name}{key}")?;
        }
        Ok(())
    }
}

/// The address of a resource instance, as Terraform writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The module that the resource is in.
    pub module: ModuleInstance,
    /// Managed, read or opened.
    pub mode: Mode,
    /// The type, such as `aws_s3_bucket`.
    pub type_name: String,
    /// The name in the block's header.
    pub name: String,
    /// Which instance.
    pub key: InstanceKey,
}

impl Address {
    /// The address without module and key: `TYPE.NAME`, `data.TYPE.NAME` or `ephemeral.TYPE.NAME`.
    pub fn resource(&self) -> String {
        format!("{}{}.{}", self.mode.prefix(), self.type_name, self.name)
    }

    /// The address of the block that it is an instance of: without any key.
    pub fn block(&self) -> String {
        let modules = self.module.0.iter().map(|(name, _)| format!("module.{name}."));
        modules.chain([self.resource()]).collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.module.qualify(&self.resource()), self.key)
    }
}
