//! Who may do what with an asset.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_ResourcePermission.html>

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use super::asset::{Kind, take};
use super::{Done, PAGES, QuickSight, error};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::structure::Structure;

/// Each principal and its actions, in the order that they were granted in.
#[derive(Clone, Default)]
pub(crate) struct Permissions(Vec<(String, Vec<String>)>);

impl Permissions {
    /// Takes a list of them. Principals are users, groups and namespaces.
    pub fn read(input: &mut Input, member: &str) -> Result<Self, ApiError> {
        let mut permissions = Self::default();
        for mut given in input.structures(member)? {
            let (principal, actions) = (given.required("Principal")?, given.strings("Actions")?);
            given.finish()?;
            let arn = Arn::parse(&principal).filter(|arn| arn.service == "quicksight");
            let kind = arn.and_then(|arn| arn.resource.split_once('/')).map(|(kind, _)| kind);
            if !matches!(kind, Some("user" | "group" | "namespace")) {
                return Err(error::invalid(format!("Invalid principal ARN: {principal}")));
            }
            if let Some(action) = actions.iter().find(|action| !action.starts_with("quicksight:")) {
                return Err(error::invalid(format!("Invalid action: {action}")));
            }
            permissions.grant(principal, actions);
        }
        Ok(permissions)
    }

    fn grant(&mut self, principal: String, actions: Vec<String>) {
        match self.0.iter_mut().find(|(held, _)| *held == principal) {
            None => self.0.push((principal, actions)),
            Some((_, held)) => {
                let more: Vec<String> = actions.into_iter().filter(|action| !held.contains(action)).collect();
                held.extend(more);
            }
        }
    }

    fn revoke(&mut self, principal: &str, actions: &[String]) {
        if let Some((_, held)) = self.0.iter_mut().find(|(held, _)| held == principal) {
            held.retain(|action| !actions.contains(action));
        }
        self.0.retain(|(_, actions)| !actions.is_empty());
    }

    fn shown(&self) -> impl Iterator<Item = Value> {
        self.0.iter().map(|(principal, actions)| json!({ "Principal": principal, "Actions": actions }))
    }
}

/// What the answers say of the asset.
fn identity(kind: Kind, arn: String, id: &str) -> Structure {
    let member = match kind {
        Kind::DataSource => "DataSourceArn",
        Kind::DataSet => "DataSetArn",
        Kind::Folder | Kind::VpcConnection => "Arn",
    };
    Structure::new().with(member, arn).with(kind.id(), id)
}

pub(crate) fn describe(quicksight: &mut QuickSight, mut call: Call, kind: Kind) -> Done {
    let (place, id) = take(&mut call, kind)?;
    // Only folders' come in pages, and can be asked for by the namespace that they are shared in.
    call.input.only("Namespace", "default")?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let permissions = quicksight.asset(&place, kind, &id)?.permissions.shown();
    let rows = permissions.enumerate().map(|(at, permission)| (format!("{at:04}"), permission));
    let list = page.answer("Permissions", rows);
    Ok(identity(kind, kind.arn(&place, &id), &id).with_all(list.members()))
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call, kind: Kind) -> Done {
    let (place, id) = take(&mut call, kind)?;
    let granted = Permissions::read(&mut call.input, "GrantPermissions")?;
    let revoked = Permissions::read(&mut call.input, "RevokePermissions")?;
    call.input.finish()?;
    let asset = quicksight.asset_mut(&place, kind, &id)?;
    for (principal, actions) in granted.0 {
        asset.permissions.grant(principal, actions);
    }
    for (principal, actions) in revoked.0 {
        asset.permissions.revoke(&principal, &actions);
    }
    let answer = identity(kind, kind.arn(&place, &id), &id);
    Ok(match kind {
        Kind::Folder => answer.with("Permissions", asset.permissions.shown().collect::<Vec<_>>()),
        _ => answer,
    })
}
