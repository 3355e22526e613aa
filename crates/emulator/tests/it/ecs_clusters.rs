//! ECS's clusters, capacity providers and account settings.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const INCLUDE: [&str; 5] = ["SETTINGS", "CONFIGURATIONS", "TAGS", "STATISTICS", "ATTACHMENTS"];

fn ecs() -> Cloud {
    Cloud::new().of("ecs")
}

fn cluster(cloud: &Cloud, name: &str) -> Value {
    let members = json!({ "clusters": [name], "include": INCLUDE });
    cloud.ok("DescribeClusters", members).members["clusters"][0].clone()
}

#[test]
fn every_member_is_kept() {
    let cloud = ecs();
    let given = json!({
        "clusterName": "relay", "settings": [{ "name": "containerInsights", "value": "enhanced" }],
        "configuration": {
            "executeCommandConfiguration": {
                "kmsKeyId": "k", "logging": "OVERRIDE",
                "logConfiguration": {
                    "cloudWatchLogGroupName": "g", "cloudWatchEncryptionEnabled": true, "s3BucketName": "b",
                    "s3EncryptionEnabled": true, "s3KeyPrefix": "p",
                },
            },
            "managedStorageConfiguration": { "kmsKeyId": "k", "fargateEphemeralStorageKmsKeyId": "f" },
        },
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 1, "base": 1 }],
        "serviceConnectDefaults": { "namespace": "arn:aws:servicediscovery:eu-west-2:111111111111:namespace/ns-1" },
        "tags": [{ "key": "team", "value": "data" }],
    });
    let made = cloud.ok("CreateCluster", given.clone()).members["cluster"].clone();
    assert_eq!(cluster(&cloud, "relay"), made);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let arn = format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:cluster/relay");
    assert_eq!((made["clusterArn"].as_str(), made["status"].as_str()), (Some(arn.as_str()), Some("ACTIVE")));
    assert_eq!(cluster(&cloud, &arn), made);
    let plain = cloud.ok("DescribeClusters", json!({ "clusters": ["relay"] })).members["clusters"][0].clone();
    assert_eq!(
        (&plain["tags"], &plain["settings"], &plain["configuration"]),
        (&json!([]), &json!([]), &Value::Null)
    );
    assert_eq!(cloud.ok("ListClusters", json!({})).members, json!({ "clusterArns": [arn] }));
    assert_eq!(cloud.ok("CreateCluster", json!({ "clusterName": "relay" })).members["cluster"], made);
}

#[test]
fn clusters_change_and_go() {
    let cloud = ecs();
    cloud.ok("CreateCluster", json!({}));
    assert_eq!(
        cluster(&cloud, "default")["settings"],
        json!([{ "name": "containerInsights", "value": "disabled" }])
    );
    let settings = json!([{ "name": "containerInsights", "value": "enabled" }]);
    cloud.ok("UpdateClusterSettings", json!({ "cluster": "default", "settings": settings }));
    let configuration = json!({ "executeCommandConfiguration": { "logging": "NONE" } });
    cloud.ok("UpdateCluster", json!({ "cluster": "default", "configuration": configuration }));
    let providers = json!({
        "cluster": "default", "capacityProviders": ["FARGATE"],
        "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 1 }],
    });
    cloud.ok("PutClusterCapacityProviders", providers);
    let read = cluster(&cloud, "default");
    assert_eq!((&read["settings"], &read["configuration"]), (&settings, &configuration));
    assert_eq!(read["capacityProviders"], json!(["FARGATE"]));
    for (operation, members, code) in [
        ("CreateCluster", json!({ "clusterName": "a b" }), "InvalidParameterException"),
        (
            "CreateCluster",
            json!({ "clusterName": "a", "capacityProviders": ["x"] }),
            "InvalidParameterException",
        ),
        (
            "CreateCluster",
            json!({ "clusterName": "a", "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE" }] }),
            "InvalidParameterException",
        ),
        (
            "CreateCluster",
            json!({ "clusterName": "a", "settings": [{ "name": "containerInsights", "value": "yes" }] }),
            "InvalidParameterException",
        ),
        (
            "CreateCluster",
            json!({ "clusterName": "a", "tags": [{ "key": "aws:a", "value": "b" }] }),
            "InvalidParameterException",
        ),
        (
            "CreateCluster",
            json!({ "clusterName": "a", "serviceConnectDefaults": { "namespace": "n" } }),
            "NotImplemented",
        ),
        ("UpdateCluster", json!({ "cluster": "none" }), "ClusterNotFoundException"),
        ("DeleteCluster", json!({ "cluster": "none" }), "ClusterNotFoundException"),
        ("DeleteCluster", json!({}), "InvalidParameterException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()).1, code, "{operation} {members}");
    }
    assert_eq!(
        cloud.ok("DeleteCluster", json!({ "cluster": "default" })).members["cluster"]["status"],
        "INACTIVE"
    );
    assert_eq!(cluster(&cloud, "default")["status"], "INACTIVE");
    assert_eq!(cloud.ok("ListClusters", json!({})).members, json!({ "clusterArns": [] }));
    assert_eq!(cloud.refused("DeleteCluster", json!({ "cluster": "default" })).1, "ClusterNotFoundException");
    let missing = cloud.ok("DescribeClusters", json!({ "clusters": ["none"] })).members;
    assert_eq!(
        missing["failures"],
        json!([{ "arn": format!("arn:aws:ecs:eu-west-2:{ACCOUNT}:cluster/none"), "reason": "MISSING" }])
    );
    cloud.ok("CreateCluster", json!({}));
    assert_eq!(cluster(&cloud, "default")["settings"][0]["value"], "disabled");
}

#[test]
fn capacity_providers_are_kept() {
    let cloud = ecs();
    let group = json!({
        "autoScalingGroupArn": "arn:aws:autoscaling:eu-west-2:111111111111:autoScalingGroup:1:autoScalingGroupName/g",
        "managedScaling": {
            "status": "ENABLED", "targetCapacity": 80, "minimumScalingStepSize": 2, "maximumScalingStepSize": 20,
            "instanceWarmupPeriod": 60,
        },
        "managedTerminationProtection": "ENABLED", "managedDraining": "DISABLED",
    });
    let given =
        json!({ "name": "own", "autoScalingGroupProvider": group, "tags": [{ "key": "a", "value": "b" }] });
    let made = cloud.ok("CreateCapacityProvider", given.clone()).members["capacityProvider"].clone();
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let describe = |names: Value| {
        cloud.ok("DescribeCapacityProviders", json!({ "capacityProviders": names, "include": ["TAGS"] }))
    };
    assert_eq!(describe(json!(["own"])).members["capacityProviders"], json!([made]));
    assert_eq!(describe(json!([])).column("capacityProviders", "name"), ["FARGATE", "FARGATE_SPOT", "own"]);
    assert_eq!(
        describe(json!(["none"])).members["failures"],
        json!([{ "arn": "none", "reason": "MISSING" }])
    );
    assert_eq!(cloud.refused("CreateCapacityProvider", given).1, "ClientException");
    let scaling = json!({ "managedScaling": { "targetCapacity": 50 } });
    let changed =
        cloud.ok("UpdateCapacityProvider", json!({ "name": "own", "autoScalingGroupProvider": scaling }));
    let scaling = &changed.members["capacityProvider"]["autoScalingGroupProvider"];
    assert_eq!(
        (&scaling["managedScaling"]["targetCapacity"], &scaling["managedScaling"]["instanceWarmupPeriod"]),
        (&json!(50), &json!(60))
    );
    for (name, group) in [
        ("ecs-own", json!({ "autoScalingGroupArn": "a" })),
        ("a b", json!({ "autoScalingGroupArn": "a" })),
        ("other", json!({})),
        ("other", json!({ "autoScalingGroupArn": "a", "managedTerminationProtection": "ENABLED" })),
    ] {
        let members = json!({ "name": name, "autoScalingGroupProvider": group });
        assert_eq!(cloud.refused("CreateCapacityProvider", members).1, "InvalidParameterException", "{name}");
    }
    cloud.ok("CreateCluster", json!({ "capacityProviders": ["own"] }));
    assert_eq!(
        cloud.refused("DeleteCapacityProvider", json!({ "capacityProvider": "own" })).1,
        "ClientException"
    );
    let none =
        json!({ "cluster": "default", "capacityProviders": [], "defaultCapacityProviderStrategy": [] });
    cloud.ok("PutClusterCapacityProviders", none);
    cloud.ok("DeleteCapacityProvider", json!({ "capacityProvider": "own" }));
    assert_eq!(
        cloud.refused("DeleteCapacityProvider", json!({ "capacityProvider": "own" })).1,
        "InvalidParameterException"
    );
}

#[test]
fn settings_are_of_principals_and_of_the_account() {
    let cloud = ecs();
    let value =
        |members: Value| cloud.ok("ListAccountSettings", members).column("settings", "value").join(" ");
    let insights = json!({ "name": "containerInsights", "effectiveSettings": true });
    assert_eq!(value(insights.clone()), "disabled");
    cloud.ok("PutAccountSettingDefault", json!({ "name": "containerInsights", "value": "enabled" }));
    assert_eq!(value(insights.clone()), "enabled");
    let set = cloud.ok("PutAccountSetting", json!({ "name": "containerInsights", "value": "enhanced" }));
    assert_eq!(
        set.members["setting"],
        json!({
            "name": "containerInsights", "value": "enhanced", "type": "user",
            "principalArn": format!("arn:aws:iam::{ACCOUNT}:user/people/ada"),
        })
    );
    assert_eq!(value(insights.clone()), "enhanced");
    cloud.ok("DeleteAccountSetting", json!({ "name": "containerInsights" }));
    assert_eq!(value(json!({ "name": "containerInsights" })), "");
    cloud.ok("CreateCluster", json!({}));
    assert_eq!(cluster(&cloud, "default")["settings"][0]["value"], "enabled");
    for (name, value) in [("containerInsights", "x"), ("other", "enabled")] {
        let members = json!({ "name": name, "value": value });
        assert_eq!(cloud.refused("PutAccountSetting", members).1, "InvalidParameterException");
    }
}

#[test]
fn accounts_and_forks_are_apart() {
    let cloud = ecs();
    cloud.ok("CreateCluster", json!({ "clusterName": "a" }));
    let fork = cloud.fork();
    cloud.ok("DeleteCluster", json!({ "cluster": "a" }));
    fork.ok("CreateCluster", json!({ "clusterName": "b" }));
    let count =
        |cloud: &Cloud| cloud.ok("ListClusters", json!({})).members["clusterArns"].as_array().unwrap().len();
    assert_eq!((count(&cloud), count(&fork), count(&fork.other_account())), (0, 2, 0));
    assert_eq!(count(&fork.in_region("us-east-1")), 0);
}
