//! ECR's repositories and their policies, and what is of a registry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

fn ecr() -> Cloud {
    Cloud::new().of("ecr")
}

fn repository(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("DescribeRepositories", json!({ "repositoryNames": [name] })).members["repositories"][0].clone()
}

#[test]
fn every_member_is_kept() {
    let cloud = ecr();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].clone();
    let given = json!({
        "repositoryName": "team/app", "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{ "filterType": "WILDCARD", "filter": "dev-*" }],
        "imageScanningConfiguration": { "scanOnPush": true },
        "encryptionConfiguration": { "encryptionType": "KMS", "kmsKey": key },
    });
    let mut members = given.clone();
    members["tags"] = json!([{ "Key": "team", "Value": "data" }]);
    let made = cloud.ok("CreateRepository", members.clone()).members["repository"].clone();
    assert_eq!(repository(&cloud, "team/app"), made);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let arn = format!("arn:aws:ecr:eu-west-2:{ACCOUNT}:repository/team/app");
    assert_eq!(made["repositoryArn"], arn);
    assert_eq!(made["repositoryUri"], format!("{ACCOUNT}.dkr.ecr.eu-west-2.amazonaws.com/team/app"));
    assert_eq!(
        (made["registryId"].as_str(), made["createdAt"].as_str()),
        (Some(ACCOUNT), Some("2026-01-15T10:00:00Z"))
    );
    assert_eq!(
        cloud.ok("ListTagsForResource", json!({ "resourceArn": arn })).members["tags"],
        members["tags"]
    );
    let plain =
        cloud.ok("CreateRepository", json!({ "repositoryName": "plain" })).members["repository"].clone();
    assert_eq!(
        (
            &plain["imageTagMutability"],
            &plain["imageScanningConfiguration"],
            &plain["encryptionConfiguration"]
        ),
        (&json!("MUTABLE"), &json!({ "scanOnPush": false }), &json!({ "encryptionType": "AES256" }))
    );
}

#[test]
fn what_is_no_repository_is_refused() {
    let cloud = ecr();
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    let invalid = "InvalidParameterException";
    for (member, value, code) in [
        ("repositoryName", json!("App"), invalid),
        ("repositoryName", json!("a"), invalid),
        ("repositoryName", Value::Null, invalid),
        ("repositoryName", json!("app"), "RepositoryAlreadyExistsException"),
        ("registryId", json!("1"), invalid),
        ("imageTagMutability", json!("SOMETIMES"), invalid),
        ("imageTagMutability", json!("MUTABLE_WITH_EXCLUSION"), invalid),
        ("imageTagMutabilityExclusionFilters", json!([{ "filterType": "WILDCARD", "filter": "*" }]), invalid),
        ("encryptionConfiguration", json!({ "encryptionType": "ROT13" }), invalid),
        ("encryptionConfiguration", json!({ "encryptionType": "AES256", "kmsKey": "k" }), invalid),
        (
            "encryptionConfiguration",
            json!({ "encryptionType": "KMS", "kmsKey": "alias/none" }),
            "KmsException",
        ),
        ("encryptionConfiguration", json!({ "encryptionType": "KMS" }), "NotImplemented"),
        ("tags", json!([{ "Key": "aws:x", "Value": "y" }]), "InvalidTagParameterException"),
        (
            "tags",
            json!([{ "Key": "x", "Value": "y" }, { "Key": "x", "Value": "z" }]),
            "InvalidTagParameterException",
        ),
    ] {
        let mut members = json!({ "repositoryName": "other" });
        members[member] = value.clone();
        assert_eq!(cloud.refused("CreateRepository", members).1, code, "{member} {value}");
    }
    let missing = cloud.err("DescribeRepositories", json!({ "repositoryNames": ["none"] }));
    assert_eq!(
        (missing.status, missing.message),
        (400, format!("The repository with name 'none' does not exist in the registry with id '{ACCOUNT}'"))
    );
}

#[test]
fn repositories_change_and_go() {
    let cloud = ecr();
    for name in ["b1", "a1"] {
        cloud.ok("CreateRepository", json!({ "repositoryName": name }));
    }
    let page = cloud.ok("DescribeRepositories", json!({ "maxResults": 1 }));
    assert_eq!(page.column("repositories", "repositoryName"), ["a1"]);
    let rest = cloud.ok("DescribeRepositories", json!({ "nextToken": page.text("nextToken") }));
    assert_eq!(rest.column("repositories", "repositoryName"), ["b1"]);
    cloud.ok("PutImageTagMutability", json!({ "repositoryName": "a1", "imageTagMutability": "IMMUTABLE" }));
    let scanning = json!({ "repositoryName": "a1", "imageScanningConfiguration": { "scanOnPush": true } });
    cloud.ok("PutImageScanningConfiguration", scanning);
    let read = repository(&cloud, "a1");
    assert_eq!(
        (read["imageTagMutability"].as_str(), &read["imageScanningConfiguration"]["scanOnPush"]),
        (Some("IMMUTABLE"), &json!(true))
    );
    let arn = read["repositoryArn"].clone();
    cloud.ok(
        "TagResource",
        json!({ "resourceArn": arn, "tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }] }),
    );
    cloud.ok("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["a"] }));
    let tags = cloud.ok("ListTagsForResource", json!({ "resourceArn": arn })).members;
    assert_eq!(tags, json!({ "tags": [{ "Key": "b", "Value": "" }] }));
    cloud.ok("DeleteRepository", json!({ "repositoryName": "a1" }));
    assert_eq!(
        cloud.refused("DeleteRepository", json!({ "repositoryName": "a1" })).1,
        "RepositoryNotFoundException"
    );
}

#[test]
fn policies_are_kept_as_they_are_sent() {
    let cloud = ecr();
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    let of = json!({ "repositoryName": "app" });
    let policy = r#"{ "Version":"2012-10-17",  "Statement":[{"Sid":"pull","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}] }"#;
    let lifecycle = r#"{ "rules": [{ "rulePriority": 1, "description": "keep ten", "selection": { "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10 }, "action": { "type": "expire" } }] }"#;
    for (put, get, delete, member, text, code) in [
        (
            "SetRepositoryPolicy",
            "GetRepositoryPolicy",
            "DeleteRepositoryPolicy",
            "policyText",
            policy,
            "RepositoryPolicyNotFoundException",
        ),
        (
            "PutLifecyclePolicy",
            "GetLifecyclePolicy",
            "DeleteLifecyclePolicy",
            "lifecyclePolicyText",
            lifecycle,
            "LifecyclePolicyNotFoundException",
        ),
    ] {
        assert_eq!(cloud.refused(get, of.clone()).1, code);
        let mut members = of.clone();
        members[member] = json!(text);
        cloud.ok(put, members.clone());
        assert_eq!(cloud.ok(get, of.clone()).text(member), text);
        members[member] = json!("x".repeat(120));
        assert_eq!(cloud.refused(put, members).1, "InvalidParameterException");
        assert_eq!(cloud.ok(delete, of.clone()).text(member), text);
        assert_eq!(cloud.refused(delete, of.clone()).1, code);
    }
    assert_eq!(cloud.refused("GetRegistryPolicy", json!({})).1, "RegistryPolicyNotFoundException");
    cloud.ok("PutRegistryPolicy", json!({ "policyText": policy }));
    assert_eq!(cloud.ok("GetRegistryPolicy", json!({})).text("policyText"), policy);
    cloud.ok("DeleteRegistryPolicy", json!({}));
    assert_eq!(
        cloud.refused("PutRegistryPolicy", json!({ "policyText": "{}" })).1,
        "InvalidParameterException"
    );
}

#[test]
fn lifecycle_policies_are_checked() {
    let cloud = ecr();
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    let put = |rules: Value| {
        // The API takes none that is shorter.
        let text = format!("{}{}", json!({ "rules": rules }), " ".repeat(100));
        cloud.call("PutLifecyclePolicy", json!({ "repositoryName": "app", "lifecyclePolicyText": text }), "")
    };
    let rule = |changes: Value| {
        let mut rule = json!({
            "rulePriority": 1, "action": { "type": "expire" },
            "selection": { "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7 },
        });
        for (path, value) in changes.as_object().unwrap() {
            *rule.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.clone();
        }
        rule
    };
    put(json!([rule(json!({}))])).unwrap();
    let tagged = json!({ "tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 1 });
    put(json!([rule(json!({ "/selection": tagged }))])).unwrap();
    for rules in [
        json!([]),
        json!([rule(json!({ "/rulePriority": 0 }))]),
        json!([rule(json!({ "/action/type": "keep" }))]),
        json!([rule(json!({ "/selection/tagStatus": "some" }))]),
        json!([rule(json!({ "/selection/tagStatus": "tagged" }))]),
        json!([rule(json!({ "/selection/countType": "other" }))]),
        json!([rule(json!({ "/selection/countUnit": "hours" }))]),
        json!([rule(json!({ "/selection/countType": "imageCountMoreThan" }))]),
        json!([rule(json!({ "/selection/countNumber": 0 }))]),
        json!([rule(json!({ "/action": { "type": "expire", "to": "x" } }))]),
        json!([rule(json!({})), rule(json!({}))]),
        json!([rule(json!({ "/selection/tagStatus": "any" })), rule(json!({ "/rulePriority": 2 }))]),
    ] {
        let error = put(rules.clone()).unwrap_err();
        assert_eq!(error.code, "InvalidParameterException", "{rules}");
    }
}

#[test]
fn registries_have_settings() {
    let cloud = ecr();
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    cloud.ok("CreateRepository", json!({ "repositoryName": "prod/app" }));
    let scanning = json!({
        "scanType": "ENHANCED",
        "rules": [{ "scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{ "filter": "prod/*", "filterType": "WILDCARD" }] }],
    });
    cloud.ok("PutRegistryScanningConfiguration", scanning.clone());
    let read = cloud.ok("GetRegistryScanningConfiguration", json!({})).members;
    assert_eq!((&read["scanningConfiguration"], read["registryId"].as_str()), (&scanning, Some(ACCOUNT)));
    let each = cloud.ok(
        "BatchGetRepositoryScanningConfiguration",
        json!({ "repositoryNames": ["app", "prod/app", "none"] }),
    );
    assert_eq!(each.column("scanningConfigurations", "scanFrequency"), ["MANUAL", "CONTINUOUS_SCAN"]);
    assert_eq!(each.column("failures", "failureCode"), ["REPOSITORY_NOT_FOUND"]);
    let setting = json!({ "name": "BASIC_SCAN_TYPE_VERSION" });
    assert_eq!(cloud.ok("GetAccountSetting", setting.clone()).text("value"), "AWS_NATIVE");
    cloud.ok("PutAccountSetting", json!({ "name": "BASIC_SCAN_TYPE_VERSION", "value": "CLAIR" }));
    assert_eq!(cloud.ok("GetAccountSetting", setting).text("value"), "CLAIR");
    assert_eq!(cloud.refused("GetAccountSetting", json!({ "name": "OTHER" })).1, "InvalidParameterException");
    let none = json!({ "replicationConfiguration": { "rules": [] } });
    cloud.ok("PutReplicationConfiguration", none);
    let some = json!({ "replicationConfiguration": { "rules": [{ "destinations": [{ "region": "us-east-1", "registryId": ACCOUNT }] }] } });
    assert_eq!(cloud.refused("PutReplicationConfiguration", some), (501, "NotImplemented".into()));
    assert_eq!(cloud.ok("DescribeRegistry", json!({})).text("registryId"), ACCOUNT);
}

#[test]
fn tokens_are_passwords() {
    let cloud = ecr();
    let data = || cloud.ok("GetAuthorizationToken", json!({})).members["authorizationData"][0].clone();
    let (one, two) = (data(), data());
    let token =
        String::from_utf8(STANDARD.decode(one["authorizationToken"].as_str().unwrap()).unwrap()).unwrap();
    assert!(token.starts_with("AWS:") && token.len() == 132, "{token}");
    assert_ne!(one["authorizationToken"], two["authorizationToken"]);
    assert_eq!(one["expiresAt"], "2026-01-15T22:00:00Z");
    assert_eq!(one["proxyEndpoint"], format!("https://{ACCOUNT}.dkr.ecr.eu-west-2.amazonaws.com"));
}

#[test]
fn registries_and_forks_are_apart() {
    let cloud = ecr();
    cloud.ok("CreateRepository", json!({ "repositoryName": "app" }));
    let fork = cloud.fork();
    cloud.ok("DeleteRepository", json!({ "repositoryName": "app" }));
    assert_eq!(repository(&fork, "app")["repositoryName"], "app");
    let other = fork.other_account();
    assert_eq!(other.ok("DescribeRepositories", json!({})).members, json!({ "repositories": [] }));
    let named = json!({ "registryId": ACCOUNT });
    assert_eq!(other.ok("DescribeRepositories", named).column("repositories", "repositoryName"), ["app"]);
    other.ok("CreateRepository", json!({ "repositoryName": "app" }));
    assert_eq!(repository(&other, "app")["registryId"], OTHER);
}
