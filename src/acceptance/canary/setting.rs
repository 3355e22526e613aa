//! What canaries need: a user, a bucket, a role, and policies of each kind.

use serde_json::{Value, json};
use stackproof_aws::{Credentials, Members, Secret};
use stackproof_gateway::Outcome;

use super::Canary;
use super::control::{UNSERVED, WITHHELD};
use crate::acceptance::error::StepError;
use crate::acceptance::names::{Alias, attribute};
use crate::acceptance::options::Options;
use crate::acceptance::principals::Principal;
use crate::acceptance::sentence::{Who, WhoName};
use crate::acceptance::world::{Request, World, operation};

const NAME: &str = "stackproof-canary";
/// The user that policies deny something.
pub(super) const FENCED: &str = "stackproof-canary-fenced";

/// Makes what the canaries need, as operator, and gives the canaries.
pub(super) async fn prepare(world: &mut World) -> Result<Vec<Canary>, StepError> {
    let mut setting = Setting { world };
    let account = setting.world.account(None)?;
    let bucket = format!("{NAME}-{account}");
    let region = setting.world.scene()?.region.clone();
    setting.call("s3", "CreateBucket", bucket_members(&bucket, &region)).await?;

    for user in ["lister", "fenced", "stranger"] {
        setting.user(user).await?;
    }
    let list = allow("s3:ListBucket");
    setting.attach("lister", &list).await?;
    setting.attach("fenced", &json!([allow("s3:*"), deny("s3:GetBucketLocation")])).await?;
    setting.attach("stranger", &json!([allow("sts:AssumeRole"), list])).await?;

    let fenced = format!("arn:aws:iam::{account}:user/{FENCED}");
    let guard = json!({
        "Effect": "Deny", "Principal": { "AWS": fenced }, "Action": "s3:GetBucketVersioning",
        "Resource": format!("arn:aws:s3:::{bucket}"),
    });
    setting.call("s3", "PutBucketPolicy", json!({ "Bucket": bucket, "Policy": policy(&guard) })).await?;
    setting.role("role", &account).await?;
    setting.role("bounded", &account).await?;
    setting.bound("bounded", &account, &list).await?;
    let narrow = Principal::Narrowed { base: "role".to_owned(), policy: policy(&list) };
    setting.world.names.name("narrow", Alias::Principal(narrow));

    let on = |name: &str| request("s3", name, json!({ "Bucket": bucket }));
    let identity = || request("sts", "GetCallerIdentity", json!({}));
    let role = format!("arn:aws:iam::{account}:role/{NAME}-role");
    let assume = || request("sts", "AssumeRole", json!({ "RoleArn": role, "RoleSessionName": NAME }));
    let operator = Who::plain(WhoName::Operator(None));
    let pair = |kind, control, refused, outcome| -> Canary { Canary { kind, control, refused, outcome } };
    let mut canaries = vec![
        pair(
            "implicit denial",
            (user("lister"), on("ListObjectsV2")?),
            (user("lister"), on("GetBucketLocation")?),
            Outcome::ImplicitDeny,
        ),
        pair(
            "identity policy",
            (user("fenced"), on("ListObjectsV2")?),
            (user("fenced"), on("GetBucketLocation")?),
            Outcome::ExplicitDeny,
        ),
        pair(
            "resource policy",
            (user("fenced"), on("ListObjectsV2")?),
            (user("fenced"), on("GetBucketVersioning")?),
            Outcome::ExplicitDeny,
        ),
        pair(
            "permissions boundary",
            (user("bounded"), on("ListObjectsV2")?),
            (user("bounded"), on("GetBucketLocation")?),
            Outcome::ImplicitDeny,
        ),
        pair("trust policy", (operator, assume()?), (user("stranger"), assume()?), Outcome::ImplicitDeny),
        pair(
            "session policy",
            (user("narrow"), on("ListObjectsV2")?),
            (user("narrow"), on("GetBucketLocation")?),
            Outcome::ImplicitDeny,
        ),
        pair(
            "anonymous callers",
            (user("lister"), identity()?),
            (nobody(), on("ListObjectsV2")?),
            Outcome::ImplicitDeny,
        ),
    ];
    if setting.world.scene()?.organized {
        for (kind, denied) in [("service control policy", UNSERVED), ("resource control policy", WITHHELD)] {
            let (listing, denied) = (on("ListObjectsV2")?, on(denied)?);
            canaries.push(pair(
                kind,
                (user("fenced"), listing),
                (user("fenced"), denied),
                Outcome::ExplicitDeny,
            ));
        }
    }
    Ok(canaries)
}

struct Setting<'a> {
    world: &'a mut World,
}

impl Setting<'_> {
    async fn call(&mut self, service: &str, name: &str, members: Value) -> Result<Members, StepError> {
        let operator = Who::plain(WhoName::Operator(None));
        let (reply, _) = self.world.call_as(&operator, request(service, name, members)?).await?;
        reply
            .result
            .map_err(|error| StepError::usage(format!("{service}:{name} as operator failed: {error}")))
    }

    async fn user(&mut self, name: &str) -> Result<(), StepError> {
        let user = format!("{NAME}-{name}");
        self.call("iam", "CreateUser", json!({ "UserName": user })).await?;
        let answer = self.call("iam", "CreateAccessKey", json!({ "UserName": user })).await?;
        let key = answer.get("AccessKey").cloned().unwrap_or_default();
        let credentials = Credentials {
            access_key_id: attribute("AccessKey", &key, "AccessKeyId")?,
            secret_access_key: Secret::new(attribute("AccessKey", &key, "SecretAccessKey")?),
            session_token: None,
        };
        self.world.names.name(name, Alias::Principal(Principal::User { name: user, credentials }));
        Ok(())
    }

    async fn attach(&mut self, name: &str, statement: &Value) -> Result<(), StepError> {
        let user = format!("{NAME}-{name}");
        let members =
            json!({ "UserName": user, "PolicyName": "canary", "PolicyDocument": policy(statement) });
        self.call("iam", "PutUserPolicy", members).await.map(|_| ())
    }

    async fn bound(&mut self, name: &str, account: &str, statement: &Value) -> Result<(), StepError> {
        let members = json!({ "PolicyName": NAME, "PolicyDocument": policy(statement) });
        self.call("iam", "CreatePolicy", members).await?;
        let boundary = format!("arn:aws:iam::{account}:policy/{NAME}");
        let members = json!({ "RoleName": format!("{NAME}-{name}"), "PermissionsBoundary": boundary });
        self.call("iam", "PutRolePermissionsBoundary", members).await.map(|_| ())
    }

    /// A role that trusts the operator alone.
    async fn role(&mut self, name: &str, account: &str) -> Result<(), StepError> {
        let role = format!("{NAME}-{name}");
        let operator = format!("arn:aws:iam::{account}:user/stackproof/operator");
        let trust =
            json!({ "Effect": "Allow", "Principal": { "AWS": operator }, "Action": "sts:AssumeRole" });
        let members = json!({ "RoleName": role, "AssumeRolePolicyDocument": policy(&trust) });
        self.call("iam", "CreateRole", members).await?;
        let members =
            json!({ "RoleName": role, "PolicyName": "canary", "PolicyDocument": policy(&allow("s3:*")) });
        self.call("iam", "PutRolePolicy", members).await?;
        let role = Principal::Role {
            arn: format!("arn:aws:iam::{account}:role/{role}"),
            by: Who::plain(WhoName::Operator(None)),
            options: Options::default(),
        };
        self.world.names.name(name, Alias::Principal(role));
        Ok(())
    }
}

/// us-east-1 is the one region that `CreateBucket` does not take as a location constraint.
fn bucket_members(bucket: &str, region: &str) -> Value {
    match region {
        "us-east-1" => json!({ "Bucket": bucket }),
        region => json!({ "Bucket": bucket, "CreateBucketConfiguration": { "LocationConstraint": region } }),
    }
}

fn user(name: &str) -> Who {
    Who::plain(WhoName::Named(name.to_owned(), true))
}

fn nobody() -> Who {
    Who::plain(WhoName::Nobody)
}

fn allow(action: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": "*" })
}

fn deny(action: &str) -> Value {
    json!({ "Effect": "Deny", "Action": action, "Resource": "*" })
}

pub(super) fn policy(statement: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

fn request(service: &str, name: &str, members: Value) -> Result<Request, StepError> {
    let operation = operation(service, name)?;
    match members {
        Value::Object(members) => Ok(Request::new(operation, members)),
        _ => Ok(Request::new(operation, Members::new())),
    }
}
