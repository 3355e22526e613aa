//! Services that endpoints of VPCs lead to.
//!
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::filter::Filters;
use super::kind::Filter;
use super::prefix_list::{self, name_of};
use super::zone;
use super::{PAGING, error};
use crate::Call;
use crate::structure::Structure;
use crate::tags::Tags;

/// Services with interface endpoints, as their names end. What is not here is not known not to be.
const INTERFACES: &[&str] = &[
    "access-analyzer",
    "application-autoscaling",
    "appmesh-envoy-management",
    "appsync-api",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "bedrock",
    "bedrock-agent",
    "bedrock-agent-runtime",
    "bedrock-runtime",
    "cloudformation",
    "cloudtrail",
    "codeartifact.api",
    "codeartifact.repositories",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "config",
    "connect-campaigns",
    "dms",
    "dynamodb",
    "dynamodb-streams",
    "ebs",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "eks",
    "eks-auth",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "email-smtp",
    "events",
    "execute-api",
    "firehose",
    "glue",
    "guardduty-data",
    "imagebuilder",
    "inspector2",
    "kafka",
    "kendra",
    "kinesis-firehose",
    "kinesis-streams",
    "kms",
    "lakeformation",
    "lambda",
    "logs",
    "macie2",
    "monitoring",
    "pipes",
    "quicksight-website",
    "rds",
    "rds-data",
    "redshift",
    "redshift-data",
    "s3",
    "sagemaker.api",
    "sagemaker.runtime",
    "scheduler",
    "secretsmanager",
    "securityhub",
    "servicecatalog",
    "servicediscovery",
    "sns",
    "sqs",
    "ssm",
    "ssm-contacts",
    "ssm-incidents",
    "ssmmessages",
    "states",
    "sts",
    "sync-states",
    "synthetics",
    "transcribe",
    "transfer",
    "transfer.server",
    "xray",
];

const FILTERS: &[Filter] = &[
    ("owner", "Owner"),
    ("service-name", "ServiceName"),
    ("service-region", "ServiceRegion"),
    ("service-type", "ServiceType.ServiceType"),
    ("supported-ip-address-types", "SupportedIpAddressTypes"),
];

/// How endpoints of a service may be.
pub(crate) fn types(region: &str, name: &str) -> Vec<&'static str> {
    let suffix = name.strip_prefix(&name_of(region, "")).unwrap_or_default();
    let gateway = prefix_list::SERVICES.contains(&suffix).then_some("Gateway");
    gateway.into_iter().chain(INTERFACES.contains(&suffix).then_some("Interface")).collect()
}

/// The error for a name that no service has here.
pub(crate) fn unknown(name: &str) -> ApiError {
    error::refuse("InvalidServiceName", format!("The Vpc Endpoint Service '{name}' does not exist"))
}

fn detail(region: &str, name: &str, kind: &str) -> Result<Members, ApiError> {
    let zones = zone::zones(region)?;
    let suffix = name.strip_prefix(&name_of(region, "")).unwrap_or_default();
    let private = (kind == "Interface").then(|| format!("{suffix}.{region}.amazonaws.com"));
    Ok(Structure::new()
        .with("ServiceName", name)
        .with("ServiceType", json!([{ "ServiceType": kind }]))
        .with("ServiceRegion", region)
        .with("AvailabilityZones", zones.iter().map(|zone| zone.name.clone()).collect::<Vec<_>>())
        .with("AvailabilityZoneIds", zones.iter().map(|zone| zone.id.clone()).collect::<Vec<_>>())
        .with("Owner", "amazon")
        .with("BaseEndpointDnsNames", json!([format!("{suffix}.{region}.vpce.amazonaws.com")]))
        .with_some("PrivateDnsName", private)
        .with("VpcEndpointPolicySupported", true)
        .with("AcceptanceRequired", false)
        .with("ManagesVpcEndpoints", false)
        .with("SupportedIpAddressTypes", json!(["ipv4"]))
        .with("Tags", json!([]))
        .members())
}

pub(crate) fn describe(mut call: Call) -> Result<Output, ApiError> {
    let filters = Filters::take(&mut call.input, "Filters", FILTERS)?;
    let names = call.input.strings("ServiceNames")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let region = call.region.as_str();
    if let Some(name) = names.iter().find(|name| types(region, name).is_empty()) {
        return Err(unknown(name));
    }
    let mut found = Vec::new();
    for suffix in INTERFACES {
        let name = name_of(region, suffix);
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        for kind in types(region, &name) {
            let row = detail(region, &name, kind)?;
            if filters.match_with(&row, &Tags::default()) {
                found.push((format!("{name} {kind}"), Value::Object(row)));
            }
        }
    }
    let mut services: Vec<String> =
        found.iter().filter_map(|(_, row)| Some(row.get("ServiceName")?.as_str()?.to_owned())).collect();
    services.dedup();
    Ok(page.answer("ServiceDetails", found).with("ServiceNames", services).output())
}
