//! Containers of task definitions: what they must have, and what ECS adds.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::error;
use super::rule::is_name;

/// Lists that are shown though they are empty.
const LISTS: [&str; 5] = ["environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"];

/// The containers as they are shown.
pub(crate) fn complete(containers: &[Value], network: Option<&str>) -> Vec<Value> {
    containers.iter().filter_map(Value::as_object).map(|given| completed(given, network)).collect()
}

fn completed(given: &Members, network: Option<&str>) -> Value {
    let mut container = given.clone();
    container.entry("cpu").or_insert(json!(0));
    container.entry("essential").or_insert(json!(true));
    for list in LISTS {
        container.entry(list).or_insert(json!([]));
    }
    let ports = container.get_mut("portMappings").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        port.entry("protocol").or_insert(json!("tcp"));
        // Where the container has the network for itself, the port is the same outside.
        let same = matches!(network, Some("awsvpc" | "host"));
        let inside = port.get("containerPort").cloned();
        if let Some(inside) = inside {
            port.entry("hostPort").or_insert(if same { inside } else { json!(0) });
        }
    }
    Value::Object(container)
}

/// Refuses containers that ECS does not start.
pub(crate) fn check(definition: &Members) -> Result<(), ApiError> {
    let containers = definition.get("containerDefinitions").and_then(Value::as_array);
    let containers = containers.map(Vec::as_slice).unwrap_or_default();
    if containers.is_empty() {
        return Err(error::client("Container list cannot be empty."));
    }
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let names: Vec<String> = containers.iter().map(|container| text(container, "name")).collect();
    let volumes = definition.get("volumes").and_then(Value::as_array);
    let volumes: Vec<String> = volumes.into_iter().flatten().map(|volume| text(volume, "name")).collect();
    for (container, name) in containers.iter().zip(&names) {
        if name.is_empty() {
            return Err(error::client("Container.name should not be null or empty."));
        }
        if !is_name(name) {
            return Err(error::client(
                "Invalid container name: only letters, numbers, hyphens and underscores are allowed.",
            ));
        }
        if names.iter().filter(|other| *other == name).count() > 1 {
            return Err(error::client(format!("Duplicate container name: {name}.")));
        }
        if text(container, "image").is_empty() {
            return Err(error::client("Container.image should not be null or empty."));
        }
        check_memory(definition, container, name)?;
        check_ports(definition, container)?;
        let mounts = container.get("mountPoints").and_then(Value::as_array);
        for mount in mounts.into_iter().flatten() {
            let volume = text(mount, "sourceVolume");
            if !volumes.contains(&volume) {
                return Err(error::client(format!("Unknown volume '{volume}'.")));
            }
        }
        let others = container.get("dependsOn").and_then(Value::as_array);
        for other in others.into_iter().flatten() {
            let other = text(other, "containerName");
            if !names.contains(&other) || other == *name {
                return Err(error::client(format!("Container {name} has an invalid dependency on {other}.")));
            }
        }
    }
    let essential = |container: &Value| container.get("essential") != Some(&Value::Bool(false));
    match containers.iter().any(essential) {
        true => Ok(()),
        false => Err(error::client("A task definition must have at least one essential container.")),
    }
}

fn check_memory(definition: &Members, container: &Value, name: &str) -> Result<(), ApiError> {
    let size = |member: &str| container.get(member).and_then(Value::as_i64);
    match (size("memory"), size("memoryReservation")) {
        (None, None) if !definition.contains_key("memory") => Err(error::client(format!(
            "Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be specified."
        ))),
        (Some(hard), Some(soft)) if soft > hard => Err(error::client(format!(
            "Invalid setting for container '{name}'. The 'memoryReservation' must not be greater than 'memory'."
        ))),
        (Some(hard), _) if hard < 6 => Err(error::client(format!(
            "Invalid setting for container '{name}'. The Docker daemon reserves a minimum of 6 MiB of memory."
        ))),
        _ => Ok(()),
    }
}

fn check_ports(definition: &Members, container: &Value) -> Result<(), ApiError> {
    if definition.get("networkMode").and_then(Value::as_str) != Some("awsvpc") {
        return Ok(());
    }
    let ports = container.get("portMappings").and_then(Value::as_array);
    for port in ports.into_iter().flatten() {
        let (inside, outside) = (port.get("containerPort"), port.get("hostPort"));
        if outside.is_some_and(|outside| outside.as_i64() != Some(0) && Some(outside) != inside) {
            return Err(error::client(
                "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
            ));
        }
    }
    Ok(())
}
