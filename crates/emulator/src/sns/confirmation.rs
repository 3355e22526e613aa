//! Confirmations: whoever was sent a token gives it back.

use stackproof_aws::{ApiError, Output};

use super::{Sns, Store, error, parse};
use crate::Call;
use crate::structure::Structure;

impl Store {
    /// Confirms the subscription of a topic that waits for a token; gives its ARN.
    fn confirm(&mut self, topic: &str, token: &str, authenticated: bool) -> Result<String, ApiError> {
        let mut subscriptions = self.subscriptions.values_mut();
        let waiting = subscriptions
            .find(|subscription| subscription.topic == topic && subscription.token.as_deref() == Some(token));
        let subscription = waiting.ok_or_else(|| error::invalid("Token"))?;
        subscription.token = None;
        subscription.authenticated = authenticated;
        Ok(subscription.arn.clone())
    }
}

pub(crate) fn confirm(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let topic = call.input.required("TopicArn")?;
    let token = call.input.required("Token")?;
    let authenticated = call.input.string("AuthenticateOnUnsubscribe")?.is_some_and(|text| text == "true");
    call.input.finish()?;
    sns.topic(&topic)?;
    let (place, _) = parse(&topic, "TopicArn")?;
    let arn = sns.stores.get_mut(&place).confirm(&topic, &token, authenticated)?;
    Ok(Structure::new().with("SubscriptionArn", arn).output())
}

#[cfg(test)]
mod tests {
    use super::super::Subscription;
    use super::super::attribute::Attributes;
    use super::*;

    #[test]
    fn a_token_confirms_once() {
        let waiting = Subscription {
            arn: "t:1".to_owned(),
            topic: "t".to_owned(),
            protocol: "email".to_owned(),
            endpoint: "a@b.c".to_owned(),
            owner: "111111111111".to_owned(),
            principal: None,
            attributes: Attributes::new(),
            token: Some("x".to_owned()),
            authenticated: false,
        };
        let mut store = Store::default();
        store.subscriptions.insert(waiting.arn.clone(), waiting);
        assert!(store.confirm("t", "y", true).is_err());
        assert!(store.confirm("u", "x", true).is_err());
        assert_eq!(store.confirm("t", "x", true), Ok("t:1".to_owned()));
        assert!(store.subscriptions.values().all(|held| !held.is_pending() && held.authenticated));
        assert!(store.confirm("t", "x", true).is_err());
    }
}
