//! The operator of each account of a target.

use std::path::{Path, PathBuf};

use serde_json::json;
use stackproof_aws::{Credentials, Secret};
use stackproof_terraform::{Diagnostic, Instance};

use super::operator::{Operator, ResourceError};
use crate::target::Environment;

/// The operators of a target, that of the account `main` first.
pub struct Operators {
    /// Of the account that providers without a role provision into.
    pub main: Operator,
    all: Vec<Operator>,
}

impl Operators {
    /// The operators of that environment, for a root module in the working directory.
    ///
    /// # Errors
    /// It has no account `main`.
    pub fn of(environment: &Environment) -> Result<Self, Diagnostic> {
        let operator = |(account, credentials): (&String, &stackproof_aws::Credentials)| Operator {
            client: environment.client.clone(),
            credentials: credentials.clone(),
            account: account.clone(),
            region: environment.region.clone(),
            directory: PathBuf::from("."),
        };
        let all: Vec<_> = environment.operators.iter().map(operator).collect();
        let main = environment.accounts.get("main");
        let main = all.iter().find(|operator| Some(&operator.account) == main).cloned();
        let main =
            main.ok_or_else(|| Diagnostic::nowhere("the target has no operator of an account `main`"))?;
        Ok(Self { main, all })
    }

    /// Every one of them.
    pub fn all(&self) -> impl Iterator<Item = &Operator> {
        self.all.iter()
    }

    /// That of an account, by its id.
    pub fn of_account(&self, account: &str) -> Option<&Operator> {
        self.all.iter().find(|operator| operator.account == account)
    }

    /// The same for a root module in that folder.
    #[must_use]
    pub fn in_directory(mut self, directory: &Path) -> Self {
        for operator in self.all.iter_mut().chain([&mut self.main]) {
            directory.clone_into(&mut operator.directory);
        }
        self
    }

    /// The operator that an instance's provider stands for: of the account of the role that it assumes, in its region.
    /// In an account that the stack has made there is none but the role itself.
    ///
    /// # Errors
    /// The target has no such account, or the role cannot be assumed.
    pub async fn of_instance(&self, instance: &Instance) -> Result<Operator, Diagnostic> {
        let provider = &instance.provider;
        let region = provider.region.as_deref();
        let Some(role) = &provider.assume_role else { return Ok(self.main.in_region(region)) };
        let account = role.split(':').nth(4).unwrap_or_default();
        if let Some(operator) = self.of_account(account) {
            return Ok(operator.in_region(region));
        }
        let assumed = self.assumed(role, account).await;
        assumed.map(|operator| operator.in_region(region)).map_err(|error| {
            let message = match error.is("NotImplemented") {
                true => format!("the target has no account `{account}`"),
                false => error.to_string(),
            };
            let label = format!("its provider assumes `{role}`");
            Diagnostic::new(message, instance.place().clone(), label)
                .with_hint("name the account under `accounts` of the target in stackproof.toml")
        })
    }

    async fn assumed(&self, role: &str, account: &str) -> Result<Operator, ResourceError> {
        let members = json!({ "RoleArn": role, "RoleSessionName": "stackproof" });
        let assumed = self.main.call("sts", "AssumeRole", members).await?;
        let text = |name: &str| assumed.text(&format!("/Credentials/{name}")).map(str::to_owned);
        let credentials = Credentials {
            access_key_id: text("AccessKeyId")?,
            secret_access_key: Secret::new(text("SecretAccessKey")?),
            session_token: Some(Secret::new(text("SessionToken")?)),
        };
        Ok(Operator { credentials, account: account.to_owned(), ..self.main.clone() })
    }
}
