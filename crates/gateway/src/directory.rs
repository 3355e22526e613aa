//! What the gateway knows: configuration read through the upstream, and what was issued once — keys, secrets,
//! sessions, the operators.

pub(crate) mod buckets;
pub(crate) mod cache;
pub(crate) mod grants;
pub(crate) mod held;
pub(crate) mod iterators;
pub(crate) mod keys;
pub(crate) mod kms;
pub(crate) mod lists;
pub(crate) mod messages;
pub(crate) mod organization;
pub(crate) mod pins;
pub(crate) mod principals;
pub(crate) mod services;
pub(crate) mod sessions;
pub(crate) mod uploads;
pub(crate) mod upstream;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Credentials, Members, Operation, Secret, Upstream};

use crate::authorize::Object;
use crate::organization::Organization;
use crate::random;
use crate::refusal::Unknown;
use crate::rules;
use buckets::{Bucket, PublicAccessBlock};
use cache::{Cache, Fork, Generations, Write};
use grants::GrantTokens;
use held::Held;
use iterators::Iterators;
use keys::{Holder, Keys};
use kms::{Key, KeyName};
use lists::{Lists, ObjectAcl};
use messages::Messages;
use organization::Organized;
use pins::Pins;
use principals::{Role, Tags, User};
use services::ResourcePolicy;
use sessions::Session;
use uploads::Uploads;
use upstream::{Asker, operator_arn, operator_id};

/// How long a fact is good for where others write behind us.
const LIFETIME: Duration = Duration::from_secs(1);
/// What operators may do: everything, by a policy as any other.
const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// One gateway's knowledge.
pub(crate) struct Directory {
    asker: Asker,
    accounts: RwLock<Arc<[String]>>,
    organized: Organized,
    operators: BTreeMap<String, (Credentials, Arc<User>)>,
    pub keys: Keys,
    pub uploads: Uploads,
    pub pins: Pins,
    pub grant_tokens: GrantTokens,
    pub iterators: Iterators,
    pub messages: Messages,
    generations: Generations,
    users: Cache<Option<Arc<User>>>,
    roles: Cache<Option<Arc<Role>>>,
    buckets: Cache<Option<Arc<Bucket>>>,
    account_blocks: Cache<PublicAccessBlock>,
    kms_keys: Cache<Option<Arc<Key>>>,
    service_policies: Cache<Option<Arc<ResourcePolicy>>>,
    tables: Cache<Option<Arc<Value>>>,
}

impl Directory {
    /// A directory of these accounts with an operator in each. `shared` says that others write to the upstream too.
    pub fn new(
        accounts: &[String],
        organization: Option<Arc<Organization>>,
        region: &str,
        shared: bool,
        upstream: Arc<dyn Upstream>,
    ) -> Self {
        let generations = Generations::default();
        let lifetime = shared.then_some(LIFETIME);
        let operators: BTreeMap<_, _> =
            accounts.iter().map(|account| (account.clone(), operator(account))).collect();
        let keys = Keys::default();
        for (account, (credentials, _)) in &operators {
            keys.insert(credentials.clone(), Holder::Operator { account: account.clone() });
        }
        Self {
            asker: Asker { upstream, region: region.to_owned() },
            accounts: RwLock::new(accounts.into()),
            organized: Organized::new(organization, generations.clone(), shared),
            operators,
            keys,
            uploads: Uploads::default(),
            pins: Pins::default(),
            grant_tokens: GrantTokens::default(),
            iterators: Iterators::default(),
            messages: Messages::default(),
            users: Cache::new(generations.clone(), lifetime),
            roles: Cache::new(generations.clone(), lifetime),
            buckets: Cache::new(generations.clone(), lifetime),
            account_blocks: Cache::new(generations.clone(), lifetime),
            kms_keys: Cache::new(generations.clone(), lifetime),
            service_policies: Cache::new(generations.clone(), lifetime),
            tables: Cache::new(generations.clone(), lifetime),
            generations,
        }
    }

    /// A copy over a copy of the upstream: everything issued so far is good there as well.
    pub fn fork(&self, upstream: Arc<dyn Upstream>) -> Self {
        let fork = Fork::of(&self.generations);
        Self {
            asker: Asker { upstream, region: self.asker.region.clone() },
            accounts: RwLock::new(self.accounts()),
            organized: self.organized.fork(&fork),
            operators: self.operators.clone(),
            keys: self.keys.fork(),
            uploads: self.uploads.fork(),
            pins: self.pins.fork(),
            grant_tokens: self.grant_tokens.fork(),
            iterators: self.iterators.fork(),
            messages: self.messages.fork(),
            generations: fork.generations(),
            users: fork.cache(&self.users),
            roles: fork.cache(&self.roles),
            buckets: fork.cache(&self.buckets),
            account_blocks: fork.cache(&self.account_blocks),
            kms_keys: fork.cache(&self.kms_keys),
            service_policies: fork.cache(&self.service_policies),
            tables: fork.cache(&self.tables),
        }
    }

    /// The accounts that live side by side.
    pub fn accounts(&self) -> Arc<[String]> {
        Arc::clone(&self.accounts.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it is one of the accounts that live side by side.
    pub fn knows(&self, account: &str) -> bool {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner).iter().any(|known| known == account)
    }

    /// An account more, which has no operator.
    pub fn admit(&self, account: &str) {
        let mut accounts = self.accounts.write().unwrap_or_else(PoisonError::into_inner);
        if !accounts.iter().any(|known| known == account) {
            *accounts = accounts.iter().cloned().chain([account.to_owned()]).collect();
        }
    }

    /// The same in another organization, or in none, whatever the upstream has.
    #[must_use]
    pub fn within(mut self, organization: Option<Arc<Organization>>) -> Self {
        let shared = self.organized.is_shared();
        self.organized = Organized::new(organization, self.generations.clone(), shared);
        self
    }

    /// The operator's credentials in an account.
    pub fn operator(&self, account: &str) -> Option<Credentials> {
        self.operators.get(account).map(|(credentials, _)| credentials.clone())
    }

    /// The operator of an account as a principal.
    pub fn operator_user(&self, account: &str) -> Option<Arc<User>> {
        self.operators.get(account).map(|(_, user)| Arc::clone(user))
    }

    /// A user; `None` where there is none.
    pub async fn user(&self, account: &str, name: &str) -> Result<Option<Arc<User>>, Unknown> {
        let fetch = async { Ok(self.asker.user(account, name).await?.map(Arc::new)) };
        let key = format!("{account}/{}", name.to_lowercase());
        Ok(Option::clone(&*self.users.get::<Unknown>(&iam(account), &key, fetch).await?))
    }

    /// A role; `None` where there is none, or its account is none of ours.
    pub async fn role(&self, account: &str, name: &str) -> Result<Option<Arc<Role>>, Unknown> {
        if !self.knows(account) {
            return Ok(None);
        }
        let fetch = async { Ok(self.asker.role(account, name).await?.map(Arc::new)) };
        let key = format!("{account}/{}", name.to_lowercase());
        Ok(Option::clone(&*self.roles.get::<Unknown>(&iam(account), &key, fetch).await?))
    }

    /// A bucket under the settings of its account; `None` where none of the accounts has one of that name.
    pub async fn bucket(&self, name: &str) -> Result<Option<Arc<Bucket>>, Unknown> {
        let fetch = async { Ok(self.asker.bucket(&self.accounts(), name).await?.map(Arc::new)) };
        let found = Option::clone(&*self.buckets.get::<Unknown>(&bucket(name), name, fetch).await?);
        let Some(found) = found else { return Ok(None) };
        let (owner, fetch) = (&found.owner, self.asker.account_block(&found.owner));
        let block = *self.account_blocks.get::<Unknown>(&account_block(owner), owner, fetch).await?;
        Ok(Some(Bucket::under(&found, block)))
    }

    /// A managed policy, as it stands now.
    pub async fn managed_policy(&self, account: &str, arn: &str) -> Held {
        self.asker.managed(account, arn).await
    }

    /// The access control list of an object in a bucket with these lists; none for an object that is not there.
    pub async fn object_acl(&self, object: &Object, lists: &Lists) -> Result<Option<ObjectAcl>, Unknown> {
        self.asker.object_acl(object, lists).await
    }

    /// A KMS key; `None` where its account, which is one of ours, has none of that name.
    ///
    /// # Errors
    /// Of accounts that are none of ours nothing is known.
    pub async fn kms_key(&self, name: &KeyName) -> Result<Option<Arc<Key>>, Unknown> {
        if !self.knows(&name.account) {
            return Err(Unknown(format!("the account of the key `{}` is none of the target's", name.arn())));
        }
        let fetch = async { Ok(self.asker.key(name).await?.map(Arc::new)) };
        let key = self.kms_keys.get::<Unknown>(&kms(&name.account), &name.arn(), fetch).await?;
        Ok(Option::clone(&*key))
    }

    /// The key of a region that a ciphertext was made with, as far as the upstream can tell.
    pub fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.asker.upstream.ciphertext_key(region, ciphertext)
    }

    /// The key of that region and id, in whichever account has it.
    pub async fn kms_key_of(&self, region: &str, id: &str) -> Result<Option<Arc<Key>>, Unknown> {
        for account in self.accounts().iter() {
            let (account, region, id) = (account.clone(), region.to_owned(), id.to_owned());
            if let Some(key) = self.kms_key(&KeyName { account, region, id }).await? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Any other fact, asked each time; `None` where the service answers with one of the codes in `absent`.
    pub async fn ask(
        &self,
        account: &str,
        call: (&str, &str),
        members: Value,
        absent: &[&str],
    ) -> Result<Option<Members>, Unknown> {
        self.asker.ask(account, call, members, absent).await
    }

    /// The same of a region other than the target's own.
    pub async fn ask_in(
        &self,
        region: &str,
        account: &str,
        call: (&str, &str),
        members: Value,
        absent: &[&str],
    ) -> Result<Option<Members>, Unknown> {
        let region = if region.is_empty() { &self.asker.region } else { region };
        self.asker.within(region).ask(account, call, members, absent).await
    }

    /// Begins a write of `operation` in `account`, if it is one that changes what is cached.
    pub fn write(&self, operation: &Operation, account: &str, members: &Members) -> Option<Write> {
        if is_read(operation) {
            return None;
        }
        let resource = match operation.service {
            "iam" => iam(account),
            "s3control" => account_block(members.get("AccountId").and_then(Value::as_str)?),
            "kms" => kms(account),
            "organizations" => {
                self.organized.written();
                services::generation("organizations", account)
            }
            service if rules::has(service) && !services::is_traffic(&operation.name) => {
                services::generation(service, account)
            }
            "s3" if !members.contains_key("Key") && operation.name != "DeleteObjects" => {
                bucket(members.get("Bucket").and_then(Value::as_str)?)
            }
            _ => return None,
        };
        Some(self.generations.write(&resource))
    }

    /// Issues temporary credentials.
    pub fn issue(&self, session: Session) -> Credentials {
        let credentials = sessions::credentials();
        self.keys.insert(credentials.clone(), Holder::Session(Arc::new(session)));
        credentials
    }

    /// Keeps the secret that `CreateAccessKey` shows only once.
    pub fn capture(&self, account: &str, user: &User, key: &Value) {
        let text = |name| upstream::field(key, name).map(str::to_owned);
        if let (Some(access_key_id), Some(secret)) = (text("AccessKeyId"), text("SecretAccessKey")) {
            let credentials =
                Credentials { access_key_id, secret_access_key: Secret::new(secret), session_token: None };
            let (name, id) = (user.name.clone(), user.id.clone());
            self.keys.insert(credentials, Holder::User { account: account.to_owned(), name, id });
        }
    }
}

/// Reads change nothing; everything else may.
pub fn is_read(operation: &Operation) -> bool {
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| operation.name.starts_with(verb));
    let uses_key = ["Describe", "Encrypt", "Decrypt", "ReEncrypt", "Sign", "Verify", "Derive"];
    begins(&["Get", "List", "Head", "Simulate", "Generate"])
        || operation.service == "kms" && begins(&uses_key)
        || rules::has(operation.service)
            && begins(&["Describe", "Query", "Scan", "BatchGet", "TransactGet", "Search"])
}

fn iam(account: &str) -> String {
    format!("iam/{account}")
}

fn account_block(account: &str) -> String {
    format!("account-block/{account}")
}

fn kms(account: &str) -> String {
    format!("kms/{account}")
}

fn bucket(name: &str) -> String {
    format!("bucket/{name}")
}

/// Names of roles are the same in any case.
fn role(account: &str, name: &str) -> String {
    format!("role/{account}/{}", name.to_lowercase())
}

fn operator(account: &str) -> (Credentials, Arc<User>) {
    let access_key_id = random::access_key_id("AKIA");
    let user = User {
        account: account.to_owned(),
        name: "operator".to_owned(),
        arn: operator_arn(account),
        id: operator_id(account),
        tags: Tags::new(),
        policies: vec![Held::new("inline policy administrator of user operator", None, ADMINISTRATOR)],
        boundary: None,
        keys: BTreeMap::from([(access_key_id.clone(), true)]),
    };
    let secret_access_key = Secret::new(random::secret());
    (Credentials { access_key_id, secret_access_key, session_token: None }, Arc::new(user))
}
