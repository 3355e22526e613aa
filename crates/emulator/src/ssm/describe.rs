//! Lists of parameters without their values.

use stackproof_aws::{ApiError, Output};

use super::Ssm;
use super::filter::Filters;
use super::page::paging;
use crate::Call;
use crate::place::Place;

pub(crate) fn describe(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let filters = Filters::of_descriptions(&mut call.input)?;
    let page = paging(50, 50).read(&mut call.input)?;
    // Nothing is shared by other accounts.
    call.input.only("Shared", false)?;
    call.input.finish()?;
    let rows = ssm.all(&place).filter_map(|parameter| {
        let version = filters.version(parameter)?;
        let row =
            version.description().with("Name", parameter.name.as_str()).with("ARN", parameter.arn(&place));
        Some((parameter.key(), row.value()))
    });
    Ok(page.answer("Parameters", rows).output())
}
