//! What there is: stacks, names, principals, objects.

use serde_json::{Value, json};
use stackproof_aws::Members;
use stackproof_gateway::ServiceSource;
use stackproof_policy::arn::is_account_id;

use super::call::bucket_of;
use super::key;
use super::upload::{self, OBJECT};
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::names::{Alias, NameError, attribute};
use crate::acceptance::principals::{self, Holder, Principal, SESSION, SOURCE};
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence, Who, WhoName};
use crate::acceptance::world::{Request, World, operation};

const POLICY: &str = r#"{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" } }"#;

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::Given,
        pattern: "the stack {stack:text}[ with]",
        example: r#"the stack "call-centre-data""#,
        docs: "Takes a copy of a stack of `stackproof.toml`. Variables in the table win over those of the file; each \
               distinct set is provisioned once.",
        attachment: Attachment::Table(Sample::new(
            "variables of the root module",
            "| data_migration_enabled | true |",
        )),
        handler: |world, given| Box::pin(stack(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is the bucket {resource:text}",
        example: r#""calls" is the bucket "aws_s3_bucket.data""#,
        docs: "Names a bucket.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(bucket(world, given)),
    },
    key::NAMING,
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is the user of {resource:text}",
        example: r#""accessor" is the user of "aws_iam_access_key.data""#,
        docs: "Names the user that an access key of the stack belongs to.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(user(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is a new user",
        example: r#""stranger" is a new user"#,
        docs: "Creates a user with an access key and without policies beside the stack, as operator.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(new_user(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is a new user with the policy",
        example: r#""auditor" is a new user with the policy"#,
        docs: "Creates a user with an access key and an inline policy beside the stack, as operator.",
        attachment: Attachment::Text(Sample::new("the policy", POLICY)),
        handler: |world, given| Box::pin(new_user(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{who} is also allowed {action:text}",
        example: r#"the accessor is also allowed "s3:DeleteObject""#,
        docs: "Gives a user or a role of the stack one more inline policy, as operator: that action on everything. What \
               was denied before and succeeds now was denied for want of that permission and of nothing else.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(also_allowed(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is the role {resource:text} assumed by {by:who}[ with]",
        example: r#""migrator" is the role "aws_iam_role.data_migration" assumed by "migrator user""#,
        docs: "Names a session of a role. It is opened when it is first needed.",
        attachment: Attachment::Options(&[SESSION]),
        handler: |world, given| Box::pin(role(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is {base:text} with the session policy",
        example: r#""narrow migrator" is "migrator" with the session policy"#,
        docs: "Names another session of the same role that a session policy narrows.",
        attachment: Attachment::Text(Sample::new("the session policy", POLICY)),
        handler: |world, given| Box::pin(narrowed(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is the role {resource:text} as {service:text} takes it[ with]",
        example: r#""validation" is the role "aws_iam_role.lambda" as "lambda.amazonaws.com" takes it"#,
        docs: "Names a session of a role as a service would be given it, if the role's trust policy admits the service.",
        attachment: Attachment::Options(&[SOURCE]),
        handler: |world, given| Box::pin(service_role(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "{new:text} is the service {service:text}[ with]",
        example: r#""transcribe" is the service "transcribe.amazonaws.com""#,
        docs: "Names an AWS service that calls for itself, as policies know it by `Principal: { \"Service\": … }`. What the \
               table does not say is absent from its calls. On a target that decides for itself nobody else can be the \
               service: the scenario is skipped there.",
        attachment: Attachment::Options(&[SOURCE]),
        handler: |world, given| Box::pin(service(world, given)),
    },
    Sentence {
        keyword: Keyword::Given,
        pattern: "the object {key:text} is in [the bucket ]{bucket:name}[ of account {account:text}][ with]",
        example: r#"the object "archive/1.wav" is in the bucket "source" of account "source""#,
        docs: "Stores an object as the operator of the bucket's account. A bucket that another account does not have is \
               made there, by the name that stands in the sentence.",
        attachment: Attachment::Options(&[OBJECT]),
        handler: |world, given| Box::pin(object(world, given)),
    },
];

async fn stack(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let variables = given.options()?.0;
    world.take_stage(given.get("stack"), &variables).await
}

async fn bucket(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let name = world.names.bucket(given.get("resource"))?;
    world.names.name(given.get("new"), Alias::Bucket(name));
    Ok(())
}

async fn user(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let user = principals::user(&world.names, given.get("resource"))?;
    name(world, given, user);
    Ok(())
}

async fn new_user(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let user = world.names.fill(&format!("stackproof-{}-{{unique}}", given.get("new").replace(' ', "-")))?;
    administer(world, "CreateUser", json!({ "UserName": user })).await?;
    let key = administer(world, "CreateAccessKey", json!({ "UserName": user })).await?;
    if let Some(policy) = &given.text {
        let members =
            json!({ "UserName": user, "PolicyName": "given", "PolicyDocument": world.names.fill(policy)? });
        administer(world, "PutUserPolicy", members).await?;
    }
    let key = key.get("AccessKey").cloned().unwrap_or_default();
    let credentials = stackproof_aws::Credentials {
        access_key_id: attribute("AccessKey", &key, "AccessKeyId")?,
        secret_access_key: stackproof_aws::Secret::new(attribute("AccessKey", &key, "SecretAccessKey")?),
        session_token: None,
    };
    name(world, given, Principal::User { name: user, credentials });
    Ok(())
}

async fn also_allowed(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let who = given.who("who");
    let WhoName::Named(name, _) = &who.name else {
        return Err(StepError::usage(format!("`{who}` has no policies of the stack")));
    };
    let action = given.get("action");
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    let policy = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    // Several of them stand beside one another.
    let policy_name = format!("stackproof-{}", action.replace(':', ".").replace('*', "all"));
    let (operation, kind, holder) = match principals::holder(&world.names, name)? {
        Holder::User(user) => ("PutUserPolicy", "UserName", user),
        Holder::Role(role) => ("PutRolePolicy", "RoleName", role),
    };
    let members = json!({ (kind): holder, "PolicyName": policy_name, "PolicyDocument": policy });
    administer(world, operation, members).await.map(drop)
}

async fn administer(world: &mut World, name: &str, members: Value) -> Result<Members, StepError> {
    let request = Request::new(operation("iam", name)?, upload::object(members));
    let (reply, _) = world.call_as(&Who::plain(WhoName::Operator(None)), request).await?;
    reply.result.map_err(|error| StepError::usage(format!("{name} failed: {error}")))
}

async fn role(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let arn = principals::role_arn(&world.names, given.get("resource"))?;
    let principal = Principal::Role { arn, by: given.who("by"), options: given.options()? };
    name(world, given, principal);
    Ok(())
}

async fn narrowed(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let base = given.get("base").to_owned();
    principals::named(&world.names, &base)?;
    let policy = world.names.fill(given.text()?)?;
    name(world, given, Principal::Narrowed { base, policy });
    Ok(())
}

async fn service_role(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let arn = principals::role_arn(&world.names, given.get("resource"))?;
    let (service, source) = service_of(world, given)?;
    name(world, given, Principal::ServiceRole { arn, service, source });
    Ok(())
}

async fn service(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let (service, source) = service_of(world, given)?;
    name(world, given, Principal::Service { service, source });
    Ok(())
}

/// The service, and what it acts for.
fn service_of(world: &World, given: &Arguments) -> Result<(String, ServiceSource), StepError> {
    let service = given.get("service");
    if service.split_once(".amazonaws.com").is_none_or(|(name, _)| name.is_empty()) {
        return Err(StepError::usage(format!("`{service}` is no service principal"))
            .hint("policies name a service `lambda.amazonaws.com`, `logs.eu-west-2.amazonaws.com`"));
    }
    let options = given.options()?;
    let account = match options.one("source account")? {
        Some(id) if is_account_id(id) => Some(id.to_owned()),
        name => name.map(|name| world.account(Some(name))).transpose()?,
    };
    let arn = options.one("source arn")?.map(str::to_owned);
    Ok((service.to_owned(), ServiceSource { arn, account }))
}

fn name(world: &mut World, given: &Arguments, principal: Principal) {
    world.names.name(given.get("new"), Alias::Principal(principal));
}

async fn object(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let account = given.given("account").map(str::to_owned);
    let bucket = match (bucket_of(world, given, "bucket"), &account) {
        (Ok(bucket), None) => bucket,
        (bucket, Some(account)) => elsewhere(world, bucket, account).await?,
        (Err(error), None) => return Err(error),
    };
    let who = Who::plain(WhoName::Operator(account));
    upload::upload(world, &who, &bucket, given.get("key"), &given.options()?).await?;
    let reply = world.judge()?;
    match &reply.reply.result {
        Ok(_) => Ok(()),
        Err(error) => Err(StepError::usage(format!("the object could not be stored: {error}"))),
    }
}

/// The bucket of another account. No stack of this one has it, so that its name may mean nothing yet: then it is the
/// name on AWS, which policies of the stack know it by.
async fn elsewhere(
    world: &mut World,
    bucket: Result<String, StepError>,
    account: &str,
) -> Result<String, StepError> {
    let id = world.account(Some(account))?;
    let bucket = match bucket {
        Err(StepError::Name(NameError::Unknown { name, .. })) if id != world.account(None)? => {
            let who = Who::plain(WhoName::Operator(Some(account.to_owned())));
            let region = world.scene()?.region.clone();
            let members = match region.as_str() {
                // The default, which S3 refuses as a constraint.
                "us-east-1" => json!({ "Bucket": name }),
                region => json!({
                    "Bucket": name,
                    "CreateBucketConfiguration": { "LocationConstraint": region },
                }),
            };
            let request = Request::new(operation("s3", "CreateBucket")?, upload::object(members));
            match world.call_as(&who, request).await?.0.result {
                Err(error) if error.code != "BucketAlreadyOwnedByYou" => {
                    return Err(StepError::usage(format!("the bucket `{name}` could not be made: {error}")));
                }
                _ => {}
            }
            world.names.name(&name, Alias::Bucket(name.clone()));
            name
        }
        bucket => bucket?,
    };
    world.bucket_accounts.insert(bucket.clone(), id);
    Ok(bucket)
}
