//! What references mean in one instance of a module.

use std::path::Path;

use crate::address::{Address, InstanceKey, ModuleInstance};
use crate::diagnostic::Diagnostic;
use crate::eval::{Moment, Names, PathKind, Reference};
use crate::load::Module;
use crate::run::Run;
use crate::source::Place;
use crate::value::{Marks, Type, Value};

/// Where an expression is evaluated.
pub(super) struct Site<'r> {
    run: &'r Run<'r>,
    pub(super) module: &'r Module,
    pub(super) instance: &'r ModuleInstance,
    key: InstanceKey,
    each: Option<Value>,
    this: Option<&'r Value>,
}

impl<'r> Site<'r> {
    pub(super) fn new(run: &'r Run<'_>, module: &'r Module, instance: &'r ModuleInstance) -> Site<'r> {
        Site { run, module, instance, key: InstanceKey::None, each: None, this: None }
    }

    /// The place of one instance of a repeated block.
    pub(super) fn repeated(self, key: InstanceKey, each: Option<Value>) -> Site<'r> {
        Site { key, each, ..self }
    }

    /// The place of a postcondition of `this`.
    pub(super) fn of(self, this: &'r Value) -> Site<'r> {
        Site { this: Some(this), ..self }
    }

    fn resource(&self, address: &str) -> Option<Value> {
        let resource = self.module.resources.get(address)?;
        let expansion = self.run.state.expansion(self.instance, address)?;
        Some(expansion.gather(|key| {
            let address = Address {
                module: self.instance.clone(),
                mode: resource.mode,
                type_name: resource.type_name.clone(),
                name: resource.name.clone(),
                key: key.clone(),
            };
            let known = self.run.state.instance(&address).cloned();
            known.unwrap_or_else(|| Value::unknown(Type::Dynamic))
        }))
    }

    fn outputs(&self, name: &str) -> Option<Value> {
        let child = self.module.children.get(name)?;
        let expansion = self.run.state.call(self.instance, name)?;
        Some(expansion.gather(|key| {
            let instance = self.instance.child(name, key.clone());
            Value::object(child.outputs.keys().map(|output| {
                let value = self.run.state.output(&instance, output).cloned();
                (output.clone(), value.unwrap_or_else(|| Value::unknown(Type::Dynamic)))
            }))
        }))
    }

    fn path(&self, kind: PathKind) -> Value {
        let root = &self.run.configuration.directory;
        let shown = |path: &Path| match path.strip_prefix(root) {
            Ok(rest) if rest.as_os_str().is_empty() => ".".to_owned(),
            Ok(rest) => rest.display().to_string(),
            Err(_) => crate::load::relative_name(path, root),
        };
        match kind {
            PathKind::Module => shown(&self.module.directory).into(),
            PathKind::Root => ".".into(),
            PathKind::Cwd => {
                std::path::absolute(root).unwrap_or_else(|_| root.clone()).display().to_string().into()
            }
        }
    }
}

impl Names for Site<'_> {
    fn value(&self, reference: &Reference, place: &Place) -> Result<Value, Diagnostic> {
        let state = &self.run.state;
        let value = match reference {
            Reference::Variable(name) => state.variable(self.instance, name).cloned(),
            Reference::Local(name) => state.local(self.instance, name).cloned(),
            Reference::Resource { .. } => self.resource(&reference.to_string()),
            Reference::Module(name) => self.outputs(name),
            Reference::EachKey => match &self.key {
                InstanceKey::Key(key) => Some(key.as_str().into()),
                _ => None,
            },
            Reference::EachValue => self.each.clone(),
            Reference::CountIndex => match self.key {
                InstanceKey::Index(index) => Some(index.into()),
                _ => None,
            },
            Reference::This => self.this.cloned(),
            Reference::Path(kind) => Some(self.path(*kind)),
            Reference::Workspace => Some(self.run.configuration.workspace.as_str().into()),
            Reference::Applying => Some(Value::from(!self.run.is_rehearsal).marked(Marks::EPHEMERAL)),
        };
        value.ok_or_else(|| {
            Diagnostic::new(
                format!("`{reference}` has no value here"),
                place.clone(),
                "nothing is known of it",
            )
        })
    }

    fn directory(&self) -> &Path {
        &self.run.configuration.directory
    }

    fn moment(&self) -> Option<&Moment> {
        self.run.moment.as_ref()
    }
}
