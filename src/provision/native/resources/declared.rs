//! Resource types that are told by data: which calls make, read and unmake them.
//!
//! A type's arguments are nearly always the members of a call by other names: `kms_key_id` is `KmsKeyId`, a block of
//! which one may stand is a structure. What is so follows from the shapes of the call; `types/SERVICE.toml` says the rest.
//! The keys of these files are the fields of [`Kind`] and [`Step`].

mod shape;
mod template;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stackproof_terraform::Schema;

use self::shape::Calls;
use self::template::Scope;
use super::{Resource, name};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};

/// Types of one service each.
const TYPES: [&str; 18] = [
    include_str!("declared/types/adopted.toml"),
    include_str!("declared/types/athena.toml"),
    include_str!("declared/types/dynamodb.toml"),
    include_str!("declared/types/ec2.toml"),
    include_str!("declared/types/ecr.toml"),
    include_str!("declared/types/ecs.toml"),
    include_str!("declared/types/events.toml"),
    include_str!("declared/types/glue.toml"),
    include_str!("declared/types/iam.toml"),
    include_str!("declared/types/kinesis.toml"),
    include_str!("declared/types/lambda.toml"),
    include_str!("declared/types/logs.toml"),
    include_str!("declared/types/organizations.toml"),
    include_str!("declared/types/s3.toml"),
    include_str!("declared/types/secretsmanager.toml"),
    include_str!("declared/types/sns.toml"),
    include_str!("declared/types/sqs.toml"),
    include_str!("declared/types/ssm.toml"),
];

/// All types that are told by data, by their names.
static KINDS: LazyLock<Result<BTreeMap<String, Kind>, String>> = LazyLock::new(|| {
    let mut kinds = BTreeMap::new();
    for text in TYPES {
        let read: BTreeMap<String, Kind> = toml::from_str(text).map_err(|error| error.to_string())?;
        kinds.extend(read.into_iter().map(|(name, kind)| (name.clone(), Kind { type_name: name, ..kind })));
    }
    let read = kinds.clone();
    for kind in kinds.values_mut() {
        kind.inherit(&read)?;
    }
    Ok(kinds)
});

/// The type of that name, written `data.TYPE` where it is a data source.
pub fn named(type_name: &str) -> Option<&'static Kind> {
    KINDS.as_ref().ok()?.get(type_name)
}

/// One resource type or data source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    #[serde(skip)]
    type_name: String,
    /// The service that is called, by its prefix in IAM actions.
    service: String,
    /// The type that it is like: what it says nothing of is that one's, and the calls of that one's `then` come after its
    /// own.
    like: Option<String>,
    /// What it is known by.
    id: Option<Value>,
    /// The argument that is its name, where the provider makes one up; the prefix is the argument's with `_prefix`.
    name: Option<String>,
    /// Arguments by the members that they are, where their names say otherwise; `""` for none.
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// The call that makes it; its members are the arguments', and so are its attributes.
    create: Option<Step>,
    /// Calls that say the rest of what was made.
    #[serde(default)]
    then: Vec<Step>,
    /// Calls by which its attributes are read back.
    #[serde(default)]
    read: Vec<Step>,
    /// Calls that unmake it.
    #[serde(default)]
    delete: Vec<Step>,
    /// The errors of what is gone already.
    #[serde(default)]
    gone: Vec<String>,
    /// Attributes that are exported where nothing else says them.
    #[serde(default)]
    defaults: BTreeMap<String, Value>,
}

/// One call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The operation, with its service where it is another than the type's: `logs:TagResource`.
    call: String,
    /// Its members as templates; see [`template`].
    #[serde(default)]
    members: BTreeMap<String, Value>,
    /// Whether members that `members` does not name are the arguments of their names.
    fill: Option<bool>,
    /// What must hold for the call to be made: see [`Scope::holds`].
    when: Option<String>,
    /// A list of which each element has a call of its own, where it is `$each`.
    each: Option<String>,
    /// Where in the answer the members stand that are attributes by their names.
    from: Option<String>,
    /// Attributes by where they stand in the answer (`/Stream/Name`; `/Vpcs/*/VpcId`, of each; `json:/Item`, as a document;
    /// `epoch:/Time`, in seconds),
    /// or by a template. Those whose names begin with `_` are for later calls, and are not exported.
    #[serde(default)]
    attributes: BTreeMap<String, Value>,
    /// A list of the answer that must have one element.
    one: Option<String>,
    /// Errors that mean that there is nothing: the attributes are as they were.
    #[serde(default)]
    absent: Vec<String>,
}

/// One call that is to be made.
struct Request<'a> {
    service: &'a str,
    operation: &'a str,
    members: Map<String, Value>,
    each: Value,
}

impl Kind {
    fn inherit(&mut self, all: &BTreeMap<String, Kind>) -> Result<(), String> {
        let Some(name) = &self.like else { return Ok(()) };
        let other = all.get(name).ok_or_else(|| format!("no type `{name}`"))?;
        self.then.extend(other.then.iter().cloned());
        if self.read.is_empty() {
            self.read.clone_from(&other.read);
        }
        for (name, argument) in &other.names {
            self.names.entry(name.clone()).or_insert_with(|| argument.clone());
        }
        for (name, value) in &other.defaults {
            self.defaults.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Ok(())
    }

    fn schema(&self) -> Option<&'static stackproof_terraform::BlockType> {
        let schema = Schema::aws().ok()?;
        match self.type_name.strip_prefix("data.") {
            Some(data) => schema.data(data),
            None => schema.resource(&self.type_name),
        }
    }

    /// The calls of a step, as the attributes have it.
    fn requests<'s>(
        &'s self,
        step: &'s Step,
        operator: &Operator,
        attributes: &Attributes,
        fill: bool,
    ) -> Result<Vec<Request<'s>>, ResourceError> {
        let (service, operation) =
            step.call.split_once(':').unwrap_or((self.service.as_str(), step.call.as_str()));
        let scope = Scope::new(Calls::of(service, &self.names), attributes, operator);
        let elements = match &step.each {
            None => vec![Value::Null],
            Some(list) => scope.elements(list),
        };
        let mut requests = Vec::new();
        for each in elements {
            let scope = scope.clone().with_each(each.clone());
            if !step.when.as_deref().is_none_or(|when| scope.holds(when)) {
                continue;
            }
            let mut members = match step.fill.unwrap_or(fill) {
                true => Calls::of(service, &self.names).members(operation, attributes),
                false => Map::new(),
            };
            for (name, template) in &step.members {
                members.insert(name.clone(), scope.value(template)?);
            }
            requests.push(Request { service, operation, members, each });
        }
        Ok(requests)
    }

    /// Makes the calls of a step, and gives the attributes with what the answers say of them.
    async fn run(
        &self,
        step: &Step,
        operator: &Operator,
        attributes: Attributes,
        fill: bool,
    ) -> Result<Attributes, ResourceError> {
        let mut attributes = attributes;
        for request in self.requests(step, operator, &attributes, fill)? {
            let Request { service, operation, members, each } = request;
            match operator.call(service, operation, Value::Object(members)).await {
                Err(error) if step.absent.iter().any(|code| error.is(code)) => {}
                answer => {
                    let answer = answer?;
                    self.check_one(step, &answer)?;
                    let scope = Scope::new(Calls::of(service, &self.names), &attributes, operator);
                    let said = self.said(step, &answer, &scope.with_each(each))?;
                    attributes = attributes.with(Value::Object(said));
                }
            }
        }
        Ok(attributes)
    }

    /// A data source means one thing: neither none nor one of several.
    fn check_one(&self, step: &Step, answer: &Answer) -> Result<(), ResourceError> {
        let Some(pointer) = &step.one else { return Ok(()) };
        match answer.list(pointer).len() {
            1 => Ok(()),
            count => Err(ResourceError::NotOne { operation: step.call.clone(), count }),
        }
    }

    /// The attributes that an answer tells.
    fn said(
        &self,
        step: &Step,
        answer: &Answer,
        scope: &Scope<'_>,
    ) -> Result<Map<String, Value>, ResourceError> {
        let mut said = match (&step.from, self.schema()) {
            (Some(from), Some(block)) => shape::attributes(answer.at(from), block, &self.names),
            _ => Map::new(),
        };
        for (name, template) in &step.attributes {
            let text = template.as_str().unwrap_or_default();
            let value = match text.split_once(":/") {
                Some(("json", pointer)) => Value::String(answer.at(&format!("/{pointer}")).to_string()),
                Some(("epoch", pointer)) => epoch(answer.at(&format!("/{pointer}"))),
                _ if text.starts_with('/') => pointed(answer, text),
                _ => scope.with_answer(answer).value(template)?,
            };
            said.insert(name.clone(), value);
        }
        Ok(said)
    }

    /// Everything that can be read back of it, what it was given among it.
    ///
    /// # Errors
    /// The call that failed.
    pub async fn read(&self, operator: &Operator, known: Attributes) -> Result<Attributes, ResourceError> {
        let mut attributes = known;
        for step in &self.read {
            attributes = self.run(step, operator, attributes, self.type_name.starts_with("data.")).await?;
        }
        if self.schema().is_some_and(|block| block.attributes.contains_key("region")) {
            attributes = attributes.with_defaults(json!({ "region": operator.region }));
        }
        self.identified(operator, attributes)
    }

    fn identified(&self, operator: &Operator, attributes: Attributes) -> Result<Attributes, ResourceError> {
        let Some(id) = &self.id else { return Ok(attributes) };
        let calls = Calls::of(&self.service, &self.names);
        let id = Scope::new(calls, &attributes, operator).value(id)?;
        Ok(attributes.with(json!({ "id": id })))
    }

    /// What was given, with what only the service knows: a value that was given stays as it was given.
    fn with_computed(&self, given: Attributes, read: &Attributes) -> Attributes {
        let Some(block) = self.schema() else { return given };
        let computed = block.attributes.iter().filter(|(_, attribute)| attribute.computed);
        let mut more = Map::new();
        for (name, attribute) in computed {
            let value = read.at(&format!("/{name}"));
            let decided = !attribute.optional || given.at(&format!("/{name}")).is_null();
            if decided && !value.is_null() {
                more.insert(name.clone(), value.clone());
            }
        }
        let decided = block
            .blocks
            .iter()
            .filter(|(name, nested)| nested.computed && given.list(&format!("/{name}")).is_empty());
        for (name, _) in decided {
            let of_service = Some(read.at(&format!("/{name}"))).filter(|value| !value.is_null());
            if let Some(value) = of_service.or_else(|| self.defaults.get(name)) {
                more.insert(name.clone(), value.clone());
            }
        }
        let defaults: Map<String, Value> = self.defaults.clone().into_iter().collect();
        given
            .with(Value::Object(more))
            .with_defaults(Value::Object(defaults))
            .without(|name| name.starts_with('_'))
    }
}

#[async_trait]
impl Resource for Kind {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let arguments = match &self.name {
            None => arguments,
            Some(argument) => {
                let made =
                    name::given_or_made(&arguments, &format!("/{argument}"), &format!("/{argument}_prefix"));
                arguments.with(json!({ argument: made }))
            }
        };
        let made = match &self.create {
            Some(step) => self.run(step, operator, arguments, true).await?,
            None => arguments,
        };
        self.identified(operator, made)
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let mut made = made;
        for step in &self.then {
            made = self.run(step, operator, made, false).await?;
        }
        let read = self.read(operator, made.clone()).await?;
        Ok(self.with_computed(made, &read))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let mut attributes = attributes.clone();
        for step in &self.delete {
            match self.run(step, operator, attributes.clone(), false).await {
                Ok(after) => attributes = after,
                Err(error) if !self.gone.iter().any(|code| error.is(code)) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(())
    }
}

/// A time as the seconds since 1970.
fn epoch(time: &Value) -> Value {
    let time = time.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    time.map_or(Value::Null, |time| json!(time.as_second()))
}

/// What stands at a pointer, in which `*` is every element of a list.
fn pointed(answer: &Answer, pointer: &str) -> Value {
    match pointer.split_once("/*") {
        None => answer.at(pointer).clone(),
        Some((list, rest)) => answer.list(list).iter().flat_map(|element| each_of(element, rest)).collect(),
    }
}

fn each_of(element: &Value, pointer: &str) -> Vec<Value> {
    match pointer.split_once("/*") {
        None => element.pointer(pointer).cloned().into_iter().collect(),
        Some((list, rest)) => {
            let inner = element.pointer(list).and_then(Value::as_array).into_iter().flatten();
            inner.flat_map(|element| each_of(element, rest)).collect()
        }
    }
}

#[cfg(test)]
mod tests;
