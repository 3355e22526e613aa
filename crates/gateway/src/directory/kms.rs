//! KMS keys: what guards them, and the facts of them that policies ask for.

use serde_json::{Value, json};
use stackproof_aws::ApiError;
use stackproof_aws::names::is_kms_key_id;
use stackproof_policy::KeyGrant;
use stackproof_policy::arn::{Arn, is_account_id};

use super::held::Held;
use super::principals::Tags;
use super::upstream::{Asker, field, text};
use crate::refusal::Unknown;

/// The alias of S3's AWS managed key.
pub(crate) const S3_ALIAS: &str = "alias/aws/s3";
const ABSENT: &[&str] = &["NotFoundException", "InvalidArnException", "ValidationException"];

/// How a request names a key: by id, by alias, or by the ARN of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyName {
    pub account: String,
    pub region: String,
    /// A key id, or `alias/NAME`.
    pub id: String,
}

impl KeyName {
    /// Reads a name in a request to `region`. One that is no ARN names a key of `account`.
    ///
    /// # Errors
    /// `NotFoundException` for ARNs of other regions, `InvalidArnException` for what is no ARN of a key or alias (the texts
    /// are those of error reports).
    pub fn parse(text: &str, account: &str, region: &str) -> Result<Self, ApiError> {
        let name = |account: &str, id: &str| {
            let (account, region) = (account.to_owned(), region.to_owned());
            Self { account, region, id: id.to_owned() }
        };
        if !text.starts_with("arn:") {
            return Ok(name(account, text));
        }
        let arn = Arn::parse(text).filter(|arn| arn.service == "kms" && is_account_id(arn.account));
        let invalid =
            |code: &'static str, what: &str| ApiError::new(400, code, format!("Invalid arn {what}"));
        let arn = arn.ok_or_else(|| invalid("InvalidArnException", text))?;
        if arn.region != region {
            return Err(invalid("NotFoundException", arn.region));
        }
        match arn.typed_resource() {
            ("key", id) if !id.is_empty() => Ok(name(arn.account, id)),
            ("alias", alias) if !alias.is_empty() => Ok(name(arn.account, arn.resource)),
            _ => Err(invalid("InvalidArnException", text)),
        }
    }

    /// `alias/NAME`, where that is how the key is named.
    pub fn alias(&self) -> Option<&str> {
        Some(self.id.as_str()).filter(|id| id.starts_with("alias/"))
    }

    /// The ARN of what is named.
    pub fn arn(&self) -> String {
        let kind = if self.alias().is_some() { "" } else { "key/" };
        format!("arn:aws:kms:{}:{}:{kind}{}", self.region, self.account, self.id)
    }

    /// The answer to who names a key that is not there.
    pub fn not_found(&self) -> ApiError {
        let arn = self.arn();
        let message = match self.alias() {
            Some(_) => format!("Alias {arn} is not found."),
            None if is_kms_key_id(&self.id) => format!("Key '{arn}' does not exist"),
            None => format!("Invalid keyId '{}'", self.id),
        };
        ApiError::new(400, "NotFoundException", message)
    }
}

/// A key with everything that authorization asks of it.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub arn: String,
    /// The account that owns it.
    pub account: String,
    pub policy: Held,
    pub grants: Vec<KeyGrant>,
    /// `alias/NAME` of each.
    pub aliases: Vec<String>,
    pub tags: Tags,
    pub spec: String,
    pub usage: String,
    /// `Enabled`, `Disabled`, `PendingDeletion` …
    pub state: String,
    pub origin: String,
    /// `PRIMARY` or `REPLICA`; none for keys of a single region.
    pub multi_region: Option<String>,
}

impl Key {
    /// A key that is being made with that policy, and has no id yet.
    pub fn about_to_be(account: &str, region: &str, policy: Held) -> Self {
        Self {
            arn: format!("arn:aws:kms:{region}:{account}:key/"),
            account: account.to_owned(),
            policy,
            grants: Vec::new(),
            aliases: Vec::new(),
            tags: Tags::new(),
            spec: "SYMMETRIC_DEFAULT".to_owned(),
            usage: "ENCRYPT_DECRYPT".to_owned(),
            state: "Enabled".to_owned(),
            origin: "AWS_KMS".to_owned(),
            multi_region: None,
        }
    }
}

impl Asker {
    /// Reads a key; `None` where there is none of that name. One that AWS manages comes into being by being described.
    pub(super) async fn key(&self, name: &KeyName) -> Result<Option<Key>, Unknown> {
        let KeyName { account, region, id } = name;
        let there = self.within(region);
        let asked = json!({ "KeyId": id });
        let Some(found) = there.ask(account, ("kms", "DescribeKey"), asked, ABSENT).await? else {
            return Ok(None);
        };
        let metadata = found.get("KeyMetadata").cloned().unwrap_or_default();
        let fact = |member: &str| {
            let lacking = || Unknown(format!("the upstream's answer on the key `{id}` lacks `{member}`"));
            field(&metadata, member).map(str::to_owned).ok_or_else(lacking)
        };
        let arn = fact("Arn")?;
        let mut aliases = there.strings(account, "ListAliases", &arn, ("Aliases", "AliasName")).await?;
        aliases.sort();
        let label = aliases.first().cloned().unwrap_or_else(|| arn.clone());
        Ok(Some(Key {
            policy: there.key_policy(account, &arn, &label).await?,
            grants: there.grants(account, &arn).await?,
            tags: there.key_tags(account, &arn).await?,
            account: account.clone(),
            aliases,
            spec: fact("KeySpec")?,
            usage: fact("KeyUsage")?,
            state: fact("KeyState")?,
            origin: fact("Origin")?,
            multi_region: metadata
                .get("MultiRegionConfiguration")
                .and_then(|regions| field(regions, "MultiRegionKeyType"))
                .map(str::to_owned),
            arn,
        }))
    }

    async fn key_policy(&self, account: &str, arn: &str, label: &str) -> Result<Held, Unknown> {
        let asked = json!({ "KeyId": arn, "PolicyName": "default" });
        let found = self.ask(account, ("kms", "GetKeyPolicy"), asked, &[]).await?.unwrap_or_default();
        let name = format!("key policy of {label}");
        Ok(match text(&found, "Policy") {
            Some(document) => Held::new(name, None, document),
            None => Held::unreadable(name, None, "the upstream's answer lacks `Policy`"),
        })
    }

    async fn grants(&self, account: &str, arn: &str) -> Result<Vec<KeyGrant>, Unknown> {
        let unreadable = |error| Unknown(format!("a grant of the key `{arn}` could not be read: {error}"));
        let grants = self.of_key(account, "ListGrants", arn, "Grants").await?;
        grants.into_iter().map(|grant| serde_json::from_value(grant).map_err(unreadable)).collect()
    }

    async fn key_tags(&self, account: &str, arn: &str) -> Result<Tags, Unknown> {
        let tags = self.of_key(account, "ListResourceTags", arn, "Tags").await?;
        Ok(key_tags(&tags))
    }

    async fn strings(
        &self,
        account: &str,
        operation: &str,
        arn: &str,
        (list, member): (&str, &str),
    ) -> Result<Vec<String>, Unknown> {
        let found = self.of_key(account, operation, arn, list).await?;
        Ok(found.iter().filter_map(|entry| field(entry, member)).map(str::to_owned).collect())
    }

    async fn of_key(
        &self,
        account: &str,
        operation: &str,
        arn: &str,
        list: &str,
    ) -> Result<Vec<Value>, Unknown> {
        let asked = [("KeyId".to_owned(), json!(arn))].into_iter().collect();
        Ok(self.list(account, ("kms", operation), asked, list, &[]).await?.unwrap_or_default())
    }
}

/// Tags as KMS has them.
pub(crate) fn key_tags(tags: &[Value]) -> Tags {
    let pair = |tag: &Value| Some((field(tag, "TagKey")?.to_owned(), field(tag, "TagValue")?.to_owned()));
    tags.iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_id_alias_or_arn() {
        let parse = |text: &str| KeyName::parse(text, "111111111111", "eu-west-2");
        let key = "arn:aws:kms:eu-west-2:222222222222:key/1234";
        let alias = "arn:aws:kms:eu-west-2:222222222222:alias/calls/in";
        for (text, arn, alias) in [
            ("1234", "arn:aws:kms:eu-west-2:111111111111:key/1234", None),
            ("alias/a", "arn:aws:kms:eu-west-2:111111111111:alias/a", Some("alias/a")),
            (key, key, None),
            (alias, alias, Some("alias/calls/in")),
        ] {
            let name = parse(text).unwrap();
            assert_eq!((name.arn().as_str(), name.alias()), (arn, alias));
        }
        for (text, message) in [
            ("arn:aws:kms:eu-west-1:222222222222:key/1234", "Invalid arn eu-west-1"),
            ("arn:aws:kms:eu-west-2:2222:key/1234", "Invalid arn arn:aws:kms:eu-west-2:2222:key/1234"),
            ("arn:aws:s3:::b", "Invalid arn arn:aws:s3:::b"),
            (
                "arn:aws:kms:eu-west-2:222222222222:key/",
                "Invalid arn arn:aws:kms:eu-west-2:222222222222:key/",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message);
        }
    }
}
