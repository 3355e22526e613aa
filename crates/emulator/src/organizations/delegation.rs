//! Services that act in the organization, and the accounts that administer them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::error;
use super::organization::Organization;
use super::page::PAGING;
use crate::Call;
use crate::constraint::{self, Length};
use crate::structure::Structure;

const SERVICE: Length = Length(1, 128);

fn service(call: &mut Call) -> Result<String, ApiError> {
    let service = constraint::required(&mut call.input, "ServicePrincipal", SERVICE)?;
    match service.contains('.') {
        true => Ok(service),
        false => Err(error::invalid(
            "UNRECOGNIZED_SERVICE_PRINCIPAL",
            "You specified an unrecognized service principal.",
        )),
    }
}

pub(crate) fn enable(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let service = service(&mut call)?;
    call.input.finish()?;
    organization.services.entry(service).or_insert(call.now);
    Ok(Output::default())
}

pub(crate) fn disable(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let service = service(&mut call)?;
    call.input.finish()?;
    organization.services.remove(&service);
    Ok(Output::default())
}

pub(crate) fn enabled(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let rows = organization.services.iter().map(|(service, since)| dated(service, "DateEnabled", *since));
    Ok(page.answer("EnabledServicePrincipals", rows).output())
}

fn dated(service: &str, member: &str, since: Timestamp) -> (String, Value) {
    let shown = Structure::new().with("ServicePrincipal", service).with_moment(member, since);
    (service.to_owned(), shown.value())
}

pub(crate) fn register(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let account = call.input.required("AccountId")?;
    let service = service(&mut call)?;
    call.input.finish()?;
    organization.account(&account)?;
    if account == organization.management {
        return Err(error::constraint(
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register a management account/yourself as delegated administrator for your organization.",
        ));
    }
    if !organization.services.contains_key(&service) {
        return Err(error::constraint(
            "SERVICE_ACCESS_NOT_ENABLED",
            "You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.",
        ));
    }
    let services = organization.delegated.entry(account).or_default();
    if services.contains_key(&service) {
        return Err(error::already_registered());
    }
    services.insert(service, call.now);
    Ok(Output::default())
}

pub(crate) fn deregister(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let account = call.input.required("AccountId")?;
    let service = service(&mut call)?;
    call.input.finish()?;
    organization.account(&account)?;
    let services = organization.delegated.get_mut(&account).ok_or_else(error::not_registered)?;
    services.remove(&service).ok_or_else(error::not_registered)?;
    if services.is_empty() {
        organization.delegated.remove(&account);
    }
    Ok(Output::default())
}

pub(crate) fn administrators(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let wanted = constraint::text(&mut call.input, "ServicePrincipal", SERVICE)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let row = |(id, services): (&String, &BTreeMap<String, Timestamp>)| {
        let since = match &wanted {
            Some(service) => services.get(service),
            None => services.values().min(),
        };
        let shown = organization.shown_account(id, organization.accounts.get(id)?);
        Some((id.clone(), shown.with_moment("DelegationEnabledDate", *since?).value()))
    };
    Ok(page.answer("DelegatedAdministrators", organization.delegated.iter().filter_map(row)).output())
}

pub(crate) fn services(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let account = call.input.required("AccountId")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    organization.account(&account)?;
    let services = organization.delegated.get(&account).ok_or_else(error::not_registered)?;
    let rows = services.iter().map(|(service, since)| dated(service, "DelegationEnabledDate", *since));
    Ok(page.answer("DelegatedServices", rows).output())
}
