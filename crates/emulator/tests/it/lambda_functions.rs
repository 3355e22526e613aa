//! Lambda's functions, versions and aliases.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

/// The smallest archive with a file in it, as far as Lambda looks.
pub fn zip(content: &str) -> String {
    STANDARD.encode(format!("PK\x03\x04{content}PK\x05\x06{}", "\0".repeat(18)))
}

/// Members of a function that says as little as possible.
pub fn minimal(cloud: &Cloud, name: &str) -> Value {
    let role = format!("arn:aws:iam::{}:role/{name}", cloud.account);
    if cloud.of("iam").call("GetRole", json!({ "RoleName": name }), "").is_err() {
        cloud.role(name);
    }
    json!({
        "FunctionName": name, "Runtime": "python3.13", "Handler": "app.handler", "Role": role,
        "Code": { "ZipFile": zip("one") },
    })
}

/// With a function of that name.
pub fn with_function(name: &str) -> Cloud {
    let cloud = Cloud::new().of("lambda");
    cloud.ok("CreateFunction", minimal(&cloud, name));
    cloud
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:{name}")
}

#[test]
fn every_member_is_kept() {
    let cloud = Cloud::new().of("lambda");
    let layer = cloud
        .ok("PublishLayerVersion", json!({ "LayerName": "tools", "Content": { "ZipFile": zip("layer") } }));
    let layer = layer.text("LayerVersionArn");
    let given = json!({
        "Description": "Receives", "Timeout": 30, "MemorySize": 512, "KMSKeyArn": "arn:aws:kms:eu-west-2:111111111111:key/k",
        "Environment": { "Variables": { "TABLE": "records" } },
        "DeadLetterConfig": { "TargetArn": "arn:aws:sqs:eu-west-2:111111111111:dead" },
        "TracingConfig": { "Mode": "Active" }, "Architectures": ["arm64"], "EphemeralStorage": { "Size": 1024 },
        "FileSystemConfigs": [{
            "Arn": "arn:aws:elasticfilesystem:eu-west-2:111111111111:access-point/fsap-1", "LocalMountPath": "/mnt/data",
        }],
        "TenancyConfig": { "TenantIsolationMode": "PER_TENANT" },
        "DurableConfig": { "RetentionPeriodInDays": 3, "ExecutionTimeout": 60 },
    });
    let mut members = minimal(&cloud, "f");
    for (name, value) in given.as_object().unwrap() {
        members[name] = value.clone();
    }
    members["Layers"] = json!([layer]);
    members["LoggingConfig"] = json!({ "LogFormat": "JSON", "LogGroup": "/logs" });
    let ec2 = cloud.of("ec2");
    let subnet = ec2.ok("DescribeSubnets", json!({})).members["Subnets"][0].clone();
    let group = ec2.ok("DescribeSecurityGroups", json!({})).members["SecurityGroups"][0]["GroupId"].clone();
    let network = json!({
        "SubnetIds": [subnet["SubnetId"]], "SecurityGroupIds": [group], "Ipv6AllowedForDualStack": true,
    });
    members["VpcConfig"] = network.clone();
    members["SnapStart"] = json!({ "ApplyOn": "PublishedVersions" });
    members["Tags"] = json!({ "team": "data" });
    members["Code"]["SourceKMSKeyArn"] = json!("arn:aws:kms:eu-west-2:111111111111:key/z");
    let made = cloud.ok("CreateFunction", members.clone()).members;
    assert_eq!(
        (made["State"].as_str(), made["StateReasonCode"].as_str()),
        (Some("Pending"), Some("Creating"))
    );

    let got = cloud.ok("GetFunction", json!({ "FunctionName": "f" })).members;
    let configuration = &got["Configuration"];
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&configuration[name], value, "{name}");
    }
    for name in ["FunctionName", "Runtime", "Handler", "Role"] {
        assert_eq!(configuration[name], members[name]);
    }
    assert_eq!(configuration["Layers"], json!([{ "Arn": layer, "CodeSize": 31 }]));
    for (name, value) in network.as_object().unwrap() {
        assert_eq!(&configuration["VpcConfig"][name], value, "VpcConfig.{name}");
    }
    assert_eq!(configuration["VpcConfig"]["VpcId"], subnet["VpcId"]);
    assert_eq!(
        configuration["LoggingConfig"],
        json!({
            "LogFormat": "JSON", "LogGroup": "/logs", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"
        })
    );
    assert_eq!(
        configuration["SnapStart"],
        json!({ "ApplyOn": "PublishedVersions", "OptimizationStatus": "Off" })
    );
    assert_eq!(configuration["FunctionArn"], arn("f"));
    assert_eq!(configuration["Version"], "$LATEST");
    assert_eq!(configuration["State"], "Active");
    assert_eq!(configuration["LastModified"], "2026-01-15T10:00:00.000+0000");
    assert_eq!(configuration["CodeSize"], 29);
    assert_eq!(configuration["CodeSha256"], "i8i2rcXBOei5Hs5yI8QMW8NU+kFdZzI6PN3MKef3Gy4=");
    assert_eq!(got["Tags"], json!({ "team": "data" }));
    assert_eq!(
        got["Code"],
        json!({ "RepositoryType": "S3", "SourceKMSKeyArn": "arn:aws:kms:eu-west-2:111111111111:key/z" })
    );
    let read = cloud.ok("GetFunctionConfiguration", json!({ "FunctionName": arn("f") })).members;
    assert_eq!(&read, configuration);
    assert_eq!(cloud.ok("ListFunctions", json!({})).members["Functions"], json!([read]));
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let cloud = Cloud::new().of("lambda");
    for (member, value) in [
        ("RuntimeConfig", json!({ "RuntimeArn": "a", "RuntimeAlias": "b" })),
        ("AcceleratorConfig", json!({ "AcceleratorMemorySize": 1 })),
        ("PublishTo", json!("LATEST_PUBLISHED")),
    ] {
        let mut members = minimal(&cloud, "f");
        members[member] = value;
        let error = cloud.err("CreateFunction", members);
        assert_eq!((error.status, error.code.as_ref()), (501, "NotImplemented"));
        assert!(error.message.contains(member), "{}", error.message);
    }
}

#[test]
fn what_is_no_function_is_refused() {
    let cloud = with_function("f");
    let invalid = "InvalidParameterValueException";
    for (member, value, code) in [
        ("FunctionName", json!("a b"), "ValidationException"),
        ("FunctionName", json!("f".repeat(65)), "ValidationException"),
        ("Runtime", json!("cobol"), invalid),
        ("Runtime", json!("python3.8"), invalid),
        ("Runtime", Value::Null, invalid),
        ("Handler", Value::Null, invalid),
        ("Handler", json!("a b"), "ValidationException"),
        ("Role", json!("f"), "ValidationException"),
        ("Role", Value::Null, "ValidationException"),
        ("Role", json!(format!("arn:aws:iam::{ACCOUNT}:role/none")), invalid),
        ("Role", json!("arn:aws:iam::222222222222:role/f"), "AccessDeniedException"),
        ("Timeout", json!(0), "ValidationException"),
        ("Timeout", json!(901), "ValidationException"),
        ("MemorySize", json!(64), "ValidationException"),
        ("MemorySize", json!(10_241), "ValidationException"),
        ("Architectures", json!(["sparc"]), "ValidationException"),
        ("EphemeralStorage", json!({ "Size": 511 }), "ValidationException"),
        ("EphemeralStorage", json!({}), "ValidationException"),
        ("TracingConfig", json!({ "Mode": "Some" }), "ValidationException"),
        ("Environment", json!({ "Variables": { "AWS_REGION": "x" } }), invalid),
        ("Environment", json!({ "Variables": { "1X": "x" } }), "ValidationException"),
        ("Environment", json!({ "Variables": { "XX": "x".repeat(4100) } }), invalid),
        ("Layers", json!(["arn:aws:lambda:eu-west-2:111111111111:layer:none:1"]), invalid),
        ("Layers", json!(["arn:aws:lambda:us-east-1:111111111111:layer:none:1"]), invalid),
        ("Layers", json!(["none"]), "ValidationException"),
        ("Code", json!({}), invalid),
        ("Code", json!({ "ZipFile": STANDARD.encode("no zip") }), invalid),
        ("Code", json!({ "ZipFile": zip("x"), "S3Bucket": "b", "S3Key": "k" }), invalid),
        ("Code", json!({ "S3Bucket": "none", "S3Key": "k" }), invalid),
        ("Tags", json!({ "aws:x": "y" }), invalid),
        ("VpcConfig", json!({ "SubnetIds": ["subnet-1"] }), invalid),
        ("VpcConfig", json!({ "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] }), invalid),
        ("CodeSigningConfigArn", json!("arn:none"), "CodeSigningConfigNotFoundException"),
        ("FunctionName", json!("f"), "ResourceConflictException"),
    ] {
        let mut members = minimal(&cloud, "g");
        members[member] = value.clone();
        let error = cloud.err("CreateFunction", members);
        assert_eq!(error.code, code, "{member} {value}: {}", error.message);
    }
    let missing = cloud.err("GetFunction", json!({ "FunctionName": "g" }));
    assert_eq!((missing.status, missing.message), (404, format!("Function not found: {}", arn("g"))));
    let twice = cloud.err("CreateFunction", minimal(&cloud, "f"));
    assert_eq!((twice.status, twice.message.as_str()), (409, "Function already exist: f"));
}

#[test]
fn a_function_has_many_names() {
    let cloud = with_function("f");
    cloud.ok("PublishVersion", json!({ "FunctionName": "f" }));
    let shown = |named: &str, qualifier: Option<&str>| {
        let members = json!({ "FunctionName": named, "Qualifier": qualifier });
        cloud.ok("GetFunctionConfiguration", members).text("FunctionArn").to_owned()
    };
    for named in ["f", "function:f", "111111111111:function:f", arn("f").as_str()] {
        assert_eq!(shown(named, None), arn("f"));
        assert_eq!(shown(named, Some("1")), arn("f:1"));
        assert_eq!(shown(&format!("{named}:1"), None), arn("f:1"));
        assert_eq!(shown(named, Some("$LATEST")), arn("f:$LATEST"));
    }
    let refused = |named: &str, qualifier: Option<&str>| {
        cloud.refused("GetFunction", json!({ "FunctionName": named, "Qualifier": qualifier })).1
    };
    assert_eq!(refused("f:1", Some("2")), "InvalidParameterValueException");
    assert_eq!(refused("f", Some("2")), "ResourceNotFoundException");
    assert_eq!(refused("f", Some("a b")), "ValidationException");
    assert_eq!(
        refused("arn:aws:lambda:us-east-1:111111111111:function:f", None),
        "ResourceNotFoundException"
    );
    let there = cloud.other_account().ok("GetFunction", json!({ "FunctionName": arn("f") }));
    assert_eq!(there.members["Configuration"]["FunctionArn"], arn("f"));
}

#[test]
fn code_comes_from_s3() {
    let s3 = Cloud::with_bucket();
    s3.versioned("Enabled");
    let archive = String::from_utf8(STANDARD.decode(zip("stored")).unwrap()).unwrap();
    let version = s3.put("code.zip", &archive).text("VersionId").to_owned();
    s3.put("code.zip", "something else");
    let cloud = s3.of("lambda");
    let mut members = minimal(&cloud, "f");
    members["Code"] = json!({ "S3Bucket": "logs", "S3Key": "code.zip", "S3ObjectVersion": version });
    let made = cloud.ok("CreateFunction", members.clone()).members;
    assert_eq!(made["CodeSize"], archive.len());
    members["FunctionName"] = json!("g");
    members["Code"] = json!({ "S3Bucket": "logs", "S3Key": "code.zip" });
    assert_eq!(cloud.refused("CreateFunction", members.clone()).1, "InvalidParameterValueException");
    members["Code"]["S3Key"] = json!("none");
    let missing = cloud.err("CreateFunction", members);
    assert_eq!(
        missing.message,
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."
    );
    let elsewhere = cloud.in_region("us-east-1");
    let code = json!({ "FunctionName": "f", "S3Bucket": "logs", "S3Key": "code.zip" });
    let other = elsewhere.err("UpdateFunctionCode", code);
    assert!(other.message.contains("PermanentRedirect"), "{}", other.message);
}

#[test]
fn updates_change_what_they_name() {
    let cloud = Cloud::new().of("lambda");
    let mut members = minimal(&cloud, "f");
    members["Environment"] = json!({ "Variables": { "AA": "b" } });
    members["Timeout"] = json!(10);
    let made = cloud.ok("CreateFunction", members).members;
    cloud.later(60);
    let role = cloud.role("other");
    let changed = cloud
        .ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Role": role, "MemorySize": 256 }))
        .members;
    assert_eq!(changed["LastUpdateStatus"], "InProgress");
    let read = cloud.ok("GetFunctionConfiguration", json!({ "FunctionName": "f" })).members;
    assert_eq!(read["LastUpdateStatus"], "Successful");
    assert_eq!(
        (&read["Role"], &read["MemorySize"], &read["Timeout"]),
        (&json!(role), &json!(256), &json!(10))
    );
    assert_eq!(read["Environment"], json!({ "Variables": { "AA": "b" } }));
    assert_eq!(read["LastModified"], "2026-01-15T10:01:00.000+0000");
    assert_ne!(read["RevisionId"], made["RevisionId"]);
    cloud.ok(
        "UpdateFunctionConfiguration",
        json!({ "FunctionName": "f", "Environment": { "Variables": {} } }),
    );
    let read = cloud.ok("GetFunctionConfiguration", json!({ "FunctionName": "f" })).members;
    assert_eq!(read["Environment"], Value::Null);

    let stale = json!({ "FunctionName": "f", "RevisionId": made["RevisionId"], "MemorySize": 512 });
    assert_eq!(
        cloud.refused("UpdateFunctionConfiguration", stale),
        (412, "PreconditionFailedException".into())
    );
    let code = |zip: String, more: &str, value: bool| {
        let mut members = json!({ "FunctionName": "f", "ZipFile": zip });
        members[more] = json!(value);
        cloud.ok("UpdateFunctionCode", members).members
    };
    let tried = code(zip("two"), "DryRun", true);
    assert_ne!(tried["CodeSha256"], made["CodeSha256"]);
    let read = cloud.ok("GetFunctionConfiguration", json!({ "FunctionName": "f" })).members;
    assert_eq!(read["CodeSha256"], made["CodeSha256"]);
    let published = code(zip("two"), "Publish", true);
    assert_eq!((published["Version"].as_str(), &published["CodeSha256"]), (Some("1"), &tried["CodeSha256"]));
    assert_eq!(
        cloud.refused("UpdateFunctionCode", json!({ "FunctionName": "f" })).1,
        "InvalidParameterValueException"
    );
}

#[test]
fn versions_stand_still() {
    let cloud = Cloud::new().of("lambda");
    let mut members = minimal(&cloud, "f");
    members["Publish"] = json!(true);
    let made = cloud.ok("CreateFunction", members).members;
    assert_eq!(
        (made["Version"].as_str(), made["FunctionArn"].as_str()),
        (Some("1"), Some(arn("f:1").as_str()))
    );
    let publish = |more: Value| {
        let mut members = json!({ "FunctionName": "f" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cloud.ok("PublishVersion", members).text("Version").to_owned()
    };
    assert_eq!(publish(json!({})), "1", "nothing changed");
    cloud.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Timeout": 9 }));
    assert_eq!(publish(json!({ "Description": "second", "CodeSha256": made["CodeSha256"] })), "2");
    let read = |version: &str| {
        let members = json!({ "FunctionName": "f", "Qualifier": version });
        cloud.ok("GetFunctionConfiguration", members).members
    };
    assert_eq!((&read("1")["Timeout"], &read("2")["Timeout"]), (&json!(3), &json!(9)));
    assert_eq!(read("2")["Description"], "second");
    let versions = cloud.ok("ListVersionsByFunction", json!({ "FunctionName": "f" }));
    assert_eq!(versions.column("Versions", "Version"), ["$LATEST", "1", "2"]);
    let all = cloud.ok("ListFunctions", json!({ "FunctionVersion": "ALL" }));
    assert_eq!(all.column("Functions", "Version"), ["$LATEST", "1", "2"]);
    let other = json!({ "FunctionName": "f", "CodeSha256": "x" });
    assert_eq!(cloud.refused("PublishVersion", other).1, "InvalidParameterValueException");

    cloud.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" }));
    let delete = |version: &str| json!({ "FunctionName": "f", "Qualifier": version });
    assert_eq!(cloud.refused("DeleteFunction", delete("1")), (409, "ResourceConflictException".into()));
    assert_eq!(cloud.refused("DeleteFunction", delete("$LATEST")).1, "InvalidParameterValueException");
    assert_eq!(cloud.ok("DeleteFunction", delete("2")).members, json!({ "StatusCode": 204 }));
    assert_eq!(cloud.refused("GetFunction", delete("2")).1, "ResourceNotFoundException");
    cloud.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Timeout": 10 }));
    assert_eq!(publish(json!({})), "3", "numbers are not given again");
    cloud.ok("DeleteFunction", json!({ "FunctionName": "f" }));
    assert_eq!(cloud.ok("ListFunctions", json!({})).members, json!({ "Functions": [] }));
}

#[test]
fn aliases_point_to_versions() {
    let cloud = with_function("f");
    cloud.ok("PublishVersion", json!({ "FunctionName": "f" }));
    cloud.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Timeout": 9 }));
    cloud.ok("PublishVersion", json!({ "FunctionName": "f" }));
    let given = json!({
        "FunctionName": "f", "Name": "live", "FunctionVersion": "1", "Description": "In use",
        "RoutingConfig": { "AdditionalVersionWeights": { "2": 0.25 } },
    });
    let made = cloud.ok("CreateAlias", given.clone()).members;
    for name in ["Name", "FunctionVersion", "Description", "RoutingConfig"] {
        assert_eq!(made[name], given[name], "{name}");
    }
    assert_eq!(made["AliasArn"], arn("f:live"));
    let read = |name: &str| cloud.ok("GetAlias", json!({ "FunctionName": "f", "Name": name })).members;
    assert_eq!(read("live"), made);
    let through = cloud.ok("GetFunctionConfiguration", json!({ "FunctionName": "f:live" })).members;
    assert_eq!(
        (through["Version"].as_str(), through["FunctionArn"].as_str()),
        (Some("1"), made["AliasArn"].as_str())
    );
    assert_eq!(cloud.refused("CreateAlias", given), (409, "ResourceConflictException".into()));
    for (name, version, weights, code) in [
        ("12", "1", json!({}), "ValidationException"),
        ("a b", "1", json!({}), "ValidationException"),
        ("next", "7", json!({}), "ResourceNotFoundException"),
        ("next", "x", json!({}), "ValidationException"),
        ("next", "1", json!({ "7": 0.1 }), "ResourceNotFoundException"),
        ("next", "1", json!({ "2": 1.5 }), "ValidationException"),
        ("next", "1", json!({ "1": 0.5 }), "InvalidParameterValueException"),
        ("next", "$LATEST", json!({ "1": 0.5 }), "InvalidParameterValueException"),
    ] {
        let members = json!({
            "FunctionName": "f", "Name": name, "FunctionVersion": version,
            "RoutingConfig": { "AdditionalVersionWeights": weights },
        });
        assert_eq!(cloud.refused("CreateAlias", members).1, code, "{name} {version} {weights}");
    }
    let update =
        json!({ "FunctionName": "f", "Name": "live", "RoutingConfig": { "AdditionalVersionWeights": {} } });
    let changed = cloud.ok("UpdateAlias", update).members;
    assert_eq!((&changed["RoutingConfig"], &changed["Description"]), (&Value::Null, &json!("In use")));
    let stale = json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "2", "RevisionId": made["RevisionId"] });
    assert_eq!(cloud.refused("UpdateAlias", stale).0, 412);
    cloud.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "next", "FunctionVersion": "$LATEST" }));
    let list = |more: Value| cloud.ok("ListAliases", more).members.clone();
    assert_eq!(
        list(json!({ "FunctionName": "f", "FunctionVersion": "1" }))["Aliases"],
        json!([read("live")])
    );
    let page = list(json!({ "FunctionName": "f", "MaxItems": 1 }));
    assert_eq!(page["Aliases"], json!([read("live")]));
    let rest = list(json!({ "FunctionName": "f", "MaxItems": 1, "Marker": page["NextMarker"] }));
    assert_eq!(rest, json!({ "Aliases": [read("next")] }));
    for _ in 0..2 {
        cloud.ok("DeleteAlias", json!({ "FunctionName": "f", "Name": "next" }));
    }
    let gone = cloud.err("GetAlias", json!({ "FunctionName": "f", "Name": "next" }));
    assert_eq!((gone.status, gone.message), (404, format!("Cannot find alias arn: {}", arn("f:next"))));
}

#[test]
fn accounts_regions_and_forks_are_apart() {
    let cloud = with_function("f");
    let fork = cloud.fork();
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        assert_eq!(elsewhere.refused("GetFunction", json!({ "FunctionName": "f" })).0, 404);
        elsewhere.ok("CreateFunction", minimal(&elsewhere, "f"));
        assert_eq!(elsewhere.ok("ListFunctions", json!({})).column("Functions", "FunctionName"), ["f"]);
    }
    cloud.ok("DeleteFunction", json!({ "FunctionName": "f" }));
    fork.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Timeout": 5 }));
    assert_eq!(cloud.refused("GetFunction", json!({ "FunctionName": "f" })).0, 404);
    assert_eq!(fork.other_account().refused("GetFunction", json!({ "FunctionName": "f" })).0, 404);
}

#[test]
fn nothing_runs() {
    let cloud = with_function("f");
    let invoke =
        |kind: Option<&str>| json!({ "FunctionName": "f", "InvocationType": kind, "Payload": "e30=" });
    let dry = cloud.ok("Invoke", invoke(Some("DryRun"))).members;
    assert_eq!(dry["StatusCode"], 204);
    for kind in [None, Some("RequestResponse"), Some("Event")] {
        assert_eq!(cloud.refused("Invoke", invoke(kind)), (501, "NotImplemented".into()));
    }
    assert_eq!(cloud.refused("Invoke", invoke(Some("Later"))).1, "ValidationException");
    assert_eq!(cloud.refused("Invoke", json!({ "FunctionName": "g" })).0, 404);
    assert_eq!(cloud.refused("InvokeAsync", json!({ "FunctionName": "f", "InvokeArgs": "e30=" })).0, 501);
}
