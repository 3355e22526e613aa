//! Layers and their versions.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::function::modified;
use super::package::Package;
use super::permission::{self, Policy};
use super::reference::is_name;
use super::{Around, Lambda, PAGING, error};
use crate::Call;
use crate::arn::Arn;
use crate::place::Place;
use crate::structure::Structure;

/// A layer's versions. Their numbers are never given again.
#[derive(Clone, Default)]
pub(crate) struct Layer {
    last: u64,
    versions: BTreeMap<u64, LayerVersion>,
}

#[derive(Clone)]
struct LayerVersion {
    members: Members,
    package: Package,
    policy: Policy,
}

/// Takes a layer's name or ARN.
fn read_name(call: &mut Call) -> Result<(Place, String), ApiError> {
    let named = call.input.required("LayerName")?;
    let here = Place::of(call);
    let (place, name) = match Arn::parse(&named) {
        Some(arn) => (arn.place(), arn.resource.strip_prefix("layer:").unwrap_or_default()),
        None => (here, named.as_str()),
    };
    if is_name(name) {
        return Ok((place, name.to_owned()));
    }
    let pattern = r"Member must satisfy regular expression pattern: (arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";
    Err(error::constraint(&named, "LayerName", pattern))
}

fn read_number(call: &mut Call) -> Result<u64, ApiError> {
    let number = call.input.integer("VersionNumber")?.unwrap_or_default();
    u64::try_from(number).ok().filter(|number| *number > 0).ok_or_else(|| {
        error::constraint(
            &number.to_string(),
            "VersionNumber",
            "Member must have value greater than or equal to 1",
        )
    })
}

impl LayerVersion {
    fn shown(&self) -> Structure {
        let content =
            Structure::new().with("CodeSha256", self.package.sha256()).with("CodeSize", self.package.size());
        Structure::new().with_all(self.members.clone()).with("Content", content.value())
    }

    /// As lists show it.
    fn row(&self) -> Value {
        Structure::new().with_all(self.members.clone()).without("LayerArn").value()
    }

    /// Whether it is made for what a list asks.
    fn fits(&self, architecture: Option<&str>, runtime: Option<&str>) -> bool {
        let names = |member: &str, wanted: Option<&str>| match (wanted, self.members.get(member)) {
            (None, _) => true,
            (Some(wanted), Some(Value::Array(items))) => items.iter().any(|item| item == wanted),
            (Some(_), _) => false,
        };
        names("CompatibleArchitectures", architecture) && names("CompatibleRuntimes", runtime)
    }
}

impl Lambda {
    fn layer_version(&self, place: &Place, name: &str, number: u64) -> Result<&LayerVersion, ApiError> {
        let layer = self.store(place).and_then(|store| store.layers.get(name));
        layer.and_then(|layer| layer.versions.get(&number)).ok_or_else(error::nothing)
    }

    fn layer_version_mut(
        &mut self,
        place: &Place,
        name: &str,
        number: u64,
    ) -> Result<&mut LayerVersion, ApiError> {
        let layer = self.store_mut(place).layers.get_mut(name);
        layer.and_then(|layer| layer.versions.get_mut(&number)).ok_or_else(error::nothing)
    }

    /// The size of `layer:NAME:VERSION`, where it is held.
    pub fn layer_size(&self, place: &Place, resource: &str) -> Option<usize> {
        let (name, number) = resource.strip_prefix("layer:")?.split_once(':')?;
        Some(self.layer_version(place, name, number.parse().ok()?).ok()?.package.size())
    }
}

pub(crate) fn publish(lambda: &mut Lambda, around: &Around<'_>, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let input = &mut call.input;
    let mut content = input.required_structure("Content")?;
    let package = Package::take(&mut content, around)?
        .ok_or_else(|| error::invalid("Please provide a source for layer content."))?;
    content.finish()?;
    let given = input.keep(&["CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo"]);
    input.finish()?;
    let layer = lambda.store_mut(&place).layers.entry(name.clone()).or_default();
    layer.last += 1;
    let arn = place.arn("lambda", &format!("layer:{name}"));
    let members = Structure::new()
        .with("LayerVersionArn", format!("{arn}:{}", layer.last))
        .with("LayerArn", arn)
        .with("Version", layer.last)
        .with("Description", "")
        .with("CreatedDate", modified(call.now))
        .with_all(given)
        .members();
    let version = LayerVersion { members, package, policy: Policy::default() };
    let answer = version.shown();
    layer.versions.insert(layer.last, version);
    Ok(answer.output())
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let number = read_number(&mut call)?;
    call.input.finish()?;
    Ok(lambda.layer_version(&place, &name, number)?.shown().output())
}

pub(crate) fn get_by_arn(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let text = call.input.required("Arn")?;
    call.input.finish()?;
    let arn = Arn::parse(&text).ok_or_else(error::nothing)?;
    let named = arn.resource.strip_prefix("layer:").and_then(|resource| resource.split_once(':'));
    let (name, number) = named.ok_or_else(error::nothing)?;
    let number = number.parse().map_err(|_| error::nothing())?;
    Ok(lambda.layer_version(&arn.place(), name, number)?.shown().output())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    let architecture = call.input.string("CompatibleArchitecture")?;
    let runtime = call.input.string("CompatibleRuntime")?;
    call.input.finish()?;
    let place = Place::of(&call);
    let layers = lambda.store(&place).into_iter().flat_map(|store| store.layers.iter());
    let rows = layers.filter_map(|(name, layer)| {
        let mut newest = layer.versions.values().rev();
        let newest = newest.find(|version| version.fits(architecture.as_deref(), runtime.as_deref()))?;
        let row = Structure::new()
            .with("LayerName", name.as_str())
            .with("LayerArn", place.arn("lambda", &format!("layer:{name}")))
            .with("LatestMatchingVersion", newest.row());
        Some((name.clone(), row.value()))
    });
    Ok(page.answer("Layers", rows).output())
}

pub(crate) fn list_versions(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    let architecture = call.input.string("CompatibleArchitecture")?;
    let runtime = call.input.string("CompatibleRuntime")?;
    call.input.finish()?;
    let layer = lambda.store(&place).and_then(|store| store.layers.get(&name));
    let versions = layer.into_iter().flat_map(|layer| layer.versions.iter());
    let versions = versions.filter(|(_, version)| version.fits(architecture.as_deref(), runtime.as_deref()));
    // The newest is the first.
    let rows = versions.map(|(number, version)| (format!("{:020}", u64::MAX - number), version.row()));
    Ok(page.answer("LayerVersions", rows).output())
}

/// Deletes a version. One that is not there is no error.
pub(crate) fn delete(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let number = read_number(&mut call)?;
    call.input.finish()?;
    if let Some(layer) = lambda.store_mut(&place).layers.get_mut(&name) {
        layer.versions.remove(&number);
    }
    Ok(Output::default())
}

pub(crate) fn add_permission(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let number = read_number(&mut call)?;
    let input = &mut call.input;
    let sid = input.required("StatementId")?;
    let action = input.required("Action")?;
    let given = input.required("Principal")?;
    let organization = input.string("OrganizationId")?;
    let revision = input.string("RevisionId")?;
    input.finish()?;
    if action != "lambda:GetLayerVersion" {
        let pattern = "Member must satisfy regular expression pattern: lambda:GetLayerVersion";
        return Err(error::constraint(&action, "Action", pattern));
    }
    if organization.is_some() && given != "*" {
        return Err(error::invalid("OrganizationId is only supported with the principal *."));
    }
    let principal = match permission::principal(&given)? {
        value if value.get("Service").is_some() => {
            let pattern = r"Member must satisfy regular expression pattern: \d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root";
            return Err(error::constraint(&given, "Principal", pattern));
        }
        value => value,
    };
    let conditions: Vec<_> =
        organization.map(|id| ("StringEquals", "aws:PrincipalOrgID", id)).into_iter().collect();
    let arn = place.arn("lambda", &format!("layer:{name}:{number}"));
    let policy = &mut lambda.layer_version_mut(&place, &name, number)?.policy;
    policy.check_revision(revision.as_deref())?;
    let statement = permission::statement(&sid, &principal, &action, &arn, &conditions);
    policy.add(&sid, statement.clone())?;
    Ok(Structure::new().with("Statement", statement).with("RevisionId", json!(policy.revision())).output())
}

pub(crate) fn get_policy(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let number = read_number(&mut call)?;
    call.input.finish()?;
    Ok(lambda.layer_version(&place, &name, number)?.policy.shown()?.output())
}

pub(crate) fn remove_permission(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = read_name(&mut call)?;
    let number = read_number(&mut call)?;
    let sid = call.input.required("StatementId")?;
    let revision = call.input.string("RevisionId")?;
    call.input.finish()?;
    let policy = &mut lambda.layer_version_mut(&place, &name, number)?.policy;
    policy.check_revision(revision.as_deref())?;
    policy.remove(&sid)?;
    Ok(Output::default())
}
