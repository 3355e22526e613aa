//! The network that a function reaches into.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html>

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::{Around, error};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

/// Takes the member `VpcConfig`; gives it as it is shown, with the VPC that its subnets are in. What is given empty leaves
/// the network.
pub(crate) fn take(around: &Around<'_>, place: &Place, input: &mut Input) -> Result<Option<Value>, ApiError> {
    let Some(mut given) = input.structure("VpcConfig")? else { return Ok(None) };
    let subnets = given.strings("SubnetIds")?;
    let groups = given.strings("SecurityGroupIds")?;
    let dual = given.boolean("Ipv6AllowedForDualStack")?.unwrap_or(false);
    given.finish()?;
    if subnets.is_empty() != groups.is_empty() {
        return Err(error::invalid("SubnetIds and SecurityIds must coexist or be both empty list."));
    }
    let failed = |operation: &'static str| {
        move |error: ApiError| {
            error::invalid(format!(
                "Error occurred while {operation}. EC2 Error Code: {}. EC2 Error Message: {}",
                error.code, error.message
            ))
        }
    };
    let mut vpcs = Vec::new();
    for subnet in &subnets {
        vpcs.push(around.ec2.vpc_of_subnet(place, subnet).map_err(failed("DescribeSubnets"))?);
    }
    for group in &groups {
        vpcs.push(around.ec2.vpc_of_group(place, group).map_err(failed("DescribeSecurityGroups"))?);
    }
    vpcs.dedup();
    if vpcs.len() > 1 {
        return Err(error::invalid("Security Groups and Subnets must be in the same VPC."));
    }
    let shown = Structure::new()
        .with("SubnetIds", json!(subnets))
        .with("SecurityGroupIds", json!(groups))
        .with("VpcId", vpcs.first().copied().unwrap_or_default())
        .with("Ipv6AllowedForDualStack", dual);
    Ok(Some(shown.value()))
}
