//! What Terraform keeps and prints of what it applied: a state file, `terraform show -json`, `terraform output -json`.

use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;
use stackproof_terraform::{Diagnostic, Output, Schema, Type, outputs_from_json};

use super::origins;
use super::provisioned::Provisioned;
use super::request::Request;
use crate::target::Environment;

/// What is known of a root module that something else applied.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Its outputs.
    pub(super) outputs: IndexMap<String, Output>,
    /// The attributes of its resources and data sources by address.
    pub(super) resources: IndexMap<String, Value>,
}

impl State {
    /// Reads the file, whichever of the forms it has.
    ///
    /// # Errors
    /// It cannot be read, or has none of them.
    pub(super) fn read(file: &Path) -> Result<Self, Diagnostic> {
        let shown = file.display();
        let bytes = std::fs::read(file).map_err(|error| {
            Diagnostic::nowhere(format!("the state `{shown}` cannot be read: {error}")).with_hint(
                "name it in the stack's part of stackproof.toml: state = \"FILE\"; it is a state file, or what `terraform show -json` or `terraform output -json` prints",
            )
        })?;
        Self::parse(&bytes, &format!("`{shown}`"))
    }

    /// Reads text in one of the forms. `what` it is, for errors.
    ///
    /// # Errors
    /// It has none of them.
    pub(super) fn parse(text: &[u8], what: &str) -> Result<Self, Diagnostic> {
        let wrong = |reason: &str| {
            Diagnostic::nowhere(format!("{what} cannot be used: {reason}")).with_hint(
                "it is a state file of version 4, or what `terraform show -json` or `terraform output -json` prints",
            )
        };
        let json: Value =
            serde_json::from_slice(text).map_err(|error| wrong(&format!("it is no JSON ({error})")))?;
        let has = |name: &str| json.get(name).is_some();
        let state = if has("planned_values") {
            Err("it is a plan, of which nothing is there yet".to_owned())
        } else if has("format_version") {
            shown(&json)
        } else if has("lineage") || has("terraform_version") {
            version_4(&json)
        } else {
            outputs_from_json(&json).map(|outputs| Self { outputs, ..Self::default() })
        };
        state.map_err(|reason| wrong(&reason))
    }

    /// The same as what came of provisioning, with the places of statements as far as the root module tells them.
    pub(super) fn provisioned(self, environment: &Environment, request: &Request) -> Provisioned {
        let account = environment.accounts.get("main").cloned().unwrap_or_default();
        let traced = origins::trace(environment, request, &self);
        let region = traced.region.unwrap_or_else(|| environment.region.clone());
        let mut provisioned = Provisioned::new(request, account, region);
        provisioned.notes = traced.notes;
        provisioned.read = self.resources;
        provisioned.read.retain(|address, _| !is_data(address));
        provisioned.outputs = self.outputs;
        provisioned.outputs.retain(|_, output| !output.value.is_null());
        provisioned
    }
}

/// Whether the address is that of a data source, in whatever module.
pub(super) fn is_data(address: &str) -> bool {
    // A key in an address may hold anything: `data.` counts only outside of brackets.
    let mut depth = 0_usize;
    let outside: String = address
        .chars()
        .filter(|character| {
            match character {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
        .collect();
    let mut parts = outside.split('.').peekable();
    while parts.next_if_eq(&"module").is_some() {
        parts.next();
    }
    parts.next() == Some("data")
}

/// A state file.
fn version_4(json: &Value) -> Result<State, String> {
    match json.get("version").and_then(Value::as_u64) {
        Some(4) => {}
        Some(other) => return Err(format!("its version is {other}")),
        None => return Err("it is a state file without a version".to_owned()),
    }
    let mut resources = IndexMap::new();
    for resource in list(json, "resources") {
        let text = |name: &str| resource.get(name).and_then(Value::as_str);
        let (Some(kind), Some(name)) = (text("type"), text("name")) else {
            return Err("a resource in it has no type or no name".to_owned());
        };
        let module = text("module").map(|module| format!("{module}.")).unwrap_or_default();
        let data = if text("mode") == Some("data") { "data." } else { "" };
        // What is deposed is only waiting for its end.
        for instance in list(resource, "instances").filter(|it| it.get("deposed").is_none()) {
            let key = instance.get("index_key").map(|key| format!("[{key}]")).unwrap_or_default();
            let mut attributes = instance.get("attributes").cloned().unwrap_or_default();
            unwrap_dynamic(kind, &mut attributes);
            resources.insert(format!("{module}{data}{kind}.{name}{key}"), attributes);
        }
    }
    let outputs = json.get("outputs").map_or_else(|| Ok(IndexMap::new()), outputs_from_json)?;
    Ok(State { outputs, resources })
}

/// A value of any type is kept beside its type.
fn unwrap_dynamic(kind: &str, attributes: &mut Value) {
    let schema = Schema::aws().ok().and_then(|schema| schema.resource(kind));
    let (Some(schema), Some(attributes)) = (schema, attributes.as_object_mut()) else { return };
    for (name, value) in attributes {
        let is_dynamic = schema.attributes.get(name).is_some_and(|attribute| attribute.ty == Type::Dynamic);
        if let Some(inner) = value.get("value").filter(|_| is_dynamic && value.get("type").is_some()) {
            *value = inner.clone();
        }
    }
}

/// What `terraform show -json` prints.
fn shown(json: &Value) -> Result<State, String> {
    // An empty state is shown without values.
    let Some(values) = json.get("values") else { return Ok(State::default()) };
    let outputs = values.get("outputs").map_or_else(|| Ok(IndexMap::new()), outputs_from_json)?;
    let mut resources = IndexMap::new();
    if let Some(root) = values.get("root_module") {
        module(root, &mut resources);
    }
    Ok(State { outputs, resources })
}

fn module(json: &Value, resources: &mut IndexMap<String, Value>) {
    let deposed = |it: &&Value| it.get("deposed_key").is_some();
    for resource in list(json, "resources").filter(|it| !deposed(it)) {
        if let Some(address) = resource.get("address").and_then(Value::as_str) {
            resources.insert(address.to_owned(), resource.get("values").cloned().unwrap_or_default());
        }
    }
    list(json, "child_modules").for_each(|child| module(child, resources));
}

fn list<'a>(json: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    json.get(name).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(json: &Value) -> Result<State, String> {
        State::parse(json.to_string().as_bytes(), "`x`").map_err(|wrong| wrong.message().to_owned())
    }

    fn state_file() -> Value {
        json!({
            "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x",
            "outputs": { "bucket": { "value": "calls", "type": "string" } },
            "resources": [
                { "mode": "managed", "type": "aws_s3_bucket", "name": "calls", "provider": "x",
                  "instances": [{ "schema_version": 0, "attributes": { "bucket": "calls" } }] },
                { "module": "module.a[\"data.k\"]", "mode": "managed", "type": "aws_iam_role", "name": "r", "provider": "x",
                  "instances": [
                    { "index_key": "x", "attributes": { "name": "r-x" } },
                    { "index_key": 1, "attributes": { "name": "r-1" } },
                    { "index_key": "x", "deposed": "00aa", "attributes": { "name": "old" } } ] },
                { "mode": "data", "type": "aws_region", "name": "here", "provider": "x",
                  "instances": [{ "attributes": { "name": "eu-west-2" } }] },
            ],
        })
    }

    #[test]
    fn a_state_file_and_what_is_shown_of_it_say_the_same() {
        let from_file = parse(&state_file()).unwrap();
        let addresses: Vec<_> = from_file.resources.keys().map(String::as_str).collect();
        let role = "module.a[\"data.k\"].aws_iam_role.r";
        let expected = [
            "aws_s3_bucket.calls".to_owned(),
            format!("{role}[\"x\"]"),
            format!("{role}[1]"),
            "data.aws_region.here".to_owned(),
        ];
        assert_eq!(addresses, expected);
        let resource = |address: &str, values: Value| json!({ "address": address, "values": values });
        let shown = parse(&json!({ "format_version": "1.0", "terraform_version": "1.11.4", "values": {
            "outputs": { "bucket": { "sensitive": false, "value": "calls", "type": "string" } },
            "root_module": {
                "resources": [resource("aws_s3_bucket.calls", json!({ "bucket": "calls" })),
                              resource("data.aws_region.here", json!({ "name": "eu-west-2" }))],
                "child_modules": [{ "address": "module.a[\"data.k\"]", "resources": [
                    resource(&expected[1], json!({ "name": "r-x" })),
                    resource(&expected[2], json!({ "name": "r-1" })) ] }],
            } } }))
        .unwrap();
        assert!(expected.iter().all(|address| shown.resources[address] == from_file.resources[address]));
        assert_eq!(shown.outputs, from_file.outputs);
        let managed: Vec<_> = expected.iter().filter(|address| !is_data(address)).collect();
        assert_eq!(managed.len(), 3);
    }

    #[test]
    fn outputs_alone_are_enough() {
        let state = parse(&json!({
            "ids": { "sensitive": true, "type": ["list", "string"], "value": ["a"] },
            "size": { "value": 3 },
        }))
        .unwrap();
        assert!(state.outputs["ids"].sensitive && state.resources.is_empty());
        assert_eq!(state.outputs["ids"].ty.to_json(), json!(["list", "string"]));
        assert_eq!(state.outputs["size"].ty.to_json(), json!("number"));
    }

    #[test]
    fn what_is_neither_is_refused() {
        let cases = [
            (
                json!({ "format_version": "1.2", "planned_values": {} }),
                "it is a plan, of which nothing is there yet",
            ),
            (json!({ "version": 3, "lineage": "x" }), "its version is 3"),
            (json!({ "a": 1 }), "the output `a` has no `value`"),
            (json!({ "a": { "value": "x", "type": "list" } }), "the output `a` has an unknown `type`"),
            (json!([]), "an object of outputs is expected"),
        ];
        for (json, reason) in cases {
            assert_eq!(parse(&json).unwrap_err(), format!("`x` cannot be used: {reason}"));
        }
        assert!(State::parse(b"resource {}", "`x`").is_err());
    }
}
