//! What came of provisioning a root module.

use indexmap::IndexMap;
use serde_json::{Value, json};
use stackproof_policy::arn::is_account_id;
use stackproof_terraform::{Diagnostic, Diagnostics, Instance, Output, outputs_json};

use super::native::Made;
use super::request::Request;
use crate::acceptance::{OutputValue, Stack, Unproved};
use crate::config::ConfigError;

/// A root module that was applied.
pub struct Provisioned {
    pub(super) name: String,
    pub(super) names: Vec<(String, String)>,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) outputs: IndexMap<String, Output>,
    pub(super) notes: Vec<Diagnostic>,
    /// Lines that name what is stored and nothing else.
    pub(super) kept: Vec<String>,
    pub(super) made: Vec<Made>,
    /// The attributes of what was not made here, by address.
    pub(super) read: IndexMap<String, Value>,
    /// What data sources gave, by address.
    pub(super) data: IndexMap<String, Value>,
    pub(super) unproved: Vec<Unproved>,
}

/// A stack of `stackproof.toml` that was applied with its fixtures.
pub struct ProvisionedStack {
    pub(super) label: String,
    fixtures: Option<Provisioned>,
    main: Provisioned,
}

impl ProvisionedStack {
    /// The stack and its fixtures as one.
    ///
    /// # Errors
    /// Both have an output of one name.
    pub(super) fn new(
        label: String,
        fixtures: Option<Provisioned>,
        main: Provisioned,
    ) -> Result<Self, ConfigError> {
        let theirs = fixtures.iter().flat_map(|fixtures| fixtures.outputs.keys());
        match theirs.into_iter().find(|name| main.outputs.contains_key(*name)) {
            None => Ok(Self { label, fixtures, main }),
            Some(output) => Err(ConfigError::Stack {
                stack: main.name,
                reason: format!("and its fixtures both have the output `{output}`"),
                advice: "features name both alike: give that of the fixtures another name",
            }),
        }
    }

    /// Its name, with the values of its matrix.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The outputs of its root module.
    pub fn outputs(&self) -> &IndexMap<String, Output> {
        &self.main.outputs
    }

    /// The same in the form of `terraform output -json`.
    pub fn outputs_json(&self) -> Value {
        self.main.outputs_json()
    }

    /// What features know of it: the outputs and resources of the fixtures too, those by addresses that begin with
    /// `fixtures.`.
    pub fn stack(&self) -> Stack {
        let mut stack = self.main.stack();
        for fixtures in self.fixtures.iter().map(Provisioned::stack) {
            stack.outputs.extend(fixtures.outputs);
            stack.unproved.extend(
                fixtures
                    .unproved
                    .into_iter()
                    .map(|it| Unproved { address: format!("{}{}", Stack::FIXTURES, it.address), ..it }),
            );
            let apart = |address: &String| format!("{}{address}", Stack::FIXTURES);
            stack
                .resources
                .extend(fixtures.resources.iter().map(|(it, attributes)| (apart(it), attributes.clone())));
            stack
                .elsewhere
                .extend(fixtures.elsewhere.iter().map(|(it, account)| (apart(it), account.clone())));
        }
        stack
    }

    /// Unmakes the stack, and then its fixtures.
    #[cfg(test)]
    pub(super) async fn destroy(self) -> Result<(), Diagnostics> {
        self.main.destroy().await?;
        match self.fixtures {
            Some(fixtures) => fixtures.destroy().await,
            None => Ok(()),
        }
    }

    /// As [`Provisioned::notes`].
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.fixtures.iter().chain([&self.main]).flat_map(Provisioned::notes)
    }
}

impl Provisioned {
    pub(super) fn new(request: &Request, account: String, region: String) -> Self {
        let (name, names) = (request.stack.clone(), request.names.clone());
        Self {
            name,
            names,
            account,
            region,
            outputs: IndexMap::new(),
            notes: Vec::new(),
            kept: Vec::new(),
            made: Vec::new(),
            read: IndexMap::new(),
            data: IndexMap::new(),
            unproved: Vec::new(),
        }
    }

    /// What features know of the stack.
    pub fn stack(&self) -> Stack {
        let output = |(name, output): (&String, &Output)| {
            (name.clone(), OutputValue { value: output.value.to_json(), sensitive: output.sensitive })
        };
        Stack {
            name: self.name.clone(),
            outputs: self.outputs.iter().filter(|(_, it)| it.value.is_wholly_known()).map(output).collect(),
            unproved: self.unproved.clone(),
            resources: self
                .made
                .iter()
                .map(|made| (made.address(), made.attributes.as_json().clone()))
                .chain(self.read.iter().map(|(address, attributes)| (address.clone(), attributes.clone())))
                .collect(),
            elsewhere: self
                .made
                .iter()
                .filter(|made| made.account() != self.account)
                .map(|made| (made.address(), made.account().to_owned()))
                .chain(
                    self.read.iter().filter_map(|(address, it)| Some((address.clone(), self.elsewhere(it)?))),
                )
                .collect(),
            names: self.names.iter().cloned().collect(),
            account: self.account.clone(),
            region: self.region.clone(),
        }
    }

    /// The account of a resource that was read, where its ARN says that it is another one.
    fn elsewhere(&self, attributes: &Value) -> Option<String> {
        let account = attributes.get("arn")?.as_str()?.split(':').nth(4)?;
        (is_account_id(account) && account != self.account).then(|| account.to_owned())
    }

    /// What was read but is not used, and checks that do not hold: a line each.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let notes = self.notes.iter().map(|note| match note.place() {
            Some(place) => format!("note: {place}: {note}: {}", note.label()),
            None => format!("note: {note}"),
        });
        notes.chain(self.kept.iter().cloned())
    }

    /// The outputs in the form of `terraform output -json`, as a value.
    pub fn outputs_json(&self) -> Value {
        let output = |(name, output): (&String, &Output)| {
            let Output { value, sensitive, ty } = output;
            (name.clone(), json!({ "sensitive": sensitive, "type": ty.to_json(), "value": value.to_json() }))
        };
        Value::Object(self.outputs.iter().map(output).collect())
    }

    /// The outputs as `terraform output -json` prints them, to the byte, but for the newline at the end.
    pub fn outputs_text(&self) -> String {
        outputs_json(&self.outputs)
    }

    /// What was made, each with the arguments that it was made with, in order.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.made.iter().map(|made| &made.instance)
    }

    /// Unmakes all of it, the last first.
    ///
    /// # Errors
    /// What could not be unmade, each with its address and place; the rest is gone.
    pub async fn destroy(self) -> Result<(), Diagnostics> {
        super::native::destroy(self.made).await
    }
}
