//! A module's files as far as whoever applies a copy of it with the real Terraform must know them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::span;
use crate::load::{parse_body, read_source};
use crate::source::Source;

/// What a folder's files say of modules and of AWS.
#[derive(Debug, Default)]
pub struct Outline {
    /// The folders of the local modules that it calls (`./NAME`, `../NAME`), relative to its own.
    pub local_modules: BTreeSet<String>,
    /// Its `provider` blocks for AWS, those of override files among them.
    pub providers: Vec<AwsProvider>,
    /// Whether anything in it is of the AWS provider.
    pub is_of_aws: bool,
}

/// A `provider` block for AWS.
#[derive(Debug)]
pub struct AwsProvider {
    /// The file that it stands in.
    pub file: PathBuf,
    /// The provider's local name.
    pub name: String,
    /// The alias, if it has one.
    pub alias: Option<String>,
    /// Its arguments and nested blocks, in the order of their writing.
    pub parts: Vec<ProviderPart>,
}

/// An argument or a nested block of a provider.
#[derive(Debug)]
pub struct ProviderPart {
    /// Its name.
    pub name: String,
    /// The bytes of all of it in its file.
    pub range: Range<usize>,
    /// The expression of a nested block's `role_arn`, as it is written.
    pub role_arn: Option<String>,
}

/// Looks over the files of the module in `directory`, and of no other.
///
/// # Errors
///
/// Files that cannot be read, and a provider for AWS that is written in JSON.
pub fn outline(directory: &Path) -> Result<Outline, Diagnostics> {
    let cannot = |error: std::io::Error| {
        Diagnostic::nowhere(format!("module directory `{}` cannot be read: {error}", directory.display()))
    };
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .map_err(cannot)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    let mut wrong = Diagnostics::new();
    let mut bodies = Vec::new();
    let mut outline = Outline::default();
    for name in names {
        let path = directory.join(&name);
        if name.ends_with(".tf.json") {
            wrong.keep(outline.add_json(&path));
        } else if name.ends_with(".tf")
            && let Some(source) = wrong.keep(read_source(&path))
        {
            bodies.extend(wrong.keep(parse_body(&source)).map(|body| (source, body)));
        }
    }
    let names: BTreeSet<String> = bodies.iter().flat_map(|(_, body)| local_names(body)).collect();
    for (source, body) in &bodies {
        body.blocks().for_each(|block| outline.add(block, source, &names));
    }
    wrong.into_result(outline)
}

/// The names under which the module requires the AWS provider; `aws` is one where nothing else is said.
fn local_names(body: &Body) -> BTreeSet<String> {
    let mut names = BTreeSet::from(["aws".to_owned()]);
    let required = body.get_blocks("terraform").flat_map(|it| it.body.get_blocks("required_providers"));
    for attribute in required.flat_map(|block| block.body.attributes()) {
        let Expression::Object(object) = &attribute.value else { continue };
        let source = object.iter().find(|(key, _)| is_key(key, "source")).map(|(_, it)| it.expr());
        if source.and_then(Expression::as_str).is_some_and(|it| it.ends_with("hashicorp/aws")) {
            names.insert(attribute.key.to_string());
        }
    }
    names
}

fn is_key(key: &ObjectKey, name: &str) -> bool {
    match key {
        ObjectKey::Ident(ident) => ident.as_str() == name,
        ObjectKey::Expression(expression) => expression.as_str() == Some(name),
    }
}

fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

impl Outline {
    fn add(&mut self, block: &Block, source: &Arc<Source>, names: &BTreeSet<String>) {
        let label = block.labels.first().map(|label| label.as_str());
        match block.ident.as_str() {
            "module" => {
                let text = block.body.get_attribute("source").and_then(|it| it.value.as_str());
                self.local_modules.extend(text.filter(|text| is_local(text)).map(str::to_owned));
            }
            "resource" | "data" | "ephemeral" => {
                self.is_of_aws |= label.is_some_and(|label| label.starts_with("aws_"));
            }
            "provider" if label.is_some_and(|label| names.contains(label)) => {
                self.is_of_aws = true;
                self.providers.push(AwsProvider {
                    file: source.path().to_owned(),
                    name: label.unwrap_or_default().to_owned(),
                    alias: block
                        .body
                        .get_attribute("alias")
                        .and_then(|it| it.value.as_str())
                        .map(str::to_owned),
                    parts: block.body.iter().map(|structure| part(structure, source)).collect(),
                });
            }
            _ => {}
        }
    }

    fn add_json(&mut self, path: &Path) -> Result<(), Diagnostic> {
        let source = read_source(path)?;
        let cannot = |error| Diagnostic::nowhere(format!("`{}` is no JSON: {error}", path.display()));
        let json: serde_json::Value = serde_json::from_str(source.text()).map_err(cannot)?;
        if json.pointer("/provider/aws").is_some() {
            let message = format!("`{}` has a provider for AWS in JSON", path.display());
            return Err(Diagnostic::nowhere(message).with_hint("write the `provider` block in HCL"));
        }
        let calls = json.pointer("/module").and_then(serde_json::Value::as_object);
        let texts =
            calls.into_iter().flat_map(|calls| calls.values()).filter_map(|it| it.get("source")?.as_str());
        self.local_modules.extend(texts.filter(|text| is_local(text)).map(str::to_owned));
        let kinds = ["resource", "data"].into_iter().filter_map(|kind| json.get(kind)?.as_object());
        self.is_of_aws |= kinds.flat_map(|kinds| kinds.keys()).any(|kind| kind.starts_with("aws_"));
        Ok(())
    }
}

fn part(structure: &Structure, source: &Arc<Source>) -> ProviderPart {
    match structure {
        Structure::Attribute(attribute) => {
            ProviderPart { name: attribute.key.to_string(), range: span(attribute), role_arn: None }
        }
        Structure::Block(block) => ProviderPart {
            name: block.ident.to_string(),
            range: span(block),
            role_arn: block
                .body
                .get_attribute("role_arn")
                .map(|attribute| source.slice(&span(&attribute.value)).to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_looked_over() {
        let folder = tempfile::tempdir().unwrap();
        let text = "terraform {\n  required_providers {\n    amazon = { source = \"hashicorp/aws\" }\n  }\n}\n\
                    provider \"amazon\" {\n  alias  = \"other\"\n  region = var.region\n  assume_role {\n    \
                    role_arn = \"arn:aws:iam::${var.account}:role/x\"\n  }\n}\n\
                    module \"a\" {\n  source = \"../a\"\n}\nmodule \"b\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
        std::fs::write(folder.path().join("main.tf"), text).unwrap();
        std::fs::write(folder.path().join("more.tf.json"), r#"{"module": {"c": {"source": "./c"}}}"#)
            .unwrap();
        let outline = outline(folder.path()).unwrap();
        assert_eq!(outline.local_modules.iter().collect::<Vec<_>>(), ["../a", "./c"]);
        let [provider] = outline.providers.as_slice() else { panic!("{outline:?}") };
        assert_eq!((provider.name.as_str(), provider.alias.as_deref()), ("amazon", Some("other")));
        let [_, region, role] = provider.parts.as_slice() else { panic!("{provider:?}") };
        assert_eq!(&text[region.range.clone()], "region = var.region");
        assert_eq!(role.role_arn.as_deref(), Some("\"arn:aws:iam::${var.account}:role/x\""));
        assert!(
            text[role.range.clone()].starts_with("assume_role {") && text[role.range.clone()].ends_with('}')
        );
        assert!(outline.is_of_aws);
    }

    #[test]
    fn a_provider_in_json_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.tf.json"), r#"{"provider": {"aws": {}}}"#).unwrap();
        let wrong = outline(folder.path()).unwrap_err();
        assert!(wrong.iter().next().unwrap().message().ends_with("has a provider for AWS in JSON"));
    }
}
