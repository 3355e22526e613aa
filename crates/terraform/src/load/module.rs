//! What a module declares.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use indexmap::IndexMap;

use crate::address::Mode;
use crate::eval::Found;
use crate::load::Named;
use crate::source::{Place, Source};
use crate::value::{Marks, Type, Value};

/// A piece of syntax with the file that it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Written<T> {
    pub(crate) source: Arc<Source>,
    pub(crate) node: T,
}

impl<T> Written<T> {
    pub(crate) fn new(source: &Arc<Source>, node: T) -> Written<T> {
        Written { source: Arc::clone(source), node }
    }

    pub(crate) fn place_of(&self, range: Range<usize>) -> Place {
        Place { source: Arc::clone(&self.source), range }
    }
}

impl Written<Expression> {
    pub(crate) fn place(&self) -> Place {
        self.place_of(crate::eval::span(&self.node))
    }
}

/// A condition with the message for when it does not hold.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) condition: Written<Expression>,
    pub(crate) error_message: Written<Expression>,
}

/// A `variable` block.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) place: Place,
    pub(crate) ty: Type,
    /// Whether the type is written, if only as `any`.
    pub(crate) is_typed: bool,
    pub(crate) default: Option<Value>,
    pub(crate) nullable: bool,
    pub(crate) marks: Marks,
    pub(crate) validations: Vec<Condition>,
}

/// A value of a `locals` block.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) place: Place,
    pub(crate) value: Written<Expression>,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) place: Place,
    pub(crate) value: Written<Expression>,
    pub(crate) marks: Marks,
    pub(crate) preconditions: Vec<Condition>,
    pub(crate) depends_on: Vec<Found>,
}

/// A `check` block; data sources in it are among the module's.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) place: Place,
    pub(crate) asserts: Vec<Condition>,
}

/// An address that a `moved`, `removed` or `import` block names.
#[derive(Clone, Debug)]
pub(crate) struct Renamed {
    pub(crate) kind: Refactoring,
    /// The address without keys, as it is written.
    pub(crate) address: String,
    pub(crate) place: Place,
}

/// What becomes of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refactoring {
    Removed,
    Imported,
}

/// How many instances a block makes.
#[derive(Clone, Debug)]
pub(crate) enum Repetition {
    /// One, without a key.
    Single,
    /// As many as `count` says.
    Count(Written<Expression>),
    /// One for each element of `for_each`.
    ForEach(Written<Expression>),
}

/// A `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifecycle {
    pub(crate) ignore_changes: Vec<String>,
    pub(crate) prevent_destroy: bool,
    pub(crate) create_before_destroy: bool,
    pub(crate) replace_triggered_by: Option<Written<Expression>>,
    pub(crate) preconditions: Vec<Condition>,
    pub(crate) postconditions: Vec<Condition>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) mode: Mode,
    pub(crate) type_name: String,
    pub(crate) name: String,
    /// The block's header.
    pub(crate) place: Place,
    /// The range of the type in the header.
    pub(crate) type_place: Place,
    pub(crate) body: Written<Body>,
    pub(crate) repetition: Repetition,
    /// The provider's local name and alias, where the block names one.
    pub(crate) provider: Option<ProviderName>,
    pub(crate) depends_on: Vec<Found>,
    pub(crate) lifecycle: Lifecycle,
    /// The first of its provisioners, which are not run.
    pub(crate) provisioner: Option<Place>,
}

impl Resource {
    /// `TYPE.NAME`, with `data.` or `ephemeral.` before it where it is not managed.
    pub(crate) fn address(&self) -> String {
        format!("{}{}.{}", self.mode.prefix(), self.type_name, self.name)
    }
}

/// A provider configuration's name: `aws` or `aws.source`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ProviderName {
    pub(crate) local: String,
    pub(crate) alias: Option<String>,
}

/// The name as it is written.
impl fmt::Display for ProviderName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.alias {
            Some(alias) => write!(formatter, "{}.{alias}", self.local),
            None => formatter.write_str(&self.local),
        }
    }
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) place: Place,
    pub(crate) body: Written<Body>,
}

/// A `module` block.
#[derive(Clone, Debug)]
pub(crate) struct ModuleCall {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) source: String,
    pub(crate) source_place: Place,
    pub(crate) arguments: Named<Written<Expression>>,
    /// The places of the arguments' names.
    pub(crate) argument_places: Named<Place>,
    pub(crate) repetition: Repetition,
    pub(crate) depends_on: Vec<Found>,
    /// The child's provider names with the caller's.
    pub(crate) providers: Vec<(ProviderName, ProviderName, Place)>,
}

/// One module as it is written, with the modules it calls.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) directory: PathBuf,
    /// The names of the calls that lead from the root module here.
    pub(crate) path: Vec<String>,
    pub(crate) variables: IndexMap<String, Variable>,
    pub(crate) locals: IndexMap<String, Local>,
    pub(crate) outputs: IndexMap<String, Output>,
    pub(crate) resources: IndexMap<String, Resource>,
    pub(crate) providers: IndexMap<ProviderName, Provider>,
    pub(crate) calls: IndexMap<String, ModuleCall>,
    pub(crate) checks: IndexMap<String, Check>,
    /// What is removed or imported.
    pub(crate) refactorings: Vec<Renamed>,
    pub(crate) children: Named<Module>,
}

impl Module {
    pub(super) fn new(directory: PathBuf, path: Vec<String>) -> Module {
        Module {
            directory,
            path,
            variables: IndexMap::new(),
            locals: IndexMap::new(),
            outputs: IndexMap::new(),
            resources: IndexMap::new(),
            providers: IndexMap::new(),
            calls: IndexMap::new(),
            checks: IndexMap::new(),
            refactorings: Vec::new(),
            children: Named::new(),
        }
    }

    /// The module that these calls lead to.
    pub(crate) fn descendant(&self, path: &[String]) -> Option<&Module> {
        path.iter().try_fold(self, |module, name| module.children.get(name))
    }
}
