//! Secrets: what is said of them, their deletion, their lists, policies and rotation.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const TOKEN: &str = "11111111-1111-1111-1111-111111111111";
const NOW: &str = "2026-01-15T10:00:00Z";

pub fn cloud() -> Cloud {
    Cloud::new().of("secretsmanager")
}

pub fn on(named: &str) -> Value {
    json!({ "SecretId": named })
}

pub fn with(named: &str, more: Value) -> Value {
    let mut members = on(named);
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

pub fn create(cloud: &Cloud, name: &str) -> String {
    let made = cloud.ok("CreateSecret", json!({ "Name": name, "SecretString": "s3cret" }));
    made.text("ARN").to_owned()
}

#[test]
fn every_member_of_a_new_secret_is_given_back() {
    let cloud = cloud();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].clone();
    let made = cloud.ok(
        "CreateSecret",
        json!({
            "Name": "app/db", "ClientRequestToken": TOKEN, "Description": "the database", "KmsKeyId": key,
            "SecretString": "{\"user\":\"ada\"}", "Tags": [{ "Key": "team", "Value": "data" }],
            "ForceOverwriteReplicaSecret": false,
        }),
    );
    let arn = made.text("ARN").to_owned();
    let suffix = arn.strip_prefix(&format!("arn:aws:secretsmanager:eu-west-2:{ACCOUNT}:secret:app/db-"));
    assert!(suffix.is_some_and(|s| s.len() == 6 && s.chars().all(|c| c.is_ascii_alphanumeric())), "{arn}");
    assert_eq!(made.members, json!({ "ARN": arn, "Name": "app/db", "VersionId": TOKEN }));
    let said = json!({
        "ARN": arn, "Name": "app/db", "Description": "the database", "KmsKeyId": key, "CreatedDate": NOW,
        "LastChangedDate": NOW, "Tags": [{ "Key": "team", "Value": "data" }],
    });
    let mut described = said.clone();
    described["VersionIdsToStages"] = json!({ TOKEN: ["AWSCURRENT"] });
    assert_eq!(cloud.ok("DescribeSecret", on("app/db")).members, described);
    let mut listed = said;
    listed["SecretVersionsToStages"] = json!({ TOKEN: ["AWSCURRENT"] });
    assert_eq!(cloud.ok("ListSecrets", json!({})).members, json!({ "SecretList": [listed] }));
    assert_eq!(
        cloud.ok("GetSecretValue", on("app/db")).members,
        json!({
            "ARN": arn, "Name": "app/db", "VersionId": TOKEN, "SecretString": "{\"user\":\"ada\"}",
            "VersionStages": ["AWSCURRENT"], "CreatedDate": NOW,
        })
    );
    let seen = cloud.ok("DescribeSecret", on(&arn));
    assert_eq!(seen.text("LastAccessedDate"), "2026-01-15T00:00:00Z");
}

#[test]
fn what_cannot_be_kept_is_refused_by_name() {
    let cloud = cloud();
    for (members, name) in [
        (json!({ "AddReplicaRegions": [{ "Region": "us-east-1" }] }), "CreateSecret.AddReplicaRegions"),
        (json!({ "ForceOverwriteReplicaSecret": true }), "CreateSecret.ForceOverwriteReplicaSecret"),
        (json!({ "Type": "Partner" }), "CreateSecret.Type"),
    ] {
        let mut members = members;
        members["Name"] = json!("a");
        let error = cloud.err("CreateSecret", members);
        assert_eq!((error.status, error.message.contains(name)), (501, true), "{error}");
    }
    let error = cloud.err("ReplicateSecretToRegions", with("a", json!({ "AddReplicaRegions": [] })));
    assert!(error.message.contains("ReplicateSecretToRegions"), "{error}");
}

#[test]
fn a_secret_has_three_names_and_none_of_another_place() {
    let cloud = cloud();
    let arn = create(&cloud, "a-b");
    let partial = &arn[..arn.len() - 7];
    for named in ["a-b", &arn, partial] {
        assert_eq!(cloud.ok("DescribeSecret", on(named)).text("ARN"), arn, "{named}");
    }
    let missing = (400, "ResourceNotFoundException".to_owned());
    for named in ["a", "a-", "arn:aws:secretsmanager:eu-west-2:111111111111:secret:x", "arn:aws:s3:::a-b"] {
        assert_eq!(cloud.refused("DescribeSecret", on(named)), missing, "{named}");
    }
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        assert_eq!(elsewhere.refused("DescribeSecret", on("a-b")), missing);
        assert_eq!(elsewhere.refused("DescribeSecret", on(&arn)), missing);
        let other = create(&elsewhere, "a-b");
        assert_ne!(other, arn);
        assert_eq!(elsewhere.ok("ListSecrets", json!({})).column("SecretList", "ARN"), [other]);
    }
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = cloud();
    create(&cloud, "a");
    for (operation, members, code) in [
        ("CreateSecret", json!({}), "ValidationException"),
        ("CreateSecret", json!({ "Name": "" }), "ValidationException"),
        ("CreateSecret", json!({ "Name": "a b" }), "ValidationException"),
        ("CreateSecret", json!({ "Name": "x".repeat(513) }), "ValidationException"),
        ("CreateSecret", json!({ "Name": "a" }), "ResourceExistsException"),
        ("CreateSecret", json!({ "Name": "b", "SecretString": "" }), "ValidationException"),
        ("CreateSecret", json!({ "Name": "b", "SecretString": "x".repeat(65_537) }), "ValidationException"),
        ("CreateSecret", json!({ "Name": "b", "ClientRequestToken": "short" }), "ValidationException"),
        (
            "CreateSecret",
            json!({ "Name": "b", "SecretString": "x", "SecretBinary": "AA==" }),
            "InvalidParameterException",
        ),
        ("CreateSecret", json!({ "Name": "b", "KmsKeyId": "alias/none" }), "EncryptionFailure"),
        (
            "CreateSecret",
            json!({ "Name": "b", "Tags": [{ "Key": "aws:x", "Value": "" }] }),
            "InvalidParameterException",
        ),
        (
            "CreateSecret",
            json!({ "Name": "b", "Tags": [{ "Key": "x", "Value": "" }, { "Key": "x", "Value": "y" }] }),
            "InvalidParameterException",
        ),
        ("GetSecretValue", on("none"), "ResourceNotFoundException"),
        ("DeleteSecret", with("a", json!({ "RecoveryWindowInDays": 6 })), "InvalidParameterException"),
        (
            "DeleteSecret",
            with("a", json!({ "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": true })),
            "InvalidParameterException",
        ),
        ("DeleteSecret", on("none"), "ResourceNotFoundException"),
        (
            "PutResourcePolicy",
            with("a", json!({ "ResourcePolicy": "{" })),
            "MalformedPolicyDocumentException",
        ),
        ("PutResourcePolicy", on("a"), "ValidationException"),
        ("RotateSecret", on("a"), "InvalidRequestException"),
        ("ListSecrets", json!({ "NextToken": "!" }), "InvalidNextTokenException"),
        ("ListSecrets", json!({ "MaxResults": 101 }), "ValidationException"),
        ("ListSecrets", json!({ "Filters": [{ "Key": "colour", "Values": ["x"] }] }), "ValidationException"),
        ("BatchGetSecretValue", json!({}), "InvalidParameterException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()), (400, code.into()), "{operation} {members}");
    }
    let error = cloud.err("CreateSecret", json!({ "Name": "b", "SecretString": "x".repeat(65_537) }));
    assert!(!error.message.contains("xx"), "the value is shown");
    assert_eq!(cloud.ok("ListSecrets", json!({})).column("SecretList", "Name"), ["a"]);
}

#[test]
fn a_deleted_secret_is_gone_when_its_window_has_passed() {
    let cloud = cloud();
    let arn = create(&cloud, "a");
    let deleted = cloud.ok("DeleteSecret", with("a", json!({ "RecoveryWindowInDays": 7 })));
    assert_eq!(deleted.members, json!({ "ARN": arn, "Name": "a", "DeletionDate": "2026-01-22T10:00:00Z" }));
    let copy = cloud.fork();
    let invalid = (400, "InvalidRequestException".to_owned());
    for operation in ["GetSecretValue", "DeleteSecret", "GetResourcePolicy", "CancelRotateSecret"] {
        assert_eq!(cloud.refused(operation, on("a")), invalid, "{operation}");
    }
    assert_eq!(cloud.refused("PutSecretValue", with("a", json!({ "SecretString": "x" }))), invalid);
    assert_eq!(cloud.refused("CreateSecret", json!({ "Name": "a" })), invalid);
    assert_eq!(cloud.ok("DescribeSecret", on("a")).text("DeletedDate"), "2026-01-22T10:00:00Z");
    assert_eq!(cloud.ok("ListSecrets", json!({})).members, json!({ "SecretList": [] }));
    let planned = cloud.ok("ListSecrets", json!({ "IncludePlannedDeletion": true }));
    assert_eq!(planned.column("SecretList", "Name"), ["a"]);

    cloud.later(7 * 86_400 - 1);
    cloud.ok("DescribeSecret", on("a"));
    cloud.later(1);
    assert_eq!(cloud.refused("DescribeSecret", on("a")).1, "ResourceNotFoundException");
    assert_ne!(create(&cloud, "a"), arn);

    copy.ok("RestoreSecret", on("a"));
    copy.later(30 * 86_400);
    assert_eq!(copy.ok("GetSecretValue", on(&arn)).text("SecretString"), "s3cret");
}

#[test]
fn force_deletes_at_once_whatever_there_is() {
    let cloud = cloud();
    create(&cloud, "a");
    cloud.ok("DeleteSecret", on("a"));
    let force = with("a", json!({ "ForceDeleteWithoutRecovery": true }));
    assert_eq!(cloud.ok("DeleteSecret", force.clone()).text("DeletionDate"), NOW);
    assert_eq!(cloud.refused("DescribeSecret", on("a")).1, "ResourceNotFoundException");
    assert_eq!(cloud.ok("DeleteSecret", force).text("Name"), "a");
}

#[test]
fn forks_go_their_own_ways() {
    let cloud = cloud();
    create(&cloud, "a");
    let copy = cloud.fork();
    copy.ok("PutSecretValue", with("a", json!({ "SecretString": "copy's" })));
    create(&copy, "b");
    assert_eq!(cloud.ok("GetSecretValue", on("a")).text("SecretString"), "s3cret");
    assert_eq!(copy.ok("GetSecretValue", on("a")).text("SecretString"), "copy's");
    assert_eq!(cloud.refused("DescribeSecret", on("b")).1, "ResourceNotFoundException");
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    let cloud = cloud();
    for (name, description, tag) in
        [("app/a", "First one", "x"), ("app/b", "Second", "y"), ("web/c", "third One", "x")]
    {
        let tags = json!([{ "Key": "team", "Value": tag }]);
        cloud.ok("CreateSecret", json!({ "Name": name, "Description": description, "Tags": tags }));
        cloud.later(1);
    }
    let listed = |members: Value| cloud.ok("ListSecrets", members).column("SecretList", "Name").join(" ");
    let filtered = |key: &str, values: Value| {
        listed(json!({ "Filters": [{ "Key": key, "Values": values }], "SortBy": "name" }))
    };
    assert_eq!(filtered("name", json!(["app/"])), "app/a app/b");
    assert_eq!(filtered("name", json!(["APP"])), "");
    assert_eq!(filtered("name", json!(["!app"])), "web/c");
    assert_eq!(filtered("description", json!(["SEC", "thi"])), "app/b web/c");
    assert_eq!(filtered("tag-key", json!(["te"])), "app/a app/b web/c");
    assert_eq!(filtered("tag-value", json!(["x"])), "app/a web/c");
    assert_eq!(filtered("all", json!(["one X"])), "app/a web/c");
    assert_eq!(filtered("owning-service", json!(["rds"])), "");
    assert_eq!(
        listed(json!({ "Filters": [
            { "Key": "name", "Values": ["app"] }, { "Key": "tag-value", "Values": ["x"] },
        ]})),
        "app/a"
    );
    assert_eq!(listed(json!({ "SortOrder": "desc" })), "web/c app/b app/a");
    let page = cloud.ok("ListSecrets", json!({ "MaxResults": 2 }));
    assert_eq!(page.column("SecretList", "Name"), ["app/a", "app/b"]);
    assert_eq!(listed(json!({ "NextToken": page.text("NextToken") })), "web/c");
}

#[test]
fn tags_are_added_and_taken_away() {
    let cloud = cloud();
    create(&cloud, "a");
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    cloud.ok("TagResource", with("a", json!({ "Tags": [tag("b", "1"), tag("a", "1")] })));
    cloud.ok("TagResource", with("a", json!({ "Tags": [tag("b", "2"), tag("c", "")] })));
    cloud.ok("UntagResource", with("a", json!({ "TagKeys": ["a", "none"] })));
    let tags = cloud.ok("DescribeSecret", on("a")).members["Tags"].clone();
    assert_eq!(tags, json!([tag("b", "2"), tag("c", "")]));
    let many: Vec<_> = (0..49).map(|n| tag(&format!("k{n}"), "")).collect();
    let refused = cloud.refused("TagResource", with("a", json!({ "Tags": many })));
    assert_eq!(refused.1, "InvalidParameterException");
}

#[test]
fn policies_are_kept_as_they_are_sent() {
    let cloud = cloud();
    let arn = create(&cloud, "a");
    assert_eq!(cloud.ok("GetResourcePolicy", on("a")).members, json!({ "ARN": arn, "Name": "a" }));
    let statement = |principal: Value, more: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17", "Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"secretsmanager:*","Resource":"*"{more}}}]}}"#
        );
        text
    };
    let narrow = statement(json!({ "AWS": "arn:aws:iam::222222222222:root" }), "");
    let put = |policy: &str, block: bool| {
        with("a", json!({ "ResourcePolicy": policy, "BlockPublicPolicy": block }))
    };
    cloud.ok("PutResourcePolicy", put(&narrow, true));
    assert_eq!(cloud.ok("GetResourcePolicy", on("a")).text("ResourcePolicy"), narrow);
    let broad = statement(json!({ "AWS": ["*"] }), "");
    assert_eq!(cloud.refused("PutResourcePolicy", put(&broad, true)).1, "PublicPolicyException");
    let conditional = statement(json!("*"), r#","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#);
    assert_eq!(cloud.refused("PutResourcePolicy", put(&conditional, true)), (501, "NotImplemented".into()));
    assert_eq!(cloud.ok("GetResourcePolicy", on("a")).text("ResourcePolicy"), narrow);
    cloud.ok("PutResourcePolicy", put(&broad, false));
    cloud.ok("DeleteResourcePolicy", on("a"));
    assert_eq!(cloud.ok("GetResourcePolicy", on("a")).members, json!({ "ARN": arn, "Name": "a" }));

    let validate = |policy: &str| {
        let reply = cloud.ok("ValidateResourcePolicy", json!({ "ResourcePolicy": policy }));
        reply.members["PolicyValidationPassed"].clone()
    };
    assert_eq!((validate(&narrow), validate(&broad)), (json!(true), json!(false)));
}

#[test]
fn rotation_is_kept_as_it_is_configured() {
    let cloud = cloud();
    create(&cloud, "a");
    let lambda = "arn:aws:lambda:eu-west-2:111111111111:function:rotate";
    let rules = json!({ "AutomaticallyAfterDays": 30, "Duration": "2h" });
    let rotated = cloud.ok(
        "RotateSecret",
        with(
            "a",
            json!({
                "ClientRequestToken": TOKEN, "RotationLambdaARN": lambda, "RotationRules": rules,
                "RotateImmediately": false,
            }),
        ),
    );
    assert_eq!(rotated.text("VersionId"), TOKEN);
    let described = cloud.ok("DescribeSecret", on("a"));
    assert_eq!(described.text("RotationLambdaARN"), lambda);
    assert_eq!(described.members["RotationRules"], rules);
    assert_eq!(described.members["RotationEnabled"], true);
    assert_eq!(described.text("NextRotationDate"), "2026-02-14T10:00:00Z");
    let schedule = json!({ "ScheduleExpression": "rate(4 hours)" });
    cloud.ok("RotateSecret", with("a", json!({ "RotationRules": schedule })));
    let described = cloud.ok("DescribeSecret", on("a"));
    assert_eq!(described.text("NextRotationDate"), "2026-01-15T14:00:00Z");
    cloud.ok("CancelRotateSecret", on("a"));
    let described = cloud.ok("DescribeSecret", on("a"));
    assert_eq!(
        (&described.members["RotationEnabled"], described.text("RotationLambdaARN")),
        (&json!(false), lambda)
    );
    assert_eq!(described.members["NextRotationDate"], Value::Null);
    for rules in [
        json!({}),
        json!({ "AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(4 hours)" }),
        json!({ "ScheduleExpression": "rate(1 hour)" }),
        json!({ "ScheduleExpression": "every day" }),
        json!({ "AutomaticallyAfterDays": 1, "Duration": "xh" }),
    ] {
        let members = with("a", json!({ "RotationRules": rules, "RotationLambdaARN": lambda }));
        assert_eq!(cloud.refused("RotateSecret", members).1, "InvalidParameterException", "{rules}");
    }
}

#[test]
fn passwords_have_what_is_asked_for() {
    let cloud = cloud();
    let password = |members: Value| cloud.ok("GetRandomPassword", members).text("RandomPassword").to_owned();
    assert_eq!(password(json!({})).len(), 32);
    assert_ne!(password(json!({})), password(json!({})));
    let digits = password(json!({
        "PasswordLength": 100, "ExcludeUppercase": true, "ExcludeLowercase": true, "ExcludePunctuation": true,
        "ExcludeCharacters": "0123456",
    }));
    assert!(digits.len() == 100 && digits.chars().all(|c| "789".contains(c)), "{digits}");
    for _ in 0..50 {
        let short = password(json!({ "PasswordLength": 5, "IncludeSpace": true }));
        assert!(short.contains(' ') && short.contains(|c: char| c.is_ascii_digit()), "{short}");
    }
    for members in [
        json!({ "PasswordLength": 3 }),
        json!({ "ExcludeUppercase": true, "ExcludeLowercase": true, "ExcludePunctuation": true, "ExcludeNumbers": true }),
    ] {
        assert_eq!(cloud.refused("GetRandomPassword", members).1, "InvalidParameterException");
    }
}
