//! The condition keys of a call: those that its rule tells, its tags, and as unknown all others that AWS lists for the
//! action.

use serde_json::{Value, json};
use stackproof_aws::reference;
use stackproof_policy::Context;

use super::{Check, ServiceCall};
use crate::authorize::s3::request_tags;
use crate::directory::principals::{Tags, tags_in};
use crate::directory::upstream::text;
use crate::refusal::Refusal;
use crate::rules::{Key, Place, Resource, Rule};

/// What tags are called in requests.
const TAGS: [&str; 5] = ["Tags", "tags", "TagList", "tagList", "TagsToAdd"];
const TAG_KEYS: [&str; 3] = ["TagKeys", "tagKeys", "TagsToRemove"];
const REQUEST_TAG: &str = "aws:RequestTag/";
const TAG_KEY: &str = "aws:TagKeys";
const FUNCTION: &str = "lambda:FunctionArn";

impl ServiceCall<'_> {
    /// The context of one check.
    pub(super) async fn context(
        &self,
        rule: &Rule,
        place: Place<'_>,
        check: &Check<'_>,
    ) -> Result<Context, Refusal> {
        let mut context = self.call.context(self.operation().service);
        let of_action = check.action.split(':').next().unwrap_or_default();
        let listed = reference::condition_keys_on(check.action, of_action, check.resource.kind);
        let is_listed = |name: &str| listed.iter().any(|key| key.eq_ignore_ascii_case(name));
        for key in rule.keys.iter().filter(|key| is_listed(key.name)) {
            match self.values(key, place, check.resource).await?.as_deref() {
                Some([]) => {}
                Some(values) if reference::is_multivalued(key.name) => context.insert_many(key.name, values),
                Some([value]) => context.insert(key.name, value),
                // Which of several values such a key has stands on no page.
                _ => context.insert_unknown(key.name),
            }
        }
        if is_listed("ec2:Region") {
            context.insert("ec2:Region", self.call.region);
        }
        if check.action == "ec2:CreateTags" && self.operation().name != "CreateTags" {
            context.insert("ec2:CreateAction", &self.operation().name);
        }
        self.tags(&mut context);
        for key in &listed {
            let name = key.split("${").next().unwrap_or(key);
            let known = context.get(name).is_some()
                || [REQUEST_TAG, TAG_KEY].contains(&name)
                || name.to_ascii_lowercase().contains(":resourcetag/")
                || rule.keys.iter().any(|it| it.name.eq_ignore_ascii_case(name));
            if !known {
                context.insert_unknown(name);
            }
        }
        match (self.operation().service, self.operation().name.as_str()) {
            ("events", "PutRule") => self.pattern_keys(&mut context),
            ("ssm", "PutParameter") if is_listed("ssm:Policies") => {
                context.insert("ssm:Policies", self.gives("Policies").to_string());
            }
            ("organizations", _) if is_listed("organizations:PolicyType") && rule.keys.is_empty() => {
                self.policy_type(&mut context).await?;
            }
            ("lambda", name) if name.ends_with("EventSourceMapping") => {
                self.mapping_key(&mut context, place).await?;
            }
            _ => {}
        }
        Ok(context)
    }

    /// A key's values; none where they cannot be told.
    async fn values(
        &self,
        key: &Key,
        place: Place<'_>,
        resource: &Resource,
    ) -> Result<Option<Vec<String>>, Refusal> {
        let named = key.values(&self.identified.members, place, resource.element.as_ref());
        let Ok(named) = named else { return Ok(None) };
        if key.name == FUNCTION {
            return Ok(named.iter().map(|function| self.bare_function(&function.arn)).collect());
        }
        Ok(Some(self.resolved(named, place).await?.into_iter().map(|value| value.arn).collect()))
    }

    /// The function of an event source mapping, where the call does not name it.
    async fn mapping_key(&self, context: &mut Context, place: Place<'_>) -> Result<(), Refusal> {
        let Some(id) = self.text("UUID") else { return Ok(()) };
        context.insert_unknown(FUNCTION);
        // Whether that of the mapping or the one that it is given counts stands on no page.
        if self.text("FunctionName").is_none() {
            let found = self.look(place.account, "GetEventSourceMapping", json!({ "UUID": id })).await?;
            let function = found.as_ref().and_then(|found| text(found, "FunctionArn"));
            if let Some(arn) = function.and_then(|arn| self.bare_function(arn)) {
                context.insert(FUNCTION, arn);
            }
        }
        Ok(())
    }

    /// Tags that the call gives, or keys of those that it takes away.
    fn tags(&self, context: &mut Context) {
        let members = &self.identified.members;
        let mut given: Tags = TAGS.iter().filter_map(|name| members.get(*name)).flat_map(tags_in).collect();
        let specifications =
            ["TagSpecifications", "TagSpecification"].iter().find_map(|name| members.get(*name));
        for specification in specifications.and_then(Value::as_array).into_iter().flatten() {
            given.extend(specification.get("Tags").map(tags_in).unwrap_or_default());
        }
        if !given.is_empty() {
            request_tags(context, &given);
        }
        // CloudWatch Logs calls the keys of tags that go `tags`.
        let lists = TAG_KEYS.iter().chain(&TAGS).filter_map(|name| members.get(*name)?.as_array());
        let keys: Vec<&str> = lists.flatten().filter_map(Value::as_str).collect();
        if !keys.is_empty() {
            context.insert_many(TAG_KEY, keys);
        }
    }
}
