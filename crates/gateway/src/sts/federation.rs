//! `GetFederationToken`.

use serde_json::json;
use stackproof_aws::Members;

use super::limits::{constraint, denied, fits};
use super::{Answered, Sts, members, on_the_wire};
use crate::authorize::Authorizer;
use crate::authorize::s3::request_tags;
use crate::caller::Caller;
use crate::directory::sessions::{Session, SessionKind};

impl Sts<'_> {
    pub(super) async fn federation_token(&self, authorizer: &mut Authorizer<'_>) -> Answered<Members> {
        let Caller::User { user, session: None } = self.call.caller else {
            let message = "Cannot call GetFederationToken with session credentials";
            return Err(denied(message, "only long-term credentials get a federation token"));
        };
        let name = self.text("Name").unwrap_or_default();
        if !fits(name, 2, 32, "+=,.@-") {
            let what = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
            return Err(constraint(name, "name", what));
        }
        let duration = self.duration(900, 129_600, 43_200)?;
        let tagging = self.tagging()?;
        let policies = self.session_policies(&user.account).await?;
        let arn = format!("arn:aws:sts::{}:federated-user/{name}", user.account);
        let mut asks = vec![self.own("sts:GetFederationToken", &arn)];
        if !tagging.given.is_empty() {
            asks.push(self.own("sts:TagSession", &arn));
            asks.iter_mut().for_each(|ask| request_tags(&mut ask.context, &tagging.given));
        }
        authorizer.demand(self.call, &asks).await?;
        let origin = self.origin("GetFederationToken", &user.arn, &tagging, None);
        let session = Session {
            kind: SessionKind::Federated,
            account: user.account.clone(),
            of: user.name.clone(),
            id: user.id.clone(),
            user_id: format!("{}:{name}", user.account),
            arn,
            issued: self.call.now,
            expires: self.expiry(duration),
            tags: tagging.all,
            transitive: tagging.transitive,
            policies,
            source_identity: None,
            origin,
        };
        let federated = json!({ "FederatedUserId": session.user_id, "Arn": session.arn });
        let expires = session.expires;
        let credentials = self.directory.issue(session);
        let credentials = on_the_wire(&credentials, expires);
        Ok(Ok(members(json!({ "Credentials": credentials, "FederatedUser": federated }))))
    }
}
