//! What a run makes on a target that it cannot fork, by name, and what a write says of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stackproof_aws::Members;

/// A kind of thing that has a name of its own, in the order in which they are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Bucket,
    Grant,
    Alias,
    Key,
    /// An inline policy of a user, a group or a role.
    Inline,
    /// A managed policy on one of them.
    Attached,
    User,
    Group,
    Role,
    Policy,
    AccountBlock,
}

/// A thing that is there because this run made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Made {
    pub kind: Kind,
    /// A policy's ARN, a key's id, `KEY/GRANT`, `User/NAME/POLICY`; of everything else its name.
    pub name: String,
    pub account: String,
    pub region: String,
}

/// A write that an upstream executed.
pub(super) struct Note<'a> {
    pub service: &'a str,
    pub operation: &'a str,
    pub account: &'a str,
    pub region: &'a str,
    pub members: &'a Members,
    /// What it was answered with, where that names what was made.
    pub answer: &'a Members,
}

/// What a write means for what is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Makes(Made),
    Unmakes(Made),
    Renames(Made, Made),
    /// Objects with these keys come or go, which a list of the bucket's versions shows.
    Stores(String, Vec<String>),
    /// Something of the object with that key changes that no list shows.
    Alters(String, String),
    /// A setting of that thing changes; of none where the write does not name it.
    Changes(Option<Made>),
}

const STORING: [&str; 7] = [
    "PutObject",
    "CopyObject",
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
];

impl Note<'_> {
    pub fn effect(&self) -> Effect {
        match self.service {
            "s3" => self.of_s3(),
            "iam" => self.of_iam(),
            "kms" => self.of_kms(),
            "s3control" => self.of_s3_control(),
            _ => Effect::Changes(None),
        }
    }

    fn of_s3(&self) -> Effect {
        let Some(bucket) = self.text("Bucket") else { return Effect::Changes(None) };
        let thing = || self.thing(Kind::Bucket, bucket);
        match (self.operation, self.text("Key")) {
            ("CreateBucket", _) => {
                let place = self.members.get("CreateBucketConfiguration");
                let place = place.and_then(|place| place.get("LocationConstraint")?.as_str());
                let region = place.unwrap_or(self.region).to_owned();
                Effect::Makes(Made { region, ..thing() })
            }
            ("DeleteBucket", _) => Effect::Unmakes(thing()),
            ("DeleteObjects", _) => {
                let objects = self.members.get("Delete").and_then(|delete| delete.get("Objects")?.as_array());
                let keys = objects.into_iter().flatten().filter_map(|it| it.get("Key")?.as_str());
                Effect::Stores(bucket.to_owned(), keys.map(str::to_owned).collect())
            }
            ("DeleteObject", Some(key)) => Effect::Stores(bucket.to_owned(), vec![key.to_owned()]),
            (operation, Some(key)) if STORING.contains(&operation) => {
                Effect::Stores(bucket.to_owned(), vec![key.to_owned()])
            }
            (_, Some(key)) => Effect::Alters(bucket.to_owned(), key.to_owned()),
            (_, None) => Effect::Changes(Some(thing())),
        }
    }

    fn of_iam(&self) -> Effect {
        const NAMED: [(&str, Kind, &str); 3] = [
            ("UserName", Kind::User, "User"),
            ("RoleName", Kind::Role, "Role"),
            ("GroupName", Kind::Group, "Group"),
        ];
        let policy = || Some((Kind::Policy, self.text("PolicyArn")?.to_owned(), "Policy"));
        let named =
            NAMED.iter().find_map(|(member, kind, word)| Some((*kind, self.text(member)?.to_owned(), *word)));
        if self.operation == "CreatePolicy" {
            let path = self.text("Path").unwrap_or("/");
            let name = self.text("PolicyName").unwrap_or_default();
            let arn = format!("arn:aws:iam::{}:policy{path}{name}", self.account);
            return Effect::Makes(self.thing(Kind::Policy, &arn));
        }
        let Some((kind, name, word)) = named.or_else(policy) else { return Effect::Changes(None) };
        if let Some(effect) = self.of_part(word, &name) {
            return effect;
        }
        let thing = self.thing(kind, &name);
        let new_name = self.text(&format!("New{word}Name")).filter(|_| self.operation.starts_with("Update"));
        match (self.operation.strip_suffix(word), new_name) {
            (Some("Create"), _) => Effect::Makes(thing),
            (Some("Delete"), _) => Effect::Unmakes(thing),
            (_, Some(new)) => Effect::Renames(thing, self.thing(kind, new)),
            _ => Effect::Changes(Some(thing)),
        }
    }

    /// What it means for the policies of a user, a group or a role.
    fn of_part(&self, word: &str, holder: &str) -> Option<Effect> {
        let part = |kind, member| {
            let policy = self.text(member).unwrap_or_default();
            self.thing(kind, &format!("{word}/{holder}/{policy}"))
        };
        match self.operation.strip_suffix("Policy")?.strip_suffix(word)? {
            "Put" => Some(Effect::Makes(part(Kind::Inline, "PolicyName"))),
            "Delete" => Some(Effect::Unmakes(part(Kind::Inline, "PolicyName"))),
            "Attach" => Some(Effect::Makes(part(Kind::Attached, "PolicyArn"))),
            "Detach" => Some(Effect::Unmakes(part(Kind::Attached, "PolicyArn"))),
            _ => None,
        }
    }

    fn of_kms(&self) -> Effect {
        let key = self.text("KeyId").map(key_id);
        let alias = |name: &str| self.thing(Kind::Alias, name);
        let grant = |key: &str, members: &Members| {
            let id = members.get("GrantId").and_then(Value::as_str)?;
            Some(self.thing(Kind::Grant, &format!("{key}/{id}")))
        };
        let effect = match (self.operation, self.text("AliasName"), key) {
            ("CreateKey", ..) => {
                let metadata = self.answer.get("KeyMetadata");
                let id = metadata.and_then(|metadata| metadata.get("KeyId")?.as_str());
                id.map(|id| Effect::Makes(self.thing(Kind::Key, id)))
            }
            ("CreateAlias", Some(name), _) => Some(Effect::Makes(alias(name))),
            ("DeleteAlias", Some(name), _) => Some(Effect::Unmakes(alias(name))),
            ("UpdateAlias", Some(name), _) => Some(Effect::Changes(Some(alias(name)))),
            ("CreateGrant", _, Some(key)) => grant(key, self.answer).map(Effect::Makes),
            ("RevokeGrant" | "RetireGrant", _, Some(key)) => grant(key, self.members).map(Effect::Unmakes),
            (_, _, Some(key)) => Some(Effect::Changes(Some(self.thing(Kind::Key, key)))),
            _ => None,
        };
        effect.unwrap_or(Effect::Changes(None))
    }

    fn of_s3_control(&self) -> Effect {
        let account = self.text("AccountId").unwrap_or(self.account);
        let block = Made { account: account.to_owned(), ..self.thing(Kind::AccountBlock, account) };
        match self.operation {
            "PutPublicAccessBlock" => Effect::Makes(block),
            "DeletePublicAccessBlock" => Effect::Unmakes(block),
            _ => Effect::Changes(None),
        }
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }

    fn thing(&self, kind: Kind, name: &str) -> Made {
        let (account, region) = (self.account.to_owned(), self.region.to_owned());
        Made { kind, name: name.to_owned(), account, region }
    }
}

impl Made {
    /// Whether both are one thing: buckets have their names to themselves, IAM's names are the same in any case.
    pub fn is(&self, other: &Self) -> bool {
        let same = self.kind == other.kind && self.account == other.account;
        match self.kind {
            Kind::Bucket => self.kind == other.kind && self.name == other.name,
            Kind::Inline | Kind::Attached | Kind::User | Kind::Group | Kind::Role => {
                same && self.name.eq_ignore_ascii_case(&other.name)
            }
            Kind::Policy | Kind::AccountBlock => same && self.name == other.name,
            Kind::Key | Kind::Alias | Kind::Grant => {
                same && self.name == other.name && self.region == other.region
            }
        }
    }

    /// The kind of holder, the holder and the policy that it is made of, where it is a policy of theirs.
    pub fn part(&self) -> Option<(&str, &str, &str)> {
        let (word, rest) = self.name.split_once('/')?;
        let (holder, policy) = rest.split_once('/')?;
        matches!(self.kind, Kind::Inline | Kind::Attached).then_some((word, holder, policy))
    }

    /// Whether it goes with that thing.
    pub fn goes_with(&self, other: &Self) -> bool {
        let is_holder = matches!(other.kind, Kind::User | Kind::Group | Kind::Role);
        is_holder
            && self.account == other.account
            && self.part().is_some_and(|(_, holder, _)| holder == other.name)
    }

    /// The service that has it.
    pub fn service(&self) -> &'static str {
        match self.kind {
            Kind::Bucket => "s3",
            Kind::Grant | Kind::Alias | Kind::Key => "kms",
            Kind::AccountBlock => "s3control",
            _ => "iam",
        }
    }
}

impl std::fmt::Display for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.kind {
            Kind::Bucket => "bucket",
            Kind::Grant => "grant",
            Kind::Alias => "alias",
            Kind::Key => "key",
            Kind::Inline => "inline policy",
            Kind::Attached => "attached policy",
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
            Kind::Policy => "policy",
            Kind::AccountBlock => "public access block of account",
        };
        write!(f, "{word} `{}`", self.name)
    }
}

/// A key's id, whether it stands there as an ARN or not.
fn key_id(name: &str) -> &str {
    name.split_once(":key/").map_or(name, |(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn effect(service: &str, operation: &str, members: Value, answer: Value) -> Effect {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let (members, answer) = (object(members), object(answer));
        let (account, region) = ("111111111111", "eu-west-2");
        Note { service, operation, account, region, members: &members, answer: &answer }.effect()
    }

    fn made(kind: Kind, name: &str) -> Made {
        Made { kind, name: name.into(), account: "111111111111".into(), region: "eu-west-2".into() }
    }

    #[test]
    fn what_a_write_makes_has_a_name() {
        let none = || json!({});
        let policy = "arn:aws:iam::111111111111:policy/team/p";
        let key = "arn:aws:kms:eu-west-2:111111111111:key/k";
        for (service, operation, members, answer, expected) in [
            ("s3", "CreateBucket", json!({ "Bucket": "b" }), none(), made(Kind::Bucket, "b")),
            ("iam", "CreateUser", json!({ "UserName": "u" }), none(), made(Kind::User, "u")),
            (
                "iam",
                "PutUserPolicy",
                json!({ "UserName": "u", "PolicyName": "p" }),
                none(),
                made(Kind::Inline, "User/u/p"),
            ),
            (
                "iam",
                "AttachRolePolicy",
                json!({ "RoleName": "r", "PolicyArn": policy }),
                none(),
                made(Kind::Attached, &format!("Role/r/{policy}")),
            ),
            (
                "iam",
                "CreatePolicy",
                json!({ "PolicyName": "p", "Path": "/team/" }),
                none(),
                made(Kind::Policy, policy),
            ),
            ("kms", "CreateKey", none(), json!({ "KeyMetadata": { "KeyId": "k" } }), made(Kind::Key, "k")),
            (
                "kms",
                "CreateAlias",
                json!({ "AliasName": "alias/a", "TargetKeyId": "k" }),
                none(),
                made(Kind::Alias, "alias/a"),
            ),
            (
                "kms",
                "CreateGrant",
                json!({ "KeyId": key }),
                json!({ "GrantId": "g" }),
                made(Kind::Grant, "k/g"),
            ),
        ] {
            assert_eq!(effect(service, operation, members, answer), Effect::Makes(expected), "{operation}");
        }
    }

    #[test]
    fn what_belongs_to_a_thing_changes_it() {
        for (service, operation, members, expected) in [
            (
                "iam",
                "PutUserPermissionsBoundary",
                json!({ "UserName": "u", "PermissionsBoundary": "a" }),
                made(Kind::User, "u"),
            ),
            ("iam", "CreateAccessKey", json!({ "UserName": "u" }), made(Kind::User, "u")),
            ("iam", "TagUser", json!({ "UserName": "u" }), made(Kind::User, "u")),
            ("iam", "CreatePolicyVersion", json!({ "PolicyArn": "a" }), made(Kind::Policy, "a")),
            ("s3", "PutBucketPolicy", json!({ "Bucket": "b" }), made(Kind::Bucket, "b")),
            ("kms", "PutKeyPolicy", json!({ "KeyId": "k" }), made(Kind::Key, "k")),
        ] {
            assert_eq!(
                effect(service, operation, members, json!({})),
                Effect::Changes(Some(expected)),
                "{operation}"
            );
        }
        let renamed = json!({ "UserName": "u", "NewUserName": "v" });
        let expected = Effect::Renames(made(Kind::User, "u"), made(Kind::User, "v"));
        assert_eq!(effect("iam", "UpdateUser", renamed, json!({})), expected);
        // Whose key it is does not stand there.
        assert_eq!(effect("iam", "CreateAccessKey", json!({}), json!({})), Effect::Changes(None));
    }

    #[test]
    fn objects_are_told_from_what_is_said_of_them() {
        let object = || json!({ "Bucket": "b", "Key": "k" });
        assert_eq!(
            effect("s3", "PutObject", object(), json!({})),
            Effect::Stores("b".into(), vec!["k".into()])
        );
        assert_eq!(
            effect("s3", "PutObjectTagging", object(), json!({})),
            Effect::Alters("b".into(), "k".into())
        );
        let several = json!({ "Bucket": "b", "Delete": { "Objects": [{ "Key": "k" }, { "Key": "l" }] } });
        let expected = Effect::Stores("b".into(), vec!["k".into(), "l".into()]);
        assert_eq!(effect("s3", "DeleteObjects", several, json!({})), expected);
    }
}
