//! What Fargate asks of task definitions ("Task CPU and memory").
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::error;

/// CPU units, and the memory in MiB that goes with them: the least, the most, and the step. A quarter of a virtual CPU
/// has three sizes of its own.
const SIZES: &[(u64, u64, u64, u64)] = &[
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];
const QUARTER: (u64, [u64; 3]) = (256, [512, 1024, 2048]);

/// Whether Fargate has tasks of that size.
pub(crate) fn is_size(cpu: u64, memory: u64) -> bool {
    let sized = |(units, least, most, step): &(u64, u64, u64, u64)| {
        *units == cpu && (*least..=*most).contains(&memory) && memory.is_multiple_of(*step)
    };
    (QUARTER.0 == cpu && QUARTER.1.contains(&memory)) || SIZES.iter().any(sized)
}

/// Units of CPU: `1024`, `1 vCPU`, `.5 vcpu`.
pub(crate) fn cpu(text: &str) -> Option<u64> {
    scaled(text, "vcpu")
}

/// MiB of memory: `2048`, `2 GB`.
pub(crate) fn memory(text: &str) -> Option<u64> {
    scaled(text, "gb")
}

fn scaled(text: &str, unit: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let Some(number) = lower.strip_suffix(unit) else { return lower.parse().ok() };
    // Exact for the quarters and halves that there are.
    let scaled: f64 = number.trim().parse::<f64>().ok()? * 1024.0;
    (scaled >= 0.0 && scaled.fract() == 0.0 && scaled < 1e9).then_some(scaled as u64)
}

/// Refuses a definition that Fargate cannot run.
pub(crate) fn check(definition: &Members) -> Result<(), ApiError> {
    let text = |name: &str| definition.get(name).and_then(Value::as_str);
    let missing =
        |name: &str| error::client(format!("Fargate requires that '{name}' be defined at the task level."));
    let cpu = text("cpu").ok_or_else(|| missing("cpu"))?;
    let memory_text = text("memory").ok_or_else(|| missing("memory"))?;
    if text("networkMode") != Some("awsvpc") {
        return Err(error::client("Fargate only supports network mode ‘awsvpc’."));
    }
    match (self::cpu(cpu), memory(memory_text)) {
        (Some(cpu), Some(memory)) if is_size(cpu, memory) => {}
        _ => {
            return Err(error::client(
                "No Fargate configuration exists for given values: see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html",
            ));
        }
    }
    let containers = definition.get("containerDefinitions").and_then(Value::as_array);
    for container in containers.into_iter().flatten() {
        let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
        if image.contains(".dkr.ecr.") && text("executionRoleArn").is_none() {
            return Err(error::client(
                "Fargate requires task definition to have execution role ARN to support ECR images.",
            ));
        }
        let driver = container.get("logConfiguration").and_then(|logs| logs.get("logDriver"));
        if driver.and_then(Value::as_str) == Some("awslogs") && text("executionRoleArn").is_none() {
            return Err(error::client(
                "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
            ));
        }
        if container.get("privileged") == Some(&Value::Bool(true)) {
            return Err(error::client("Fargate does not support privileged containers."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_table() {
        for (cpu, memory) in [
            (256, 512),
            (256, 2048),
            (512, 1024),
            (1024, 8192),
            (4096, 30_720),
            (8192, 20_480),
            (16_384, 122_880),
        ] {
            assert!(is_size(cpu, memory), "{cpu} {memory}");
        }
        for (cpu, memory) in
            [(256, 4096), (256, 768), (512, 512), (512, 1536), (1000, 2048), (8192, 17_408), (16_384, 30_720)]
        {
            assert!(!is_size(cpu, memory), "{cpu} {memory}");
        }
    }

    #[test]
    fn sizes_are_written_in_two_ways() {
        assert_eq!(
            (cpu("256"), cpu(".25 vCPU"), cpu("1vcpu"), cpu("a")),
            (Some(256), Some(256), Some(1024), None)
        );
        assert_eq!(
            (memory("512"), memory("0.5 GB"), memory("3 gb"), memory("")),
            (Some(512), Some(512), Some(3072), None)
        );
    }
}
