//! The keys of parameters.

use serde_json::{Value, json};

use super::{Use, owned, used};
use crate::authorize::service::ServiceCall;
use crate::directory::principals::Tags;
use crate::directory::services::parameter_name;
use crate::directory::upstream::text;
use crate::refusal::Refusal;

/// How many bytes a parameter of the standard tier holds.
const STANDARD_SIZE: usize = 4096;

impl ServiceCall<'_> {
    /// A parameter that is stored encrypted: one of the standard tier by KMS itself, a larger one under a data key. One whose
    /// type is not said keeps what it has.
    pub(super) async fn of_stored_parameter(&self, arns: &[&str]) -> Result<Vec<Use>, Refusal> {
        let Some((arn, account)) = owned(arns).into_iter().next() else { return Ok(Vec::new()) };
        let members = &self.identified.members;
        let key = match (text(members, "Type"), text(members, "KeyId")) {
            (Some("SecureString"), key) => key.map(str::to_owned),
            (Some(_), _) => None,
            (None, key) => {
                let held = self.parameters(account, &named_parameter(arn)).await?;
                let held = held.into_iter().find_map(|(_, held)| held);
                held.map(|held| key.map_or(held, str::to_owned))
            }
        };
        let Some(key) = key else { return Ok(Vec::new()) };
        let size = text(members, "Value").map_or(0, str::len);
        let advanced = match text(members, "Tier") {
            Some("Advanced") => true,
            Some("Intelligent-Tiering") => size > STANDARD_SIZE || members.contains_key("Policies"),
            _ => false,
        };
        let actions: &[&str] = if advanced { &["kms:GenerateDataKey"] } else { &["kms:Encrypt"] };
        Ok(vec![used(actions, key, account.to_owned(), of_parameter(arn))])
    }

    /// Encrypted parameters among those that are read: those that are named, or are below a path.
    pub(super) async fn of_read_parameters(&self, arns: &[&str]) -> Result<Vec<Use>, Refusal> {
        let mut uses = Vec::new();
        for (arn, account) in owned(arns) {
            let filter = match self.operation().name.as_str() {
                "GetParametersByPath" => {
                    let all = self.identified.members.get("Recursive") == Some(&json!(true));
                    let option = if all { "Recursive" } else { "OneLevel" };
                    json!({ "Key": "Path", "Option": option, "Values": [self.text("Path")] })
                }
                _ => named_parameter(arn),
            };
            for (arn, key) in self.parameters(account, &filter).await? {
                if let Some(key) = key {
                    uses.push(used(&["kms:Decrypt"], key, account.to_owned(), of_parameter(&arn)));
                }
            }
        }
        Ok(uses)
    }

    /// The parameters that a filter finds, each with the key that it is encrypted under.
    async fn parameters(
        &self,
        account: &str,
        filter: &Value,
    ) -> Result<Vec<(String, Option<String>)>, Refusal> {
        let (mut found, mut token) = (Vec::new(), Value::Null);
        loop {
            let asked = match token {
                Value::Null => json!({ "ParameterFilters": [filter] }),
                token => json!({ "ParameterFilters": [filter], "NextToken": token }),
            };
            let page = self.describe(account, "DescribeParameters", asked).await?;
            let rows = page.get("Parameters").and_then(Value::as_array);
            found.extend(rows.into_iter().flatten().filter_map(|row| {
                let text = |member: &str| row.get(member).and_then(Value::as_str).map(str::to_owned);
                Some((text("ARN")?, text("KeyId")))
            }));
            token = page.get("NextToken").cloned().unwrap_or_default();
            if token.is_null() {
                return Ok(found);
            }
        }
    }
}

/// What finds the parameter of an ARN, which does not tell whether a name of one level begins with a slash.
fn named_parameter(arn: &str) -> Value {
    let name = arn.split_once(":parameter/").map_or(arn, |(_, name)| name);
    let mut names = vec![parameter_name(name)];
    if !name.contains('/') {
        names.push(format!("/{name}"));
    }
    json!({ "Key": "Name", "Option": "Equals", "Values": names })
}

fn of_parameter(arn: &str) -> Tags {
    Tags::from([("PARAMETER_ARN".to_owned(), arn.to_owned())])
}
