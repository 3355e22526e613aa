//! Lists of secrets and of their versions.

use std::cmp::Ordering;

use stackproof_aws::{ApiError, Output};

use super::filter::Filters;
use super::secret::Secret;
use super::version::Version;
use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::page::cut;
use crate::place::Place;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

const TOKEN: Length = Length(1, 4096);
const SORTS: [&str; 4] = ["created-date", "last-accessed-date", "last-changed-date", "name"];

/// Takes the place in a list that a page begins behind.
pub(crate) fn read_token(input: &mut Input) -> Result<Option<String>, ApiError> {
    let token = constraint::text(input, "NextToken", TOKEN)?;
    token.map(|token| decode_token(&token).ok_or_else(error::invalid_token)).transpose()
}

/// The rows behind the one of that name, as many as there may be, and the token of the next page.
pub(crate) fn page<'a>(
    rows: &[&'a Secret],
    after: Option<&str>,
    max: usize,
) -> Result<(Vec<&'a Secret>, Option<String>), ApiError> {
    let start = match after {
        None => 0,
        Some(after) => {
            let at = rows.iter().position(|secret| secret.name == after);
            at.ok_or_else(error::invalid_token)? + 1
        }
    };
    let page: Vec<_> = rows.iter().skip(start).take(max).copied().collect();
    let more = rows.len() > start + page.len();
    let token = page.last().filter(|_| more).map(|last| encode_token(&last.name));
    Ok((page, token))
}

fn order(by: &str, a: &Secret, b: &Secret) -> Ordering {
    let order = match by {
        "name" => Ordering::Equal,
        "last-accessed-date" => a.accessed.cmp(&b.accessed),
        "last-changed-date" => a.changed.cmp(&b.changed),
        _ => a.created.cmp(&b.created),
    };
    order.then_with(|| a.name.cmp(&b.name))
}

pub(crate) fn secrets(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let filters = Filters::read(input)?;
    let planned = input.boolean("IncludePlannedDeletion")?.unwrap_or_default();
    let max = constraint::count(input, "MaxResults", 100)?.unwrap_or(100);
    let after = read_token(input)?;
    let by = constraint::one_of(input, "SortBy", &SORTS)?.unwrap_or_default();
    let descending = constraint::one_of(input, "SortOrder", &["asc", "desc"])?.as_deref() == Some("desc");
    input.finish()?;
    let held = secrets.stores.get(&place).into_iter().flat_map(|store| store.secrets.values());
    let mut rows: Vec<&Secret> =
        held.filter(|secret| (planned || secret.deletion.is_none()) && filters.meets(secret)).collect();
    rows.sort_by(|a, b| order(&by, a, b));
    if descending {
        rows.reverse();
    }
    let (rows, token) = page(&rows, after.as_deref(), max)?;
    let entry = |secret: &Secret| {
        let staged = secret.versions_to_stages();
        secret.description().with_some("SecretVersionsToStages", staged).value()
    };
    let rows: Vec<_> = rows.into_iter().map(entry).collect();
    Ok(Structure::new().with("SecretList", rows).with_some("NextToken", token).output())
}

pub(crate) fn versions(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let named = secret_id(input)?;
    let max = constraint::count(input, "MaxResults", 100)?.unwrap_or(100);
    let after = read_token(input)?;
    let deprecated = input.boolean("IncludeDeprecated")?.unwrap_or_default();
    input.finish()?;
    let secret = secrets.find(&place, &named)?;
    let shown = |(id, _): &(&String, &Version)| deprecated || !secret.stages(id).is_empty();
    let rows =
        secret.versions.iter().filter(shown).map(|(id, version)| {
            (format!("{:020}", version.number), secret.version_entry(id, version).value())
        });
    let (rows, token) = cut(rows, after.as_deref(), max);
    Ok(secret.identity().with("Versions", rows).with_some("NextToken", token).output())
}
