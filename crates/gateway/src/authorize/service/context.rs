//! The condition keys of a call: those that its rule tells, its tags, and as unknown all others that AWS lists for the
//! action.

use serde_json::Value;
use stackproof_aws::reference;
use stackproof_policy::Context;

use super::{Check, ServiceCall};
use crate::authorize::s3::request_tags;
use crate::directory::principals::{Tags, tags_in};
use crate::refusal::Refusal;
use crate::rules::{Place, Rule};

/// What tags are called in requests.
const TAGS: [&str; 5] = ["Tags", "tags", "TagList", "tagList", "TagsToAdd"];
const TAG_KEYS: [&str; 3] = ["TagKeys", "tagKeys", "TagsToRemove"];
const REQUEST_TAG: &str = "aws:RequestTag/";
const TAG_KEY: &str = "aws:TagKeys";

impl ServiceCall<'_> {
    /// The context of one check.
    pub(super) async fn context(
        &self,
        rule: &Rule,
        place: Place<'_>,
        check: &Check<'_>,
    ) -> Result<Context, Refusal> {
        let mut context = self.call.context(self.operation().service);
        let listed = reference::condition_keys(check.action).unwrap_or_default();
        let is_listed = |name: &str| listed.iter().any(|key| key.eq_ignore_ascii_case(name));
        for key in rule.keys.iter().filter(|key| is_listed(key.name)) {
            let values = self.resolved(self.told(key.values(&self.identified.members, place))?).await?;
            let values: Vec<String> = values.into_iter().map(|value| value.arn).collect();
            match values.as_slice() {
                [] => {}
                _ if reference::is_multivalued(key.name) => context.insert_many(key.name, values),
                [value] => context.insert(key.name, value),
                _ => return Err(self.unknown(&format!("which of several values `{}` has", key.name))),
            }
        }
        if is_listed("ec2:Region") {
            context.insert("ec2:Region", self.call.region);
        }
        if check.action == "ec2:CreateTags" && self.operation().name != "CreateTags" {
            context.insert("ec2:CreateAction", &self.operation().name);
        }
        self.tags(&mut context);
        for key in listed {
            let name = key.split("${").next().unwrap_or(key);
            let known = context.get(name).is_some()
                || [REQUEST_TAG, TAG_KEY].contains(&name)
                || name.contains(":ResourceTag/")
                || rule.keys.iter().any(|it| it.name.eq_ignore_ascii_case(name));
            if !known {
                context.insert_unknown(name);
            }
        }
        Ok(context)
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
        let keys = TAG_KEYS.iter().find_map(|name| members.get(*name)).and_then(Value::as_array);
        if let Some(keys) = keys {
            context.insert_many(TAG_KEY, keys.iter().filter_map(Value::as_str));
        }
    }
}
