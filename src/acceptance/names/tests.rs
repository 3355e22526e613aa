use serde_json::json;

use super::*;
use crate::acceptance::stage::OutputValue;

fn names() -> Names {
    let resources = [
        ("aws_s3_bucket.data", json!({ "bucket": "dev-calls", "arn": "arn:aws:s3:::dev-calls" })),
        ("aws_s3_bucket_policy.data", json!({ "bucket": "dev-calls" })),
        (
            "aws_iam_user.accessor",
            json!({ "name": "dev-accessor", "arn": "arn:aws:iam::111111111111:user/dev-accessor" }),
        ),
        ("aws_iam_access_key.accessor", json!({ "id": "AKIA1", "user": "dev-accessor", "secret": "hush" })),
        ("module.a.aws_iam_role.lambda", json!({ "name": "a", "arn": "arn:aws:iam::111111111111:role/a" })),
        (
            "module.b.aws_iam_role.lambda[0]",
            json!({ "name": "b", "arn": "arn:aws:iam::111111111111:role/b" }),
        ),
    ];
    let outputs = [
        ("bucket_arn", json!("arn:aws:s3:::dev-calls"), false),
        ("role", json!("arn:aws:iam::111111111111:role/b"), false),
        ("password", json!("hush"), true),
    ];
    let mut names = Names::new("u1".into());
    names.stack = Some(Stack {
        resources: resources.into_iter().map(|(address, it)| (address.to_owned(), it)).collect(),
        outputs: outputs
            .into_iter()
            .map(|(name, value, sensitive)| (name.to_owned(), OutputValue { value, sensitive }))
            .collect(),
        names: [("store".to_owned(), "aws_s3_bucket.data".to_owned())].into_iter().collect(),
        ..Stack::default()
    });
    names.name("calls", Alias::Bucket("dev-calls".into()));
    names.save("first version", "v1".into());
    names
}

#[test]
fn a_bucket_is_meant_by_alias_configuration_output_address_and_label() {
    for name in ["calls", "store", "bucket_arn", "aws_s3_bucket.data", "data"] {
        assert_eq!(names().bucket(name).as_deref(), Ok("dev-calls"), "{name}");
    }
}

#[test]
fn a_label_is_unique_among_the_wanted_kind() {
    let names = names();
    assert_eq!(names.resource("accessor", Wanted::Principal).unwrap().0, "aws_iam_user.accessor");
    assert_eq!(names.resource("accessor", Wanted::User).unwrap().0, "aws_iam_access_key.accessor");
    let error = names.resource("lambda", Wanted::Role).unwrap_err();
    insta::assert_snapshot!(error, @"`lambda` may be `module.a.aws_iam_role.lambda` or `module.b.aws_iam_role.lambda[0]`");
}

#[test]
fn an_output_means_the_resource_it_names() {
    assert_eq!(names().resource("role", Wanted::Role).unwrap().0, "module.b.aws_iam_role.lambda[0]");
}

#[test]
fn an_unknown_name_is_told_with_candidates() {
    let error = names().bucket("call").unwrap_err();
    insta::assert_snapshot!(error, @"no bucket is named `call`");
    insta::assert_snapshot!(error.advice().unwrap(), @"there is `calls`");
    insta::assert_snapshot!(Names::default().bucket("x").unwrap_err(), @"there is no stack yet");
}

#[test]
fn texts_are_filled() {
    let names = names();
    for (text, filled) in [
        ("{first version}", "v1"),
        ("x-{unique}", "x-u1"),
        ("{calls}/{bucket_arn}/*", "dev-calls/arn:aws:s3:::dev-calls/*"),
        ("{aws_iam_user.accessor.arn}", "arn:aws:iam::111111111111:user/dev-accessor"),
        (r#"{"a": "${aws:username}"}"#, r#"{"a": "${aws:username}"}"#),
        ("{}", "{}"),
    ] {
        assert_eq!(names.fill(text).as_deref(), Ok(filled), "{text}");
    }
    let json = json!({ "Key": "{first version}", "Deep": ["{unique}", 1] });
    assert_eq!(names.fill_json(&json).unwrap(), json!({ "Key": "v1", "Deep": ["u1", 1] }));
}

#[test]
fn what_is_sensitive_is_never_written() {
    let names = names();
    for text in ["{password}", "{aws_iam_access_key.accessor.secret}"] {
        assert!(matches!(names.fill(text), Err(NameError::Sensitive(_))), "{text}");
    }
    assert!(!format!("{names:?}").contains("hush"));

    let mut world = crate::acceptance::testing::world();
    world.names = names;
    world.names.save("kept", "hush".into());
    assert!(!format!("{world:?}").contains("hush"));
}
