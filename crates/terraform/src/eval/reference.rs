//! What a traversal's first names refer to.

use std::fmt;

use hcl_edit::expr::TraversalOperator;

use crate::address::Mode;

/// A directory that `path.` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PathKind {
    Module,
    Root,
    Cwd,
}

/// Something that an expression refers to by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reference {
    Variable(String),
    Local(String),
    Resource {
        mode: Mode,
        type_name: String,
        name: String,
    },
    Module(String),
    EachKey,
    EachValue,
    CountIndex,
    This,
    Path(PathKind),
    Workspace,
    /// Whether what is evaluated is being applied.
    Applying,
}

impl Reference {
    /// The reference that a root name and what follows it make, and how many operators belong to it.
    ///
    /// # Errors
    ///
    /// What was expected, where the names make no reference.
    pub(crate) fn parse(root: &str, operators: &[TraversalOperator]) -> Result<(Reference, usize), String> {
        let name = |index: usize| match operators.get(index) {
            Some(TraversalOperator::GetAttr(name)) => Some(name.value().as_str()),
            _ => None,
        };
        let first = name(0);
        match (root, first) {
            ("var", Some(first)) => Ok((Reference::Variable(first.to_owned()), 1)),
            ("local", Some(first)) => Ok((Reference::Local(first.to_owned()), 1)),
            ("module", Some(first)) => Ok((Reference::Module(first.to_owned()), 1)),
            ("each", Some("key")) => Ok((Reference::EachKey, 1)),
            ("each", Some("value")) => Ok((Reference::EachValue, 1)),
            ("each", _) => Err("`each` has the attributes `key` and `value`".to_owned()),
            ("count", Some("index")) => Ok((Reference::CountIndex, 1)),
            ("count", _) => Err("`count` has the attribute `index` only".to_owned()),
            ("path", Some("module")) => Ok((Reference::Path(PathKind::Module), 1)),
            ("path", Some("root")) => Ok((Reference::Path(PathKind::Root), 1)),
            ("path", Some("cwd")) => Ok((Reference::Path(PathKind::Cwd), 1)),
            ("path", _) => Err("`path` has the attributes `module`, `root` and `cwd`".to_owned()),
            ("terraform", Some("workspace")) => Ok((Reference::Workspace, 1)),
            ("terraform", Some("applying")) => Ok((Reference::Applying, 1)),
            ("terraform", _) => Err("`terraform` has the attributes `workspace` and `applying`".to_owned()),
            ("self", _) => Ok((Reference::This, 0)),
            ("data", Some(type_name)) => match name(1) {
                Some(name) => Ok((Reference::resource(Mode::Data, type_name, name), 2)),
                None => Err("a data source's type and name are expected after `data`".to_owned()),
            },
            ("ephemeral", Some(type_name)) => match name(1) {
                Some(name) => Ok((Reference::resource(Mode::Ephemeral, type_name, name), 2)),
                None => {
                    Err("an ephemeral resource's type and name are expected after `ephemeral`".to_owned())
                }
            },
            ("var" | "local" | "module" | "data" | "ephemeral", None) => {
                Err(format!("a name is expected after `{root}`"))
            }
            ("resource", Some(type_name)) => match name(1) {
                Some(name) => Ok((Reference::resource(Mode::Managed, type_name, name), 2)),
                None => Err("a resource's type and name are expected after `resource`".to_owned()),
            },
            (_, Some(first)) => Ok((Reference::resource(Mode::Managed, root, first), 1)),
            (_, None) => Err("a resource type must be followed by a resource's name".to_owned()),
        }
    }

    fn resource(mode: Mode, type_name: &str, name: &str) -> Reference {
        Reference::Resource { mode, type_name: type_name.to_owned(), name: name.to_owned() }
    }
}

/// The reference as it is written.
impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Variable(name) => write!(formatter, "var.{name}"),
            Reference::Local(name) => write!(formatter, "local.{name}"),
            Reference::Resource { mode, type_name, name } => {
                write!(formatter, "{}{type_name}.{name}", mode.prefix())
            }
            Reference::Module(name) => write!(formatter, "module.{name}"),
            Reference::EachKey => formatter.write_str("each.key"),
            Reference::EachValue => formatter.write_str("each.value"),
            Reference::CountIndex => formatter.write_str("count.index"),
            Reference::This => formatter.write_str("self"),
            Reference::Path(PathKind::Module) => formatter.write_str("path.module"),
            Reference::Path(PathKind::Root) => formatter.write_str("path.root"),
            Reference::Path(PathKind::Cwd) => formatter.write_str("path.cwd"),
            Reference::Workspace => formatter.write_str("terraform.workspace"),
            Reference::Applying => formatter.write_str("terraform.applying"),
        }
    }
}
