//! Identity providers that speak SAML 2.0.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::Value;
use stackproof_aws::{ApiError, Output, xml};

use super::tag::Tags;
use super::{Account, error};
use crate::Call;
use crate::input::Input;
use crate::random;
use crate::structure::{Structure, time};
use crate::validation;

const ARN: &str = "SAMLProviderArn";
const METADATA: &str = "SAMLMetadataDocument";
const MAX_PROVIDERS: usize = 100;

/// A provider, held under its name.
#[derive(Clone)]
pub(crate) struct SamlProvider {
    uuid: String,
    metadata: String,
    created: Timestamp,
    valid_until: Timestamp,
    pub tags: Tags,
}

fn arn(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:saml-provider/{name}")
}

/// Takes the ARN of the provider that a call is about, and gives the name in it; none where it is of another account.
fn read_arn(account: &str, input: &mut Input) -> Result<(String, Option<String>), ApiError> {
    let arn = input.required(ARN)?;
    validation::length(arn.chars().count(), 20, 2048).map_err(|it| error::constraint(&arn, ARN, &it))?;
    let rest = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":saml-provider/"));
    let Some((owner, name)) = rest else {
        return Err(error::invalid_input(format!("Invalid ARN: {arn}")));
    };
    let name = (owner == account).then(|| name.to_owned());
    Ok((arn, name))
}

fn not_found(arn: &str) -> ApiError {
    error::not_found(format!("Manifest not found for arn {arn}"))
}

/// Takes the metadata, and gives it with the time until which it is valid: a hundred years where it does not say so.
fn read_metadata(metadata: String, now: Timestamp) -> Result<(String, Timestamp), ApiError> {
    validation::length(metadata.chars().count(), 1000, 10_000_000)
        .map_err(|it| error::constraint("", METADATA, &it))?;
    let root = xml::parse(metadata.as_bytes()).ok().filter(|root| root.name == "EntityDescriptor");
    let root = root.ok_or_else(|| error::invalid_input("Could not parse metadata"))?;
    let said = root.attributes.iter().find(|(name, _)| name == "validUntil");
    let valid_until = match said {
        Some((_, text)) => text.parse().map_err(|_| error::invalid_input("Could not parse metadata"))?,
        None => {
            let later = now.to_zoned(TimeZone::UTC).checked_add(100.years());
            later.map_err(|error| ApiError::internal(error.to_string()))?.timestamp()
        }
    };
    Ok((metadata, valid_until))
}

impl Account {
    /// Takes the ARN of a provider and finds it.
    pub(super) fn saml_provider_mut(&mut self, call: &mut Call) -> Result<&mut SamlProvider, ApiError> {
        let (arn, name) = read_arn(&call.account, &mut call.input)?;
        name.and_then(|name| self.saml_providers.get_mut(&name)).ok_or_else(|| not_found(&arn))
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    validation::length(name.chars().count(), 1, 128)
        .and_then(|()| validation::pattern(fits, "[\\w._-]+"))
        .map_err(|it| error::constraint(&name, "Name", &it))?;
    let (metadata, valid_until) = read_metadata(call.input.required(METADATA)?, call.now)?;
    let tags = Tags::read(&mut call.input)?;
    call.input.finish()?;
    if account.saml_providers.contains_key(&name) {
        return Err(error::exists(format!("SAMLProvider with name {name} already exists.")));
    }
    if account.saml_providers.len() >= MAX_PROVIDERS {
        return Err(error::over_quota("SAMLProvidersPerAccount", MAX_PROVIDERS));
    }
    let answer = Structure::new()
        .with(ARN, arn(&call.account, &name))
        .with_some("Tags", Some(tags.value()).filter(|tags| !tags.is_empty()));
    let uuid = random::uuid()?;
    account
        .saml_providers
        .insert(name, SamlProvider { uuid, metadata, created: call.now, valid_until, tags });
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let provider = account.saml_provider_mut(&mut call)?;
    call.input.finish()?;
    Ok(Structure::new()
        .with("SAMLProviderUUID", provider.uuid.as_str())
        .with(METADATA, provider.metadata.as_str())
        .with_time("CreateDate", provider.created)
        .with_time("ValidUntil", provider.valid_until)
        .with_some("Tags", Some(provider.tags.value()).filter(|tags| !tags.is_empty()))
        .output())
}

/// All of them: this list has no pages.
pub(crate) fn list(account: &mut Account, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let rows = account.saml_providers.iter().map(|(name, provider)| {
        Structure::new()
            .with("Arn", arn(&call.account, name))
            .with("ValidUntil", time(provider.valid_until))
            .with_time("CreateDate", provider.created)
            .value()
    });
    Ok(Structure::new().with("SAMLProviderList", Value::from_iter(rows)).output())
}

pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let metadata = call.input.string(METADATA)?.map(|text| read_metadata(text, call.now)).transpose()?;
    let named = call.input.peek(ARN).unwrap_or_default().to_owned();
    let provider = account.saml_provider_mut(&mut call)?;
    call.input.finish()?;
    if let Some((metadata, valid_until)) = metadata {
        (provider.metadata, provider.valid_until) = (metadata, valid_until);
    }
    Ok(Structure::new().with(ARN, named).output())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (arn, name) = read_arn(&call.account, &mut call.input)?;
    call.input.finish()?;
    let gone = name.and_then(|name| account.saml_providers.remove(&name));
    gone.ok_or_else(|| not_found(&arn))?;
    Ok(Output::default())
}
