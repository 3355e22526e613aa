//! What a root module asks of whoever provisions it, as far as its files say.

use std::collections::BTreeSet;
use std::path::Path;

use crate::configuration::matches_any;
use crate::diagnostic::Diagnostics;
use crate::given::Given;
use crate::load::{self, Inputs, Module, Resource};
use crate::value::Type;

/// What a root module asks for.
#[derive(Debug)]
pub struct Survey {
    /// Variables that nothing gives a value, in the order of their declaration.
    pub missing: Vec<MissingVariable>,
    /// The types of resources, those of data sources as `data.TYPE`, ephemeral ones as `ephemeral.TYPE`, in it and in the modules that it calls.
    pub types: BTreeSet<String>,
    /// Those of them that something must provision: of which not all are left out, or have their values given.
    pub wanted: BTreeSet<String>,
}

/// A variable without a value.
#[derive(Debug)]
pub struct MissingVariable {
    /// Its name.
    pub name: String,
    /// Its type; displayed as Terraform writes it.
    pub ty: Type,
}

/// Looks over the root module in `directory`.
///
/// # Errors
///
/// What cannot be read of the module.
pub fn survey(directory: &Path, inputs: &Inputs) -> Result<Survey, Diagnostics> {
    let (mut notes, mut wrong) = (Vec::new(), Diagnostics::new());
    let Some(root) = load::root(directory, &mut notes, &mut wrong).filter(|_| wrong.is_empty()) else {
        return Err(wrong);
    };
    let assigned = load::assigned_variables(&root, directory, inputs, &mut notes);
    let told: BTreeSet<String> =
        assigned.err().iter().flat_map(Diagnostics::iter).map(|it| it.message().to_owned()).collect();
    let missing = root.variables.iter().filter(|(name, variable)| {
        load::default(name, variable).is_err_and(|absent| told.contains(absent.message()))
    });
    let missing = missing.map(|(name, it)| MissingVariable { name: name.clone(), ty: it.ty.clone() });
    let (mut types, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    let missing = missing.collect();
    collect(&root, &|_, _| true, &mut types);
    let given = Given::of(inputs);
    let is_wanted = |module: &Module, resource: &Resource| {
        !matches_any(&inputs.ignore, &module.path, resource) && !given.has(module, resource)
    };
    collect(&root, &is_wanted, &mut wanted);
    Ok(Survey { missing, types, wanted })
}

fn collect(module: &Module, is_of_them: &dyn Fn(&Module, &Resource) -> bool, types: &mut BTreeSet<String>) {
    let those = module.resources.values().filter(|resource| is_of_them(module, resource));
    types.extend(those.map(|resource| format!("{}{}", resource.mode.prefix(), resource.type_name)));
    module.children.values().for_each(|child| collect(child, is_of_them, types));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_and_which_types_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let module = "variable \"a\" {\n  type = list(string)\n}\nvariable \"b\" {}\nvariable \"c\" {\n  default = 1\n}\n\
                      resource \"no_such_type\" \"x\" {}\ndata \"aws_caller_identity\" \"me\" {}\n";
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        std::fs::write(folder.path().join("terraform.tfvars"), "b = 1\n").unwrap();
        let survey = survey(folder.path(), &Inputs::default()).unwrap();
        let missing: Vec<_> = survey.missing.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
        assert_eq!(missing, ["a list(string)"]);
        let types: Vec<_> = survey.types.into_iter().collect();
        assert_eq!(types, ["data.aws_caller_identity", "no_such_type"]);
    }
}
