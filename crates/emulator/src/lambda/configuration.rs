//! What a function is configured with.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::reference::Reference;
use super::rule::{RETIRED, RUNTIMES};
use super::{Around, Lambda, error, vpc};
use crate::arn::Arn;
use crate::input::Input;
use crate::structure::Structure;

/// Members that are shown as they are given.
const KEPT: &[&str] = &[
    "Description",
    "DurableConfig",
    "EphemeralStorage",
    "Handler",
    "MemorySize",
    "Role",
    "Runtime",
    "TenancyConfig",
    "Timeout",
    "TracingConfig",
];

/// Members that are gone when they are given empty.
const EMPTIED: &[&str] = &["DeadLetterConfig", "Environment", "FileSystemConfigs", "KMSKeyArn"];

/// Names that the runtime sets itself ("Reserved environment variables"). `_HANDLER` and `_X_AMZN_TRACE_ID` begin
/// with no letter.
const RESERVED: &[&str] = &[
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

const MAX_ENVIRONMENT: usize = 4096;
const MAX_LAYERS: usize = 5;

/// What a function is made with that says nothing.
pub(crate) fn defaults(name: &str) -> Members {
    Structure::new()
        .with("FunctionName", name)
        .with("Description", "")
        .with("Timeout", 3)
        .with("MemorySize", 128)
        .with("TracingConfig", json!({ "Mode": "PassThrough" }))
        .with("PackageType", "Zip")
        .with("Architectures", json!(["x86_64"]))
        .with("EphemeralStorage", json!({ "Size": 512 }))
        .with("SnapStart", json!({ "ApplyOn": "None", "OptimizationStatus": "Off" }))
        .with("LoggingConfig", logging(name, Members::new()))
        .members()
}

/// Takes what is given and changes the configuration.
pub(crate) fn apply(
    lambda: &Lambda,
    around: &Around<'_>,
    function: &Reference,
    input: &mut Input,
    configuration: &mut Members,
) -> Result<(), ApiError> {
    if let Some(role) = input.peek("Role") {
        check_role(around, &function.place.account, role)?;
    }
    if let Some(runtime) = input.peek("Runtime") {
        check_runtime(runtime)?;
    }
    configuration.extend(input.keep(KEPT));
    if let Some(environment) = input.given().get("Environment") {
        check_environment(environment)?;
    }
    for (name, value) in input.keep(EMPTIED) {
        match is_empty(&value) {
            true => configuration.remove(&name),
            false => configuration.insert(name, value),
        };
    }
    if let Some(vpc) = vpc::take(around, &function.place, input)? {
        configuration.insert("VpcConfig".to_owned(), vpc);
    }
    if let Some(snap_start) = input.structure("SnapStart")? {
        let apply_on = snap_start.peek("ApplyOn").unwrap_or("None");
        let value = json!({ "ApplyOn": apply_on, "OptimizationStatus": "Off" });
        configuration.insert("SnapStart".to_owned(), value);
    }
    if let Some(Value::Object(given)) = input.value("LoggingConfig") {
        configuration.insert("LoggingConfig".to_owned(), logging(&function.name, given));
    }
    if let Some(image) = input.value("ImageConfig") {
        match is_empty(&image) {
            true => configuration.remove("ImageConfigResponse"),
            false => configuration.insert("ImageConfigResponse".to_owned(), json!({ "ImageConfig": image })),
        };
    }
    if input.has("Layers") {
        let layers = layers(lambda, function, &input.strings("Layers")?)?;
        match layers.is_empty() {
            true => configuration.remove("Layers"),
            false => configuration.insert("Layers".to_owned(), layers.into()),
        };
    }
    Ok(())
}

/// Whether nothing is in it, at any depth.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// Logging as it is shown: levels are for JSON alone, and there is always a group.
fn logging(name: &str, given: Members) -> Value {
    let mut logging =
        Structure::new().with("LogFormat", "Text").with("LogGroup", format!("/aws/lambda/{name}"));
    if given.get("LogFormat").and_then(Value::as_str) == Some("JSON") {
        logging = logging.with("ApplicationLogLevel", "INFO").with("SystemLogLevel", "INFO");
    }
    logging.with_all(given).value()
}

fn check_role(around: &Around<'_>, account: &str, role: &str) -> Result<(), ApiError> {
    let owner = Arn::parse(role).map(|arn| arn.account.to_owned()).unwrap_or_default();
    if owner != account {
        let message = "Cross-account pass role is not allowed.";
        return Err(ApiError::new(403, "AccessDeniedException", message));
    }
    if around.accounts.get(account).is_some_and(|held| held.has_role(account, role)) {
        return Ok(());
    }
    Err(error::invalid("The role defined for the function cannot be assumed by Lambda."))
}

/// Refuses what is no runtime, and one that nothing new is made with.
pub(crate) fn check_runtime(runtime: &str) -> Result<(), ApiError> {
    if RUNTIMES.contains(&runtime) {
        return Ok(());
    }
    if RETIRED.contains(&runtime) {
        return Err(error::invalid(format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."
        )));
    }
    Err(error::invalid(format!(
        "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{}] or be a valid ARN",
        RUNTIMES.join(", ")
    )))
}

fn check_environment(environment: &Value) -> Result<(), ApiError> {
    let Some(variables) = environment.get("Variables").and_then(Value::as_object) else { return Ok(()) };
    let refused = |why: String| {
        error::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided {why}"
        ))
    };
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        return Err(refused(format!(
            "contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
            reserved.join(", ")
        )));
    }
    for name in variables.keys() {
        let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if name.chars().count() < 2 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !letters {
            let pattern = "Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+";
            return Err(error::constraint(name, "environment.variables", pattern));
        }
    }
    let measured = Value::Object(variables.clone()).to_string();
    match measured.len() > MAX_ENVIRONMENT {
        true => Err(refused(format!("exceeded the 4KB limit. String measured: {measured}"))),
        false => Ok(()),
    }
}

/// Layers as they are shown. One of this place must exist; what another account holds is known by its name alone.
fn layers(lambda: &Lambda, function: &Reference, arns: &[String]) -> Result<Vec<Value>, ApiError> {
    if arns.len() > MAX_LAYERS {
        return Err(error::invalid(format!("Cannot reference more than {MAX_LAYERS} layers.")));
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut shown = Vec::new();
    for text in arns {
        let versioned = Arn::parse(text).and_then(|arn| Some((arn, text.rsplit_once(':')?.0)));
        let Some((arn, layer)) = versioned.filter(|(arn, _)| arn.resource.starts_with("layer:")) else {
            let pattern = "Member must satisfy regular expression pattern: arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+";
            return Err(error::constraint(text, "Layers", pattern));
        };
        if arn.region != function.place.region {
            return Err(error::invalid(format!(
                "Layers are not in the same region as the function. Layers are expected to be in region {}.",
                function.place.region
            )));
        }
        if let Some((_, other)) = seen.iter().find(|(earlier, _)| *earlier == layer) {
            return Err(error::invalid(format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. {other} and {text} are versions of the same layer."
            )));
        }
        seen.push((layer, text));
        let size = lambda.layer_size(&arn.place(), arn.resource);
        if size.is_none() && arn.account == function.place.account {
            return Err(error::invalid(format!("Layer version {text} does not exist.")));
        }
        shown.push(Structure::new().with("Arn", text.as_str()).with_some("CodeSize", size).value());
    }
    Ok(shown)
}
