//! Deleting parameters.

use stackproof_aws::{ApiError, Output};

use super::name::{NAME, Named};
use super::{Ssm, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const NAMES: Length = Length(1, 10);

pub(crate) fn one(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = Named::whole(&mut call.input, "Name", &place)?;
    call.input.finish()?;
    ssm.find(&place, &key)?;
    ssm.stores.get_mut(&place).parameters.remove(&key).ok_or_else(error::no_such_parameter)?;
    Ok(Output::default())
}

/// Those that are not there are told of, and are no error.
pub(crate) fn several(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let names = constraint::texts(&mut call.input, "Names", NAMES, NAME)?;
    call.input.finish()?;
    let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        let named = Named::parse(&name, &place).ok().filter(|named| named.selector.is_none());
        let key = named.map(|named| named.key).filter(|key| ssm.find(&place, key).is_ok());
        match key {
            Some(key) => {
                ssm.stores.get_mut(&place).parameters.remove(&key);
                deleted.push(name);
            }
            None => invalid.push(name),
        }
    }
    Ok(Structure::new().with("DeletedParameters", deleted).with("InvalidParameters", invalid).output())
}
