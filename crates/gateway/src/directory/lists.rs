//! Access control lists as an upstream gives them, and the canonical user ids that they name accounts by.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::Members;
use stackproof_policy::Acl;
use stackproof_policy::acl::{Grant, Grantee, Permission, Subject};

use super::upstream::{Asker, field};
use crate::authorize::Object;
use crate::refusal::Unknown;

/// The canonical user that unsigned requests are made as (S3 documentation, "Amazon S3 security best practices").
const ANONYMOUS: &str = "65a011a29cdf8ec533ec3d1ccaae921c";
const GROUPS: [(&str, Grantee); 3] = [
    ("http://acs.amazonaws.com/groups/global/AllUsers", Grantee::AllUsers),
    ("http://acs.amazonaws.com/groups/global/AuthenticatedUsers", Grantee::AuthenticatedUsers),
    ("http://acs.amazonaws.com/groups/s3/LogDelivery", Grantee::LogDelivery),
];
const PERMISSIONS: [Permission; 5] =
    [Permission::FullControl, Permission::Read, Permission::Write, Permission::ReadAcp, Permission::WriteAcp];

/// What is known of the lists in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    /// The bucket's own.
    pub bucket: Acl,
    ids: CanonicalIds,
}

/// Accounts by their canonical user ids.
#[derive(Clone, Debug, Default)]
struct CanonicalIds(BTreeMap<String, String>);

/// An object's list, and whose the object is.
#[derive(Clone, Debug)]
pub(crate) struct ObjectAcl {
    /// The owner's account; none where it is not one of those that live side by side.
    pub owner: Option<String>,
    pub acl: Acl,
}

impl CanonicalIds {
    fn grantee(&self, id: &str) -> Grantee {
        match self.0.get(id) {
            Some(account) => Grantee::Account(account.clone()),
            None if id == ANONYMOUS => Grantee::Anonymous,
            None => Grantee::Stranger(id.to_owned()),
        }
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Where it grants something to someone in a way that is not known.
    fn read(&self, name: String, of: Subject, found: &Members) -> Result<Acl, Unknown> {
        let grants = found.get("Grants").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let grants = grants.iter().map(|grant| {
            let strange = || Unknown(format!("what `{grant}` of the {name} grants"));
            let permission = field(grant, "Permission").ok_or_else(strange)?;
            let permission = PERMISSIONS.into_iter().find(|known| known.to_string() == permission);
            let grantee = grant.get("Grantee").ok_or_else(strange)?;
            let grantee = match (field(grantee, "ID"), field(grantee, "URI")) {
                (Some(id), None) => Some(self.grantee(id)),
                (None, Some(uri)) => {
                    GROUPS.iter().find(|(known, _)| *known == uri).map(|(_, group)| group.clone())
                }
                _ => None,
            };
            Ok(Grant { grantee: grantee.ok_or_else(strange)?, permission: permission.ok_or_else(strange)? })
        });
        let grants = grants.collect::<Result<_, Unknown>>()?;
        Ok(Acl { name, of, grants })
    }
}

impl Asker {
    /// The list of a bucket where lists are enabled, and what it takes to read those of its objects.
    pub(super) async fn lists(&self, accounts: &[String], owner: &str, name: &str) -> Result<Lists, Unknown> {
        let ids = self.canonical_ids(accounts).await?;
        let found = self.ask(owner, ("s3", "GetBucketAcl"), json!({ "Bucket": name }), &[]).await?;
        let bucket =
            ids.read(format!("acl of bucket {name}"), Subject::Bucket, &found.unwrap_or_default())?;
        Ok(Lists { bucket, ids })
    }

    /// Fails where an id cannot be had, or stands for two accounts, so that no list says whom it means.
    async fn canonical_ids(&self, accounts: &[String]) -> Result<CanonicalIds, Unknown> {
        let mut ids = BTreeMap::new();
        for account in accounts {
            let found = self.ask(account, ("s3", "ListBuckets"), json!({ "MaxBuckets": 1 }), &[]).await?;
            let id = found.as_ref().and_then(|found| field(found.get("Owner")?, "ID"));
            let id = id.ok_or_else(|| Unknown(format!("the canonical user id of account {account}")))?;
            if let Some(other) = ids.insert(id.to_owned(), account.clone()) {
                let both = format!("the canonical user id `{id}` is of account {other} and of {account}");
                return Err(Unknown(both));
            }
        }
        Ok(CanonicalIds(ids))
    }

    /// The list of an object, and its owner; none for an object that is not there.
    pub(super) async fn object_acl(
        &self,
        object: &Object,
        lists: &Lists,
    ) -> Result<Option<ObjectAcl>, Unknown> {
        let absent = &["NoSuchKey", "NoSuchVersion", "MethodNotAllowed"];
        let bucket = &object.bucket;
        let found = self.ask(&bucket.owner, ("s3", "GetObjectAcl"), object.members(), absent).await?;
        let Some(found) = found else { return Ok(None) };
        let name = format!("acl of object {}/{}", bucket.name, object.key);
        let acl = lists.ids.read(name, Subject::Object, &found)?;
        let owner = found.get("Owner").and_then(|owner| field(owner, "ID"));
        let owner = owner.ok_or_else(|| Unknown(format!("the owner of `{}`", object.key)))?;
        Ok(Some(ObjectAcl { owner: lists.ids.0.get(owner).cloned(), acl }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(grantee: &Value, permission: &str) -> Option<String> {
        let ids = CanonicalIds(BTreeMap::from([("ab".to_owned(), "111122223333".to_owned())]));
        let grants = json!([{ "Grantee": grantee, "Permission": permission }]);
        let found = Members::from_iter([("Grants".to_owned(), grants)]);
        let acl = ids.read("acl of bucket calls".to_owned(), Subject::Bucket, &found).ok()?;
        acl.grants.first().map(ToString::to_string)
    }

    #[test]
    fn grants_are_read_whole_or_not_at_all() {
        let logs = "http://acs.amazonaws.com/groups/s3/LogDelivery";
        for (grantee, permission, expected) in [
            (json!({ "ID": "ab" }), "READ", Some("grant READ to account 111122223333")),
            (json!({ "ID": "cd" }), "FULL_CONTROL", Some("grant FULL_CONTROL to canonical user cd")),
            (json!({ "ID": ANONYMOUS }), "WRITE_ACP", Some("grant WRITE_ACP to the anonymous user")),
            (json!({ "URI": logs }), "WRITE", Some("grant WRITE to LogDelivery")),
            (json!({ "URI": "http://example.com/" }), "READ", None),
            (json!({ "ID": "ab", "URI": logs }), "READ", None),
            (json!({ "EmailAddress": "a@example.com" }), "READ", None),
            (json!({ "ID": "ab" }), "READ_ALL", None),
        ] {
            assert_eq!(read(&grantee, permission).as_deref(), expected, "{grantee} {permission}");
        }
    }
}
