//! Reading the parameters below a path.

use stackproof_aws::{ApiError, Output};

use super::filter::{Filters, is_below};
use super::page::paging;
use super::parameter::Reader;
use super::read::read_decryption;
use super::{Ssm, error, name};
use crate::Call;
use crate::constraint;
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::place::Place;

pub(crate) fn get(ssm: &mut Ssm, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let path = constraint::required(&mut call.input, "Path", name::NAME)?;
    let recursive = call.input.boolean("Recursive")?.unwrap_or_default();
    let filters = Filters::of_path(&mut call.input)?;
    let decrypted = read_decryption(&mut call)?;
    let page = paging(10, 10).read(&mut call.input)?;
    call.input.finish()?;
    if !path.starts_with('/') {
        return Err(error::validation(
            "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.",
        ));
    }
    if path == "/aws" || path.starts_with("/aws/") {
        return Err(not_implemented(&format!("the parameters below {path}, which AWS keeps")));
    }
    let mut reader = Reader { kms, place: &place, decrypted, now: call.now };
    let mut rows = Vec::new();
    for parameter in ssm.all(&place).filter(|parameter| is_below(&parameter.name, &path, recursive)) {
        if let Some(version) = filters.version(parameter) {
            rows.push((parameter.key(), reader.value(parameter, version, None)?.value()));
        }
    }
    Ok(page.answer("Parameters", rows).output())
}
