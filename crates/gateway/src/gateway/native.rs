//! An upstream that enforces policies itself: its verdict counts, and our engine says which statement it rests on.

use http::Response;
use serde_json::Value;
use stackproof_aws::wire::Signer;
use stackproof_aws::{Answer, Body, Credentials, Members, Operation};

use super::Gateway;
use super::draft::Draft;
use super::forward::{Execution, Failure, output, read};
use crate::call::Call;
use crate::caller::Caller;
use crate::record::{Check, Enforcement, Outcome, Verdict};
use crate::refusal::Refusal;

/// The calls to STS that give credentials.
const ISSUING: [&str; 3] = ["AssumeRole", "GetFederationToken", "GetSessionToken"];

/// How a call went where the upstream decides: its answer, and what our engine would have refused it with.
pub(super) struct Judged {
    pub answer: Result<Answer, Failure>,
    pub predicted: Option<Refusal>,
}

impl Gateway {
    /// Whether the upstream decides.
    pub(super) fn is_native(&self) -> bool {
        self.settings.enforcement == Enforcement::Native
    }

    /// Whose signature the upstream sees: where it decides, the caller's own. The operator lives in the gateway alone, and
    /// is the account to every upstream.
    pub(super) fn signer(&self, call: &Call<'_>) -> Signer {
        if !self.is_native() {
            return Signer::Account;
        }
        let Some(claim) = call.claim else { return Signer::Nobody };
        let operator = matches!(call.caller, Caller::User { user, .. }
            if self.directory.operator_user(&user.account).is_some_and(|operator| operator.id == user.id));
        match self.directory.keys.find(&claim.access_key_id) {
            Some(key) if !operator => Signer::Caller(Credentials {
                access_key_id: claim.access_key_id.clone(),
                secret_access_key: key.secret,
                session_token: key.token,
            }),
            _ => Signer::Account,
        }
    }

    /// A call that our engine refuses: where the upstream decides it is made all the same.
    ///
    /// # Errors
    /// The refusal, where it is the gateway that decides, or the call is not even one to be decided.
    pub(super) async fn overrule(
        &self,
        call: &Call<'_>,
        refusal: Refusal,
        execution: Execution,
    ) -> Result<Judged, Refusal> {
        if !self.is_native() || !refusal.is_denial() {
            return Err(refusal);
        }
        Ok(Judged { answer: self.execute(call, execution).await, predicted: Some(refusal) })
    }

    /// The answer, and in the draft whose verdict it is.
    pub(super) fn settle(&self, draft: &mut Draft, judged: Judged) -> Result<Answer, Failure> {
        if self.is_native() { judged.attribute(draft) } else { judged.answer }
    }

    /// Ends a call that was judged on these checks: its answer, or its refusal with them.
    pub(super) fn conclude(
        &self,
        draft: &mut Draft,
        operation: &'static Operation,
        checks: Vec<Check>,
        judged: Result<Judged, Refusal>,
    ) -> Result<Response<Body>, Refusal> {
        match judged {
            Ok(judged) => {
                draft.checks = checks;
                let answer = self.settle(draft, judged);
                self.respond(draft, operation, answer)
            }
            Err(refusal) => Err(refusal.after(checks)),
        }
    }

    /// Has an upstream that decides answer STS too: the session that our engine made stands for the credentials that the
    /// upstream gives.
    pub(super) async fn issue(
        &self,
        call: &Call<'_>,
        execution: Execution,
        ours: Result<Members, Refusal>,
    ) -> Judged {
        let operation = execution.operation;
        let (ours, predicted) = match ours {
            Ok(ours) => (access_key_id(&ours), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let answer = match self.execute(call, execution).await {
            Ok(answer) => read(answer, operation).await.map(|theirs| {
                if let (Some(ours), Some(credentials)) = (&ours, credentials(&theirs)) {
                    self.directory.keys.adopt(ours, credentials);
                }
                output(theirs)
            }),
            Err(failure) => Err(failure),
        };
        if let (Some(ours), Err(_)) = (&ours, &answer) {
            self.directory.keys.remove(ours);
        }
        Judged { answer, predicted }
    }

    /// Whether the upstream is asked for what that operation of STS gives.
    pub(super) fn issues(&self, operation: &str) -> bool {
        self.is_native() && ISSUING.contains(&operation)
    }
}

impl Judged {
    /// Writes down whose verdict it is, and what speaks against it.
    fn attribute(self, draft: &mut Draft) -> Result<Answer, Failure> {
        let Self { answer, predicted } = self;
        let denial = answer.as_ref().err().and_then(Failure::denial);
        draft.verdict = Verdict::Attributed;
        let said = |message: &str| layer(message).map(str::to_owned);
        match (denial, predicted) {
            (None, None) => {}
            (Some(denial), None) => {
                draft.outcome = Outcome::ImplicitDeny;
                draft.differs = Some(format!("the target answered `{denial}`, and our engine allows it"));
            }
            (None, Some(refusal)) => {
                let ours = &refusal.error.message;
                draft.differs = Some(format!("the target allowed it, and our engine answers `{ours}`"));
            }
            (Some(denial), Some(refusal)) => {
                let ours = &refusal.error.message;
                if let (Some(theirs), Some(own)) = (said(&denial), said(ours))
                    && theirs != own
                {
                    draft.differs = Some(format!("the target denied it {theirs}, and our engine {own}"));
                }
                draft.outcome = refusal.outcome;
                draft.reason = refusal.reason;
            }
        }
        answer
    }
}

/// The layer that a denial names: `because no identity-based policy allows`, `with an explicit deny in a …`.
fn layer(message: &str) -> Option<&str> {
    let begins = ["because no ", "with an explicit deny in "].iter().find_map(|words| message.find(words))?;
    let told = message.get(begins..)?;
    let ends = told.find(" policy").map(|at| at + " policy".len())?;
    told.get(..ends)
}

fn access_key_id(members: &Members) -> Option<String> {
    members.get("Credentials")?.get("AccessKeyId")?.as_str().map(str::to_owned)
}

fn credentials(members: &Members) -> Option<Credentials> {
    let text = |name: &str| members.get("Credentials")?.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Credentials {
        access_key_id: text("AccessKeyId")?,
        secret_access_key: stackproof_aws::Secret::new(text("SecretAccessKey")?),
        session_token: text("SessionToken").map(stackproof_aws::Secret::new),
    })
}

#[cfg(test)]
mod tests {
    use super::layer;

    #[test]
    fn a_denial_names_its_layer() {
        for (message, expected) in [
            (
                "User: a is not authorized to perform: s3:GetObject on resource: \"r\" because no identity-based policy \
                 allows the s3:GetObject action",
                Some("because no identity-based policy"),
            ),
            (
                "User: a is not authorized to perform: s3:PutObject with an explicit deny in a resource-based policy",
                Some("with an explicit deny in a resource-based policy"),
            ),
            ("Access Denied", None),
        ] {
            assert_eq!(layer(message), expected);
        }
    }
}
