//! Which properties of an object are blocks and which are arguments.

use super::expression::Expressions::{self, Literal, References, Templates};
use crate::load::blocks::BLOCKS;
use crate::schema::{BlockType, Schema};

/// What a property stands for.
pub(super) enum Member {
    Block { labels: usize },
    Argument(Expressions),
}

const BLOCK: Member = Member::Block { labels: 0 };

/// The kind of body that an object stands for.
#[derive(Clone, Copy)]
pub(super) enum Shape<'s> {
    /// A whole file.
    Top,
    /// A resource or data source, of a type that is known or not.
    Resource(Option<&'s BlockType>),
    /// A block of a resource or of a provider.
    Nested(&'s BlockType),
    /// A `dynamic` block that makes such blocks.
    Dynamic(&'s BlockType),
    Provider(Option<&'s BlockType>),
    Lifecycle,
    Variable,
    Output,
    Module,
    Terraform,
    RequiredProviders,
    Check,
    Import,
    /// `moved`, `removed`: addresses.
    Addresses,
    /// Values that are no templates, blocks within blocks among them.
    Constants,
    /// Expressions only.
    Plain,
}

impl<'s> Shape<'s> {
    /// What a property of that name is.
    pub(super) fn member(&self, name: &str) -> Member {
        // Terraform prefers the argument where either would do.
        let nested = |ty: &BlockType| ty.blocks.get(name).is_some_and(|nested| !nested.as_argument);
        match (self, name) {
            (Shape::Top, _) => {
                let labels = BLOCKS.iter().find(|(known, _)| *known == name).map_or(0, |(_, labels)| *labels);
                Member::Block { labels }
            }
            (Shape::Resource(_), "lifecycle" | "connection") => BLOCK,
            (Shape::Resource(_), "provisioner")
            | (Shape::Resource(_) | Shape::Nested(_) | Shape::Provider(_), "dynamic") => {
                Member::Block { labels: 1 }
            }
            (Shape::Resource(_), "provider" | "depends_on") => Member::Argument(References),
            (Shape::Resource(Some(ty)) | Shape::Provider(Some(ty)) | Shape::Nested(ty), _) if nested(ty) => {
                BLOCK
            }
            (Shape::Provider(_), "alias" | "version") => Member::Argument(Literal),
            (Shape::Dynamic(_), "content") => BLOCK,
            (Shape::Dynamic(_), "iterator") => Member::Argument(References),
            (Shape::Lifecycle, "precondition" | "postcondition") => BLOCK,
            (Shape::Lifecycle, "ignore_changes" | "replace_triggered_by") => Member::Argument(References),
            (Shape::Variable, "validation") | (Shape::Output, "precondition") => BLOCK,
            (Shape::Variable, "type") => Member::Argument(References),
            (Shape::Variable, _) => Member::Argument(Literal),
            (Shape::Output | Shape::Module, "depends_on") | (Shape::Module, "providers") => {
                Member::Argument(References)
            }
            (Shape::Output, "description") | (Shape::Module, "source" | "version") => {
                Member::Argument(Literal)
            }
            (Shape::Terraform, "required_providers" | "cloud") | (Shape::Constants, "workspaces") => BLOCK,
            (Shape::Terraform, "backend" | "provider_meta") => Member::Block { labels: 1 },
            (Shape::Terraform, "experiments") => Member::Argument(References),
            (Shape::RequiredProviders, _) => Member::Argument(Expressions::Requirement),
            (Shape::Terraform | Shape::Constants, _) => Member::Argument(Literal),
            (Shape::Check, "assert") => BLOCK,
            (Shape::Check, "data") => Member::Block { labels: 2 },
            (Shape::Addresses, "lifecycle") => BLOCK,
            (Shape::Addresses, _) | (Shape::Import, "to" | "provider") => Member::Argument(References),
            _ => Member::Argument(Templates),
        }
    }

    /// The body of a block within one of this shape, by the block's name and labels.
    pub(super) fn inner(&self, names: &[&str], schema: &'s Schema) -> Shape<'s> {
        match (self, names) {
            (Shape::Top, ["resource" | "ephemeral", ty, ..]) => Shape::Resource(schema.resource(ty)),
            (Shape::Top | Shape::Check, ["data", ty, ..]) => Shape::Resource(schema.data(ty)),
            (Shape::Top, ["provider", name, ..]) => Shape::Provider(schema.provider(name)),
            (Shape::Top, ["variable", ..]) => Shape::Variable,
            (Shape::Top, ["output", ..]) => Shape::Output,
            (Shape::Top, ["module", ..]) => Shape::Module,
            (Shape::Top, ["terraform", ..]) => Shape::Terraform,
            (Shape::Top, ["check", ..]) => Shape::Check,
            (Shape::Top, ["import", ..]) => Shape::Import,
            (Shape::Top, ["moved" | "removed", ..]) => Shape::Addresses,
            (Shape::Resource(_), ["lifecycle", ..]) => Shape::Lifecycle,
            (Shape::Addresses, _) => Shape::Plain,
            (Shape::Terraform, ["required_providers", ..]) => Shape::RequiredProviders,
            (Shape::Terraform | Shape::Constants, _) => Shape::Constants,
            (
                Shape::Resource(Some(ty)) | Shape::Provider(Some(ty)) | Shape::Nested(ty),
                ["dynamic", name, ..],
            ) => ty.blocks.get(*name).map_or(Shape::Plain, |nested| Shape::Dynamic(&nested.block)),
            (Shape::Resource(Some(ty)) | Shape::Provider(Some(ty)) | Shape::Nested(ty), [name, ..]) => {
                ty.blocks.get(*name).map_or(Shape::Plain, |nested| Shape::Nested(&nested.block))
            }
            (Shape::Dynamic(ty), _) => Shape::Nested(ty),
            _ => Shape::Plain,
        }
    }
}
