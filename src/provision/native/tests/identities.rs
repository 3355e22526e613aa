//! Instance profiles, identity providers, service-linked roles and the account's settings.

use super::*;

const IDENTITIES: &str = include_str!("../../../../tests/data/fields/identities/main.tf");

#[tokio::test]
async fn identities_are_made_and_go_again() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(IDENTITIES);
    let provisioned = apply(&environment, &request).await.unwrap();
    assert_eq!(
        provisioned.stack().outputs["read"].value,
        json!({
            "alias": "calls-dev", "group": true, "role": "arn:aws:iam::111111111111:role/data/worker",
            "url": "token.actions.githubusercontent.com", "builds": true, "clients": ["sts.amazonaws.com"],
            "roles": ["worker"], "issuer": "arn:aws:iam::111111111111:role/data/worker",
            "linked": "/aws-service-role/ecs.amazonaws.com/", "expire": false,
        })
    );
    let operator = Operators::of(&environment).unwrap().main;
    let providers = operator.call("iam", "ListOpenIDConnectProviders", json!({})).await.unwrap();
    let provider = json!({ "OpenIDConnectProviderArn": providers.at("/OpenIDConnectProviderList/0/Arn") });
    let provider = operator.call("iam", "GetOpenIDConnectProvider", provider).await.unwrap();
    assert_eq!(*provider.at("/Tags"), json!([{ "Key": "Environment", "Value": "test" }]));
    provisioned.destroy().await.unwrap();
    for (operation, list) in [
        ("ListRoles", "/Roles"),
        ("ListInstanceProfiles", "/InstanceProfiles"),
        ("ListOpenIDConnectProviders", "/OpenIDConnectProviderList"),
        ("ListSAMLProviders", "/SAMLProviderList"),
        ("ListAccountAliases", "/AccountAliases"),
    ] {
        let answer = operator.call("iam", operation, json!({})).await.unwrap();
        assert!(answer.list(list).is_empty(), "{operation}: {:?}", answer.list(list));
    }
    let policy = operator.call("iam", "GetAccountPasswordPolicy", json!({})).await;
    assert!(policy.is_err_and(|error| error.is("NoSuchEntity")));
}

#[tokio::test]
async fn what_two_policies_say_in_the_same_words_is_found_in_each() {
    const TWINS: &str = r#"
resource "aws_iam_role" "first" {
  name = "first"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "second" {
  name = "second"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })

  inline_policy {
    name   = "reads"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }] })
  }
}

resource "aws_iam_role_policy" "first" {
  name   = "reads"
  role   = aws_iam_role.first.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }] })
}
"#;
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(TWINS);
    apply(&environment, &request).await.unwrap();
    let trust = json!({
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" },
    });
    let reads = json!({ "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" });
    for (statement, policy, line) in [
        (&trust, "trust policy of role first", 6),
        (&trust, "trust policy of role second", 14),
        (&reads, "inline policy reads of role first", 26),
        (&reads, "inline policy reads of role second", 19),
    ] {
        let place = environment.sources.place(&stackproof_policy::statement_hash(statement), policy).unwrap();
        assert_eq!(place.line, line, "{policy}");
    }
}
