//! Reading parameters by their names.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::Ssm;
use super::name::{NAME, Named};
use super::page::paging;
use super::parameter::Reader;
use crate::Call;
use crate::constraint::{self, Length};
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

const NAMES: Length = Length(1, 10);

/// Takes whether values are wanted decrypted.
pub(crate) fn read_decryption(call: &mut Call) -> Result<bool, ApiError> {
    Ok(call.input.boolean("WithDecryption")?.unwrap_or_default())
}

pub(crate) fn one(ssm: &mut Ssm, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = Named::read(&mut call.input, "Name", &place)?;
    let decrypted = read_decryption(&mut call)?;
    call.input.finish()?;
    let parameter = ssm.find(&place, &named.key)?;
    let version = parameter.version(named.selector.as_deref())?;
    let mut reader = Reader { kms, place: &place, decrypted, now: call.now };
    let value = reader.value(parameter, version, named.selector.as_deref())?;
    Ok(Structure::new().with("Parameter", value.value()).output())
}

/// Those that are not there are told of, and are no error.
pub(crate) fn several(ssm: &mut Ssm, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let names = constraint::texts(&mut call.input, "Names", NAMES, NAME)?;
    let decrypted = read_decryption(&mut call)?;
    call.input.finish()?;
    let mut reader = Reader { kms, place: &place, decrypted, now: call.now };
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for name in &names {
        let looked = Named::parse(name, &place).and_then(|named| {
            let parameter = ssm.find(&place, &named.key)?;
            Ok((parameter, parameter.version(named.selector.as_deref())?, named.selector))
        });
        match looked {
            Ok((parameter, version, selector)) => {
                found.push(reader.value(parameter, version, selector.as_deref())?.value());
            }
            Err(error) if error.status == 400 => invalid.push(Value::from(name.as_str())),
            Err(error) => return Err(error),
        }
    }
    Ok(Structure::new().with("Parameters", found).with("InvalidParameters", invalid).output())
}

pub(crate) fn history(ssm: &mut Ssm, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = Named::whole(&mut call.input, "Name", &place)?;
    let decrypted = read_decryption(&mut call)?;
    let page = paging(50, 50).read(&mut call.input)?;
    call.input.finish()?;
    let parameter = ssm.find(&place, &key)?;
    let mut reader = Reader { kms, place: &place, decrypted, now: call.now };
    let mut rows = Vec::new();
    for version in &parameter.versions {
        rows.push((format!("{:020}", version.number), reader.history(parameter, version)?.value()));
    }
    Ok(page.answer("Parameters", rows).output())
}
