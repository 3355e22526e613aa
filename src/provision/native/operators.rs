//! The operator of each account of a target.

use std::path::{Path, PathBuf};

use stackproof_terraform::{Diagnostic, Instance};

use super::operator::Operator;
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
    ///
    /// # Errors
    /// The target has no such account.
    pub fn of_instance(&self, instance: &Instance) -> Result<Operator, Diagnostic> {
        let provider = &instance.provider;
        let operator = match &provider.assume_role {
            None => &self.main,
            Some(role) => {
                let account = role.split(':').nth(4).unwrap_or_default();
                self.of_account(account).ok_or_else(|| {
                    let message = format!("the target has no account `{account}`");
                    let label = format!("its provider assumes `{role}`");
                    Diagnostic::new(message, instance.place().clone(), label)
                        .with_hint("name the account under `accounts` of the target in stackproof.toml")
                })?
            }
        };
        Ok(operator.in_region(provider.region.as_deref()))
    }
}
