//! A module's files as far as whoever applies a copy of it with the real Terraform must know them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::span;
use crate::load::{COMMENT, builtin_schema, parse_body, read_source, translated};
use crate::source::Source;
use crate::value::{JsonContent, JsonKey, JsonNode, parse_json};

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
    /// The bytes of all of it in its file; in JSON those of its name, with the quotes.
    pub range: Range<usize>,
    /// The expression of a nested block's `role_arn`, as it is written.
    pub role_arn: Option<String>,
}

/// Looks over the files of the module in `directory`, and of no other.
///
/// # Errors
///
/// Files that cannot be read.
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
    let schema = wrong.keep(builtin_schema());
    let mut bodies = Vec::new();
    let mut outline = Outline::default();
    for name in names.iter().filter(|name| name.ends_with(".tf") || name.ends_with(".tf.json")) {
        let Some((mut source, mut keys)) =
            wrong.keep(read_source(&directory.join(name))).map(|it| (it, None))
        else {
            continue;
        };
        if let Some(schema) = schema.filter(|_| name.ends_with(".json")) {
            keys = Some(provider_keys(&source));
            match wrong.keep(translated(&source, schema)) {
                Some(translated) => source = translated,
                None => continue,
            }
        }
        bodies.extend(wrong.keep(parse_body(&source)).map(|body| (source, body, keys)));
    }
    let names: BTreeSet<String> = bodies.iter().flat_map(|(_, body, _)| local_names(body)).collect();
    for (source, body, keys) in &bodies {
        let mut keys = keys.iter().flatten();
        for block in body.blocks() {
            let keys = if block.ident.as_str() == "provider" { keys.next() } else { None };
            outline.add(block, source, &names, keys);
        }
    }
    wrong.into_result(outline)
}

/// Where the names stand in each `provider` of a file in JSON, in their order.
fn provider_keys(source: &Source) -> Vec<BTreeMap<String, Range<usize>>> {
    fn objects(node: &JsonNode) -> Vec<&[(JsonKey, JsonNode)]> {
        match &node.content {
            JsonContent::Object(members) => vec![members],
            JsonContent::Array(items) => items.iter().flat_map(objects).collect(),
            _ => Vec::new(),
        }
    }
    let Ok(root) = parse_json(source.text()) else { return Vec::new() };
    let members = objects(&root).into_iter().flatten();
    let providers = members.filter(|(key, _)| key.name == "provider").flat_map(|(_, node)| objects(node));
    let named = providers.flatten().filter(|(key, _)| key.name != COMMENT);
    let bodies = named.flat_map(|(_, node)| objects(node));
    bodies.map(|body| body.iter().map(|(key, _)| (key.name.clone(), key.range.clone())).collect()).collect()
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
    fn add(
        &mut self,
        block: &Block,
        source: &Arc<Source>,
        names: &BTreeSet<String>,
        keys: Option<&BTreeMap<String, Range<usize>>>,
    ) {
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
                    parts: block.body.iter().map(|structure| part(structure, source, keys)).collect(),
                });
            }
            _ => {}
        }
    }
}

fn part(
    structure: &Structure,
    source: &Arc<Source>,
    keys: Option<&BTreeMap<String, Range<usize>>>,
) -> ProviderPart {
    let part = match structure {
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
    };
    match keys {
        None => part,
        Some(keys) => {
            let range = keys.get(&part.name).cloned().unwrap_or_default();
            ProviderPart { range, ..part }
        }
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
    fn a_provider_in_json_is_as_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"provider": {"aws": [{"//": 1, "region": "eu-west-2"}, {"alias": "other", "assume_role": [{"role_arn": "arn:aws:iam::${var.account}:role/x"}]}],
            "random": {}}}"#;
        std::fs::write(folder.path().join("main.tf.json"), text).unwrap();
        let outline = outline(folder.path()).unwrap();
        let [one, other] = outline.providers.as_slice() else { panic!("{outline:?}") };
        assert_eq!(&text[one.parts[0].range.clone()], "\"region\"");
        assert_eq!(other.alias.as_deref(), Some("other"));
        let role = &other.parts[1];
        assert_eq!(&text[role.range.clone()], "\"assume_role\"");
        assert_eq!(role.role_arn.as_deref(), Some("\"arn:aws:iam::${var.account}:role/x\""));
    }
}
