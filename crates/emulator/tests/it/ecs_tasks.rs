//! ECS's tasks, which wait to run until they are stopped.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::ecs_services::{network, ready};

fn members(cloud: &Cloud) -> Value {
    json!({ "taskDefinition": "app", "launchType": "FARGATE", "networkConfiguration": network(cloud) })
}

fn with(mut members: Value, more: Value) -> Value {
    let more = more.as_object().cloned().unwrap_or_default();
    members.as_object_mut().unwrap().extend(more);
    members
}

fn arn(started: &Value) -> String {
    started["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
}

#[test]
fn a_task_waits_as_it_was_started() {
    let cloud = ready();
    let given = json!({
        "group": "jobs", "startedBy": "validation", "enableExecuteCommand": true, "platformVersion": "1.4.0",
        "overrides": {
            "containerOverrides": [{ "name": "app", "environment": [{ "name": "FILE", "value": "a.zip" }] }],
            "cpu": "512", "memory": "2048", "taskRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/other"),
        },
        "tags": [{ "key": "team", "value": "data" }],
    });
    let started = cloud.ok("RunTask", with(members(&cloud), given.clone())).members;
    assert_eq!(started["failures"], json!([]));
    let task = started["tasks"][0].clone();
    for member in ["group", "startedBy", "enableExecuteCommand", "platformVersion", "tags"] {
        assert_eq!(task[member], given[member], "{member}");
    }
    for (name, value) in given["overrides"].as_object().unwrap() {
        assert_eq!(&task["overrides"][name], value, "{name}");
    }
    assert_eq!((&task["cpu"], &task["memory"]), (&json!("512"), &json!("2048")));
    assert_eq!((&task["lastStatus"], &task["desiredStatus"]), (&json!("PROVISIONING"), &json!("RUNNING")));
    assert_eq!(
        (&task["containers"][0]["name"], &task["containers"][0]["lastStatus"]),
        (&json!("app"), &json!("PENDING"))
    );
    let subnet = &network(&cloud)["awsvpcConfiguration"]["subnets"][0];
    assert_eq!(&task["attachments"][0]["details"][0]["value"], subnet);
    let read = cloud.ok("DescribeTasks", json!({ "tasks": [arn(&started)], "include": ["TAGS"] })).members;
    assert_eq!(read["tasks"][0], task);
    let untagged = cloud.ok("DescribeTasks", json!({ "tasks": [arn(&started), "none"] }));
    assert_eq!(untagged.members["tasks"][0]["tags"], json!([]));
    assert_eq!(untagged.column("failures", "reason"), ["MISSING"]);
}

#[test]
fn tags_come_with_the_task_and_from_its_definition() {
    let cloud = ready();
    let definition = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "app" })).members;
    let definition = definition["taskDefinition"]["taskDefinitionArn"].clone();
    let tag = json!({ "resourceArn": definition, "tags": [{ "key": "team", "value": "data" }] });
    cloud.ok("TagResource", tag);
    let given = json!({ "propagateTags": "TASK_DEFINITION", "enableECSManagedTags": true });
    let started = cloud.ok("RunTask", with(members(&cloud), given)).members;
    let tags =
        json!([{ "key": "aws:ecs:clusterName", "value": "default" }, { "key": "team", "value": "data" }]);
    assert_eq!(started["tasks"][0]["tags"], tags);
    cloud.ok("UntagResource", json!({ "resourceArn": arn(&started), "tagKeys": ["team"] }));
    let read = cloud.ok("ListTagsForResource", json!({ "resourceArn": arn(&started) })).members;
    assert_eq!(read["tags"][0]["key"], "aws:ecs:clusterName");
    assert_eq!(read["tags"].as_array().unwrap().len(), 1);
}

#[test]
fn tasks_are_listed_and_stopped_once() {
    let cloud = ready();
    let started = cloud.ok("RunTask", with(members(&cloud), json!({ "count": 3, "startedBy": "a" }))).members;
    let count = |filter: Value| cloud.ok("ListTasks", filter).members["taskArns"].as_array().unwrap().len();
    assert_eq!(count(json!({})), 3);
    cloud.ok("StopTask", json!({ "task": arn(&started), "reason": "enough" }));
    let stopped = cloud.ok("StopTask", json!({ "task": arn(&started), "reason": "again" })).members;
    assert_eq!(stopped["task"]["stoppedReason"], "enough");
    assert_eq!(
        (&stopped["task"]["lastStatus"], &stopped["task"]["stopCode"]),
        (&json!("STOPPED"), &json!("UserInitiated"))
    );
    for (filter, expected) in [
        (json!({}), 2),
        (json!({ "desiredStatus": "STOPPED" }), 1),
        (json!({ "family": "app", "launchType": "FARGATE", "startedBy": "a" }), 2),
        (json!({ "family": "ap" }), 0),
        (json!({ "startedBy": "b" }), 0),
        (json!({ "launchType": "EC2" }), 0),
        (json!({ "serviceName": "relay" }), 0),
    ] {
        assert_eq!(count(filter.clone()), expected, "{filter}");
    }
    let cluster = cloud.ok("DescribeClusters", json!({})).members;
    assert_eq!(cluster["clusters"][0]["pendingTasksCount"], 2);
    assert_eq!(cloud.err("StopTask", json!({ "task": "t" })).message, "The referenced task was not found.");
    assert_eq!(cloud.refused("ListTasks", json!({ "cluster": "none" })).1, "ClusterNotFoundException");
}

#[test]
fn what_a_task_needs_stays() {
    let cloud = ready();
    let started = cloud.ok("RunTask", members(&cloud)).members;
    assert_eq!(
        cloud.refused("DeleteCluster", json!({ "cluster": "default" })).1,
        "ClusterContainsTasksException"
    );
    let delete = || {
        cloud.ok("DeregisterTaskDefinition", json!({ "taskDefinition": "app:1" }));
        cloud.ok("DeleteTaskDefinitions", json!({ "taskDefinitions": ["app:1"] }))
    };
    delete();
    let held = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "app:1" })).members;
    assert_eq!(held["taskDefinition"]["status"], "DELETE_IN_PROGRESS");
    cloud.ok("StopTask", json!({ "task": arn(&started) }));
    delete();
    assert_eq!(
        cloud.refused("DescribeTaskDefinition", json!({ "taskDefinition": "app:1" })).1,
        "ClientException"
    );
    cloud.ok("DeleteCluster", json!({ "cluster": "default" }));
}

#[test]
fn the_same_token_starts_nothing_again() {
    let cloud = ready();
    let given = with(members(&cloud), json!({ "clientToken": "once" }));
    let first = cloud.ok("RunTask", given.clone()).members;
    assert_eq!(cloud.ok("RunTask", given.clone()).members, first);
    let other = with(given, json!({ "count": 2 }));
    assert_eq!(cloud.refused("RunTask", other).1, "ConflictException");
    assert_eq!(cloud.ok("ListTasks", json!({})).members["taskArns"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_started_is_refused() {
    let cloud = ready();
    let invalid = "InvalidParameterException";
    for (change, code) in [
        (json!({ "cluster": "none" }), "ClusterNotFoundException"),
        (json!({ "taskDefinition": "none" }), "ClientException"),
        (json!({ "count": 11 }), invalid),
        (json!({ "launchType": "EC2" }), invalid),
        (json!({ "networkConfiguration": null }), invalid),
        (json!({ "networkConfiguration": { "awsvpcConfiguration": { "subnets": ["subnet-0"] } } }), invalid),
        (json!({ "capacityProviderStrategy": [{ "capacityProvider": "FARGATE" }] }), invalid),
        (json!({ "overrides": { "containerOverrides": [{ "name": "other" }] } }), invalid),
    ] {
        let mut given = with(members(&cloud), change.clone());
        given.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(cloud.refused("RunTask", given), (400, code.to_owned()), "{change}");
    }
    let volumes = json!([{ "name": "v", "managedEBSVolume": { "roleArn": "arn:role", "sizeInGiB": 10 } }]);
    let attached = with(members(&cloud), json!({ "volumeConfigurations": volumes }));
    assert_eq!(cloud.refused("RunTask", attached), (501, "NotImplemented".to_owned()));
    assert_eq!(cloud.ok("ListTasks", json!({})).members, json!({ "taskArns": [] }));
}
