//! Identity providers that speak OpenID Connect.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::tag::Tags;
use super::{Account, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::validation;

const ARN: &str = "OpenIDConnectProviderArn";
const MAX_PROVIDERS: usize = 100;
const MAX_CLIENT_IDS: usize = 100;
const MAX_THUMBPRINTS: usize = 5;
const THUMBPRINT_LETTERS: usize = 40;

/// A provider.
#[derive(Clone)]
pub(crate) struct OidcProvider {
    /// Without the scheme: what it is named by.
    url: String,
    client_ids: BTreeSet<String>,
    /// Of the certificates that its server may show. IAM looks up those that are not given, which nobody does here.
    thumbprints: Vec<String>,
    created: Timestamp,
    pub tags: Tags,
}

fn arn(account: &str, url: &str) -> String {
    format!("arn:aws:iam::{account}:oidc-provider/{url}")
}

/// Takes the ARN of the provider that a call is about, and gives the URL in it; none where it is of another account.
fn read_arn(account: &str, input: &mut Input) -> Result<(String, Option<String>), ApiError> {
    let arn = input.required(ARN)?;
    validation::length(arn.chars().count(), 20, 2048).map_err(|it| error::constraint(&arn, ARN, &it))?;
    let rest = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":oidc-provider/"));
    let Some((owner, url)) = rest else {
        return Err(error::invalid_input(format!("Invalid ARN: {arn}")));
    };
    let url = (owner == account).then(|| url.to_owned());
    Ok((arn, url))
}

/// Takes the URL, which must be one of HTTPS without port, query or fragment.
fn read_url(input: &mut Input) -> Result<String, ApiError> {
    let url = input.required("Url")?;
    validation::length(url.chars().count(), 1, 255).map_err(|it| error::constraint(&url, "Url", &it))?;
    let valid = url.strip_prefix("https://").map(|rest| rest.trim_end_matches('/')).filter(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        let is_label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        host.contains('.')
            && host.split('.').all(is_label)
            && rest.chars().all(|c| c.is_ascii_graphic() && !"?#".contains(c))
    });
    let valid = valid.map(str::to_owned);
    valid.ok_or_else(|| error::invalid_input("Invalid Open ID Connect Provider URL"))
}

fn check_client_id(id: &str) -> Result<(), ApiError> {
    validation::length(id.chars().count(), 1, 255).map_err(|it| error::constraint(id, "ClientID", &it))
}

fn check_room(client_ids: &BTreeSet<String>) -> Result<(), ApiError> {
    match client_ids.len() > MAX_CLIENT_IDS {
        true => Err(error::over_quota("ClientIdsPerOpenIdConnectProvider", MAX_CLIENT_IDS)),
        false => Ok(()),
    }
}

fn read_thumbprints(input: &mut Input) -> Result<Vec<String>, ApiError> {
    let thumbprints = input.strings("ThumbprintList")?;
    if thumbprints.len() > MAX_THUMBPRINTS {
        return Err(error::invalid_input("Thumbprint list must contain fewer than 5 entries."));
    }
    for thumbprint in &thumbprints {
        validation::length(thumbprint.chars().count(), THUMBPRINT_LETTERS, THUMBPRINT_LETTERS)
            .map_err(|it| error::constraint(thumbprint, "ThumbprintList", &it))?;
        if !thumbprint.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(error::invalid_input("Thumbprint must only contain hexadecimal digits."));
        }
    }
    Ok(thumbprints)
}

impl Account {
    /// Takes the ARN of a provider and finds it.
    pub(super) fn oidc_provider_mut(&mut self, call: &mut Call) -> Result<&mut OidcProvider, ApiError> {
        let (arn, url) = read_arn(&call.account, &mut call.input)?;
        let found = url.and_then(|url| self.oidc_providers.get_mut(&url));
        found.ok_or_else(|| error::not_found(format!("OpenIDConnect Provider not found for arn {arn}")))
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let url = read_url(&mut call.input)?;
    let client_ids: BTreeSet<String> = call.input.strings("ClientIDList")?.into_iter().collect();
    client_ids.iter().try_for_each(|id| check_client_id(id))?;
    check_room(&client_ids)?;
    let thumbprints = read_thumbprints(&mut call.input)?;
    let tags = Tags::read(&mut call.input)?;
    call.input.finish()?;
    if account.oidc_providers.contains_key(&url) {
        return Err(error::exists(format!("Provider with url https://{url} already exists.")));
    }
    if account.oidc_providers.len() >= MAX_PROVIDERS {
        return Err(error::over_quota("OpenIdConnectProvidersPerAccount", MAX_PROVIDERS));
    }
    let answer = Structure::new()
        .with(ARN, arn(&call.account, &url))
        .with_some("Tags", Some(tags.value()).filter(|tags| !tags.is_empty()));
    let provider = OidcProvider { url: url.clone(), client_ids, thumbprints, created: call.now, tags };
    account.oidc_providers.insert(url, provider);
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let provider = account.oidc_provider_mut(&mut call)?;
    call.input.finish()?;
    Ok(Structure::new()
        .with("Url", provider.url.as_str())
        .with("ClientIDList", Value::from_iter(provider.client_ids.iter().map(String::as_str)))
        .with("ThumbprintList", provider.thumbprints.clone())
        .with_time("CreateDate", provider.created)
        .with_some("Tags", Some(provider.tags.value()).filter(|tags| !tags.is_empty()))
        .output())
}

/// All of them: this list has no pages.
pub(crate) fn list(account: &mut Account, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let rows = account.oidc_providers.keys().map(|url| json!({ "Arn": arn(&call.account, url) }));
    Ok(Structure::new().with("OpenIDConnectProviderList", Value::from_iter(rows)).output())
}

pub(crate) fn update_thumbprints(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    if !call.input.has("ThumbprintList") {
        return Err(error::null_member("ThumbprintList"));
    }
    let thumbprints = read_thumbprints(&mut call.input)?;
    let provider = account.oidc_provider_mut(&mut call)?;
    call.input.finish()?;
    provider.thumbprints = thumbprints;
    Ok(Output::default())
}

/// One that is there already is no error, by the API's page; nor is, below, one that is not there.
pub(crate) fn add_client(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("ClientID")?;
    check_client_id(&id)?;
    let provider = account.oidc_provider_mut(&mut call)?;
    call.input.finish()?;
    let mut client_ids = provider.client_ids.clone();
    client_ids.insert(id);
    check_room(&client_ids)?;
    provider.client_ids = client_ids;
    Ok(Output::default())
}

pub(crate) fn remove_client(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("ClientID")?;
    check_client_id(&id)?;
    let provider = account.oidc_provider_mut(&mut call)?;
    call.input.finish()?;
    provider.client_ids.remove(&id);
    Ok(Output::default())
}

/// A provider that is not there is no error, by the API's page.
pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (_, url) = read_arn(&call.account, &mut call.input)?;
    call.input.finish()?;
    if let Some(url) = url {
        account.oidc_providers.remove(&url);
    }
    Ok(Output::default())
}
