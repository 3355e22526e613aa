//! Loads, evaluates and orders Terraform configuration.
//!
//! The crate reads files and nothing else: it knows no provider and makes no calls. [`Configuration::load`] reads and
//! checks a root module; [`plan()`] says what it would make; [`Run`] evaluates it step by step while the caller creates
//! what each [`Step`] describes and tells what came of it.
//!
//! Values remember where they were written. [`policy_statements`] gives the statements of a policy document with the
//! places of the statements themselves, whichever way the document was put together.

mod address;
mod block;
mod configuration;
mod diagnostic;
mod eval;
mod given;
mod graph;
mod load;
mod outline;
mod outputs;
mod paths;
mod plan;
mod policy_document;
mod run;
mod schema;
mod source;
mod statements;
mod survey;
mod value;
mod variables;

pub use self::address::{Address, InstanceKey, Mode, ModuleInstance};
pub use self::configuration::{Configuration, LeftOut};
pub use self::diagnostic::{Diagnostic, Diagnostics};
pub use self::graph::{Graph, Item, Node};
pub use self::load::{Inputs, VarValue};
pub use self::outline::{AwsProvider, Outline, ProviderPart, outline};
pub use self::outputs::{outputs_from_json, outputs_json};
pub use self::paths::{Links, files_below, path_pattern};
pub use self::plan::{Plan, plan};
pub use self::run::{Instance, Output, ProviderConfig, Run, Step, Trigger, Unexpanded};
pub use self::schema::{Attribute, BlockType, Kept, NestedBlock, Schema};
pub use self::source::{Origin, Place, Source};
pub use self::statements::{PlacedStatement, policy_statements};
pub use self::survey::{MissingVariable, Survey, survey};
pub use self::value::{ConversionError, Field, Kind, Number, Segment, Text, Type, Value};
pub use self::variables::{variable_names, variables};
