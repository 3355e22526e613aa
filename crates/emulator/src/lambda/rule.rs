//! The bounds of Lambda's API reference.

use super::reference::is_name;
use crate::bounds::{Bound, Rule};

/// Runtimes that functions may be made with, as the API reference lists them.
pub(crate) const RUNTIMES: &[&str] = &[
    "nodejs20.x",
    "nodejs22.x",
    "nodejs24.x",
    "java8.al2",
    "java11",
    "java17",
    "java21",
    "java25",
    "python3.9",
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
    "dotnet8",
    "dotnet10",
    "ruby3.2",
    "ruby3.3",
    "ruby3.4",
    "provided.al2",
    "provided.al2023",
];

/// Runtimes that AWS has taken out of service: what runs on them runs on, and nothing new is made.
pub(crate) const RETIRED: &[&str] = &[
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "java8",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet6",
    "ruby2.5",
    "ruby2.7",
    "go1.x",
    "provided",
];

const ARCHITECTURES: &[&str] = &["x86_64", "arm64"];

fn is_role(text: &str) -> bool {
    let path = text.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/"));
    path.is_some_and(|(account, path)| {
        account.len() == 12
            && account.chars().all(|c| c.is_ascii_digit())
            && !path.is_empty()
            && path.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c))
    })
}

fn is_key(text: &str) -> bool {
    text.is_empty() || text.starts_with("arn:aws:kms:")
}

fn is_arn(text: &str) -> bool {
    text.is_empty() || text.starts_with("arn:aws:")
}

fn is_alias(text: &str) -> bool {
    is_name(text) && !text.chars().all(|c| c.is_ascii_digit())
}

fn is_mount(text: &str) -> bool {
    let name = text.strip_prefix("/mnt/").unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn has_no_blank(text: &str) -> bool {
    !text.chars().any(char::is_whitespace)
}

fn is_version(text: &str) -> bool {
    text == super::reference::LATEST || (!text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))
}

fn is_action(text: &str) -> bool {
    let name = text.strip_prefix("lambda:").unwrap_or_default();
    text == "*" || name == "*" || (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()))
}

/// A member means the same in every operation that has it.
pub(crate) const RULES: &[Rule] = &[
    Rule("Role", Bound::Pattern(is_role, r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")),
    Rule("Handler", Bound::Length(0, 128)),
    Rule("Handler", Bound::Pattern(has_no_blank, r"[^\s]+")),
    Rule("Description", Bound::Length(0, 256)),
    Rule("Timeout", Bound::Range(1, 900)),
    Rule("MemorySize", Bound::Range(128, 10_240)),
    Rule("PackageType", Bound::OneOf(&["Image", "Zip"])),
    Rule("Architectures", Bound::Length(1, 1)),
    Rule("Architectures", Bound::OneOf(ARCHITECTURES)),
    Rule("CompatibleArchitectures", Bound::Length(0, 2)),
    Rule("CompatibleArchitectures", Bound::OneOf(ARCHITECTURES)),
    Rule("CompatibleRuntimes", Bound::Length(0, 15)),
    Rule("LicenseInfo", Bound::Length(0, 512)),
    Rule("EphemeralStorage.Size", Bound::Range(512, 10_240)),
    Rule("TracingConfig.Mode", Bound::OneOf(&["Active", "PassThrough"])),
    Rule("SnapStart.ApplyOn", Bound::OneOf(&["PublishedVersions", "None"])),
    Rule("LoggingConfig.LogFormat", Bound::OneOf(&["JSON", "Text"])),
    Rule(
        "LoggingConfig.ApplicationLogLevel",
        Bound::OneOf(&["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]),
    ),
    Rule("LoggingConfig.SystemLogLevel", Bound::OneOf(&["DEBUG", "INFO", "WARN"])),
    Rule("LoggingConfig.LogGroup", Bound::Length(1, 512)),
    Rule("TenancyConfig.TenantIsolationMode", Bound::OneOf(&["PER_TENANT"])),
    Rule("KMSKeyArn", Bound::Pattern(is_key, r"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()")),
    Rule("DeadLetterConfig.TargetArn", Bound::Pattern(is_arn, r"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()")),
    Rule("FileSystemConfigs", Bound::Length(0, 1)),
    Rule("FileSystemConfigs.LocalMountPath", Bound::Pattern(is_mount, r"^/mnt/[a-zA-Z0-9-_.]+$")),
    Rule("VpcConfig.SubnetIds", Bound::Length(0, 16)),
    Rule("VpcConfig.SecurityGroupIds", Bound::Length(0, 5)),
    Rule("Name", Bound::Length(1, 128)),
    Rule("Name", Bound::Pattern(is_alias, r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)")),
    Rule("FunctionVersion", Bound::Pattern(|text| is_version(text) || text == "ALL", r"(\$LATEST|[0-9]+)")),
    Rule("StatementId", Bound::Length(1, 100)),
    Rule("StatementId", Bound::Pattern(is_name, "([a-zA-Z0-9-_]+)")),
    Rule("Action", Bound::Pattern(is_action, r"(lambda:[*]|lambda:[a-zA-Z]+|[*])")),
    Rule("Principal", Bound::Pattern(has_no_blank, r"[^\s]+")),
    Rule("FunctionUrlAuthType", Bound::OneOf(&["NONE", "AWS_IAM"])),
    Rule("AuthType", Bound::OneOf(&["NONE", "AWS_IAM"])),
    Rule("InvokeMode", Bound::OneOf(&["BUFFERED", "RESPONSE_STREAM"])),
    Rule("Cors.MaxAge", Bound::Range(0, 86_400)),
    Rule("LayerName", Bound::Length(1, 140)),
    Rule("ReservedConcurrentExecutions", Bound::Range(0, i64::MAX)),
    Rule("ProvisionedConcurrentExecutions", Bound::Range(1, i64::MAX)),
    // Of events that are retried and of event source mappings alike; what is more is refused where it belongs.
    Rule("MaximumRetryAttempts", Bound::Range(-1, 10_000)),
    Rule("MaximumEventAgeInSeconds", Bound::Range(60, 21_600)),
    Rule("MaximumRecordAgeInSeconds", Bound::Range(-1, 604_800)),
    Rule("BatchSize", Bound::Range(1, 10_000)),
    Rule("MaximumBatchingWindowInSeconds", Bound::Range(0, 300)),
    Rule("ParallelizationFactor", Bound::Range(1, 10)),
    Rule("TumblingWindowInSeconds", Bound::Range(0, 900)),
    Rule("ScalingConfig.MaximumConcurrency", Bound::Range(2, 1000)),
    Rule("StartingPosition", Bound::OneOf(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"])),
    Rule("FunctionResponseTypes", Bound::OneOf(&["ReportBatchItemFailures"])),
    Rule("Topics", Bound::Length(1, 1)),
    Rule("Queues", Bound::Length(1, 1)),
    Rule("AllowedPublishers.SigningProfileVersionArns", Bound::Length(1, 20)),
    Rule("CodeSigningPolicies.UntrustedArtifactOnDeployment", Bound::OneOf(&["Warn", "Enforce"])),
    Rule("UpdateRuntimeOn", Bound::OneOf(&["Auto", "Manual", "FunctionUpdate"])),
    Rule("RecursiveLoop", Bound::OneOf(&["Allow", "Terminate"])),
    Rule("InvocationType", Bound::OneOf(&["Event", "RequestResponse", "DryRun"])),
];
