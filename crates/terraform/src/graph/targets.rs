//! The nodes that names stand for.

use crate::address::Mode;
use crate::diagnostic::{Diagnostic, choices, did_you_mean, nearest};
use crate::eval::{Found, Reference};
use crate::graph::{Item, Node};
use crate::load::Module;
use crate::load::module::ProviderName;

/// A node of a module.
pub(super) fn node(module: &Module, item: Item) -> Node {
    Node { module: module.path.clone(), item }
}

/// The provider block that a name means in a module: its own, or the one that its callers pass down.
pub(super) fn provider_node(root: &Module, module: &Module, name: &ProviderName) -> Option<Node> {
    if module.providers.contains_key(name) {
        return Some(Node::provider(&module.path, name));
    }
    let (call, path) = module.path.split_last()?;
    let caller = root.descendant(path)?;
    let passed = caller.calls.get(call)?.providers.iter().find(|(child, _, _)| child == name);
    match passed {
        Some((_, passed, _)) => provider_node(root, caller, passed),
        None if name.alias.is_none() => provider_node(root, caller, name),
        None => None,
    }
}

/// The nodes that a reference stands for.
pub(super) fn targets(module: &Module, found: &Found) -> Result<Vec<Node>, Diagnostic> {
    let unknown = |what: &str, hint: String| {
        Diagnostic::new(format!("unknown {what} `{}`", found.reference), found.place.clone(), "not declared")
            .with_hint(hint)
    };
    match &found.reference {
        Reference::Variable(name) if module.variables.contains_key(name) => {
            Ok(vec![node(module, Item::Variable(name.clone()))])
        }
        Reference::Variable(name) => {
            let hint = near("var.", name, module.variables.keys())
                .unwrap_or_else(|| format!("declare it with `variable \"{name}\" {{}}`"));
            Err(unknown("variable", hint))
        }
        Reference::Local(name) if module.locals.contains_key(name) => {
            Ok(vec![node(module, Item::Local(name.clone()))])
        }
        Reference::Local(name) => {
            let hint = near("local.", name, module.locals.keys())
                .unwrap_or_else(|| format!("declare it with `locals {{ {name} = … }}`"));
            Err(unknown("local value", hint))
        }
        Reference::Resource { mode, type_name, .. } => {
            let address = found.reference.to_string();
            if module.resources.contains_key(&address) {
                return Ok(vec![node(module, Item::Resource(address))]);
            }
            let what = match mode {
                Mode::Managed => "resource",
                Mode::Data => "data source",
                Mode::Ephemeral => "ephemeral resource",
            };
            let near = did_you_mean(&address, module.resources.keys().map(String::as_str));
            let hint = near.or_else(|| {
                let roots =
                    ["var", "local", "module", "data", "ephemeral", "each", "count", "path", "terraform"];
                did_you_mean(type_name, roots.into_iter().filter(|_| *mode == Mode::Managed))
            });
            let known = module.resources.keys().map(String::as_str);
            let nothing = "the module declares no resources";
            Err(unknown(what, hint.unwrap_or_else(|| choices(&address, known, nothing))))
        }
        Reference::Module(name) => module_targets(module, name, found).ok_or_else(|| {
            let known = module.calls.keys().map(String::as_str);
            unknown("module", choices(name, known, "declare it with a `module` block"))
        })?,
        _ => Ok(Vec::new()),
    }
}

/// The advice that names the nearest declared name.
fn near<'n>(prefix: &str, name: &str, known: impl Iterator<Item = &'n String>) -> Option<String> {
    nearest(name, known.map(String::as_str)).map(|nearest| format!("did you mean `{prefix}{nearest}`?"))
}

type Targets = Result<Vec<Node>, Diagnostic>;

/// The call and the outputs that `module.name…` stands for; `None` if there is no such call.
fn module_targets(module: &Module, name: &str, found: &Found) -> Option<Targets> {
    module.calls.get(name)?;
    let call = node(module, Item::Call(name.to_owned()));
    let Some(child) = module.children.get(name) else { return Some(Ok(vec![call])) };
    let output = found.then.iter().take(2).flatten().next();
    let outputs: Vec<&String> = match output {
        Some(output) if !child.outputs.contains_key(output) => {
            let message = format!("module `{name}` has no output `{output}`");
            let nothing = "the module declares no outputs";
            let hint = choices(output, child.outputs.keys().map(String::as_str), nothing);
            let diagnostic = Diagnostic::new(message, found.place.clone(), "unknown output").with_hint(hint);
            return Some(Err(diagnostic));
        }
        Some(output) => vec![output],
        None => child.outputs.keys().collect(),
    };
    let outputs = outputs.into_iter().map(|output| node(child, Item::Output(output.clone())));
    Some(Ok(std::iter::once(call).chain(outputs).collect()))
}
