//! ECS's services, and that nothing runs.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::ecs_task_definitions::{ecs, minimal};

/// With a cluster `default` and a task definition `app`.
pub(crate) fn ready() -> Cloud {
    let cloud = ecs();
    cloud.ok("CreateCluster", json!({}));
    cloud.ok("RegisterTaskDefinition", minimal("app"));
    cloud
}

/// A subnet and the group of the default VPC.
pub(crate) fn network(cloud: &Cloud) -> Value {
    let ec2 = cloud.of("ec2");
    let subnets = ec2.ok("DescribeSubnets", json!({}));
    let groups = ec2.ok("DescribeSecurityGroups", json!({}));
    json!({ "awsvpcConfiguration": {
        "subnets": [subnets.members["Subnets"][0]["SubnetId"]],
        "securityGroups": [groups.members["SecurityGroups"][0]["GroupId"]], "assignPublicIp": "DISABLED",
    } })
}

fn members(cloud: &Cloud, name: &str) -> Value {
    json!({
        "serviceName": name, "taskDefinition": "app", "desiredCount": 1, "launchType": "FARGATE",
        "networkConfiguration": network(cloud),
    })
}

fn read(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("DescribeServices", json!({ "services": [name], "include": ["TAGS"] })).members["services"][0]
        .clone()
}

#[test]
fn every_member_is_kept() {
    let cloud = ready();
    let shown = json!({
        "serviceName": "relay", "availabilityZoneRebalancing": "DISABLED",
        "loadBalancers": [{ "targetGroupArn": "arn:tg", "containerName": "app", "containerPort": 80 }],
        "serviceRegistries": [{ "registryArn": "arn:reg", "port": 80 }], "desiredCount": 2, "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": { "enable": true, "rollback": true }, "maximumPercent": 150,
            "minimumHealthyPercent": 50, "alarms": { "alarmNames": ["a"], "rollback": true, "enable": true },
            "strategy": "ROLLING", "bakeTimeInMinutes": 0,
        },
        "placementConstraints": [{ "type": "distinctInstance" }], "placementStrategy": [{ "type": "spread", "field": "x" }],
        "networkConfiguration": network(&cloud), "healthCheckGracePeriodSeconds": 30, "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" }, "enableECSManagedTags": true, "propagateTags": "SERVICE",
        "enableExecuteCommand": true, "tags": [{ "key": "team", "value": "data" }],
    });
    let deployed = json!({
        "serviceConnectConfiguration": { "enabled": true, "namespace": "n", "services": [{ "portName": "http" }] },
        "volumeConfigurations": [{ "name": "v", "managedEBSVolume": { "roleArn": "arn:role", "sizeInGiB": 10 } }],
        "vpcLatticeConfigurations": [{ "roleArn": "r", "targetGroupArn": "t", "portName": "p" }],
    });
    let mut given = shown.clone();
    given.as_object_mut().unwrap().extend(deployed.as_object().unwrap().clone());
    given["taskDefinition"] = json!("app");
    given["role"] = json!("arn:aws:iam::111111111111:role/balancer");
    let made = cloud.ok("CreateService", given.clone()).members["service"].clone();
    assert_eq!(read(&cloud, "relay"), made);
    for (name, value) in shown.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    for (name, value) in deployed.as_object().unwrap() {
        assert_eq!(&made["deployments"][0][name], value, "{name}");
    }
    assert_eq!(made["roleArn"], given["role"]);
    assert_eq!(made["taskDefinition"], format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:task-definition/app:1"));
    assert_eq!(made["serviceArn"], format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:service/default/relay"));
    assert_eq!((&made["runningCount"], &made["pendingCount"]), (&json!(0), &json!(0)));
    assert_eq!(made["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert_eq!(
        cloud.ok("DescribeServices", json!({ "services": ["relay"] })).members["services"][0]["tags"],
        json!([])
    );
    for (member, value) in [("monitoring", json!({})), ("gatewayConnectors", json!([]))] {
        let mut more = members(&cloud, "other");
        more[member] = value;
        assert_eq!(cloud.refused("CreateService", more), (501, "NotImplemented".into()), "{member}");
    }
}

#[test]
fn services_that_do_not_fit_are_refused() {
    let cloud = ready();
    cloud.ok(
        "RegisterTaskDefinition",
        json!({
            "family": "bridge", "containerDefinitions": [{ "name": "app", "image": "nginx", "memory": 64 }],
        }),
    );
    cloud.ok("CreateService", members(&cloud, "taken"));
    let invalid = "InvalidParameterException";
    for (member, value, code) in [
        ("serviceName", json!("a b"), invalid),
        ("serviceName", json!("taken"), invalid),
        ("cluster", json!("none"), "ClusterNotFoundException"),
        ("taskDefinition", json!("none"), "ClientException"),
        ("taskDefinition", json!("bridge"), invalid),
        ("taskDefinition", Value::Null, "InvalidParameterException"),
        ("networkConfiguration", Value::Null, invalid),
        ("networkConfiguration", json!({ "awsvpcConfiguration": { "subnets": [] } }), invalid),
        ("networkConfiguration", json!({ "awsvpcConfiguration": { "subnets": ["subnet-1"] } }), invalid),
        ("desiredCount", Value::Null, invalid),
        ("schedulingStrategy", json!("DAEMON"), invalid),
        ("launchType", json!("EXTERNAL"), invalid),
        ("launchType", json!("MOON"), invalid),
        ("capacityProviderStrategy", json!([{ "capacityProvider": "FARGATE" }]), invalid),
        ("loadBalancers", json!([{ "containerName": "other", "containerPort": 80 }]), invalid),
        ("loadBalancers", json!([{ "containerName": "app", "containerPort": 81 }]), invalid),
        ("deploymentController", json!({ "type": "CODE_DEPLOY" }), "NotImplemented"),
    ] {
        let mut given = members(&cloud, "s");
        given[member] = value.clone();
        assert_eq!(cloud.refused("CreateService", given).1, code, "{member} {value}");
    }
    cloud.ok("DeregisterTaskDefinition", json!({ "taskDefinition": "app:1" }));
    let mut given = members(&cloud, "s");
    given["taskDefinition"] = json!("app:1");
    assert_eq!(cloud.err("CreateService", given).message, "TaskDefinition is inactive");
}

#[test]
fn services_live() {
    let cloud = ready();
    let mut given = members(&cloud, "relay");
    given["clientToken"] = json!("once");
    given["serviceConnectConfiguration"] = json!({ "enabled": false });
    let made = cloud.ok("CreateService", given.clone()).members;
    assert_eq!(cloud.ok("CreateService", given).members, made);
    assert_eq!(cloud.refused("CreateService", members(&cloud, "relay")).1, "InvalidParameterException");
    let arn = made["service"]["serviceArn"].clone();
    let first = made["service"]["deployments"][0]["id"].clone();

    cloud.ok("UpdateService", json!({ "service": "relay", "desiredCount": 0 }));
    let scaled = read(&cloud, "relay");
    assert_eq!(
        (&scaled["deployments"][0]["id"], scaled["deployments"][0]["rolloutState"].as_str()),
        (&first, Some("COMPLETED"))
    );
    cloud.ok("RegisterTaskDefinition", minimal("app"));
    let update = json!({
        "service": arn, "taskDefinition": "app", "deploymentConfiguration": { "maximumPercent": 100 },
    });
    cloud.ok("UpdateService", update);
    let changed = read(&cloud, "relay");
    assert_ne!(changed["deployments"][0]["id"], first);
    assert_eq!(changed["deployments"][0]["serviceConnectConfiguration"], json!({ "enabled": false }));
    assert_eq!(changed["deploymentConfiguration"]["maximumPercent"], 100);
    assert_eq!(changed["deploymentConfiguration"]["minimumHealthyPercent"], 100);
    assert!(changed["taskDefinition"].as_str().unwrap().ends_with("app:2"));
    assert_eq!(
        cloud.ok("ListServices", json!({ "launchType": "FARGATE" })).members["serviceArns"],
        json!([arn])
    );
    assert_eq!(cloud.ok("ListServices", json!({ "launchType": "EC2" })).members["serviceArns"], json!([]));

    assert_eq!(
        cloud.refused("DeleteCluster", json!({ "cluster": "default" })).1,
        "ClusterContainsServicesException"
    );
    cloud.ok("UpdateService", json!({ "service": "relay", "desiredCount": 1 }));
    assert_eq!(cloud.refused("DeleteService", json!({ "service": "relay" })).1, "InvalidParameterException");
    let gone = cloud.ok("DeleteService", json!({ "service": "relay", "force": true })).members;
    assert_eq!(gone["service"]["status"], "DRAINING");
    assert_eq!(read(&cloud, "relay")["status"], "INACTIVE");
    assert_eq!(cloud.refused("UpdateService", json!({ "service": "relay" })).1, "ServiceNotActiveException");
    assert_eq!(cloud.refused("UpdateService", json!({ "service": "none" })).1, "ServiceNotFoundException");
    assert_eq!(cloud.ok("ListServices", json!({})).members, json!({ "serviceArns": [] }));
    let missing = cloud.ok("DescribeServices", json!({ "services": ["none"] }));
    assert_eq!(missing.column("failures", "reason"), ["MISSING"]);
    cloud.ok("CreateService", members(&cloud, "relay"));
}

#[test]
fn a_cluster_says_how_tasks_are_launched() {
    let cloud = ready();
    let strategy = json!([{ "capacityProvider": "FARGATE", "weight": 1 }]);
    cloud.ok("PutClusterCapacityProviders", json!({
        "cluster": "default", "capacityProviders": ["FARGATE", "FARGATE_SPOT"], "defaultCapacityProviderStrategy": strategy,
    }));
    let mut given = members(&cloud, "relay");
    given.as_object_mut().unwrap().remove("launchType");
    let made = cloud.ok("CreateService", given).members["service"].clone();
    assert_eq!((&made["capacityProviderStrategy"], &made["launchType"]), (&strategy, &Value::Null));
    let none =
        json!({ "cluster": "default", "capacityProviders": [], "defaultCapacityProviderStrategy": [] });
    assert_eq!(cloud.refused("PutClusterCapacityProviders", none).1, "ResourceInUseException");
}

#[test]
fn resources_are_tagged() {
    let cloud = ready();
    let service =
        cloud.ok("CreateService", members(&cloud, "relay")).members["service"]["serviceArn"].clone();
    for arn in [
        service.as_str().unwrap(),
        &format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:cluster/default"),
        &format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:task-definition/app:1"),
    ] {
        let tags = json!([{ "key": "a", "value": "1" }, { "key": "b", "value": "2" }]);
        cloud.ok("TagResource", json!({ "resourceArn": arn, "tags": tags }));
        cloud.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["a"] }));
        let read = cloud.ok("ListTagsForResource", json!({ "resourceArn": arn })).members;
        assert_eq!(read, json!({ "tags": [{ "key": "b", "value": "2" }] }), "{arn}");
    }
    for (arn, code) in [
        ("relay".to_owned(), "InvalidParameterException"),
        (format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:cluster/none"), "ClusterNotFoundException"),
        (format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:service/default/none"), "ResourceNotFoundException"),
        (format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:task/default/none"), "ResourceNotFoundException"),
        (format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:task-set/default/none"), "InvalidParameterException"),
    ] {
        assert_eq!(cloud.refused("ListTagsForResource", json!({ "resourceArn": arn })).1, code, "{arn}");
    }
}

#[test]
fn nothing_runs() {
    let cloud = ready();
    let start = json!({ "taskDefinition": "app", "containerInstances": ["i"] });
    assert_eq!(cloud.refused("StartTask", start), (501, "NotImplemented".into()));
    assert_eq!(cloud.ok("ListContainerInstances", json!({})).members, json!({ "containerInstanceArns": [] }));
    let described = cloud.ok("DescribeContainerInstances", json!({ "containerInstances": ["i"] }));
    assert_eq!(described.column("failures", "reason"), ["MISSING"]);
}
