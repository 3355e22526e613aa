//! Parameters: put, read, described, deleted.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

fn ssm() -> Cloud {
    Cloud::new().of("ssm")
}

fn arn(key: &str) -> String {
    format!("arn:aws:ssm:eu-west-2:{ACCOUNT}:parameter/{key}")
}

fn put(cloud: &Cloud, name: &str, value: &str) {
    cloud.ok("PutParameter", json!({ "Name": name, "Value": value, "Type": "String" }));
}

/// A parameter with more.
fn with(more: Value) -> Value {
    let mut members = json!({ "Name": "/shop/a", "Value": "1", "Type": "String" });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    members
}

#[test]
fn every_member_of_a_parameter_comes_back() {
    let cloud = ssm();
    let put = with(json!({
        "Description": "d", "AllowedPattern": "^\\d+$", "DataType": "text", "Tier": "Advanced",
        "Tags": [{ "Key": "a", "Value": "b" }],
    }));
    assert_eq!(cloud.ok("PutParameter", put).members, json!({ "Version": 1, "Tier": "Advanced" }));
    let read = cloud.ok("GetParameter", json!({ "Name": "/shop/a" })).members;
    assert_eq!(
        read["Parameter"],
        json!({
            "Name": "/shop/a", "Type": "String", "Value": "1", "Version": 1, "ARN": arn("shop/a"),
            "LastModifiedDate": "2026-01-15T10:00:00Z", "DataType": "text",
        })
    );
    let described = cloud.ok("DescribeParameters", json!({})).members;
    assert_eq!(
        described["Parameters"][0],
        json!({
            "Name": "/shop/a", "ARN": arn("shop/a"), "Type": "String", "Version": 1, "Description": "d",
            "AllowedPattern": "^\\d+$", "DataType": "text", "Tier": "Advanced", "Policies": [],
            "LastModifiedDate": "2026-01-15T10:00:00Z",
            "LastModifiedUser": format!("arn:aws:iam::{ACCOUNT}:user/people/ada"),
        })
    );
    let tags =
        cloud.ok("ListTagsForResource", json!({ "ResourceType": "Parameter", "ResourceId": "/shop/a" }));
    assert_eq!(tags.members["TagList"], json!([{ "Key": "a", "Value": "b" }]));
}

#[test]
fn a_parameter_is_named_in_several_ways() {
    let cloud = ssm();
    put(&cloud, "/shop/a", "1");
    cloud.ok("PutParameter", with(json!({ "Value": "2", "Overwrite": true })));
    for (name, value, selector) in [
        ("/shop/a", "2", json!(null)),
        (&arn("shop/a"), "2", json!(null)),
        ("/shop/a:1", "1", json!(":1")),
        (&format!("{}:1", arn("shop/a")), "1", json!(":1")),
    ] {
        let read = cloud.ok("GetParameter", json!({ "Name": name })).members;
        assert_eq!((&read["Parameter"]["Value"], &read["Parameter"]["Selector"]), (&json!(value), &selector));
    }
    let refused = |name: &str| cloud.refused("GetParameter", json!({ "Name": name }));
    assert_eq!(refused("/shop/a:3"), (400, "ParameterVersionNotFound".into()));
    assert_eq!(refused("/shop/a:prod"), (400, "ParameterVersionNotFound".into()));
    assert_eq!(refused("/shop/b"), (400, "ParameterNotFound".into()));
    assert_eq!(refused(&arn("shop/a").replace("eu-west-2", "eu-west-1")), (400, "ParameterNotFound".into()));
    assert_eq!(refused("/aws/service/ami"), (501, "NotImplemented".into()));
    assert_eq!(
        cloud.other_account().refused("GetParameter", json!({ "Name": "/shop/a" })).1,
        "ParameterNotFound"
    );
}

#[test]
fn secrets_are_sealed_until_they_are_asked_for() {
    let cloud = ssm();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].clone();
    cloud.ok("PutParameter", with(json!({ "Type": "SecureString", "KeyId": key })));
    let own = json!({ "Name": "b", "Value": "2", "Type": "SecureString" });
    cloud.ok("PutParameter", own);
    let value = |name: &str, decrypted: bool| {
        let members = json!({ "Name": name, "WithDecryption": decrypted });
        cloud.ok("GetParameter", members).members["Parameter"]["Value"].clone()
    };
    assert_eq!((value("/shop/a", true), value("b", true)), (json!("1"), json!("2")));
    assert!(value("b", false).as_str().unwrap().len() > 100);
    assert_eq!(value("b", false), value("b", false));
    let rows = cloud.ok("DescribeParameters", json!({})).members["Parameters"].clone();
    assert_eq!((&rows[0]["KeyId"], &rows[1]["KeyId"]), (&json!("alias/aws/ssm"), &key));
    cloud.of("kms").ok("DisableKey", json!({ "KeyId": key }));
    let read = json!({ "Name": "/shop/a", "WithDecryption": true });
    assert_eq!(cloud.refused("GetParameter", read), (400, "InvalidKeyId".into()));
    let overwrite = json!({ "Name": "/shop/a", "Value": "2", "Overwrite": true });
    assert_eq!(cloud.refused("PutParameter", overwrite), (400, "InvalidKeyId".into()));
    let unknown = with(json!({ "Name": "c", "Type": "SecureString", "KeyId": "alias/none" }));
    assert_eq!(cloud.refused("PutParameter", unknown), (400, "InvalidKeyId".into()));
}

#[test]
fn puts_that_do_not_fit_are_refused() {
    let cloud = ssm();
    put(&cloud, "/shop/b", "1");
    let big = "x".repeat(4097);
    for (members, code, text) in [
        (with(json!({ "Name": "/shop/b" })), "ParameterAlreadyExists", "set the overwrite option"),
        (with(json!({ "Type": null })), "ValidationException", "A parameter type is required"),
        (with(json!({ "Type": "Text" })), "UnsupportedParameterType", "Text"),
        (with(json!({ "Value": "" })), "ValidationException", "'value'"),
        (with(json!({ "Value": null })), "ValidationException", "Value null at 'value'"),
        (with(json!({ "Value": big })), "ValidationException", "4096 characters"),
        (with(json!({ "Value": "x".repeat(8193), "Tier": "Advanced" })), "ValidationException", "8192"),
        (with(json!({ "Name": "a/b" })), "ValidationException", "fully qualified"),
        (with(json!({ "Name": "/aws/b" })), "AccessDeniedException", "/aws/b"),
        (with(json!({ "Name": "/a".repeat(16) })), "HierarchyLevelLimitExceededException", "15"),
        (with(json!({ "AllowedPattern": "^a$" })), "ParameterPatternMismatchException", "^a$"),
        (with(json!({ "KeyId": "alias/aws/ssm" })), "ValidationException", "SecureString"),
        (with(json!({ "Tier": "Large" })), "ValidationException", "'tier'"),
        (with(json!({ "DataType": "json" })), "ValidationException", "json"),
        (
            with(json!({ "Overwrite": true, "Tags": [{ "Key": "a", "Value": "" }] })),
            "ValidationException",
            "tags",
        ),
        (with(json!({ "Tags": [{ "Key": "aws:a", "Value": "" }] })), "ValidationException", "aws:"),
        (with(json!({ "Policies": "[]" })), "NotImplemented", "PutParameter.Policies"),
        (
            with(json!({ "Name": "/shop/b", "Type": "SecureString", "Overwrite": true })),
            "HierarchyTypeMismatchException",
            "",
        ),
    ] {
        let error = cloud.err("PutParameter", members.clone());
        assert_eq!(error.code, code, "{members} {error}");
        assert!(error.message.contains(text), "{members} {error}");
    }
    let intelligent = with(json!({ "Value": "x".repeat(4097), "Tier": "Intelligent-Tiering" }));
    assert_eq!(cloud.ok("PutParameter", intelligent).members["Tier"], "Advanced");
    let down = with(json!({ "Tier": "Standard", "Overwrite": true }));
    assert_eq!(cloud.refused("PutParameter", down).1, "ValidationException");
}

#[test]
fn several_are_read_and_deleted_at_once() {
    let cloud = ssm();
    put(&cloud, "/shop/a", "1");
    put(&cloud, "b", "2");
    let read = cloud.ok("GetParameters", json!({ "Names": ["b", "/shop/a:1", "c"] }));
    assert_eq!(read.column("Parameters", "Value"), ["2", "1"]);
    assert_eq!(read.members["InvalidParameters"], json!(["c"]));
    let deleted = cloud.ok("DeleteParameters", json!({ "Names": ["b", "c"] })).members;
    assert_eq!(deleted, json!({ "DeletedParameters": ["b"], "InvalidParameters": ["c"] }));
    cloud.ok("DeleteParameter", json!({ "Name": "/shop/a" }));
    assert_eq!(
        cloud.refused("DeleteParameter", json!({ "Name": "/shop/a" })),
        (400, "ParameterNotFound".into())
    );
    let names: Vec<String> = (0..11).map(|number| format!("n{number}")).collect();
    for operation in ["GetParameters", "DeleteParameters"] {
        assert_eq!(cloud.refused(operation, json!({ "Names": names })).1, "ValidationException");
    }
}

#[test]
fn a_path_has_what_is_below_it() {
    let cloud = ssm();
    for name in ["/shop/a", "/shop/b/c", "/shops/d", "e"] {
        put(&cloud, name, "1");
    }
    let below = |members: Value| {
        let page = cloud.ok("GetParametersByPath", members);
        page.column("Parameters", "Name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(below(json!({ "Path": "/shop" })), ["/shop/a"]);
    assert_eq!(below(json!({ "Path": "/shop/", "Recursive": true })), ["/shop/a", "/shop/b/c"]);
    assert_eq!(below(json!({ "Path": "/" })), ["e"]);
    let first = cloud.ok("GetParametersByPath", json!({ "Path": "/", "Recursive": true, "MaxResults": 2 }));
    assert_eq!(first.column("Parameters", "Name"), ["e", "/shop/a"]);
    let more = json!({ "Path": "/", "Recursive": true, "NextToken": first.text("NextToken") });
    assert_eq!(below(more), ["/shop/b/c", "/shops/d"]);
    let filter = json!([{ "Key": "Type", "Values": ["StringList"] }]);
    assert!(below(json!({ "Path": "/shop", "ParameterFilters": filter })).is_empty());
    for (members, code) in [
        (json!({ "Path": "shop" }), "ValidationException"),
        (json!({ "Path": "/shop", "MaxResults": 11 }), "ValidationException"),
        (json!({ "Path": "/shop", "NextToken": "?" }), "InvalidNextToken"),
        (
            json!({ "Path": "/shop", "ParameterFilters": [{ "Key": "Name", "Values": ["a"] }] }),
            "InvalidFilterKey",
        ),
        (json!({ "Path": "/aws/service" }), "NotImplemented"),
    ] {
        assert_eq!(cloud.refused("GetParametersByPath", members.clone()).1, code, "{members}");
    }
}

#[test]
fn descriptions_are_filtered() {
    let cloud = ssm();
    for name in ["/shop/a", "/shop/b/c", "e"] {
        put(&cloud, name, "1");
    }
    let tags = json!([{ "Key": "team", "Value": "calls" }]);
    cloud.ok("AddTagsToResource", json!({ "ResourceType": "Parameter", "ResourceId": "e", "Tags": tags }));
    for (filter, names) in [
        (json!({ "Key": "Name", "Values": ["e"] }), vec!["e"]),
        (json!({ "Key": "Name", "Option": "BeginsWith", "Values": ["/shop"] }), vec!["/shop/a", "/shop/b/c"]),
        (json!({ "Key": "Name", "Option": "Contains", "Values": ["b/"] }), vec!["/shop/b/c"]),
        (json!({ "Key": "Path", "Values": ["/shop"] }), vec!["/shop/a"]),
        (json!({ "Key": "Path", "Option": "Recursive", "Values": ["/shop"] }), vec!["/shop/a", "/shop/b/c"]),
        (json!({ "Key": "Tier", "Values": ["Advanced"] }), vec![]),
        (json!({ "Key": "tag:team", "Values": ["calls"] }), vec!["e"]),
        (json!({ "Key": "tag:team" }), vec!["e"]),
    ] {
        let found = cloud.ok("DescribeParameters", json!({ "ParameterFilters": [filter] }));
        assert_eq!(found.column("Parameters", "Name"), names, "{filter}");
    }
    let older = json!({ "Filters": [{ "Key": "Name", "Values": ["/shop"] }] });
    assert_eq!(cloud.ok("DescribeParameters", older).column("Parameters", "Name").len(), 2);
    for (filter, code) in [
        (json!({ "Key": "Size", "Values": ["1"] }), "InvalidFilterKey"),
        (json!({ "Key": "Tier", "Option": "BeginsWith", "Values": ["S"] }), "InvalidFilterOption"),
        (json!({ "Key": "Name" }), "InvalidFilterValue"),
    ] {
        assert_eq!(cloud.refused("DescribeParameters", json!({ "ParameterFilters": [filter] })).1, code);
    }
}
