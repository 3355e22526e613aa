//! The stacks of this repository, all in one account.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::Request;
use super::changes::{Changes, changes_to};
use super::native::{Operator, Operators};
use super::provisioned::Provisioned;
use super::stacks::{Facts, Wanted, apply_all, in_order};
use super::state::State;
use crate::config::Config;
use crate::target::Environment;
use crate::target::embedded::Embedded;

const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];

/// What an account has of its own, and what is kept to be told of when it is gone.
const LISTS: [(&str, &str, &str); 26] = [
    ("s3", "ListBuckets", "/Buckets"),
    ("iam", "ListUsers", "/Users"),
    ("iam", "ListRoles", "/Roles"),
    ("iam", "ListGroups", "/Groups"),
    ("iam", "ListInstanceProfiles", "/InstanceProfiles"),
    ("kms", "ListAliases", "/Aliases"),
    ("dynamodb", "ListTables", "/TableNames"),
    ("kinesis", "ListStreams", "/StreamNames"),
    ("secretsmanager", "ListSecrets", "/SecretList"),
    ("lambda", "ListFunctions", "/Functions"),
    ("lambda", "ListLayers", "/Layers"),
    ("lambda", "ListEventSourceMappings", "/EventSourceMappings"),
    ("ecs", "ListClusters", "/clusterArns"),
    ("ecs", "ListTaskDefinitions", "/taskDefinitionArns"),
    ("ecr", "DescribeRepositories", "/repositories"),
    ("events", "ListRules", "/Rules"),
    ("logs", "DescribeLogGroups", "/logGroups"),
    ("logs", "DescribeResourcePolicies", "/resourcePolicies"),
    ("glue", "GetDatabases", "/DatabaseList"),
    ("glue", "ListCrawlers", "/CrawlerNames"),
    ("glue", "ListJobs", "/JobNames"),
    ("sqs", "ListQueues", "/QueueUrls"),
    ("sns", "ListTopics", "/Topics"),
    ("ec2", "DescribeVpcEndpoints", "/VpcEndpoints"),
    ("ec2", "DescribeNatGateways", "/NatGateways"),
    ("ec2", "DescribeAddresses", "/Addresses"),
];

fn repository() -> Config {
    Config::load(Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join(crate::config::FILE_NAME))).unwrap()
}

fn facts(environment: &Environment) -> Facts {
    Facts { accounts: environment.accounts.clone(), run_id: "run".to_owned() }
}

/// Every stack, under each value of its matrix.
fn wanted(config: &Config) -> Vec<Wanted> {
    let stacks = config.stacks.iter().flat_map(|(name, stack)| {
        stack.combinations().into_iter().map(|combination| Wanted {
            name: name.clone(),
            combination,
            ..Wanted::default()
        })
    });
    stacks.collect()
}

/// Where the stacks stand.
const REGIONS: [&str; 2] = ["eu-north-1", "eu-west-2"];

/// What is in the account, by the call that lists it.
async fn everything(operator: &Operator) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    for region in REGIONS {
        for (operation, mut found) in of_region(&operator.in_region(Some(region))).await {
            all.entry(operation).or_default().append(&mut found);
        }
    }
    all
}

async fn of_region(operator: &Operator) -> BTreeMap<&'static str, Vec<Value>> {
    let mut found = BTreeMap::new();
    for (service, operation, list) in LISTS {
        let answer = operator.call(service, operation, json!({})).await.unwrap();
        found.insert(operation, answer.list(list).to_vec());
    }
    let owned = [
        (
            "ListPolicies",
            operator.call("iam", "ListPolicies", json!({ "Scope": "Local" })).await.unwrap(),
            "/Policies",
        ),
        (
            "ListWorkGroups",
            operator.call("athena", "ListWorkGroups", json!({})).await.unwrap(),
            "/WorkGroups",
        ),
    ];
    for (operation, answer, list) in owned {
        let others = answer.list(list).iter().filter(|it| it.get("Name") != Some(&json!("primary")));
        found.insert(operation, others.cloned().collect());
    }
    let groups = operator.call("ec2", "DescribeSecurityGroups", json!({})).await.unwrap();
    let groups =
        groups.list("/SecurityGroups").iter().filter(|it| it.get("GroupName") != Some(&json!("default")));
    found.insert("DescribeSecurityGroups", groups.cloned().collect());
    let networks = operator.call("ec2", "DescribeVpcs", json!({})).await.unwrap();
    let networks = networks.list("/Vpcs").iter().filter(|it| it.get("IsDefault") != Some(&json!(true)));
    found.insert("DescribeVpcs", networks.cloned().collect());
    // A key is not gone before its window has passed.
    let keys = operator.call("kms", "ListKeys", json!({})).await.unwrap();
    let mut usable = Vec::new();
    for key in keys.list("/Keys") {
        let described =
            operator.call("kms", "DescribeKey", json!({ "KeyId": key.get("KeyId") })).await.unwrap();
        if described.at("/KeyMetadata/KeyState") != "PendingDeletion" {
            usable.push(key.clone());
        }
    }
    found.insert("ListKeys", usable);
    found
}

#[tokio::test]
async fn all_stacks_stand_side_by_side_and_nothing_of_them_is_left() {
    let config = repository();
    let embedded = Embedded::new("embedded", &config.target(Some("embedded")).unwrap().1).unwrap();
    let environment = embedded.open(None).await.unwrap();
    let operator = Operators::of(&environment).unwrap().main;
    let before = everything(&operator).await;
    let requests = in_order(&config, &facts(&environment), &wanted(&config)).unwrap();
    let provisioned = apply_all(&environment, &requests).await.unwrap();
    let between = everything(&operator).await;
    for operation in ["ListBuckets", "ListTables", "ListStreams", "ListFunctions", "ListClusters", "ListKeys"]
    {
        assert!(between[operation].len() > before[operation].len(), "{operation}: {between:?}");
    }
    for stack in provisioned.into_iter().rev() {
        stack.destroy().await.unwrap_or_else(|wrong| panic!("{wrong}"));
    }
    assert_eq!(everything(&operator).await, before);
}

/// The root module of one stack, applied alone.
async fn applied(stack: &str, file: &str) -> (Embedded, Request, Provisioned) {
    let config = repository();
    let embedded = Embedded::new("embedded", &config.target(Some("embedded")).unwrap().1).unwrap();
    let environment = embedded.open(None).await.unwrap();
    let request = request(stack, file, &[]);
    let provisioned =
        super::native::apply(&environment, &request).await.unwrap_or_else(|wrong| panic!("{wrong}"));
    (embedded, request, provisioned)
}

fn request(stack: &str, file: &str, vars: &[(&str, &str)]) -> Request {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("infra/stacks").join(stack);
    let file = directory.join("environments").join(file);
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request::of_directory(&directory, vars, vec![file]).unwrap()
}

fn state(provisioned: &Provisioned) -> State {
    let resources = provisioned.stack().resources.into_iter().chain(provisioned.data.clone()).collect();
    State { resources, ..State::default() }
}

fn told(changes: &Changes) -> Vec<String> {
    let made = changes.made.iter().map(|instance| format!("+ {}", instance.address));
    let changed = changes.changed.iter().flat_map(|changed| {
        let address = &changed.instance.address;
        changed.differences.iter().map(move |difference| format!("~ {address} {}", difference.path))
    });
    let destroyed = changes.destroyed.iter().map(|address| format!("- {address}"));
    made.chain(changed).chain(destroyed).collect()
}

#[tokio::test]
async fn a_second_apply_changes_nothing() {
    for (stack, file) in [
        ("call-centre-data", "dev.tfvars"),
        ("hybrid-relay", "dev.tfvars"),
        ("cci-lite", "dev.tfvars"),
        ("data-platform", "dev.tfvars"),
    ] {
        let (_embedded, request, provisioned) = applied(stack, file).await;
        let changes = changes_to(&state(&provisioned), &request).unwrap();
        assert_eq!(told(&changes), Vec::<String>::new(), "{stack}");
    }
}

#[tokio::test]
async fn a_changed_variable_changes_what_depends_on_it() {
    let (_embedded, _, provisioned) = applied("hybrid-relay", "dev.tfvars").await;
    let one_more =
        request("hybrid-relay", "dev.tfvars", &[("allowed_organization_ids", r#"["org-001", "org-new"]"#)]);
    let changes = changes_to(&state(&provisioned), &one_more).unwrap();
    let told = told(&changes);
    assert!(
        !told.is_empty()
            && told.iter().all(|line| line.starts_with("~ ") && line.contains("aws_lambda_function")),
        "{told:?}"
    );
}

#[tokio::test]
async fn environments_differ_where_they_should() {
    let mut shards = BTreeMap::new();
    for environment in ENVIRONMENTS {
        let (_embedded, _, provisioned) = applied("data-platform", &format!("{environment}.tfvars")).await;
        let resources = provisioned.stack().resources;
        let stream = resources.iter().find(|(address, _)| address.contains("aws_kinesis_stream."));
        shards.insert(environment, stream.unwrap().1["shard_count"].clone());
    }
    assert_eq!(shards, BTreeMap::from([("dev", json!(1)), ("staging", json!(2)), ("prod", json!(3))]));
}
