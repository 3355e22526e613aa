//! One target of `stackproof.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use stackproof_aws::Secret;
use stackproof_gateway::{Enforcement, Organization};
use stackproof_policy::arn::is_account_id;

use super::{ConfigError, DEFAULT_ACCOUNT, DEFAULT_REGION, Provisioner, Seed};

/// The last release of LocalStack that needs no account.
pub const LOCALSTACK_IMAGE: &str = "localstack/localstack:4.14.0";

/// How long an upstream may take for an answer, unless the file says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// How long LocalStack may take until it is ready, unless the file says otherwise: 6 to 9 s were measured on two
/// processors.
const DEFAULT_START_TIMEOUT: Duration = Duration::from_secs(120);

/// Where stacks are provisioned into.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct TargetConfig {
    /// The region; `eu-west-2` where the file names none.
    pub region: String,
    /// The ids of its accounts by name, that of `main` among them.
    pub accounts: BTreeMap<String, String>,
    /// `assume-tls`: plain HTTP counts as TLS, for tools that cannot trust a private authority.
    pub transport: Option<Transport>,
    /// What stands behind the gateway.
    pub kind: TargetKind,
    /// What applies root modules there.
    pub provisioner: Provisioner,
    /// The organization that its accounts are in.
    pub organization: Option<Arc<Organization>>,
    /// The same as the embedded emulator is told of it.
    pub seed: Option<Arc<Seed>>,
}

/// What stands behind the gateway.
#[derive(Clone, Debug)]
pub enum TargetKind {
    /// The emulator in this process.
    Embedded,
    /// LocalStack in a container of the run's own.
    LocalStack(LocalStackConfig),
    /// Whatever answers at a URL.
    Endpoint(EndpointConfig),
}

/// A LocalStack container.
#[derive(Clone, Debug)]
pub struct LocalStackConfig {
    /// The image with its tag.
    pub image: String,
    /// Who enforces.
    pub enforcement: Enforcement,
    /// Whether the container stays warm between runs, its state reset.
    pub reuse: bool,
    /// How long it may take until it is ready.
    pub start_timeout: Duration,
    /// How long it may take for an answer.
    pub timeout: Duration,
}

/// URLs of other emulators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointConfig {
    /// URLs by service (`s3`); `default` stands for those that are not named.
    pub endpoints: BTreeMap<String, String>,
    /// Who enforces.
    pub enforcement: Enforcement,
    /// What calls are signed with, for an upstream that checks signatures; else an access key id that is the account's.
    pub credentials: Option<EndpointCredentials>,
    /// A header that tells the upstream the account, beside the access key id.
    pub account_header: Option<String>,
    /// Who holds the policies of buckets and keys: the gateway, where the upstream would enforce them in a way of its own.
    pub resource_policies: Holder,
    /// How long it may take for an answer.
    pub timeout: Duration,
}

/// The one key pair of an upstream that has no others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EndpointCredentials {
    /// The access key id.
    pub access_key_id: String,
    /// Its secret.
    #[serde(deserialize_with = "secret")]
    pub secret_access_key: Secret,
}

/// Who holds something.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The upstream.
    #[default]
    Upstream,
    /// The gateway, as long as it runs.
    Gateway,
}

/// How connections in plain count.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Plain HTTP counts as TLS.
    AssumeTls,
}

/// The table as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    kind: Kind,
    region: Option<String>,
    account_id: Option<String>,
    #[serde(default)]
    accounts: BTreeMap<String, String>,
    transport: Option<Transport>,
    #[serde(default)]
    provisioner: Provisioner,
    image: Option<String>,
    enforcement: Option<Enforcement>,
    reuse: Option<bool>,
    start_timeout: Option<String>,
    endpoint: Option<String>,
    endpoints: Option<BTreeMap<String, String>>,
    credentials: Option<EndpointCredentials>,
    account_header: Option<String>,
    resource_policies: Option<Holder>,
    timeout: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Embedded,
    LocalStack,
    Endpoint,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::LocalStack => "localstack",
            Self::Endpoint => "endpoint",
        }
    }
}

impl TryFrom<Written> for TargetConfig {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        written.check_keys()?;
        let or = |text: &Option<String>, default| text.as_deref().map_or(Ok(default), duration);
        let timeout = or(&written.timeout, DEFAULT_TIMEOUT)?;
        let start_timeout = or(&written.start_timeout, DEFAULT_START_TIMEOUT)?;
        let enforcement = written.enforcement.unwrap_or_default();
        let kind = match written.kind {
            Kind::Embedded => TargetKind::Embedded,
            Kind::LocalStack => TargetKind::LocalStack(LocalStackConfig {
                image: written.image.unwrap_or_else(|| LOCALSTACK_IMAGE.to_owned()),
                enforcement,
                reuse: written.reuse.unwrap_or_default(),
                start_timeout,
                timeout,
            }),
            Kind::Endpoint => TargetKind::Endpoint(EndpointConfig {
                endpoints: endpoints(written.endpoint, written.endpoints.unwrap_or_default())?,
                enforcement,
                credentials: written.credentials,
                account_header: written.account_header,
                resource_policies: written.resource_policies.unwrap_or_default(),
                timeout,
            }),
        };
        let mut accounts = written.accounts;
        let main = written.account_id.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned());
        accounts.insert("main".to_owned(), main);
        Ok(Self {
            region: written.region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            accounts,
            transport: written.transport,
            provisioner: written.provisioner,
            kind,
            organization: None,
            seed: None,
        })
    }
}

impl EndpointConfig {
    /// One endpoint for every service, with nothing else said.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            endpoints: BTreeMap::from([("default".to_owned(), url.into())]),
            enforcement: Enforcement::default(),
            credentials: None,
            account_header: None,
            resource_policies: Holder::default(),
            timeout: DEFAULT_TIMEOUT,
        }
    }
}

impl Written {
    /// Keys that another kind has and this one does not.
    fn check_keys(&self) -> Result<(), String> {
        use Kind::{Endpoint, LocalStack};
        let keys: [(&str, bool, &[Kind]); 10] = [
            ("image", self.image.is_some(), &[LocalStack]),
            ("reuse", self.reuse.is_some(), &[LocalStack]),
            ("start-timeout", self.start_timeout.is_some(), &[LocalStack]),
            ("enforcement", self.enforcement.is_some(), &[LocalStack, Endpoint]),
            ("timeout", self.timeout.is_some(), &[LocalStack, Endpoint]),
            ("endpoint", self.endpoint.is_some(), &[Endpoint]),
            ("endpoints", self.endpoints.is_some(), &[Endpoint]),
            ("credentials", self.credentials.is_some(), &[Endpoint]),
            ("account-header", self.account_header.is_some(), &[Endpoint]),
            ("resource-policies", self.resource_policies.is_some(), &[Endpoint]),
        ];
        if self.kind == Kind::Embedded && self.provisioner == Provisioner::Existing {
            return Err("a target of kind `embedded` begins empty: nothing is `existing` there".to_owned());
        }
        match keys.iter().find(|(_, given, kinds)| *given && !kinds.contains(&self.kind)) {
            Some((key, ..)) => Err(format!("a target of kind `{}` has no `{key}`", self.kind.name())),
            None => Ok(()),
        }
    }
}

fn endpoints(
    endpoint: Option<String>,
    mut endpoints: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, String> {
    if let Some(url) = endpoint
        && endpoints.insert("default".to_owned(), url).is_some()
    {
        return Err("`endpoint` and `endpoints.default` are the same: give one of them".to_owned());
    }
    if endpoints.is_empty() {
        return Err("a target of kind `endpoint` needs `endpoint = \"http://HOST:PORT\"`".to_owned());
    }
    Ok(endpoints)
}

fn is_url(text: &str) -> bool {
    let url = text.parse::<http::Uri>().ok();
    url.is_some_and(|url| url.authority().is_some() && matches!(url.scheme_str(), Some("http" | "https")))
}

/// The text, or the environment variable that it stands for: `${env:NAME}`.
fn from_environment(target: &str, text: &str) -> Result<String, ConfigError> {
    match text.strip_prefix("${env:").and_then(|rest| rest.strip_suffix('}')) {
        None => Ok(text.to_owned()),
        Some(variable) => std::env::var(variable).map_err(|_| ConfigError::Environment {
            owner: format!("the target `{target}`"),
            variable: variable.to_owned(),
            advice: "set it before the run",
        }),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|parsed| parsed.try_into().ok());
    let positive = parsed.filter(|duration: &Duration| !duration.is_zero());
    positive.ok_or_else(|| format!("`{text}` is no duration such as `20s` or `2m`"))
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

impl TargetConfig {
    /// The embedded target as it is without a word in the file.
    pub fn embedded() -> Self {
        Self {
            region: DEFAULT_REGION.to_owned(),
            accounts: BTreeMap::from([("main".to_owned(), DEFAULT_ACCOUNT.to_owned())]),
            transport: None,
            provisioner: Provisioner::Native,
            kind: TargetKind::Embedded,
            organization: None,
            seed: None,
        }
    }

    /// The account that stacks are provisioned in unless they say otherwise.
    pub fn main_account(&self) -> &str {
        self.accounts.get("main").map_or(DEFAULT_ACCOUNT, String::as_str)
    }

    /// The same with `${env:NAME}` filled in, in URLs and credentials of endpoints.
    ///
    /// # Errors
    /// A [`ConfigError`] for a variable that is not set, and for what is no URL then.
    pub(crate) fn filled(&self, name: &str) -> Result<Self, ConfigError> {
        let mut filled = self.clone();
        if let TargetKind::Endpoint(endpoint) = &mut filled.kind {
            for url in endpoint.endpoints.values_mut() {
                *url = from_environment(name, url)?;
                if !is_url(url) {
                    return Err(ConfigError::Url { target: name.to_owned(), url: url.clone() });
                }
            }
            if let Some(credentials) = &mut endpoint.credentials {
                credentials.access_key_id = from_environment(name, &credentials.access_key_id)?;
                let secret = from_environment(name, credentials.secret_access_key.expose())?;
                credentials.secret_access_key = Secret::new(secret);
            }
        }
        Ok(filled)
    }

    /// Who enforces policies.
    pub fn enforcement(&self) -> Enforcement {
        match &self.kind {
            TargetKind::Embedded => Enforcement::Gateway,
            TargetKind::LocalStack(localstack) => localstack.enforcement,
            TargetKind::Endpoint(endpoint) => endpoint.enforcement,
        }
    }

    /// Whether the upstream outlives the process, so that what is provisioned can be left there.
    pub fn outlives_the_run(&self) -> bool {
        !matches!(self.kind, TargetKind::Embedded)
    }

    pub(super) fn check(&self, name: &str, file: &Path) -> Result<(), ConfigError> {
        match self.accounts.values().find(|id| !is_account_id(id)) {
            Some(id) => Err(ConfigError::account(file, name, id)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TargetConfig, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn each_kind_has_keys_of_its_own() {
        let target = read("kind = \"localstack\"\naccounts = { source = \"222222222222\" }").unwrap();
        assert_eq!(target.accounts.len(), 2);
        assert!(matches!(target.kind, TargetKind::LocalStack(it) if it.image == LOCALSTACK_IMAGE));
        let target = read("kind = \"endpoint\"\nendpoint = \"http://a\"\nendpoints = { s3 = \"http://b\" }");
        let TargetKind::Endpoint(endpoint) = target.unwrap().kind else { unreachable!() };
        assert_eq!(endpoint.endpoints.get("default").map(String::as_str), Some("http://a"));
        for (text, message) in [
            ("kind = \"embedded\"\nimage = \"x\"", "a target of kind `embedded` has no `image`"),
            ("kind = \"localstack\"\nendpoint = \"x\"", "a target of kind `localstack` has no `endpoint`"),
            (
                "kind = \"embedded\"\nprovisioner = \"existing\"",
                "a target of kind `embedded` begins empty: nothing is `existing` there",
            ),
            ("kind = \"endpoint\"", "a target of kind `endpoint` needs `endpoint = \"http://HOST:PORT\"`"),
            ("kind = \"localstack\"\ntimeout = \"soon\"", "`soon` is no duration such as `20s` or `2m`"),
        ] {
            assert_eq!(read(text).unwrap_err(), message);
        }
    }

    #[test]
    fn what_is_secret_comes_from_the_environment() {
        let target = |id: &str| {
            let credentials =
                format!("credentials = {{ access-key-id = \"{id}\", secret-access-key = \"s\" }}");
            read(&format!("kind = \"endpoint\"\nendpoint = \"http://a\"\n{credentials}")).unwrap()
        };
        // Cargo sets it for every test.
        let TargetKind::Endpoint(endpoint) = target("${env:CARGO_PKG_NAME}").filled("minio").unwrap().kind
        else {
            unreachable!()
        };
        assert_eq!(endpoint.credentials.unwrap().access_key_id, "stackproof");
        let error = target("${env:STACKPROOF_NOT_SET}").filled("minio").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the target `minio` needs the environment variable `STACKPROOF_NOT_SET`"
        );
    }

    #[test]
    fn an_endpoint_is_a_url() {
        for (url, is) in
            [("http://127.0.0.1:5000", true), ("https://a", true), ("nonsense", false), ("a:1", false)]
        {
            let target = read(&format!("kind = \"endpoint\"\nendpoint = \"{url}\"")).unwrap();
            assert_eq!(target.filled("moto").is_ok(), is, "{url}");
        }
    }

    #[test]
    fn the_secret_of_an_endpoint_is_not_shown() {
        let credentials = "credentials = { access-key-id = \"a\", secret-access-key = \"hush\" }";
        let target = read(&format!("kind = \"endpoint\"\nendpoint = \"http://a\"\n{credentials}")).unwrap();
        assert!(!format!("{target:?}").contains("hush"));
    }
}
