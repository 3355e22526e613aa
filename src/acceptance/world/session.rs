//! Credentials of principals, opened when they are first needed and once a scenario.

use futures_util::future::BoxFuture;
use stackproof_aws::{Credentials, Operation, Service};

use super::{Request, World};
use crate::acceptance::error::StepError;
use crate::acceptance::principals::{self, Principal};
use crate::acceptance::sentence::{Modifier, Who, WhoName};
use crate::acceptance::similarity::nearest;
use crate::acceptance::stage::IssueError;

/// Roles are assumed from roles at most this deep; a longer chain is a circle.
const DEEPEST: usize = 8;

impl World {
    /// The credentials that the principal signs with; none for nobody.
    ///
    /// # Errors
    /// The name means no principal, or its session could not be opened.
    pub(super) async fn credentials(&mut self, who: &Who) -> Result<Option<Credentials>, StepError> {
        let wrong = [Modifier::WrongSecret, Modifier::UnknownKey].iter().any(|it| who.modifiers.contains(it));
        let expired = who.modifiers.contains(&Modifier::ExpiredSession);
        let name = match &who.name {
            WhoName::Nobody if wrong || expired => {
                return Err(StepError::usage("nobody has neither a secret nor a session"));
            }
            WhoName::Nobody => return Ok(None),
            WhoName::Operator(account) => {
                let account = self.account(account.as_deref())?;
                let operator = self.scene()?.operators.get(&account).cloned();
                let operator = operator
                    .ok_or_else(|| StepError::usage(format!("the account `{account}` has no operator")))?;
                return if expired {
                    Err(no_session("the operator"))
                } else {
                    Ok(Some(altered(operator, who)))
                };
            }
            WhoName::Named(name, _) => name,
        };
        if expired {
            return self.expired(name).await.map(Some);
        }
        let credentials = match self.sessions.get(name) {
            Some(credentials) => credentials.clone(),
            None => {
                let opened = self.open(name, DEEPEST).await?;
                self.sessions.insert(name.clone(), opened.clone());
                opened
            }
        };
        Ok(Some(altered(credentials, who)))
    }

    fn open<'a>(
        &'a mut self,
        name: &'a str,
        deepest: usize,
    ) -> BoxFuture<'a, Result<Credentials, StepError>> {
        Box::pin(async move {
            if deepest == 0 {
                return Err(StepError::usage(format!("the roles that open `{name}` form a circle")));
            }
            match principals::named(&self.names, name)? {
                Principal::User { credentials, .. } => Ok(credentials),
                Principal::Role { arn, by, options } => {
                    let members = principals::assume_role(&arn, name, &options)?;
                    self.assume(name, &by, members, deepest).await
                }
                Principal::Narrowed { base, policy } => {
                    let Principal::Role { arn, by, options } = principals::named(&self.names, &base)? else {
                        return Err(StepError::usage(format!("`{base}` is no role that someone assumes")));
                    };
                    let mut members = principals::assume_role(&arn, name, &options)?;
                    members.insert("Policy".to_owned(), policy.into());
                    self.assume(name, &by, members, deepest).await
                }
                Principal::ServiceRole { arn, service, source } => {
                    let issuer = self.scene()?.issuer.clone();
                    let session = issuer.assume_as_service(&arn, &service, &source).await;
                    session.map_err(|error| not_issued(name, error))
                }
                Principal::Service { service, source } => {
                    let issuer = self.scene()?.issuer.clone();
                    let credentials = issuer.act_as_service(&service, &source).await;
                    credentials.map_err(|error| not_issued(name, error))
                }
            }
        })
    }

    async fn assume(
        &mut self,
        name: &str,
        by: &Who,
        members: stackproof_aws::Members,
        deepest: usize,
    ) -> Result<Credentials, StepError> {
        // The chain is walked here, so that its depth is bounded; what is opened on the way is kept.
        if let WhoName::Named(opener, _) = &by.name
            && !self.sessions.contains_key(opener)
        {
            let opened = self.open(opener, deepest - 1).await?;
            self.sessions.insert(opener.clone(), opened);
        }
        let operation = operation("sts", "AssumeRole")?;
        let (reply, _) = Box::pin(self.call_as(by, Request::new(operation, members))).await?;
        let output = reply.result.map_err(|error| {
            StepError::usage(format!("`{by}` could not open the session of `{name}`: {error}"))
        })?;
        principals::credentials(&output).ok_or_else(|| {
            StepError::usage(format!("AssumeRole for `{name}` was answered without credentials"))
        })
    }

    async fn expired(&mut self, name: &str) -> Result<Credentials, StepError> {
        let credentials = self.open(name, DEEPEST).await?;
        if credentials.session_token.is_none() {
            return Err(no_session(name));
        }
        let issuer = self.scene()?.issuer.clone();
        issuer.expire(&credentials.access_key_id).await.map_err(|error| not_issued(name, error))?;
        Ok(credentials)
    }
}

fn altered(mut credentials: Credentials, who: &Who) -> Credentials {
    if who.modifiers.contains(&Modifier::UnknownKey) {
        credentials = principals::with_unknown_key(credentials);
    }
    if who.modifiers.contains(&Modifier::WrongSecret) {
        credentials = principals::with_wrong_secret(credentials);
    }
    credentials
}

fn no_session(name: &str) -> StepError {
    StepError::usage(format!("{name} has a long-term key and no session that could expire"))
}

fn not_issued(name: &str, error: IssueError) -> StepError {
    match error {
        IssueError::Refused(reason) => {
            StepError::usage(format!("the session of `{name}` was not given: {reason}"))
        }
        IssueError::Unsupported(reason) => StepError::Skip { reason },
    }
}

/// The operation of that name.
///
/// # Errors
/// The tables have none.
pub(crate) fn operation(service: &str, name: &str) -> Result<&'static Operation, StepError> {
    if let Some(operation) = Operation::named(service, name) {
        return Ok(operation);
    }
    let hint = match Service::named(service) {
        Some(service) => {
            let names = nearest(name, service.operations().map(|known| known.name.as_str()), 3);
            let names: Vec<_> = names.iter().map(|name| format!("`{}:{name}`", service.name)).collect();
            format!("the nearest are {}", names.join(", "))
        }
        None => "a service is named as in policies: `s3`, `iam`, `sts`".to_owned(),
    };
    Err(StepError::usage(format!("the tables have no operation `{service}:{name}`")).hint(hint))
}
