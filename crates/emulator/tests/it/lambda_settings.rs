//! Settings of functions, tags, and code signing.

use serde_json::{Value, json};

use crate::cloud::ACCOUNT;
use crate::lambda_functions::{minimal, with_function};

#[test]
fn concurrency_is_reserved() {
    let cloud = with_function("f");
    let of = json!({ "FunctionName": "f" });
    assert_eq!(cloud.ok("GetFunctionConcurrency", of.clone()).members, json!({}));
    let put = |count: i64| json!({ "FunctionName": "f", "ReservedConcurrentExecutions": count });
    assert_eq!(cloud.ok("PutFunctionConcurrency", put(900)).members["ReservedConcurrentExecutions"], 900);
    assert_eq!(cloud.refused("PutFunctionConcurrency", put(901)).1, "InvalidParameterValueException");
    let function = cloud.ok("GetFunction", of.clone()).members;
    assert_eq!(function["Concurrency"], json!({ "ReservedConcurrentExecutions": 900 }));
    let settings = cloud.ok("GetAccountSettings", json!({})).members;
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 100);
    assert_eq!(settings["AccountUsage"], json!({ "TotalCodeSize": 29, "FunctionCount": 1 }));
    cloud.ok("DeleteFunctionConcurrency", of.clone());
    assert_eq!(cloud.ok("GetFunctionConcurrency", of).members, json!({}));
}

#[test]
fn concurrency_is_provisioned() {
    let cloud = with_function("f");
    cloud.ok("PublishVersion", json!({ "FunctionName": "f" }));
    let of = |qualifier: &str| json!({ "FunctionName": "f", "Qualifier": qualifier });
    let put = |qualifier: &str| json!({ "FunctionName": "f", "Qualifier": qualifier, "ProvisionedConcurrentExecutions": 5 });
    assert_eq!(cloud.ok("PutProvisionedConcurrencyConfig", put("1")).text("Status"), "IN_PROGRESS");
    let got = cloud.ok("GetProvisionedConcurrencyConfig", of("1")).members;
    assert_eq!(
        (got["Status"].as_str(), &got["RequestedProvisionedConcurrentExecutions"]),
        (Some("READY"), &json!(5))
    );
    let listed = cloud.ok("ListProvisionedConcurrencyConfigs", json!({ "FunctionName": "f" }));
    let arn = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f:1");
    assert_eq!(listed.column("ProvisionedConcurrencyConfigs", "FunctionArn"), [arn.as_str()]);
    assert_eq!(
        cloud.refused("PutProvisionedConcurrencyConfig", put("$LATEST")).1,
        "InvalidParameterValueException"
    );
    assert_eq!(cloud.refused("PutProvisionedConcurrencyConfig", put("2")).0, 404);
    cloud.ok("DeleteProvisionedConcurrencyConfig", of("1"));
    assert_eq!(
        cloud.refused("GetProvisionedConcurrencyConfig", of("1")),
        (404, "ProvisionedConcurrencyConfigNotFoundException".into())
    );
}

#[test]
fn failed_invocations_are_configured() {
    let cloud = with_function("f");
    let given = json!({
        "FunctionName": "f", "MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": { "OnSuccess": { "Destination": "arn:aws:sqs:eu-west-2:111111111111:a" },
            "OnFailure": { "Destination": "arn:aws:sqs:eu-west-2:111111111111:b" } },
    });
    let of = json!({ "FunctionName": "f" });
    assert_eq!(cloud.refused("UpdateFunctionEventInvokeConfig", given.clone()).0, 404);
    let made = cloud.ok("PutFunctionEventInvokeConfig", given.clone()).members;
    for name in ["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"] {
        assert_eq!(made[name], given[name], "{name}");
    }
    assert_eq!(made["FunctionArn"], format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f:$LATEST"));
    assert_eq!(cloud.ok("GetFunctionEventInvokeConfig", of.clone()).members, made);
    let merged = json!({ "FunctionName": "f", "MaximumRetryAttempts": 0 });
    let changed = cloud.ok("UpdateFunctionEventInvokeConfig", merged.clone()).members;
    assert_eq!(
        (&changed["MaximumRetryAttempts"], &changed["MaximumEventAgeInSeconds"]),
        (&json!(0), &json!(60))
    );
    let replaced = cloud.ok("PutFunctionEventInvokeConfig", merged).members;
    assert_eq!(replaced["MaximumEventAgeInSeconds"], Value::Null);
    let listed = cloud.ok("ListFunctionEventInvokeConfigs", of.clone()).members;
    assert_eq!(listed["FunctionEventInvokeConfigs"], json!([replaced]));
    for (more, code) in [
        (json!({}), "InvalidParameterValueException"),
        (json!({ "MaximumRetryAttempts": 3 }), "ValidationException"),
        (json!({ "MaximumEventAgeInSeconds": 59 }), "ValidationException"),
    ] {
        let mut members = more;
        members["FunctionName"] = json!("f");
        assert_eq!(cloud.refused("PutFunctionEventInvokeConfig", members).1, code);
    }
    cloud.ok("DeleteFunctionEventInvokeConfig", of.clone());
    assert_eq!(cloud.refused("GetFunctionEventInvokeConfig", of).0, 404);
}

#[test]
fn functions_are_tagged() {
    let cloud = with_function("f");
    let arn = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f");
    cloud.ok("TagResource", json!({ "Resource": arn, "Tags": { "a": "1", "b": "2" } }));
    cloud.ok("TagResource", json!({ "Resource": arn, "Tags": { "a": "3" } }));
    cloud.ok("UntagResource", json!({ "Resource": arn, "TagKeys": ["b", "c"] }));
    assert_eq!(cloud.ok("ListTags", json!({ "Resource": arn })).members, json!({ "Tags": { "a": "3" } }));
    assert_eq!(cloud.refused("ListTags", json!({ "Resource": format!("{arn}x") })).0, 404);
    assert_eq!(cloud.refused("ListTags", json!({ "Resource": format!("{arn}:1") })).0, 400);
    assert_eq!(cloud.refused("ListTags", json!({ "Resource": "f" })).0, 400);
    let many: serde_json::Map<_, _> = (0..50).map(|n| (format!("k{n}"), json!("v"))).collect();
    assert_eq!(cloud.refused("TagResource", json!({ "Resource": arn, "Tags": many })).0, 400);
}

#[test]
fn code_signing_is_kept() {
    let cloud = with_function("f");
    let publishers = json!({ "SigningProfileVersionArns": ["arn:aws:signer:eu-west-2:111111111111:/signing-profiles/p/1"] });
    let given = json!({
        "Description": "Signed", "AllowedPublishers": publishers,
        "CodeSigningPolicies": { "UntrustedArtifactOnDeployment": "Warn" }, "Tags": { "a": "b" },
    });
    let made = cloud.ok("CreateCodeSigningConfig", given.clone()).members["CodeSigningConfig"].clone();
    for name in ["Description", "AllowedPublishers", "CodeSigningPolicies"] {
        assert_eq!(made[name], given[name], "{name}");
    }
    let arn = &made["CodeSigningConfigArn"];
    assert_eq!(cloud.ok("ListTags", json!({ "Resource": arn })).members, json!({ "Tags": { "a": "b" } }));
    let of = json!({ "FunctionName": "f" });
    assert_eq!(cloud.ok("GetFunctionCodeSigningConfig", of.clone()).members, of);
    let both = json!({ "FunctionName": "f", "CodeSigningConfigArn": arn });
    cloud.ok("PutFunctionCodeSigningConfig", both.clone());
    assert_eq!(cloud.ok("GetFunctionCodeSigningConfig", of.clone()).members, both);
    let config = json!({ "CodeSigningConfigArn": arn });
    let users = cloud.ok("ListFunctionsByCodeSigningConfig", config.clone()).members;
    assert_eq!(users["FunctionArns"], json!([format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f")]));
    assert_eq!(cloud.refused("DeleteCodeSigningConfig", config.clone()).0, 409);
    cloud.ok("DeleteFunctionCodeSigningConfig", of);
    let enforce = json!({ "UntrustedArtifactOnDeployment": "Enforce" });
    cloud.ok(
        "UpdateCodeSigningConfig",
        json!({ "CodeSigningConfigArn": arn, "CodeSigningPolicies": enforce }),
    );
    let read = cloud.ok("GetCodeSigningConfig", config.clone()).members["CodeSigningConfig"].clone();
    assert_eq!((&read["CodeSigningPolicies"], &read["Description"]), (&enforce, &json!("Signed")));
    assert_eq!(cloud.refused("PutFunctionCodeSigningConfig", both), (501, "NotImplemented".into()));
    cloud.ok("DeleteCodeSigningConfig", config.clone());
    assert_eq!(
        cloud.refused("GetCodeSigningConfig", config),
        (404, "CodeSigningConfigNotFoundException".into())
    );
    assert_eq!(cloud.ok("ListCodeSigningConfigs", json!({})).members, json!({ "CodeSigningConfigs": [] }));
}

#[test]
fn small_settings_are_kept() {
    let cloud = with_function("f");
    let of = json!({ "FunctionName": "f" });
    assert_eq!(cloud.ok("GetFunctionRecursionConfig", of.clone()).text("RecursiveLoop"), "Terminate");
    cloud.ok("PutFunctionRecursionConfig", json!({ "FunctionName": "f", "RecursiveLoop": "Allow" }));
    assert_eq!(cloud.ok("GetFunctionRecursionConfig", of.clone()).text("RecursiveLoop"), "Allow");
    assert_eq!(cloud.ok("GetRuntimeManagementConfig", of.clone()).text("UpdateRuntimeOn"), "Auto");
    let manual = json!({ "FunctionName": "f", "UpdateRuntimeOn": "Manual" });
    assert_eq!(cloud.refused("PutRuntimeManagementConfig", manual.clone()).0, 400);
    let mut given = manual;
    given["RuntimeVersionArn"] = json!("arn:aws:lambda:eu-west-2::runtime:x");
    cloud.ok("PutRuntimeManagementConfig", given);
    let read = cloud.ok("GetRuntimeManagementConfig", of).members;
    assert_eq!(read["RuntimeVersionArn"], "arn:aws:lambda:eu-west-2::runtime:x");
    let mut named = minimal(&cloud, "g");
    named["FunctionName"] = json!("g");
    cloud.ok("CreateFunction", named);
    let page = cloud.ok("ListFunctions", json!({ "MaxItems": 1 }));
    assert_eq!(page.column("Functions", "FunctionName"), ["f"]);
    let rest = cloud.ok("ListFunctions", json!({ "MaxItems": 1, "Marker": page.text("NextMarker") }));
    assert_eq!(
        (rest.column("Functions", "FunctionName"), &rest.members["NextMarker"]),
        (vec!["g"], &Value::Null)
    );
    assert_eq!(cloud.refused("ListFunctions", json!({ "Marker": "§" })).0, 400);
    assert_eq!(cloud.refused("ListFunctions", json!({ "MaxItems": 0 })).0, 400);
}
