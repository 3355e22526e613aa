//! The tables: services, their operations, and the shapes of what they take and give.
//!
//! `data/operations.tsv` holds each operation's protocol, URI, IAM actions and resource ARNs, as AWS's service
//! authorization reference has them; `data/shapes/SERVICE.json` the members, made by `data/generate.py`.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The wire protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// S3.
    RestXml,
    /// IAM, STS, SNS.
    Query,
    /// EC2: the query protocol with names and documents of its own.
    Ec2,
    /// `X-Amz-Target` and a body of JSON 1.0: DynamoDB, SQS.
    Json10,
    /// `X-Amz-Target` and a body of JSON 1.1.
    Json11,
    /// Lambda, QuickSight.
    RestJson,
}

/// A resource type that an operation is authorized on.
#[derive(Clone, Debug)]
pub struct ResourceTemplate {
    /// The type's name in the service authorization reference.
    pub kind: String,
    /// Whether the operation always names one.
    pub required: bool,
    /// The ARN, with `${Partition}`, `${Region}`, `${Account}` and the resource's own placeholders.
    pub arn: String,
}

/// One API operation.
#[derive(Debug)]
pub struct Operation {
    /// The service's prefix in IAM actions and in the tables: `s3`, `iam`, `sts`.
    pub service: &'static str,
    /// The operation's name in the API reference.
    pub name: String,
    /// How it is spoken.
    pub protocol: Protocol,
    /// The HTTP method.
    pub method: String,
    /// Path template with `{Bucket}`, `{Key+}` and fixed query members.
    pub uri: String,
    /// The IAM actions that it is authorized as, `service:Name`.
    pub actions: Vec<String>,
    /// What it is authorized on; empty means `*`.
    pub resources: Vec<ResourceTemplate>,
    /// `X-Amz-Target` of the JSON protocols.
    pub target: Option<String>,
    /// Whether the table itself is unsure of this row.
    pub unconfirmed: bool,
    /// What it takes and gives, where the service's shapes are in the tables.
    pub io: Option<Io>,
}

/// Input and output of an operation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Io {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) status: Option<u16>,
    pub(crate) input: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) wrapper: Option<String>,
}

/// A member of a structure, an element of a list, a key or value of a map.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name in the API reference; empty for elements.
    #[serde(default)]
    pub name: String,
    /// A scalar's name (`string`, `boolean`, `integer`, `number`, `blob`, `timestamp`, `document`) or a shape's.
    #[serde(rename = "type")]
    pub kind: String,
    /// `header`, `headers` (a prefix), `querystring`, `uri`, `statusCode`; absent: in the body.
    pub location: Option<String>,
    /// The name on the wire where it is another.
    pub wire: Option<String>,
    pub(crate) query: Option<String>,
    #[serde(default)]
    pub(crate) flattened: bool,
    #[serde(default)]
    pub(crate) attribute: bool,
    /// Whether it is a streamed payload.
    #[serde(default)]
    pub streaming: bool,
    pub(crate) format: Option<String>,
    pub(crate) prefix: Option<(String, String)>,
}

impl Member {
    /// The name on the wire.
    pub fn wire_name(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.name)
    }
}

/// A structure, a list or a map.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Shape {
    /// Named members in the model's order.
    Structure {
        /// The members.
        members: Vec<Member>,
        /// Names of those that must be given.
        #[serde(default)]
        required: Vec<String>,
        /// The member that is the whole body.
        payload: Option<String>,
        /// The element's name where it is not the shape's.
        wire: Option<String>,
    },
    /// Elements of one type.
    List {
        /// The element.
        list: Box<Member>,
    },
    /// Keys and values.
    Map {
        /// The key and the value.
        map: Box<(Member, Member)>,
    },
}

/// One AWS service.
#[derive(Debug)]
pub struct Service {
    /// The prefix in IAM actions and in the tables.
    pub name: &'static str,
    /// The API version, as query protocols send it.
    pub version: String,
    /// The XML namespace of its documents.
    pub namespace: String,
    /// What the bodies of its errors hold, by their codes, where the protocol says nothing of it.
    pub(crate) errors: HashMap<String, Vec<String>>,
    /// The codes of the query protocol that a service of JSON kept, by those of its model.
    pub(crate) query_codes: HashMap<String, String>,
    operations: HashMap<String, Operation>,
    shapes: HashMap<String, Shape>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeFile {
    #[serde(rename = "protocol")]
    _protocol: String,
    version: String,
    #[serde(rename = "signing_name")]
    _signing_name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    errors: HashMap<String, Vec<String>>,
    #[serde(default)]
    query_codes: HashMap<String, String>,
    operations: HashMap<String, Io>,
    shapes: HashMap<String, Shape>,
}

impl Service {
    /// The service of that name, or none where the tables have none.
    pub fn named(name: &str) -> Option<&'static Service> {
        ENTRIES.iter().find(|entry| entry.name == name).map(Entry::service)
    }

    /// All services of the tables.
    pub fn all() -> impl Iterator<Item = &'static Service> {
        ENTRIES.iter().map(Entry::service)
    }

    /// The operation of that name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// Every operation, in no order.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// The protocol that its operations are spoken in.
    pub fn protocol(&self) -> Option<Protocol> {
        self.operations.values().next().map(|operation| operation.protocol)
    }

    /// The shape of that name.
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }
}

impl Operation {
    /// The operation of that service and name.
    pub fn named(service: &str, name: &str) -> Option<&'static Operation> {
        Service::named(service)?.operation(name)
    }

    /// Members of the input, in the model's order; empty where the tables have no shapes for the service.
    pub fn input(&self) -> &'static [Member] {
        self.structure(|io| io.input.as_deref())
    }

    /// Members of the output, in the model's order.
    pub fn output(&self) -> &'static [Member] {
        self.structure(|io| io.output.as_deref())
    }

    /// The structure of that shape's name, where the tables have it.
    pub(crate) fn shape(&self, name: &str) -> Option<&'static Shape> {
        Service::named(self.service)?.shape(name)
    }

    /// The member that is the whole body of the input.
    pub(crate) fn input_payload(&self) -> Option<&'static Member> {
        self.payload(|io| io.input.as_deref())
    }

    /// The member that is the whole body of the output.
    pub(crate) fn output_payload(&self) -> Option<&'static Member> {
        self.payload(|io| io.output.as_deref())
    }

    /// Names of the input's required members.
    pub fn required(&self) -> &'static [String] {
        match self.io.as_ref().and_then(|io| self.shape(io.input.as_deref()?)) {
            Some(Shape::Structure { required, .. }) => required,
            _ => &[],
        }
    }

    fn payload<'a>(&'a self, side: impl Fn(&'a Io) -> Option<&'a str>) -> Option<&'static Member> {
        match self.shape(side(self.io.as_ref()?)?)? {
            Shape::Structure { members, payload: Some(name), .. } => members.iter().find(|m| &m.name == name),
            _ => None,
        }
    }

    fn structure<'a>(&'a self, side: impl Fn(&'a Io) -> Option<&'a str>) -> &'static [Member] {
        let shape = self.io.as_ref().and_then(side);
        match shape.and_then(|name| Service::named(self.service)?.shape(name)) {
            Some(Shape::Structure { members, .. }) => members,
            _ => &[],
        }
    }
}

/// A service's tables are read when the service is first asked for, so that a run pays only for what it uses.
struct Entry {
    name: &'static str,
    shapes: &'static str,
    cell: OnceLock<Service>,
}

const fn entry(name: &'static str, shapes: &'static str) -> Entry {
    Entry { name, shapes, cell: OnceLock::new() }
}

static ENTRIES: [Entry; 22] = [
    entry("s3", include_str!("../data/shapes/s3.json")),
    entry("s3control", include_str!("../data/shapes/s3control.json")),
    entry("iam", include_str!("../data/shapes/iam.json")),
    entry("sts", include_str!("../data/shapes/sts.json")),
    entry("athena", include_str!("../data/shapes/athena.json")),
    entry("dynamodb", include_str!("../data/shapes/dynamodb.json")),
    entry("dynamodbstreams", include_str!("../data/shapes/dynamodbstreams.json")),
    entry("ec2", include_str!("../data/shapes/ec2.json")),
    entry("ecr", include_str!("../data/shapes/ecr.json")),
    entry("ecs", include_str!("../data/shapes/ecs.json")),
    entry("events", include_str!("../data/shapes/events.json")),
    entry("glue", include_str!("../data/shapes/glue.json")),
    entry("kinesis", include_str!("../data/shapes/kinesis.json")),
    entry("kms", include_str!("../data/shapes/kms.json")),
    entry("lambda", include_str!("../data/shapes/lambda.json")),
    entry("logs", include_str!("../data/shapes/logs.json")),
    entry("organizations", include_str!("../data/shapes/organizations.json")),
    entry("quicksight", include_str!("../data/shapes/quicksight.json")),
    entry("secretsmanager", include_str!("../data/shapes/secretsmanager.json")),
    entry("sns", include_str!("../data/shapes/sns.json")),
    entry("sqs", include_str!("../data/shapes/sqs.json")),
    entry("ssm", include_str!("../data/shapes/ssm.json")),
];

impl Entry {
    fn service(&'static self) -> &'static Service {
        self.cell.get_or_init(|| read(self.name, serde_json::from_str(self.shapes).unwrap_or_default()))
    }
}

fn read(name: &'static str, mut file: ShapeFile) -> Service {
    let operations = include_str!("../data/operations.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| operation(name, &mut file.operations, line))
        .map(|operation| (operation.name.clone(), operation))
        .collect();
    let ShapeFile { version, namespace, errors, query_codes, shapes, .. } = file;
    Service { name, version, namespace, errors, query_codes, operations, shapes }
}

/// One line of `operations.tsv`: service, operation, protocol, method, URI, actions, resources, …, notes.
fn operation(service: &'static str, shapes: &mut HashMap<String, Io>, line: &str) -> Option<Operation> {
    let mut columns = line.split('\t');
    if columns.next()? != service {
        return None;
    }
    let name = columns.next()?.to_owned();
    let protocol = match columns.next()? {
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        "rest-json" => Protocol::RestJson,
        "json/1.0" => Protocol::Json10,
        _ => Protocol::Json11,
    };
    let (method, uri) = (columns.next()?.to_owned(), columns.next()?.to_owned());
    let actions = actions(columns.next()?);
    let resources = columns.next()?.split("; ").filter_map(resource).collect();
    let target =
        columns.nth(1).and_then(|selector| selector.strip_prefix("X-Amz-Target: ")).map(str::to_owned);
    let unconfirmed = columns.next_back().is_some_and(|notes| notes.starts_with("unconfirmed"));
    let io = shapes.remove(&name);
    Some(Operation { service, name, protocol, method, uri, actions, resources, target, unconfirmed, io })
}

/// `dynamodb:PartiQLSelect|PartiQLInsert`: the prefix stands once; `kms:ReEncryptFrom; kms:ReEncryptTo`; `(none)`.
fn actions(column: &str) -> Vec<String> {
    let prefixed = column.split("; ").filter_map(|entry| entry.split_once(':'));
    prefixed
        .flat_map(|(prefix, names)| names.split('|').map(move |name| format!("{prefix}:{name}")))
        .collect()
}

/// `bucket! arn:${Partition}:s3:::${BucketName}`; `*` and `?` name none.
fn resource(column: &str) -> Option<ResourceTemplate> {
    let (kind, arn) = column.split_once(' ')?;
    Some(ResourceTemplate {
        kind: kind.trim_end_matches('!').to_owned(),
        required: kind.ends_with('!'),
        arn: arn.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_parses() {
        for entry in &ENTRIES {
            serde_json::from_str::<ShapeFile>(entry.shapes).unwrap_or_else(|e| panic!("{}: {e}", entry.name));
            assert!(entry.service().operations().count() > 0, "{} has no operations", entry.name);
        }
    }

    #[test]
    fn an_operation_knows_its_action_resource_and_members() {
        let put = Operation::named("s3", "PutObject").unwrap();
        assert_eq!(put.actions, ["s3:PutObject"]);
        assert!(put.resources.iter().any(|r| r.arn.ends_with("s3:::${BucketName}/${ObjectName}")));
        let body = put.input().iter().find(|m| m.name == "Body").unwrap();
        assert!(body.streaming);
        assert!(Operation::named("s3", "PutObjet").is_none());
        let actions = |service, name| Operation::named(service, name).unwrap().actions.clone();
        assert_eq!(actions("kms", "ReEncrypt"), ["kms:ReEncryptFrom", "kms:ReEncryptTo"]);
        assert_eq!(actions("dynamodb", "ExecuteStatement").len(), 4);
        assert!(actions("sts", "GetCallerIdentity").is_empty());
    }
}
