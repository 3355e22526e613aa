//! Names, paths and ARNs ("IAM and AWS STS quotas", "IAM identifiers").

use stackproof_aws::ApiError;

use super::error;
use crate::input::Input;
use crate::validation;

const MAX_PATH: usize = 512;
const MAX_ARN: usize = 2048;

/// Takes a name that must be given.
pub(crate) fn read(input: &mut Input, member: &str, max: usize) -> Result<String, ApiError> {
    let name = input.required(member)?;
    check(&name, member, max)?;
    Ok(name)
}

/// Refuses a name that is too short, too long, or has other characters than `[\w+=,.@-]`.
pub(crate) fn check(name: &str, member: &str, max: usize) -> Result<(), ApiError> {
    let length = |bound: &str, limit: usize| {
        error::constraint(name, member, &format!("Member must have length {bound} than or equal to {limit}"))
    };
    if name.is_empty() {
        return Err(length("greater", 1));
    }
    if name.chars().count() > max {
        return Err(length("less", max));
    }
    if name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Ok(());
    }
    Err(error::validation(format!(
        "The specified value for {} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        validation::camel(member)
    )))
}

/// Takes a path; `/` where there is none.
pub(crate) fn read_path(input: &mut Input, member: &str) -> Result<String, ApiError> {
    let Some(path) = input.string(member)? else { return Ok("/".to_owned()) };
    check_path(&path, member)?;
    Ok(path)
}

/// Refuses a path that does not begin and end with a slash.
pub(crate) fn check_path(path: &str, member: &str) -> Result<(), ApiError> {
    let graphic = path.chars().all(|c| c.is_ascii_graphic());
    if path.len() > MAX_PATH
        || !path.starts_with('/')
        || !path.ends_with('/')
        || !graphic
        || path.contains("//")
    {
        return Err(error::validation(format!(
            "The specified value for {} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
            validation::camel(member)
        )));
    }
    Ok(())
}

/// Takes the path that listed things must begin with.
pub(crate) fn read_path_prefix(input: &mut Input) -> Result<String, ApiError> {
    let prefix = input.string("PathPrefix")?.unwrap_or_else(|| "/".to_owned());
    if prefix.starts_with('/') && prefix.len() <= MAX_PATH && prefix.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(prefix);
    }
    Err(error::validation(
        "The specified value for pathPrefix is invalid. It must begin with a / and contain only alphanumeric characters and/or / characters.",
    ))
}

/// Takes a policy's ARN.
pub(crate) fn read_policy_arn(input: &mut Input, member: &str) -> Result<String, ApiError> {
    let arn = input.required(member)?;
    if arn.len() < 20 || arn.len() > MAX_ARN {
        let bound = if arn.len() < 20 { "greater than or equal to 20" } else { "less than or equal to 2048" };
        return Err(error::constraint(&arn, member, &format!("Member must have length {bound}")));
    }
    let rest = arn.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(':'));
    match rest {
        Some((_, resource)) if resource.starts_with("policy/") => Ok(arn),
        _ => Err(error::invalid_input(format!("ARN {arn} is not valid."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        assert!(check("A.b_c+d=e,f@g-1", "UserName", 64).is_ok());
        for (name, text) in [
            (
                "",
                "Value '' at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            ("a b", "The specified value for userName is invalid."),
            ("bücher", "The specified value for userName is invalid."),
            ("../x", "The specified value for userName is invalid."),
        ] {
            let error = check(name, "UserName", 64).unwrap_err();
            assert_eq!((error.status, error.code.as_ref()), (400, "ValidationError"));
            assert!(error.message.contains(text), "{}", error.message);
        }
        assert!(
            check(&"a".repeat(65), "UserName", 64).unwrap_err().message.ends_with("less than or equal to 64")
        );
    }

    #[test]
    fn paths_are_checked() {
        for path in ["/", "/a/", "/a/b-c/"] {
            assert!(check_path(path, "Path").is_ok(), "{path}");
        }
        for path in ["", "a", "/a", "a/", "//", "/a b/", "/ä/"] {
            assert!(check_path(path, "Path").is_err(), "{path}");
        }
    }
}
