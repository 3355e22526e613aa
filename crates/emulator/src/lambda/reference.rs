//! How functions are named: by name, partial or full ARN, each with or without a qualifier.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html>

use stackproof_aws::ApiError;

use super::error;
use crate::Call;
use crate::arn::Arn;
use crate::place::Place;

/// The qualifier of what may still be changed.
pub(crate) const LATEST: &str = "$LATEST";

const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

/// A function, and which of its versions or aliases.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub place: Place,
    pub name: String,
    pub qualifier: Option<String>,
}

/// Whether a text has only letters of names, and any.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

impl Reference {
    /// Takes the members `FunctionName` and, where the operation has it, `Qualifier`.
    ///
    /// # Errors
    /// `ValidationException` for what is no name, `InvalidParameterValueException` for two qualifiers,
    /// `ResourceNotFoundException` for a function of another region.
    pub fn take(call: &mut Call) -> Result<Self, ApiError> {
        let named = call.input.required("FunctionName")?;
        let mut reference = Self::parse(&named, &Place::of(call))?;
        if let Some(qualifier) = call.input.string("Qualifier")? {
            if !is_name(qualifier.strip_prefix('$').unwrap_or(&qualifier)) {
                let pattern = "Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)";
                return Err(error::constraint(&qualifier, "Qualifier", pattern));
            }
            if reference.qualifier.as_ref().is_some_and(|derived| *derived != qualifier) {
                return Err(error::invalid(
                    "The derived qualifier from the function name does not match the specified qualifier.",
                ));
            }
            reference.qualifier = Some(qualifier);
        }
        Ok(reference)
    }

    /// Reads any of the forms.
    pub fn parse(named: &str, here: &Place) -> Result<Self, ApiError> {
        let parts: Vec<&str> = named.split(':').collect();
        let (place, rest) = match parts.as_slice() {
            ["arn", "aws", "lambda", region, account, "function", rest @ ..] => {
                (Place { account: (*account).to_owned(), region: (*region).to_owned() }, rest)
            }
            [account, "function", rest @ ..] if account.len() == 12 => {
                (Place { account: (*account).to_owned(), ..here.clone() }, rest)
            }
            ["function", rest @ ..] => (here.clone(), rest),
            rest => (here.clone(), rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some((*qualifier).to_owned())),
            _ => ("", None),
        };
        let qualified = qualifier.as_deref().is_none_or(|text| text == LATEST || is_name(text));
        if !is_name(name) || !qualified {
            let pattern = format!("Member must satisfy regular expression pattern: {PATTERN}");
            return Err(error::constraint(named, "FunctionName", &pattern));
        }
        if place.region != here.region {
            return Err(error::not_found(format!(
                "Functions from '{}' are not reachable in this region ('{}')",
                place.region, here.region
            )));
        }
        Ok(Self { place, name: name.to_owned(), qualifier })
    }

    /// The function that an ARN names.
    pub fn of_arn(arn: &Arn<'_>) -> Option<Self> {
        let name = arn.resource.strip_prefix("function:").filter(|_| arn.service == "lambda")?;
        is_name(name).then(|| Self { place: arn.place(), name: name.to_owned(), qualifier: None })
    }

    /// The function's ARN, without a qualifier.
    pub fn function_arn(&self) -> String {
        self.place.arn("lambda", &format!("function:{}", self.name))
    }

    /// The function's ARN with that qualifier.
    pub fn arn_of(&self, qualifier: &str) -> String {
        format!("{}:{qualifier}", self.function_arn())
    }

    /// The ARN as it was asked for.
    pub fn arn(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => self.arn_of(qualifier),
            None => self.function_arn(),
        }
    }

    /// The qualifier, or the one that stands for none.
    pub fn qualifier_or_latest(&self) -> &str {
        self.qualifier.as_deref().unwrap_or(LATEST)
    }
}
