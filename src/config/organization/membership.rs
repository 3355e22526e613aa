//! Which accounts are where in the organization.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::{AccountConfig, OrganizationConfig, Places, lineage};
use crate::config::{Config, ConfigError, TargetConfig, choices};
use stackproof_policy::arn::is_account_id;

/// Units nest no deeper ("Quotas for AWS Organizations").
const MOST_LEVELS: usize = 5;

/// Where the accounts of one target are.
pub(super) struct Membership<'a> {
    /// By their ids.
    pub members: BTreeMap<String, Place<'a>>,
    pub outside: BTreeSet<String>,
    pub management: Option<String>,
}

/// Where an account is.
pub(super) struct Place<'a> {
    /// Its name, or its id where it has none.
    pub name: String,
    /// The unit that it is in; none right below the root.
    pub unit: Option<&'a Spanned<String>>,
    /// What is attached to it.
    pub attached: Option<&'a AccountConfig>,
}

impl<'a> Membership<'a> {
    /// Every account of the target that nothing is said of is right below the root.
    pub fn of(
        organization: &'a OrganizationConfig,
        config: &Config,
        target: &TargetConfig,
        places: Places<'_>,
    ) -> Result<Self, ConfigError> {
        check_units(organization, places)?;
        let names = Names { config, target, places };
        let outside = organization.outside.iter().filter_map(|name| names.id(name).transpose());
        let outside: BTreeSet<String> = outside.collect::<Result<_, _>>()?;
        let inside = |name: &Spanned<String>| match names.id(name)? {
            Some(id) if outside.contains(&id) => {
                let reason = format!("the account `{}` is outside of the organization", name.as_ref());
                Err(places.wrong(name.span(), reason, "take it out of `outside`, or out of here"))
            }
            id => Ok(id),
        };
        let mut units: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
        for (path, unit) in &organization.units {
            for name in &unit.accounts {
                let Some(id) = inside(name)? else { continue };
                if let Some(other) = units.insert(id, path) {
                    let reason = format!(
                        "the account `{}` is in the unit `{}` already",
                        name.as_ref(),
                        other.as_ref()
                    );
                    return Err(places.wrong(name.span(), reason, "an account is in one unit"));
                }
            }
        }
        let mut attached = BTreeMap::new();
        for (name, account) in &organization.accounts {
            let Some(id) = inside(name)? else { continue };
            if attached.insert(id, account).is_some() {
                let reason = format!("the account `{}` is named twice", name.as_ref());
                return Err(places.wrong(name.span(), reason, "one table holds all that is attached to it"));
            }
        }
        let management = organization.management_account.as_ref().map(inside).transpose()?.flatten();
        let mut ids: BTreeSet<&String> = target.accounts.values().chain(units.keys()).collect();
        ids.extend(attached.keys().chain(&management));
        let members = ids.into_iter().filter(|id| !outside.contains(*id)).map(|id| {
            let (unit, attached) = (units.get(id).copied(), attached.get(id).copied());
            (id.clone(), Place { name: names.name(id), unit, attached })
        });
        Ok(Self { members: members.collect(), outside, management })
    }
}

fn check_units(organization: &OrganizationConfig, places: Places<'_>) -> Result<(), ConfigError> {
    for path in organization.units.keys() {
        let (text, span) = (path.as_ref(), path.span());
        if text.split('/').any(str::is_empty) {
            let reason = format!("`{text}` is no path of a unit");
            return Err(places.wrong(
                span,
                reason,
                "write `workloads`, or `workloads/prod` for a unit in it",
            ));
        }
        if text.split('/').count() > MOST_LEVELS {
            let reason = format!("the unit `{text}` is {} levels deep", text.split('/').count());
            let advice = format!("units nest {MOST_LEVELS} levels deep at most");
            return Err(places.wrong(span, reason, advice));
        }
        let mut above = lineage(text).filter(|above| above != text);
        if let Some(missing) = above.find(|above| !organization.units.contains_key(*above)) {
            let reason = format!("there is no unit `{missing}` for `{text}` to be in");
            return Err(places.wrong(
                span,
                reason,
                format!("add `[organization.units.{}]`", quoted(missing)),
            ));
        }
    }
    Ok(())
}

/// As a key of TOML.
fn quoted(path: &str) -> String {
    if path.contains('/') { format!("\"{path}\"") } else { path.to_owned() }
}

struct Names<'a> {
    config: &'a Config,
    target: &'a TargetConfig,
    places: Places<'a>,
}

impl Names<'_> {
    /// The id of the account of that name or id; none of a name that only other targets have.
    fn id(&self, name: &Spanned<String>) -> Result<Option<String>, ConfigError> {
        let text = name.as_ref();
        if is_account_id(text) {
            return Ok(Some(text.clone()));
        }
        if let Some(id) = self.target.accounts.get(text) {
            return Ok(Some(id.clone()));
        }
        if self.config.targets.values().any(|target| target.accounts.contains_key(text)) {
            return Ok(None);
        }
        let all = self.config.targets.values().chain([self.target]);
        let known = choices(all.flat_map(|target| target.accounts.keys()), "the targets name no account");
        let advice = format!("{known}; an account that no target has is named by its 12 digits");
        Err(self.places.wrong(name.span(), format!("there is no account `{text}`"), advice))
    }

    fn name(&self, id: &str) -> String {
        let named = self.target.accounts.iter().find(|(_, of_target)| *of_target == id);
        named.map_or_else(|| id.to_owned(), |(name, _)| name.clone())
    }
}
