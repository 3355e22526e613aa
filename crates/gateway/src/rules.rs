//! What operations are authorized on, as data: `data/resources/SERVICE.tsv` says of each operation which members name
//! its resources, what else it asks for, and which condition keys it has. The services with rules of their own in code
//! (S3, IAM, STS, KMS) are not among them.

mod argument;
mod path;
mod resource;
mod template;

use std::collections::HashMap;
use std::sync::OnceLock;

use stackproof_aws::{Members, Operation};

use argument::{Arg, Element};
pub(crate) use path::Path;
pub(crate) use resource::{Named, Place, Resource, Wanted};

/// What one operation is authorized on.
pub(crate) struct Rule {
    /// Its resources; each of its actions is asked on each of them.
    pub resources: Vec<Wanted>,
    pub also: Vec<Also>,
    pub keys: Vec<Key>,
    /// The member that names the account whose resources they are.
    pub account: Option<Path>,
    /// What of its resources is looked up in the service itself, in the words of the table.
    pub lookup: Option<&'static str>,
    /// Whether the row is our reading, which no page of AWS's states.
    pub unconfirmed: bool,
    /// What else is asked in the caller's name, and by no rule here: always, or where a member is given.
    dependent: Vec<Option<Path>>,
}

impl Rule {
    /// Whether AWS may ask for more than the rule does.
    pub fn is_partial(&self, members: &Members) -> bool {
        let holds = |when: &Option<Path>| when.as_ref().is_none_or(|path| path.is_given(members));
        self.dependent.iter().any(holds)
    }
}

/// A further ask of a request that has a member, or has it with a certain value.
pub(crate) struct Also {
    when: Path,
    value: Option<&'static str>,
    pub asks: Asks,
}

/// What is asked besides.
pub(crate) enum Asks {
    /// An action on resources; on the operation's own where none are named.
    Action { action: &'static str, on: Option<Wanted> },
    /// To hand the role that stands there to a service.
    Pass { role: Path, to: &'static str },
}

/// A condition key and where its value stands.
pub(crate) struct Key {
    pub name: &'static str,
    value: Value,
}

enum Value {
    Texts(Arg),
    Arns(Wanted),
}

impl Also {
    /// Whether the request asks for it.
    pub fn applies(&self, members: &Members) -> bool {
        match self.value {
            Some(value) => self.when.texts(members).iter().any(|text| text == value),
            None => self.when.is_given(members),
        }
    }
}

impl Key {
    /// Its values in a request, as resources of no type where they are mere texts; none where the request does not have
    /// it. On a resource that an element of a list names, those of that element.
    ///
    /// # Errors
    /// Why they cannot be told.
    pub fn values(&self, members: &Members, place: Place<'_>, element: Option<&Element>) -> Named {
        match &self.value {
            Value::Texts(arg) => {
                Ok(arg.texts_at(members, element).into_iter().map(|text| Resource::new("", text)).collect())
            }
            Value::Arns(wanted) => wanted.named_at(members, place, element),
        }
    }
}

/// The rule of an operation; none where the tables have none.
pub(crate) fn rule(operation: &Operation) -> Option<&'static Rule> {
    let table = TABLES.iter().find(|table| table.service == operation.service)?;
    table.rules().get(operation.name.as_str())
}

/// The rows of one service.
struct Table {
    service: &'static str,
    text: &'static str,
    rules: OnceLock<HashMap<&'static str, Rule>>,
}

macro_rules! tables {
    ($($service:literal),* $(,)?) => {
        [$(Table {
            service: $service,
            text: include_str!(concat!("../data/resources/", $service, ".tsv")),
            rules: OnceLock::new(),
        }),*]
    };
}

static TABLES: [Table; 17] = tables![
    "athena",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "ecr",
    "ecs",
    "events",
    "glue",
    "kinesis",
    "lambda",
    "logs",
    "organizations",
    "quicksight",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
];

/// The services whose operations are authorized by these tables.
pub fn services() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|table| table.service)
}

/// Whether a service's operations are authorized by these tables.
pub(crate) fn has(service: &str) -> bool {
    TABLES.iter().any(|table| table.service == service)
}

impl Table {
    fn rules(&'static self) -> &'static HashMap<&'static str, Rule> {
        self.rules.get_or_init(|| {
            let rows = self.text.lines().skip(1);
            // A row that cannot be read is no rule, and its operation undetermined; a test finds it.
            rows.filter_map(|row| parse(row).ok()).collect()
        })
    }
}

/// service, operation, resources, also, keys, notes
fn parse(row: &'static str) -> Result<(&'static str, Rule), String> {
    let columns: Vec<&'static str> = row.split('\t').collect();
    let [service, operation, resources, also, keys, notes] = columns.as_slice() else {
        return Err(format!("`{row}` has {} columns", columns.len()));
    };
    let wrong = |what: &str| format!("{service} {operation}: `{what}`");
    let entries = |column: &'static str| column.split("; ").map(str::trim).filter(|entry| !entry.is_empty());
    let mut rule = Rule {
        resources: entries(resources)
            .map(|entry| Wanted::parse(service, entry).ok_or_else(|| wrong(entry)))
            .collect::<Result<_, _>>()?,
        also: entries(also)
            .map(|entry| Also::parse(service, entry).ok_or_else(|| wrong(entry)))
            .collect::<Result<_, _>>()?,
        keys: Vec::new(),
        account: None,
        lookup: notes.split("lookup: ").nth(1).and_then(|what| what.split(';').next()),
        unconfirmed: notes.starts_with("unconfirmed"),
        dependent: dependent(notes).ok_or_else(|| wrong(notes))?,
    };
    for entry in entries(keys) {
        let (name, value) = entry.split_once(" = ").ok_or_else(|| wrong(entry))?;
        if name == "@account" {
            rule.account = Some(Path::parse(value).ok_or_else(|| wrong(entry))?);
            continue;
        }
        let value = match Arg::parse(value) {
            Some(arg) => Value::Texts(arg),
            None => Value::Arns(Wanted::parse(service, value).ok_or_else(|| wrong(entry))?.optional()),
        };
        rule.keys.push(Key { name, value });
    }
    match rule.resources.is_empty() {
        true => Err(wrong("no resources")),
        false => Ok((operation, rule)),
    }
}

/// `dependent: what` or `dependent when PATH: what`, any number of them.
fn dependent(notes: &'static str) -> Option<Vec<Option<Path>>> {
    let found = notes.split("dependent").skip(1).filter_map(|note| Some(note.split_once(':')?.0));
    found
        .map(|condition| match condition.trim().strip_prefix("when ") {
            Some(path) => Path::parse(path).map(Some),
            None => condition.is_empty().then_some(None),
        })
        .collect()
}

impl Also {
    /// `when PATH: ACTION on EXPRESSION`, `when PATH: ACTION on same`, `when PATH: pass PATH to SERVICE`, each also
    /// `when PATH = 'VALUE': …`
    fn parse(service: &'static str, text: &'static str) -> Option<Self> {
        let (when, asks) = text.strip_prefix("when ")?.split_once(": ")?;
        let asks = match asks.strip_prefix("pass ") {
            Some(pass) => {
                let (role, to) = pass.split_once(" to ")?;
                Asks::Pass { role: Path::parse(role)?, to }
            }
            None => {
                let (action, on) = asks.split_once(" on ")?;
                // The resources are those of the action's own service, or of the one that is called.
                let of_action = action.split(':').next()?;
                let on = match on {
                    "same" => None,
                    on => Some(Wanted::parse(of_action, on).or_else(|| Wanted::parse(service, on))?),
                };
                Asks::Action { action, on }
            }
        };
        let (when, value) = match when.split_once(" = ") {
            Some((when, value)) => (when, Some(value.strip_prefix('\'')?.strip_suffix('\'')?)),
            None => (when, None),
        };
        Some(Self { when: Path::parse(when)?, value, asks })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stackproof_aws::Service;

    use super::*;

    #[test]
    fn what_is_asked_besides_depends_on_the_request() {
        let row = "sns\tX\ttopic(T)\twhen A = 'Role': pass V to sns.amazonaws.com\t\tdependent when K.Id: kms; once: x";
        let (_, rule) = parse(row).unwrap();
        let members = |value: serde_json::Value| value.as_object().unwrap().clone();
        for (value, partial, passed) in [
            (json!({ "A": "Role", "K": {} }), false, true),
            (json!({ "A": "Other", "K": { "Id": "k" } }), true, false),
            (json!({}), false, false),
        ] {
            let members = members(value);
            assert_eq!(
                (rule.is_partial(&members), rule.also[0].applies(&members)),
                (partial, passed),
                "{members:?}"
            );
        }
        let always = parse("sns\tX\ttopic(T)\t\t\tdependent: kms").unwrap().1;
        assert!(always.is_partial(&Members::new()));
        assert!(parse("sns\tX\ttopic(T)\t\t\tdependent where: kms").is_err());
    }

    #[test]
    fn every_operation_has_a_row_that_can_be_read() {
        let faults: Vec<_> = TABLES
            .iter()
            .flat_map(|table| table.text.lines().skip(1))
            .filter_map(|row| parse(row).err())
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let operations =
            TABLES.iter().filter_map(|table| Service::named(table.service)).flat_map(Service::operations);
        let missing: Vec<_> = operations
            .filter(|operation| rule(operation).is_none())
            .map(|operation| format!("{} {}", operation.service, operation.name))
            .collect();
        assert!(missing.is_empty(), "{} without a row: {missing:?}", missing.len());
    }
}
