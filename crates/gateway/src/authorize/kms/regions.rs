//! Keys of several regions: what is done in one of them needs permissions in another (KMS developer guide, "Controlling
//! access to multi-Region keys").

use stackproof_aws::reference;
use stackproof_policy::Certainty;

use super::named::missing;
use super::{KmsCall, Prepared, key_ask};
use crate::authorize::Ask;
use crate::authorize::s3::request_tags;
use crate::directory::kms::{KeyName, key_tags};
use crate::directory::upstream::text;
use crate::refusal::Refusal;

impl KmsCall<'_> {
    /// Whoever replicates a key makes one in the other region, by identity policies alone; whoever makes a replica the
    /// primary key needs the permission on both.
    pub(super) async fn of_two_regions(&self, prepared: &mut Prepared) -> Result<(), Refusal> {
        let (action, members) = (self.action(), &self.identified.members);
        let named = self.named(&action, "KeyId", text(members, "KeyId")).await?;
        self.demand(prepared, (&action, "KeyId"), &named, &self.context()).await?;
        if self.identified.operation.name == "ReplicateKey" {
            let region = text(members, "ReplicaRegion").ok_or_else(|| missing("ReplicaRegion"))?;
            self.replica(prepared, region);
            return Ok(());
        }
        let region = text(members, "PrimaryRegion").ok_or_else(|| missing("PrimaryRegion"))?;
        let id = named.key.arn.rsplit('/').next().unwrap_or_default().to_owned();
        let name = KeyName { account: named.key.account.clone(), region: region.to_owned(), id };
        let found = self.directory.kms_key(&name).await?;
        let key = found.ok_or_else(|| Refusal::rejected(name.not_found()))?;
        let mut context = self.context();
        context.insert("aws:RequestedRegion", region);
        prepared.asks.push(key_ask(&action, &key, context));
        Ok(())
    }

    /// A key that is made as the replica of another one.
    fn replica(&self, prepared: &mut Prepared, region: &str) {
        let mut context = self.plain();
        context.insert("aws:RequestedRegion", region);
        let tags = self.identified.members.get("Tags").and_then(serde_json::Value::as_array);
        if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
            request_tags(&mut context, &key_tags(tags));
        }
        // What of the other key is shown as what this one is made with stands on no page.
        let known = ["kms:CallerAccount", "kms:ViaService"];
        for key in reference::condition_keys("kms:CreateKey").unwrap_or_default() {
            if key.starts_with("kms:") && !known.contains(key) {
                context.insert_unknown(key);
            }
        }
        let shown = " on resource: *".to_owned();
        let ask = Ask::new("kms:CreateKey", "*", self.account(), context.clone());
        prepared.asks.push(Ask { shown, ..ask });
        if tags.is_some() {
            let ask = Ask::new("kms:TagResource", "*", self.account(), context);
            prepared.asks.push(Ask { certainty: Certainty::Reading, ..ask });
        }
    }
}
