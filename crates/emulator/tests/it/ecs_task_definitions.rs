//! ECS's task definitions.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

pub fn ecs() -> Cloud {
    Cloud::new().of("ecs")
}

pub fn minimal(family: &str) -> Value {
    json!({
        "family": family, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
        "containerDefinitions": [{ "name": "app", "image": "nginx", "portMappings": [{ "containerPort": 80 }] }],
    })
}

fn arn(revision: &str) -> String {
    format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:task-definition/{revision}")
}

#[test]
fn every_member_is_kept() {
    let cloud = ecs();
    let mut container = json!({
        "name": "app", "image": "111111111111.dkr.ecr.eu-west-2.amazonaws.com/app:1",
        "repositoryCredentials": { "credentialsParameter": "arn:secret" }, "cpu": 128, "memory": 256,
        "memoryReservation": 128, "links": ["side"],
        "portMappings": [{
            "containerPort": 80, "hostPort": 80, "protocol": "udp", "name": "http", "appProtocol": "http",
        }, { "containerPortRange": "90-95", "protocol": "tcp" }],
        "essential": true, "restartPolicy": { "enabled": true, "ignoredExitCodes": [0], "restartAttemptPeriod": 60 },
        "entryPoint": ["sh"], "command": ["-c", "true"], "environment": [{ "name": "B", "value": "1" }, { "name": "A", "value": "2" }],
        "environmentFiles": [{ "value": "arn:aws:s3:::b/f.env", "type": "s3" }],
        "mountPoints": [{ "sourceVolume": "data", "containerPath": "/data", "readOnly": true }],
        "volumesFrom": [{ "sourceContainer": "side", "readOnly": true }],
        "linuxParameters": {
            "capabilities": { "add": ["SYS_PTRACE"], "drop": ["ALL"] },
            "devices": [{ "hostPath": "/dev/x", "containerPath": "/dev/y", "permissions": ["read"] }],
            "initProcessEnabled": true, "sharedMemorySize": 64, "maxSwap": 1, "swappiness": 2,
            "tmpfs": [{ "containerPath": "/tmp", "size": 10, "mountOptions": ["rw"] }],
        },
    });
    let more = json!({
        "secrets": [{ "name": "S", "valueFrom": "arn:secret" }],
        "dependsOn": [{ "containerName": "side", "condition": "HEALTHY" }], "startTimeout": 10, "stopTimeout": 20,
        "versionConsistency": "disabled", "hostname": "h", "user": "nobody", "workingDirectory": "/w",
        "disableNetworking": false, "privileged": false, "readonlyRootFilesystem": true, "dnsServers": ["1.1.1.1"],
        "dnsSearchDomains": ["x"], "extraHosts": [{ "hostname": "h", "ipAddress": "10.0.0.1" }],
        "dockerSecurityOptions": ["no-new-privileges"], "interactive": true, "pseudoTerminal": true,
        "dockerLabels": { "a": "b" }, "ulimits": [{ "name": "nofile", "softLimit": 1, "hardLimit": 2 }],
        "logConfiguration": {
            "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/app", "awslogs-region": "eu-west-2" },
            "secretOptions": [{ "name": "n", "valueFrom": "v" }],
        },
        "healthCheck": { "command": ["CMD", "true"], "interval": 5, "timeout": 2, "retries": 3, "startPeriod": 10 },
        "systemControls": [{ "namespace": "net.core.somaxconn", "value": "1" }],
        "resourceRequirements": [{ "type": "GPU", "value": "1" }],
        "firelensConfiguration": { "type": "fluentbit", "options": { "a": "b" } }, "credentialSpecs": ["c"],
    });
    container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let side = json!({
        "name": "side", "image": "envoy", "essential": false, "cpu": 0, "environment": [], "mountPoints": [],
        "portMappings": [], "systemControls": [], "volumesFrom": [],
    });
    let given = json!({
        "family": "app", "taskRoleArn": "arn:aws:iam::111111111111:role/task",
        "executionRoleArn": "arn:aws:iam::111111111111:role/execution", "networkMode": "awsvpc",
        "containerDefinitions": [container, side],
        "volumes": [
            { "name": "data", "efsVolumeConfiguration": {
                "fileSystemId": "fs-1", "rootDirectory": "/r", "transitEncryption": "ENABLED", "transitEncryptionPort": 2049,
                "authorizationConfig": { "accessPointId": "fsap-1", "iam": "ENABLED" },
            } },
            { "name": "host", "host": { "sourcePath": "/h" } },
            { "name": "docker", "dockerVolumeConfiguration": {
                "scope": "shared", "autoprovision": true, "driver": "local", "driverOpts": { "a": "b" }, "labels": { "c": "d" },
            } },
            { "name": "later", "configuredAtLaunch": true },
        ],
        "placementConstraints": [{ "type": "memberOf", "expression": "attribute:x == y" }],
        "requiresCompatibilities": ["FARGATE", "EC2"], "cpu": "1 vCPU", "memory": "2 GB", "pidMode": "task", "ipcMode": "none",
        "proxyConfiguration": { "type": "APPMESH", "containerName": "side", "properties": [{ "name": "n", "value": "v" }] },
        "inferenceAccelerators": [{ "deviceName": "d", "deviceType": "eia1.medium" }],
        "ephemeralStorage": { "sizeInGiB": 30 },
        "runtimePlatform": { "cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX" }, "enableFaultInjection": true,
    });
    let mut members = given.clone();
    members["tags"] = json!([{ "key": "team", "value": "data" }]);
    let made = cloud.ok("RegisterTaskDefinition", members).members;
    let described = json!({ "taskDefinition": "app", "include": ["TAGS"] });
    assert_eq!(cloud.ok("DescribeTaskDefinition", described).members, made);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made["taskDefinition"][name], value, "{name}");
    }
    assert_eq!(made["tags"], json!([{ "key": "team", "value": "data" }]));
    let definition = &made["taskDefinition"];
    assert_eq!(definition["taskDefinitionArn"], arn("app:1"));
    assert_eq!((&definition["revision"], definition["status"].as_str()), (&json!(1), Some("ACTIVE")));
    assert_eq!(definition["compatibilities"], json!(["EC2", "FARGATE"]));
    let plain = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "app" })).members;
    assert_eq!(plain["tags"], json!([]));
    let enclave = json!({ "isolationMode": "NITRO" });
    let mut members = minimal("enclave");
    members["trustedExecutionConfiguration"] = enclave.clone();
    cloud.ok("RegisterTaskDefinition", members);
    let read = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "enclave" })).members;
    assert_eq!(read["taskDefinition"]["trustedExecutionConfiguration"], enclave);
}

#[test]
fn containers_are_completed() {
    let cloud = ecs();
    let ports = |network: Option<&str>| {
        let mut members = json!({ "family": "f", "containerDefinitions": [{
            "name": "app", "image": "nginx", "memory": 64, "portMappings": [{ "containerPort": 80 }],
        }], "volumes": [{ "name": "v" }] });
        if let Some(network) = network {
            members["networkMode"] = json!(network);
        }
        cloud.ok("RegisterTaskDefinition", members).members["taskDefinition"].clone()
    };
    let made = ports(None);
    assert_eq!(
        made["containerDefinitions"][0],
        json!({
            "name": "app", "image": "nginx", "memory": 64, "cpu": 0, "essential": true, "environment": [],
            "mountPoints": [], "volumesFrom": [], "systemControls": [],
            "portMappings": [{ "containerPort": 80, "hostPort": 0, "protocol": "tcp" }],
        })
    );
    assert_eq!(made["volumes"], json!([{ "name": "v", "host": {} }]));
    assert_eq!(made["compatibilities"], json!(["EXTERNAL", "EC2"]));
    assert_eq!(ports(Some("awsvpc"))["containerDefinitions"][0]["portMappings"][0]["hostPort"], 80);
}

#[test]
fn what_cannot_run_is_refused() {
    let cloud = ecs();
    let client = "ClientException";
    for (member, value, code) in [
        ("family", json!("a b"), client),
        ("family", Value::Null, "InvalidParameterException"),
        ("cpu", Value::Null, client),
        ("memory", json!("4096"), client),
        ("memory", json!("lots"), client),
        ("networkMode", json!("bridge"), client),
        ("networkMode", json!("other"), "InvalidParameterException"),
        ("requiresCompatibilities", json!(["MOON"]), "InvalidParameterException"),
        ("ephemeralStorage", json!({ "sizeInGiB": 20 }), "InvalidParameterException"),
        ("containerDefinitions", json!([]), client),
        ("containerDefinitions", json!([{ "image": "nginx" }]), client),
        ("containerDefinitions", json!([{ "name": "a b", "image": "nginx" }]), client),
        ("containerDefinitions", json!([{ "name": "a" }]), client),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x" }, { "name": "a", "image": "x" }]),
            client,
        ),
        ("containerDefinitions", json!([{ "name": "a", "image": "x", "essential": false }]), client),
        ("containerDefinitions", json!([{ "name": "a", "image": "x", "memory": 1 }]), client),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "memory": 10, "memoryReservation": 11 }]),
            client,
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "portMappings": [{ "containerPort": 1, "hostPort": 2 }] }]),
            client,
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "mountPoints": [{ "sourceVolume": "none" }] }]),
            client,
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "dependsOn": [{ "containerName": "b", "condition": "START" }] }]),
            client,
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "dependsOn": [{ "containerName": "a" }] }]),
            "InvalidParameterException",
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "1.dkr.ecr.eu-west-2.amazonaws.com/x" }]),
            client,
        ),
        (
            "containerDefinitions",
            json!([{ "name": "a", "image": "x", "logConfiguration": { "logDriver": "awslogs" } }]),
            client,
        ),
    ] {
        let mut members = minimal("f");
        members[member] = value.clone();
        assert_eq!(cloud.refused("RegisterTaskDefinition", members).1, code, "{member} {value}");
    }
    let without = json!({ "family": "f", "containerDefinitions": [{ "name": "a", "image": "x" }] });
    let memory = cloud.err("RegisterTaskDefinition", without);
    assert!(memory.message.contains("At least one of 'memory' or 'memoryReservation'"), "{}", memory.message);
    assert_eq!(cloud.ok("ListTaskDefinitionFamilies", json!({})).members, json!({ "families": [] }));
}

#[test]
fn revisions_come_and_go() {
    let cloud = ecs();
    for family in ["a", "a", "b"] {
        cloud.ok("RegisterTaskDefinition", minimal(family));
    }
    let list =
        |members: Value| cloud.ok("ListTaskDefinitions", members).members["taskDefinitionArns"].clone();
    assert_eq!(list(json!({})), json!([arn("a:1"), arn("a:2"), arn("b:1")]));
    assert_eq!(list(json!({ "familyPrefix": "a", "sort": "DESC" })), json!([arn("a:2"), arn("a:1")]));
    let page = cloud.ok("ListTaskDefinitions", json!({ "maxResults": 2 }));
    let rest = cloud.ok("ListTaskDefinitions", json!({ "nextToken": page.text("nextToken") })).members;
    assert_eq!(rest, json!({ "taskDefinitionArns": [arn("b:1")] }));
    assert_eq!(
        cloud.refused("ListTaskDefinitions", json!({ "nextToken": "§" })).1,
        "InvalidParameterException"
    );
    let gone = cloud.ok("DeregisterTaskDefinition", json!({ "taskDefinition": arn("a:2") })).members;
    assert_eq!(gone["taskDefinition"]["status"], "INACTIVE");
    assert_eq!(gone["taskDefinition"]["deregisteredAt"], "2026-01-15T10:00:00Z");
    let newest = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "a" })).members;
    assert_eq!(newest["taskDefinition"]["revision"], 1);
    let inactive = cloud.ok("DescribeTaskDefinition", json!({ "taskDefinition": "a:2" })).members;
    assert_eq!(inactive["taskDefinition"]["status"], "INACTIVE");
    assert_eq!(list(json!({ "status": "INACTIVE" })), json!([arn("a:2")]));
    let deleted = cloud.ok("DeleteTaskDefinitions", json!({ "taskDefinitions": ["a:1", "a:2", "c:1"] }));
    assert_eq!(deleted.column("taskDefinitions", "status"), ["DELETE_IN_PROGRESS"]);
    assert_eq!(deleted.column("failures", "arn"), ["a:1", "c:1"]);
    assert_eq!(
        cloud.refused("DescribeTaskDefinition", json!({ "taskDefinition": "a:2" })).1,
        "ClientException"
    );
    assert_eq!(cloud.ok("RegisterTaskDefinition", minimal("a")).members["taskDefinition"]["revision"], 3);
    cloud.ok("DeregisterTaskDefinition", json!({ "taskDefinition": "b:1" }));
    let families = |status: &str| {
        cloud.ok("ListTaskDefinitionFamilies", json!({ "status": status })).members["families"].clone()
    };
    assert_eq!((families("ACTIVE"), families("INACTIVE")), (json!(["a"]), json!(["b"])));
    for named in ["b", "b:9", "none"] {
        let refused = cloud.refused("DeregisterTaskDefinition", json!({ "taskDefinition": named }));
        assert_eq!(refused, (400, "ClientException".into()), "{named}");
    }
    assert_eq!(
        cloud.other_account().ok("ListTaskDefinitions", json!({})).members,
        json!({ "taskDefinitionArns": [] })
    );
}
