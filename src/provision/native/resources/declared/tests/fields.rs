//! A field test of every type: each member that is sent is read back by the service's own calls, what is read is what was
//! given, and nothing is left when all is unmade. The modules are in `tests/data/fields`.

use std::path::{Path, PathBuf};

use super::*;
use crate::config::TargetConfig;
use crate::provision::Request as Root;
use crate::provision::native::{Made, apply};
use crate::target::embedded::Embedded;

/// Members that no call gives back, by type; `Create` of the services' references says so of each.
const NEVER_READ: [(&str, &str, &str); 26] = [
    ("aws_default_network_acl", "from", "a rule of all protocols has no ports"),
    ("aws_default_network_acl", "to", "a rule of all protocols has no ports"),
    ("aws_default_security_group", "cidrip", "the rule that was there and is taken away"),
    ("aws_lambda_function", "publish", "whether a version is made of it"),
    ("aws_lambda_layer_version_permission", "principal", "an account is its root in the policy"),
    ("aws_secretsmanager_secret_rotation", "rotateimmediately", "when it is first done"),
    ("aws_security_group", "cidrip", "the rule of a new group that is taken away"),
    ("aws_vpc_security_group_ingress_rule", "resourcetype", "what the tags are of"),
    ("aws_cloudwatch_event_permission", "principal", "an account is its root in the policy"),
    ("aws_glue_crawler", "role", "a role is given back by its name"),
    ("aws_lambda_event_source_mapping", "enabled", "its state says so"),
    ("aws_iam_saml_provider", "name", "the last part of its ARN"),
    ("aws_iam_service_linked_role", "awsservicename", "in the path of the role"),
    ("aws_sns_topic", "name", "the last part of its ARN"),
    ("aws_dynamodb_table", "billingmode", "a table with provisioned throughput has no summary of it"),
    ("aws_dynamodb_table", "tableclass", "told only where it is another than `STANDARD`"),
    ("aws_dynamodb_table_item", "conditionexpression", "what must hold before the write"),
    ("aws_dynamodb_table_item", "#hash_key", "what must hold before the write"),
    ("aws_lambda_function", "zipfile", "code is given back as a link"),
    ("aws_lambda_layer_version", "zipfile", "code is given back as a link"),
    ("aws_sns_topic_policy", "attributename", "the way in which it is set"),
    ("aws_vpc", "resourcetype", "what the tags are of"),
    ("aws_eip", "resourcetype", "what the tags are of"),
    ("aws_ecs_service", "desiredcount", "a service of daemons has none"),
    ("aws_sqs_queue", "queuename", "the last part of its URL"),
    ("aws_sqs_queue", "kmsdatakeyreuseperiodseconds", "told only where a key of KMS is used"),
];

/// Arguments that the service has in another form.
const OTHERWISE: [(&str, &str, &str); 3] = [
    ("aws_lambda_event_source_mapping", "self_managed_event_source", "brokers are given back as a list"),
    ("aws_glue_crawler", "role", "a role is given back by its name"),
    ("aws_iam_openid_connect_provider", "url", "a URL is given back without its scheme"),
];

/// What is AWS's own, and stays.
const ADOPTED: [&str; 4] =
    ["aws_default_route_table", "aws_default_subnet", "aws_default_vpc", "aws_default_vpc_dhcp_options"];

fn modules() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fields");
    let mut modules: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    modules.sort();
    modules
}

/// Every scalar of a value with the name of the member that it stands under.
fn leaves(value: &Value, name: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| leaves(value, name, found)),
        Value::Array(elements) => elements.iter().for_each(|value| leaves(value, name, found)),
        Value::Null => {}
        scalar => {
            let said = comparable(scalar);
            // What a document says is said as well.
            if said.is_object() {
                leaves(&said, name, found);
            }
            found.push((name.to_ascii_lowercase(), said));
        }
    }
}

/// Documents are compared as what they say, numbers as their text.
fn comparable(value: &Value) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match serde_json::from_str::<Value>(&text) {
        Ok(document @ (Value::Object(_) | Value::Array(_))) => document,
        _ => json!(text),
    }
}

async fn read_answers(
    kind: &Kind,
    operator: &Operator,
    attributes: &Attributes,
) -> Result<Vec<Value>, ResourceError> {
    let mut answers = Vec::new();
    for step in &kind.read {
        for request in kind.requests(step, operator, attributes, false)? {
            let answer =
                operator.call(request.service, request.operation, Value::Object(request.members)).await;
            match answer {
                Err(error) if step.absent.iter().any(|code| error.is(code)) => {}
                answer => answers.push(answer?.at("").clone()),
            }
        }
    }
    Ok(answers)
}

fn told(made: &Made) -> Option<&'static Kind> {
    named(&made.instance.type_name)
}

/// What it was made of: without what only the service decided.
fn as_given(kind: &Kind, made: &Made) -> Attributes {
    let given = Attributes::from(made.instance.arguments.to_json());
    let block = kind.schema().unwrap();
    let decided = block.attributes.iter().filter(|(name, attribute)| {
        attribute.optional && given.at(&format!("/{name}")).is_null() && kind.name.as_ref() != Some(*name)
    });
    made.attributes.clone().with(decided.map(|(name, _)| (name.clone(), Value::Null)).collect())
}

async fn unread(made: &Made) -> Vec<String> {
    let Some(kind) = told(made) else { return Vec::new() };
    let mut sent = Vec::new();
    let attributes = as_given(kind, made);
    for (step, fill) in
        kind.create.iter().map(|step| (step, true)).chain(kind.then.iter().map(|step| (step, false)))
    {
        // What it is found by says nothing of it.
        if step.call.starts_with("Describe") {
            continue;
        }
        for request in kind.requests(step, &made.operator, &attributes, fill).unwrap() {
            leaves(&Value::Object(request.members), "", &mut sent);
        }
    }
    let answers = read_answers(kind, &made.operator, &made.attributes).await;
    let answers = answers.unwrap_or_else(|error| panic!("{}: {error}", made.address()));
    let mut seen = Vec::new();
    answers.iter().for_each(|answer| leaves(answer, "", &mut seen));
    // What it is asked for by is what it is.
    for step in &kind.read {
        for request in kind.requests(step, &made.operator, &made.attributes, false).unwrap() {
            leaves(&Value::Object(request.members), "", &mut seen);
        }
    }
    let never =
        |member: &str| NEVER_READ.iter().any(|(of, name, _)| *of == kind.type_name && *name == member);
    let lost =
        sent.iter().filter(|(name, value)| !never(name) && !seen.iter().any(|(_, other)| other == value));
    lost.map(|(name, value)| format!("{}: {name} = {value}", made.address())).collect()
}

async fn drifted(made: &Made) -> Vec<String> {
    let Some(kind) = told(made) else { return Vec::new() };
    let given = Attributes::from(made.instance.arguments.to_json());
    let read = kind.read(&made.operator, made.attributes.clone()).await.unwrap();
    let block = kind.schema().unwrap();
    let names = block.attributes.keys().chain(block.blocks.keys());
    let differs = names.filter(|name| {
        let (given, read) = (given.at(&format!("/{name}")), read.at(&format!("/{name}")));
        let set = !given.is_null() && given.as_array().is_none_or(|list| !list.is_empty());
        let otherwise = OTHERWISE.iter().any(|(of, other, _)| *of == kind.type_name && other == name);
        set && !otherwise && !contains(read, given)
    });
    differs.map(|name| format!("{}: {name} is {}", made.address(), read.at(&format!("/{name}")))).collect()
}

/// Whether a value says what another says: what was left unset may be anything, and sets have no order.
fn contains(read: &Value, given: &Value) -> bool {
    match (read, given) {
        (_, Value::Null) => true,
        (Value::Object(read), Value::Object(given)) => {
            given.iter().all(|(name, given)| contains(read.get(name).unwrap_or(&Value::Null), given))
        }
        (Value::Array(read), Value::Array(given)) => {
            given.iter().all(|given| read.iter().any(|read| contains(read, given)))
        }
        (read, given) => comparable(read) == comparable(given),
    }
}

#[tokio::test]
async fn what_is_sent_is_there_and_gone_when_it_is_unmade() {
    let mut covered = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for module in modules() {
        let target = Embedded::new("embedded", &TargetConfig::embedded()).unwrap();
        let environment = target.open(None).await.unwrap();
        let request = Root::of_directory(&module, Vec::new(), Vec::new()).unwrap();
        let provisioned = apply(&environment, &request).await;
        let provisioned = provisioned.unwrap_or_else(|wrong| panic!("{}: {wrong}", module.display()));
        for made in &provisioned.made {
            covered.extend(told(made).map(|kind| kind.type_name.clone()));
            wrong.extend(unread(made).await);
            wrong.extend(drifted(made).await);
        }
        let made = provisioned.made;
        let facts: Vec<_> = made
            .iter()
            .filter_map(|made| {
                Some((told(made)?, made.operator.clone(), made.attributes.clone(), made.address()))
            })
            .collect();
        crate::provision::native::destroy(made).await.unwrap_or_else(|wrong| panic!("{wrong}"));
        for (kind, operator, attributes, address) in facts {
            let answers = read_answers(kind, &operator, &attributes).await;
            wrong.extend(
                answers
                    .ok()
                    .filter(|answers| !answers.iter().all(is_empty))
                    .filter(|_| !ADOPTED.contains(&kind.type_name.as_str()))
                    .map(|answers| format!("{address} is still there: {answers:?}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kinds = KINDS.as_ref().unwrap().keys().filter(|name| !name.starts_with("data."));
    let missing: Vec<&String> = kinds.filter(|name| !covered.contains(*name)).collect();
    assert!(missing.is_empty(), "no field test of {missing:?}");
}

/// Whether an answer lists nothing, or what is kept only to be told of.
fn is_empty(answer: &Value) -> bool {
    let mut said = Vec::new();
    leaves(answer, "", &mut said);
    let kept = [("status", "INACTIVE"), ("reason", "MISSING"), ("catalogencryptionmode", "DISABLED")];
    if kept.iter().any(|(name, value)| said.contains(&((*name).to_owned(), json!(value)))) {
        return true;
    }
    answer
        .as_object()
        .is_some_and(|members| members.values().all(|value| *value == json!([]) || *value == json!(false)))
}
