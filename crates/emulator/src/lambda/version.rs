//! Versions of functions: what each was when it was published.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::function::Function;
use super::package::Package;
use super::reference::{LATEST, Reference};
use super::{Lambda, PAGING, error};
use crate::Call;
use crate::random;
use crate::structure::Structure;

/// A version: what the function was when it was published, or is now.
#[derive(Clone)]
pub(crate) struct Version {
    /// All members but the ARN.
    pub configuration: Members,
    pub package: Package,
    /// The key that the archive is encrypted under.
    pub source_key: Option<String>,
}

impl Version {
    /// The configuration under that ARN.
    pub fn shown(&self, arn: &str) -> Structure {
        Structure::new().with_all(self.configuration.clone()).with("FunctionArn", arn)
    }
}

impl Function {
    /// Publishes the latest version, if it is another than the newest published one; its number.
    pub fn publish(&mut self, description: Option<String>) -> Result<u64, ApiError> {
        let newest = self.versions.last_key_value().map(|(number, _)| *number);
        if let (Some(newest), false) = (newest, self.changed) {
            return Ok(newest);
        }
        let number = self.next_version;
        let mut version = self.latest.clone();
        let configuration = &mut version.configuration;
        configuration.insert("Version".to_owned(), number.to_string().into());
        configuration.insert("RevisionId".to_owned(), random::uuid()?.into());
        if let Some(description) = description {
            configuration.insert("Description".to_owned(), description.into());
        }
        if let Some(snap_start) = configuration.get_mut("SnapStart").and_then(Value::as_object_mut)
            && snap_start.get("ApplyOn").and_then(Value::as_str) == Some("PublishedVersions")
        {
            snap_start.insert("OptimizationStatus".to_owned(), "On".into());
        }
        self.versions.insert(number, version);
        self.next_version = number + 1;
        self.changed = false;
        Ok(number)
    }
}

/// Every version's configuration, the latest first.
pub(crate) fn rows(named: &Reference, function: &Function) -> Vec<(String, Value)> {
    let latest = (format!("{} {:020}", named.name, 0), function.latest.shown(&named.arn_of(LATEST)).value());
    let published = function.versions.iter().map(|(number, version)| {
        let shown = version.shown(&named.arn_of(&number.to_string())).value();
        (format!("{} {number:020}", named.name), shown)
    });
    std::iter::once(latest).chain(published).collect()
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    Ok(page.answer("Versions", rows(&named, lambda.function(&named)?)).output())
}

pub(crate) fn publish(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let sha256 = call.input.string("CodeSha256")?;
    let description = call.input.string("Description")?;
    let revision = call.input.string("RevisionId")?;
    call.input.finish()?;
    let function = lambda.function_mut(&named)?;
    function.check_revision(revision.as_deref())?;
    let current = function.latest.package.sha256();
    if let Some(given) = sha256.filter(|given| given != current) {
        return Err(error::invalid(format!(
            "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the CodeSHA256 in $LATEST."
        )));
    }
    let published = Reference { qualifier: Some(function.publish(description)?.to_string()), ..named };
    Ok(function.version(&published)?.shown(&published.arn()).output())
}
