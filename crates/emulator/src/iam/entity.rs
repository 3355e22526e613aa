//! What users, groups and roles have in common.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::tag::Tags;
use super::{Account, error, name};
use crate::input::Input;
use crate::random::{self, BASE32};
use crate::structure::Structure;

/// Letters of a unique id after its four letters of kind.
const ID_LETTERS: usize = 17;

/// A kind of entity that policies can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Group,
    Role,
    User,
}

impl Kind {
    /// As texts name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// As members and texts begin with it.
    pub fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }

    fn id_prefix(self) -> &'static str {
        match self {
            Self::User => "AIDA",
            Self::Group => "AGPA",
            Self::Role => "AROA",
        }
    }

    fn max_name(self) -> usize {
        match self {
            Self::User | Self::Role => 64,
            Self::Group => 128,
        }
    }

    /// The member that holds a name: `UserName`.
    pub fn name_member(self) -> String {
        format!("{}Name", self.title())
    }

    /// Takes the name that a call is about.
    pub fn read_name(self, input: &mut Input) -> Result<String, ApiError> {
        name::read(input, &self.name_member(), self.max_name())
    }

    /// Takes the new name of an update.
    pub fn read_new_name(self, input: &mut Input) -> Result<Option<String>, ApiError> {
        let member = format!("New{}", self.name_member());
        let new = input.string(&member)?;
        if let Some(new) = &new {
            name::check(new, &member, self.max_name())?;
        }
        Ok(new)
    }
}

/// A user, a group, or a role, but for what only it has.
#[derive(Clone)]
pub(crate) struct Entity {
    pub kind: Kind,
    pub path: String,
    pub name: String,
    /// Unique for ever: not given again to another of the same name.
    pub id: String,
    pub created: Timestamp,
    pub tags: Tags,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Documents by their names, as they were sent.
    pub inline: BTreeMap<String, String>,
    /// ARNs of the attached policies.
    pub attached: Vec<String>,
}

impl Entity {
    /// A new entity with an id of its own.
    pub fn new(kind: Kind, path: String, name: String, created: Timestamp) -> Result<Self, ApiError> {
        Ok(Self {
            kind,
            path,
            name,
            id: unique_id(kind.id_prefix())?,
            created,
            tags: Tags::default(),
            boundary: None,
            inline: BTreeMap::new(),
            attached: Vec::new(),
        })
    }

    /// The ARN in an account.
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:{}{}{}", self.kind.word(), self.path, self.name)
    }

    /// The members that every answer has. Only answers about one entity add tags and boundary ("ListUsers": use
    /// GetUser for the rest).
    pub fn summary(&self, account: &str) -> Structure {
        let title = self.kind.title();
        Structure::new()
            .with("Path", self.path.as_str())
            .with(&format!("{title}Name"), self.name.as_str())
            .with(&format!("{title}Id"), self.id.as_str())
            .with("Arn", self.arn(account))
            .with_time("CreateDate", self.created)
    }

    /// The summary with tags and boundary.
    pub fn detail(&self, account: &str) -> Structure {
        let boundary = self
            .boundary
            .as_ref()
            .map(|arn| json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn }));
        self.summary(account)
            .with_some("PermissionsBoundary", boundary)
            .with_some("Tags", Some(self.tags.value()).filter(|tags: &Vec<Value>| !tags.is_empty()))
    }
}

/// `AIDA…`, `ANPA…`: upper case, unique.
pub(crate) fn unique_id(prefix: &str) -> Result<String, ApiError> {
    Ok(format!("{prefix}{}", random::letters(BASE32, ID_LETTERS)?))
}

impl Account {
    /// Refuses a name that is taken, whatever its case.
    pub(crate) fn check_free(&self, kind: Kind, name: &str) -> Result<(), ApiError> {
        match self.entity(kind, name) {
            Ok(taken) => Err(error::already_exists(kind, &taken.name)),
            Err(_) => Ok(()),
        }
    }
}
