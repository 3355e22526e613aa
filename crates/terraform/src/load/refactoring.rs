//! `moved`, `removed` and `import` blocks. They are about an earlier state, and here there is none: what they say is
//! checked as far as it can be, noted, and not used.

use std::sync::Arc;

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::structure::Block;

use crate::diagnostic::{Diagnostic, Diagnostics, choices};
use crate::eval::span;
use crate::load::module::{Module, Refactoring, Renamed};
use crate::load::reader::{Reader, header};
use crate::load::resource::provider_name;
use crate::source::Source;

/// Reads one block.
pub(super) fn declare(
    module: &mut Module,
    kind: &str,
    source: &Arc<Source>,
    block: &Block,
    notes: &mut Vec<Diagnostic>,
    wrong: &mut Diagnostics,
) {
    let mut reader = Reader::new(source, block, format!("a `{kind}` block"), wrong);
    let label = match kind {
        "moved" => {
            reader.only(&["from", "to"], &[]);
            address(&mut reader, "from");
            address(&mut reader, "to");
            "what is provisioned has no earlier state"
        }
        "removed" => {
            reader.only(&["from"], &["lifecycle", "provisioner", "connection"]);
            for lifecycle in reader.blocks("lifecycle") {
                let mut inner = Reader::new(source, lifecycle, "a lifecycle block", reader.wrong);
                inner.only(&["destroy"], &[]);
                inner.flag("destroy");
            }
            let from = address(&mut reader, "from");
            module.refactorings.extend(from.map(|from| renamed(&reader, Refactoring::Removed, "from", from)));
            "what is provisioned has no earlier state"
        }
        _ => {
            reader.only(&["to", "id", "identity", "for_each", "provider"], &[]);
            if reader.attribute("identity").is_none() {
                reader.required("id");
            }
            if let Some(provider) = reader.attribute("provider")
                && provider_name(&provider.value).is_none()
            {
                let place = reader.place(span(&provider.value));
                let label = "`aws` or `aws.ALIAS` is expected";
                reader.wrong.push(Diagnostic::new("invalid provider reference", place, label));
            }
            let to = address(&mut reader, "to");
            module.refactorings.extend(to.map(|to| renamed(&reader, Refactoring::Imported, "to", to)));
            "what it adopts is created anew"
        }
    };
    notes.push(Diagnostic::new(format!("`{kind}` is not used"), header(block, source), label));
}

fn renamed(reader: &Reader<'_, '_>, kind: Refactoring, name: &str, address: String) -> Renamed {
    let range = reader.attribute(name).map_or(0..0, |attribute| span(&attribute.value));
    Renamed { kind, address, place: reader.place(range) }
}

/// The address that an argument names, without keys.
fn address(reader: &mut Reader<'_, '_>, name: &str) -> Option<String> {
    let written = reader.required(name)?;
    let Expression::Traversal(traversal) = &written.node else {
        let label = "the address of a resource or a module is expected, such as `aws_s3_bucket.logs`";
        reader.wrong.push(Diagnostic::new(format!("invalid `{name}`"), written.place(), label));
        return None;
    };
    let root = traversal.expr.as_variable().map(ToString::to_string);
    let names = traversal.operators.iter().filter_map(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => Some(name.value().to_string()),
        _ => None,
    });
    Some(root.into_iter().chain(names).collect::<Vec<_>>().join("."))
}

/// Complains about what is said to be removed and is still declared, and about what would be imported and is not.
pub(super) fn check(module: &Module, wrong: &mut Diagnostics) {
    for renamed in &module.refactorings {
        let declared = declared(module, &renamed.address);
        match renamed.kind {
            Refactoring::Removed if declared => {
                let message = format!("`{}` is removed and still declared", renamed.address);
                let diagnostic = Diagnostic::new(message, renamed.place.clone(), "said to be removed here");
                let own = module.resources.get(&renamed.address).map(|resource| resource.place.clone());
                wrong.push(match own {
                    Some(own) => diagnostic.with_place(own, "still declared here"),
                    None => diagnostic,
                });
            }
            Refactoring::Imported if !declared => {
                let message = format!("nothing to import to: `{}` is not declared", renamed.address);
                let known = module.resources.keys().map(String::as_str);
                let hint = choices(&renamed.address, known, "declare it with a `resource` block");
                wrong.push(Diagnostic::new(message, renamed.place.clone(), "not declared").with_hint(hint));
            }
            _ => {}
        }
    }
}

fn declared(module: &Module, address: &str) -> bool {
    let Some(rest) = address.strip_prefix("module.") else { return module.resources.contains_key(address) };
    let (call, rest) = rest.split_once('.').map_or((rest, None), |(call, rest)| (call, Some(rest)));
    match (module.children.get(call), rest) {
        (Some(child), Some(rest)) => declared(child, rest),
        (child, None) => child.is_some(),
        (None, Some(_)) => false,
    }
}
