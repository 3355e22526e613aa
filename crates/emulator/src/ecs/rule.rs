//! The bounds of ECS's API reference.

use crate::bounds::{Bound, Rule};

const LAUNCH_TYPES: &[&str] = &["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
const SWITCH: &[&str] = &["ENABLED", "DISABLED"];

/// Whether a text has only letters of names: letters, digits, hyphens and underscores.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// A member means the same in every operation that has it.
pub(crate) const RULES: &[Rule] = &[
    Rule("networkMode", Bound::OneOf(&["bridge", "host", "awsvpc", "none"])),
    Rule("requiresCompatibilities", Bound::OneOf(LAUNCH_TYPES)),
    Rule("pidMode", Bound::OneOf(&["host", "task"])),
    Rule("ipcMode", Bound::OneOf(&["host", "task", "none"])),
    Rule("runtimePlatform.cpuArchitecture", Bound::OneOf(&["X86_64", "ARM64"])),
    Rule(
        "runtimePlatform.operatingSystemFamily",
        Bound::OneOf(&[
            "WINDOWS_SERVER_2019_FULL",
            "WINDOWS_SERVER_2019_CORE",
            "WINDOWS_SERVER_2016_FULL",
            "WINDOWS_SERVER_2004_CORE",
            "WINDOWS_SERVER_2022_CORE",
            "WINDOWS_SERVER_2022_FULL",
            "WINDOWS_SERVER_2025_CORE",
            "WINDOWS_SERVER_2025_FULL",
            "WINDOWS_SERVER_20H2_CORE",
            "LINUX",
        ]),
    ),
    Rule("ephemeralStorage.sizeInGiB", Bound::Range(21, 200)),
    Rule("placementConstraints.type", Bound::OneOf(&["distinctInstance", "memberOf"])),
    Rule("placementStrategy.type", Bound::OneOf(&["random", "spread", "binpack"])),
    Rule("containerDefinitions.portMappings.protocol", Bound::OneOf(&["tcp", "udp"])),
    Rule("containerDefinitions.portMappings.containerPort", Bound::Range(0, 65_535)),
    Rule("containerDefinitions.portMappings.hostPort", Bound::Range(0, 65_535)),
    Rule(
        "containerDefinitions.logConfiguration.logDriver",
        Bound::OneOf(&[
            "json-file",
            "syslog",
            "journald",
            "gelf",
            "fluentd",
            "awslogs",
            "splunk",
            "awsfirelens",
        ]),
    ),
    Rule(
        "containerDefinitions.dependsOn.condition",
        Bound::OneOf(&["START", "COMPLETE", "SUCCESS", "HEALTHY"]),
    ),
    Rule("launchType", Bound::OneOf(LAUNCH_TYPES)),
    Rule("schedulingStrategy", Bound::OneOf(&["REPLICA", "DAEMON"])),
    Rule("propagateTags", Bound::OneOf(&["TASK_DEFINITION", "SERVICE", "NONE"])),
    Rule("availabilityZoneRebalancing", Bound::OneOf(SWITCH)),
    Rule("deploymentController.type", Bound::OneOf(&["ECS", "CODE_DEPLOY", "EXTERNAL"])),
    Rule("deploymentConfiguration.strategy", Bound::OneOf(&["ROLLING", "BLUE_GREEN", "LINEAR", "CANARY"])),
    Rule("networkConfiguration.awsvpcConfiguration.subnets", Bound::Length(1, 16)),
    Rule("networkConfiguration.awsvpcConfiguration.securityGroups", Bound::Length(0, 5)),
    Rule("networkConfiguration.awsvpcConfiguration.assignPublicIp", Bound::OneOf(SWITCH)),
    Rule("capacityProviderStrategy", Bound::Length(0, 20)),
    Rule("capacityProviderStrategy.weight", Bound::Range(0, 1000)),
    Rule("capacityProviderStrategy.base", Bound::Range(0, 100_000)),
    Rule("defaultCapacityProviderStrategy", Bound::Length(0, 20)),
    Rule("defaultCapacityProviderStrategy.weight", Bound::Range(0, 1000)),
    Rule("defaultCapacityProviderStrategy.base", Bound::Range(0, 100_000)),
    Rule("settings.name", Bound::OneOf(&["containerInsights"])),
    Rule("settings.value", Bound::OneOf(&["enabled", "disabled", "enhanced"])),
    Rule("configuration.executeCommandConfiguration.logging", Bound::OneOf(&["NONE", "DEFAULT", "OVERRIDE"])),
    Rule("autoScalingGroupProvider.managedScaling.status", Bound::OneOf(SWITCH)),
    Rule("autoScalingGroupProvider.managedScaling.targetCapacity", Bound::Range(1, 100)),
    Rule("autoScalingGroupProvider.managedScaling.minimumScalingStepSize", Bound::Range(1, 10_000)),
    Rule("autoScalingGroupProvider.managedScaling.maximumScalingStepSize", Bound::Range(1, 10_000)),
    Rule("autoScalingGroupProvider.managedScaling.instanceWarmupPeriod", Bound::Range(0, 10_000)),
    Rule("autoScalingGroupProvider.managedTerminationProtection", Bound::OneOf(SWITCH)),
    Rule("autoScalingGroupProvider.managedDraining", Bound::OneOf(SWITCH)),
    Rule("services", Bound::Length(1, 10)),
    Rule("clusters", Bound::Length(0, 100)),
    Rule("taskDefinitions", Bound::Length(1, 10)),
    Rule("sort", Bound::OneOf(&["ASC", "DESC"])),
    Rule("desiredCount", Bound::Range(0, 5000)),
    Rule("count", Bound::Range(1, 10)),
    Rule("desiredStatus", Bound::OneOf(&["RUNNING", "PENDING", "STOPPED"])),
    Rule("startedBy", Bound::Length(0, 128)),
];
