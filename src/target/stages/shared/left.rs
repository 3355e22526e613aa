//! What a run left on an endpoint, and how it is removed later.

use std::collections::BTreeSet;
use std::path::Path;

use super::journal::{Journal, Line};
use super::made::{Kind, Made};
use super::sweep;
use crate::acceptance::Left;
use crate::config::{Config, EndpointConfig, TargetKind};
use crate::provision::Operators;
use crate::shell::quoted;
use crate::target::remote::Remote;

/// Removes what a run wrote down in that file, on the target that it was made on. What is still there is returned; the
/// file goes with the last of it.
///
/// # Errors
/// Why nothing could be removed.
pub async fn remove_left(config: &Config, path: &Path) -> Result<Vec<Left>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let mut name = None;
    let mut made = BTreeSet::new();
    // A line that was not written to its end stands for nothing that was made.
    for line in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
        match line {
            Line::Target(target) => name = Some(target),
            Line::Made(it) => {
                made.insert(it);
            }
            Line::Gone(it) => made.retain(|there: &Made| !there.is(&it)),
        }
    }
    let mut left = Vec::new();
    if let Some(name) = name.filter(|_| !made.is_empty()) {
        let (name, target) = config.target(Some(&name)).map_err(|error| error.to_string())?;
        let TargetKind::Endpoint(endpoint) = &target.kind else {
            return Err(format!("the target `{name}` is of another kind now"));
        };
        let remote = Remote::new(&name, &target, endpoint, true).await.map_err(|error| error.to_string())?;
        // What the embedded emulator held went with its process.
        made.retain(|made| !remote.filled_in().iter().any(|it| it.service == made.service()));
        // No control policy keeps a run from removing what it made.
        let environment = remote.fork_in(None).open(None).await.map_err(|error| error.to_string())?;
        let operators = Operators::of(&environment).map_err(|error| error.to_string())?;
        let remaining = sweep::remove(&operators, &Journal::default(), made.into_iter().collect()).await;
        left.extend(remaining.into_iter().map(|remaining| Left {
            what: remaining.made.to_string(),
            command: command(endpoint, &remaining.made),
            reason: remaining.reason,
        }));
    }
    if left.is_empty() {
        std::fs::remove_file(path).map_err(|error| error.to_string())?;
    }
    Ok(left)
}

/// The AWS CLI's command that removes it from the endpoint, past the gateway.
pub(super) fn command(endpoints: &EndpointConfig, made: &Made) -> String {
    let named = endpoints.endpoints.get(if made.service() == "s3control" { "s3" } else { made.service() });
    let url = named.or_else(|| endpoints.endpoints.get("default")).map_or("URL", String::as_str);
    let (name, region) = (quoted(&made.name), &made.region);
    let arguments = match made.kind {
        Kind::Bucket => format!("s3 rb --force {}", quoted(&format!("s3://{}", made.name))),
        Kind::Grant => {
            let (key, grant) = made.name.split_once('/').unwrap_or((&made.name, ""));
            format!("kms revoke-grant --key-id {} --grant-id {}", quoted(key), quoted(grant))
        }
        Kind::Alias => format!("kms delete-alias --alias-name {name}"),
        Kind::Key => format!("kms schedule-key-deletion --key-id {name}"),
        Kind::Inline | Kind::Attached => {
            let (word, holder, policy) = made.part().unwrap_or_default();
            let (word, holder, policy) = (word.to_lowercase(), quoted(holder), quoted(policy));
            match made.kind {
                Kind::Inline => {
                    format!("iam delete-{word}-policy --{word}-name {holder} --policy-name {policy}")
                }
                _ => format!("iam detach-{word}-policy --{word}-name {holder} --policy-arn {policy}"),
            }
        }
        Kind::User => format!("iam delete-user --user-name {name}"),
        Kind::Group => format!("iam delete-group --group-name {name}"),
        Kind::Role => format!("iam delete-role --role-name {name}"),
        Kind::Policy => format!("iam delete-policy --policy-arn {name}"),
        Kind::AccountBlock => format!("s3control delete-public-access-block --account-id {name}"),
    };
    let keys = match &endpoints.credentials {
        Some(_) => String::new(),
        None => format!("AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY=stackproof ", made.account),
    };
    format!("{keys}aws --endpoint-url {} --region {region} {arguments}", quoted(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_speaks_with_the_endpoint_of_the_service() {
        let mut endpoints = EndpointConfig::at("http://a");
        endpoints.endpoints.insert("iam".to_owned(), "http://b".to_owned());
        let made = |kind| Made { kind, name: "n".into(), account: "1".into(), region: "r".into() };
        let keys = "AWS_ACCESS_KEY_ID=1 AWS_SECRET_ACCESS_KEY=stackproof";
        assert_eq!(
            command(&endpoints, &made(Kind::User)),
            format!("{keys} aws --endpoint-url http://b --region r iam delete-user --user-name n")
        );
        assert_eq!(
            command(&endpoints, &made(Kind::Bucket)),
            format!("{keys} aws --endpoint-url http://a --region r s3 rb --force s3://n")
        );
    }
}
