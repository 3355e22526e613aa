//! The acceptance language: its sentences, and the runner that plays them.
//!
//! Nothing here knows a stack or a target. A scenario plays on a [`Stage`] that [`Stages`] hand out; what became of it
//! is one stream of [`Event`]s that reports consume.

mod arguments;
pub(crate) mod canary;
mod error;
mod event;
mod feature;
mod matrix;
mod names;
mod options;
mod pairs;
mod principals;
mod registry;
mod runner;
mod select;
mod sentence;
pub(crate) mod similarity;
mod stage;
pub(crate) mod steps;
#[cfg(test)]
pub(crate) mod testing;
mod unproved;
pub mod vocabulary;
mod world;

pub use arguments::Arguments;
pub use canary::CanaryReport;
pub use error::StepError;
pub use event::{
    Event, Failure, FailureKind, GuardedTwice, Reporter, RunHeader, ScenarioReport, StepReport, StepStatus,
    Summary, Unpaired, Verdict,
};
pub use feature::{Feature, FeatureError, Scenario, Step, parse};
pub use matrix::{Combination, shown_combination, spread};
pub use names::NameError;
pub use options::{OptionError, OptionWord, Options};
pub use registry::{MatchError, Registry};
pub use runner::{RunOptions, run};
pub use select::{Place, Selection, SelectionError, Shard, name, tags};
pub use sentence::{Attachment, Handler, Keyword, Modifier, Sample, Sentence, Who, WhoName};
pub use stage::{
    Closed, IssueError, Issuer, Lease, Left, OutputValue, Stack, Stage, StageError, StageFailure, Stages,
};
pub use unproved::{Touches, Unproved};
pub use world::World;
