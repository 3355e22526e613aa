//! What is kept by its name alone: crawlers, jobs, triggers, workflows, classifiers, connections and security configurations.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{Glue, PAGES, Store, error};
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// A kind of such resources.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Classifier,
    Connection,
    Crawler,
    Job,
    Security,
    Trigger,
    Workflow,
}

impl Kind {
    /// The kind that an ARN calls by that word, of those that have tags.
    pub fn of_word(word: &str) -> Option<Self> {
        let tagged = [Self::Connection, Self::Crawler, Self::Job, Self::Trigger, Self::Workflow];
        tagged.into_iter().find(|kind| kind.word().to_lowercase() == word)
    }

    /// What messages call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Classifier => "Classifier",
            Self::Connection => "Connection",
            Self::Crawler => "Crawler",
            Self::Job => "Job",
            Self::Security => "Security Configuration",
            Self::Trigger => "Trigger",
            Self::Workflow => "Workflow",
        }
    }

    /// `EntityNotFoundException`.
    pub fn missing(self, name: &str) -> ApiError {
        error::not_found(match self {
            Self::Crawler => format!("Crawler entry with name {name} does not exist"),
            _ => format!("{} {name} not found.", self.word()),
        })
    }
}

impl Store {
    /// Finds a resource by its name.
    pub fn one(&self, kind: Kind, name: &str) -> Result<&Record, ApiError> {
        self.named.get(&(kind, name.to_owned())).ok_or_else(|| kind.missing(name))
    }

    /// A resource that is to be written to.
    pub fn one_mut(&mut self, kind: Kind, name: &str) -> Result<&mut Record, ApiError> {
        self.named.get_mut(&(kind, name.to_owned())).ok_or_else(|| kind.missing(name))
    }

    /// Adds a resource of a name that is free.
    pub fn add(&mut self, kind: Kind, name: String, record: Record) {
        self.named.insert((kind, name), record);
    }
}

impl Glue {
    /// Finds a resource by its name.
    pub fn one(&self, place: &Place, kind: Kind, name: &str) -> Result<&Record, ApiError> {
        self.store(place).ok_or_else(|| kind.missing(name))?.one(kind, name)
    }

    /// Every resource of a kind.
    pub fn all(&self, place: &Place, kind: Kind) -> impl Iterator<Item = (&str, &Record)> {
        let named = self.store(place).into_iter().flat_map(|store| store.named.iter());
        named.filter(move |((of, _), _)| *of == kind).map(|((_, name), record)| (name.as_str(), record))
    }
}

/// Whether a resource has all of the tags that a list asks for.
pub(crate) fn has_tags(record: &Record, wanted: &Tags) -> bool {
    wanted.iter().all(|wanted| record.tags.iter().any(|tag| tag == wanted))
}

/// A resource as answers hold it.
pub(crate) fn shown(record: &Record) -> Value {
    Value::Object(record.members.clone())
}

pub(crate) fn get(
    glue: &mut Glue,
    mut call: Call,
    kind: Kind,
    member: &str,
    answer: &str,
) -> Result<Output, ApiError> {
    let name = call.input.required(member)?;
    call.input.finish()?;
    let record = glue.one(&Place::of(&call), kind, &name)?;
    Ok(Structure::new().with(answer, shown(record)).output())
}

/// Whole resources, in pages.
pub(crate) fn all(glue: &mut Glue, mut call: Call, kind: Kind, answer: &str) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let rows = glue.all(&place, kind).map(|(name, record)| (name.to_owned(), shown(record)));
    Ok(page.answer(answer, rows).output())
}

/// Names, in pages, of the resources that have the tags that are asked for.
pub(crate) fn list(glue: &mut Glue, mut call: Call, kind: Kind, answer: &str) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    let tags = super::tag::read(&mut call.input)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let having = glue.all(&place, kind).filter(|(_, record)| has_tags(record, &tags));
    let rows = having.map(|(name, _)| (name.to_owned(), Value::from(name)));
    Ok(page.answer(answer, rows).output())
}

/// Those of some names, and the names that nothing has.
pub(crate) fn batch(
    glue: &mut Glue,
    mut call: Call,
    kind: Kind,
    [asked, found, missing]: [&str; 3],
) -> Result<Output, ApiError> {
    let names = call.input.strings(asked)?;
    call.input.finish()?;
    let place = Place::of(&call);
    let (mut records, mut absent) = (Vec::new(), Vec::new());
    for name in names {
        match glue.one(&place, kind, &name) {
            Ok(record) => records.push(shown(record)),
            Err(_) => absent.push(name),
        }
    }
    Ok(Structure::new().with(found, records).with(missing, absent).output())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call, kind: Kind, member: &str) -> Result<Output, ApiError> {
    let name = call.input.required(member)?;
    call.input.finish()?;
    let place = Place::of(&call);
    glue.one(&place, kind, &name)?;
    glue.store_mut(&place).named.remove(&(kind, name));
    Ok(Output::default())
}

/// Deletes a resource of the kinds whose absence is no error, and gives its name back.
pub(crate) fn drop(glue: &mut Glue, mut call: Call, kind: Kind, member: &str) -> Result<Output, ApiError> {
    let name = call.input.required(member)?;
    call.input.finish()?;
    glue.store_mut(&Place::of(&call)).named.remove(&(kind, name.clone()));
    Ok(Structure::new().with(member, name).output())
}
