//! What each resource type takes and gives, as data.

mod check;
mod kept;
mod replaces;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

pub(crate) use self::check::{check_body, check_type, unknown_argument, unknown_block};
pub use self::kept::Kept;
use crate::address::Mode;
use crate::eval::constant;
use crate::load::type_constraint;
use crate::source::Source;
use crate::value::{Field, Type, Value};

/// Types of one subject each.
const SCHEMAS: [&str; 23] = [
    include_str!("schema/adopted.toml"),
    include_str!("schema/athena.toml"),
    include_str!("schema/aws.toml"),
    include_str!("schema/dynamodb.toml"),
    include_str!("schema/ec2.toml"),
    include_str!("schema/ecr.toml"),
    include_str!("schema/ecs.toml"),
    include_str!("schema/ephemeral.toml"),
    include_str!("schema/events.toml"),
    include_str!("schema/glue.toml"),
    include_str!("schema/iam.toml"),
    include_str!("schema/kinesis.toml"),
    include_str!("schema/kms.toml"),
    include_str!("schema/lambda.toml"),
    include_str!("schema/local.toml"),
    include_str!("schema/logs.toml"),
    include_str!("schema/organizations.toml"),
    include_str!("schema/s3.toml"),
    include_str!("schema/secretsmanager.toml"),
    include_str!("schema/sns.toml"),
    include_str!("schema/sqs.toml"),
    include_str!("schema/ssm.toml"),
    include_str!("schema/utilities.toml"),
];

/// The schema of the AWS provider's types that are known.
static AWS: LazyLock<Result<Schema, String>> = LazyLock::new(|| {
    let mut schema = Schema::default();
    for text in SCHEMAS {
        schema.extend(Schema::parse(text)?);
    }
    Ok(schema)
});

/// Types that have two names: those of today after those that are deprecated.
const RENAMED: [(&str, &str); 2] =
    [("aws_s3_bucket_object", "aws_s3_object"), ("aws_s3_bucket_objects", "aws_s3_objects")];

/// The name of today.
fn today(type_name: &str) -> &str {
    RENAMED.iter().find(|(earlier, _)| *earlier == type_name).map_or(type_name, |(_, today)| today)
}

/// All known resource types and data sources.
#[derive(Debug, Default)]
pub struct Schema {
    providers: BTreeMap<String, BlockType>,
    resources: BTreeMap<String, BlockType>,
    data: BTreeMap<String, BlockType>,
    ephemeral: BTreeMap<String, BlockType>,
}

/// What a block takes and gives.
#[derive(Clone, Debug, Default)]
pub struct BlockType {
    /// Arguments and computed attributes by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// Nested blocks by name.
    pub blocks: BTreeMap<String, NestedBlock>,
    /// Whether resources of the type are made when nothing is left that need not wait for them.
    pub late: bool,
}

/// An argument, a computed attribute, or both.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its type.
    pub ty: Type,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be given.
    pub optional: bool,
    /// Whether the provider gives it a value where the configuration does not.
    pub computed: bool,
    /// Whether its value is secret.
    pub sensitive: bool,
    /// Whether its value is a policy document.
    pub policy: bool,
    /// Whether its value is only handed over and kept nowhere.
    pub write_only: bool,
    /// What stands for it when it is not given.
    pub default: Option<Value>,
}

/// A block within a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// What the block takes.
    pub block: BlockType,
    /// How often it must be there.
    pub min: usize,
    /// How often it may be there, if there is a bound.
    pub max: Option<usize>,
    /// Whether the provider gives it where the configuration does not.
    pub computed: bool,
    /// Whether it may be written as an argument as well, whose value is a list of objects.
    pub as_argument: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    provider: BTreeMap<String, FileBlock>,
    #[serde(default)]
    resource: BTreeMap<String, FileBlock>,
    #[serde(default)]
    data: BTreeMap<String, FileBlock>,
    #[serde(default)]
    ephemeral: BTreeMap<String, FileBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileBlock {
    /// What it has beside its own: `id`, `region` (optional and computed), `tags` with `tags_all`.
    #[serde(default)]
    base: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    /// Names of attributes by their type, those that must be given.
    #[serde(default)]
    required: BTreeMap<String, String>,
    /// Those that may be given.
    #[serde(default)]
    optional: BTreeMap<String, String>,
    /// Those that may be given, and are the provider's where they are not.
    #[serde(default)]
    either: BTreeMap<String, String>,
    /// Those that are the provider's.
    #[serde(default)]
    computed: BTreeMap<String, String>,
    #[serde(default)]
    defaults: BTreeMap<String, String>,
    #[serde(default)]
    blocks: BTreeMap<String, FileBlock>,
    #[serde(default)]
    late: bool,
    #[serde(default)]
    min: usize,
    max: Option<usize>,
    /// Whether the provider gives the block where the configuration does not.
    #[serde(default)]
    provided: bool,
    /// Whether the block may be written as an argument as well.
    #[serde(default)]
    argument: bool,
}

impl Schema {
    /// The schema that comes with this crate.
    ///
    /// # Errors
    ///
    /// Never with the data that is built in; its tests read it.
    pub fn aws() -> Result<&'static Schema, String> {
        AWS.as_ref().map_err(Clone::clone)
    }

    /// The managed resource type of that name.
    pub fn resource(&self, type_name: &str) -> Option<&BlockType> {
        self.resources.get(today(type_name)).or_else(|| kept::block(type_name))
    }

    /// Whether the managed resource type of that name is known by what the provider takes alone.
    pub(crate) fn is_kept(&self, type_name: &str) -> bool {
        !self.resources.contains_key(today(type_name)) && kept::block(type_name).is_some()
    }

    /// What is known beside its schema of a managed resource type of the AWS provider.
    pub fn kept(&self, type_name: &str) -> Option<Kept> {
        kept::named(type_name)
    }

    /// Whether a change of the argument at that path, such as `rule[0].status`, forces a new resource of that type.
    pub fn replaces(&self, type_name: &str, path: &str) -> bool {
        replaces::forces(today(type_name), path)
    }

    /// The data source of that name.
    pub fn data(&self, type_name: &str) -> Option<&BlockType> {
        self.data.get(today(type_name))
    }

    /// What the configuration of the provider of that name takes.
    pub fn provider(&self, name: &str) -> Option<&BlockType> {
        self.providers.get(name)
    }

    /// The names of all managed resource types.
    pub fn resource_names(&self) -> impl Iterator<Item = &str> {
        self.resources.keys().map(String::as_str)
    }

    fn types(&self, mode: Mode) -> &BTreeMap<String, BlockType> {
        match mode {
            Mode::Managed => &self.resources,
            Mode::Data => &self.data,
            Mode::Ephemeral => &self.ephemeral,
        }
    }

    /// The type of that name.
    pub(crate) fn block(&self, mode: Mode, type_name: &str) -> Option<&BlockType> {
        let kept = || (mode == Mode::Managed).then(|| kept::block(type_name))?;
        self.types(mode).get(today(type_name)).or_else(kept)
    }

    /// The names of all types, of those that are kept as well.
    pub(crate) fn names(&self, mode: Mode) -> impl Iterator<Item = &str> {
        self.types(mode).keys().map(String::as_str)
    }

    /// The names of those that are kept.
    pub(crate) fn kept_names(&self) -> impl Iterator<Item = &str> {
        kept::names().map(|name| name as &str)
    }

    fn extend(&mut self, more: Schema) {
        self.providers.extend(more.providers);
        self.resources.extend(more.resources);
        self.data.extend(more.data);
        self.ephemeral.extend(more.ephemeral);
    }

    fn parse(text: &str) -> Result<Schema, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let blocks = |blocks: BTreeMap<String, FileBlock>| {
            blocks
                .into_iter()
                .map(|(name, block)| {
                    let block = block.read().map_err(|error| format!("{name}: {error}"))?;
                    Ok((name, block))
                })
                .collect::<Result<BTreeMap<_, _>, String>>()
        };
        Ok(Schema {
            providers: blocks(file.provider)?,
            resources: blocks(file.resource)?,
            data: blocks(file.data)?,
            ephemeral: blocks(file.ephemeral)?,
        })
    }
}

impl FileBlock {
    /// The attributes as they are written one by one.
    fn written(&self) -> Result<BTreeMap<String, String>, String> {
        let mut written = self.attributes.clone();
        for base in self.base.split_whitespace() {
            let of_base: &[(&str, &str)] = match base {
                "id" => &[("id", "string computed")],
                "region" => &[("region", "string optional computed")],
                "tags" => &[("tags", "map(string) optional"), ("tags_all", "map(string) optional computed")],
                other => return Err(format!("`{other}` is no base")),
            };
            written.extend(of_base.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())));
        }
        let groups = [
            (&self.required, "required"),
            (&self.optional, "optional"),
            (&self.either, "optional computed"),
            (&self.computed, "computed"),
        ];
        for (group, words) in groups {
            for (ty, names) in group {
                let names = names.split_whitespace();
                written.extend(names.map(|name| (name.to_owned(), format!("{ty} {words}"))));
            }
        }
        Ok(written)
    }

    fn read(self) -> Result<BlockType, String> {
        let mut attributes = BTreeMap::new();
        for (name, written) in self.written()? {
            let mut attribute = attribute(&written).map_err(|error| format!("{name}: {error}"))?;
            if let Some(default) = self.defaults.get(&name) {
                attribute.default = Some(default_value(default)?);
            }
            attributes.insert(name, attribute);
        }
        let mut blocks = BTreeMap::new();
        for (name, block) in self.blocks {
            let (min, max, computed, as_argument) = (block.min, block.max, block.provided, block.argument);
            blocks.insert(name, NestedBlock { block: block.read()?, min, max, computed, as_argument });
        }
        Ok(BlockType { attributes, blocks, late: self.late })
    }
}

/// An attribute written as its type followed by what holds for it: `string optional computed`.
fn attribute(written: &str) -> Result<Attribute, String> {
    let mut words = written.split_whitespace();
    let ty = words.next().ok_or("a type is expected")?;
    let mut attribute = Attribute {
        ty: type_constraint(ty)?,
        required: false,
        optional: false,
        computed: false,
        sensitive: false,
        policy: false,
        write_only: false,
        default: None,
    };
    for word in words {
        match word {
            "required" => attribute.required = true,
            "optional" => attribute.optional = true,
            "computed" => attribute.computed = true,
            "sensitive" => attribute.sensitive = true,
            "policy" => attribute.policy = true,
            "write_only" => attribute.write_only = true,
            other => return Err(format!("`{other}` says nothing about an attribute")),
        }
    }
    Ok(attribute)
}

fn default_value(written: &str) -> Result<Value, String> {
    let source = Source::new("schema".into(), "schema".to_owned(), written.to_owned());
    let parsed: hcl_edit::expr::Expression =
        written.parse().map_err(|_| format!("`{written}` is no value"))?;
    constant(&parsed, &source).map_err(|error| error.to_string())
}

impl BlockType {
    /// Whether it takes and gives nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.blocks.is_empty()
    }

    /// The names of everything that can be written in the block.
    pub(crate) fn argument_names(&self) -> impl Iterator<Item = &str> {
        self.attributes
            .iter()
            .filter(|(_, attribute)| attribute.required || attribute.optional)
            .map(|(name, _)| name.as_str())
    }

    /// The type of the block's value: nested blocks are lists of objects. As a constraint it lets everything be left
    /// out.
    pub(crate) fn object_type(&self) -> Type {
        self.object(true)
    }

    /// The same, in which nothing can be left out.
    pub(crate) fn whole_object_type(&self) -> Type {
        self.object(false)
    }

    fn object(&self, optional: bool) -> Type {
        let attributes = self.attributes.iter().map(|(name, attribute)| (name, attribute.ty.clone()));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, nested)| (name, Type::List(Box::new(nested.block.object(optional)))));
        let fields = attributes.chain(blocks).map(|(name, ty)| {
            let field = Field { ty, optional, default: None };
            (name.clone(), field)
        });
        Type::Object(fields.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_schema_can_be_read() {
        let schema = Schema::aws().unwrap();
        let bucket = schema.resource("aws_s3_bucket").unwrap();
        assert!(bucket.attributes["arn"].computed);
        assert!(schema.resource("aws_s3_bucket_policy").unwrap().attributes["policy"].policy);
        assert!(schema.data("aws_caller_identity").is_some());
    }

    #[test]
    fn what_says_nothing_about_an_attribute_is_refused() {
        assert!(attribute("string optionl").is_err());
        assert!(attribute("strin optional").is_err());
    }
}
