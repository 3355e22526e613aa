//! What could not be made, read or unmade, told with its place.

use stackproof_terraform::{Diagnostic, Instance, Place, Value};

use super::operator::ResourceError;

/// The complaint that an instance could not be `done` (`created`, `read`, `destroyed`).
pub fn failed(instance: &Instance, done: &str, error: &ResourceError) -> Diagnostic {
    let message = format!("`{}` could not be {done}: {error}", instance.address);
    let wrong = Diagnostic::new(message, instance.place().clone(), "declared here").with_hint_if(hint(error));
    match culprit(instance, error) {
        Some((name, place)) => wrong.with_place(place, format!("`{name}` is this")),
        None => wrong,
    }
}

/// The argument that a service complains about, and where its value is written: the one that it repeats, else the one
/// that its error is always about.
fn culprit(instance: &Instance, error: &ResourceError) -> Option<(String, Place)> {
    let ResourceError::Refused { error, .. } = error else { return None };
    let arguments = instance.arguments.as_entries()?;
    let is_repeated = |value: &Value| value.as_str().is_some_and(|text| repeats(&error.message, text));
    let repeated = arguments.iter().find(|(_, value)| is_repeated(value)).map(|(name, _)| name.as_str());
    let usual: &[&str] = match &*error.code {
        "InvalidBucketName" | "BucketAlreadyExists" | "BucketAlreadyOwnedByYou" | "NoSuchBucket" => {
            &["bucket"]
        }
        "MalformedPolicy" | "MalformedPolicyDocument" | "MalformedPolicyDocumentException" => {
            &["policy", "assume_role_policy"]
        }
        "EntityAlreadyExists" => &["name"],
        _ => &[],
    };
    let names = repeated.into_iter().chain(usual.iter().copied());
    names.filter_map(|name| Some((name.to_owned(), arguments.get(name)?.origin()?.place()))).next()
}

/// Whether a message has that text as a word of its own, or in quotes.
fn repeats(message: &str, text: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || "-_".contains(character);
    let stands_alone = |(start, _): (usize, &str)| {
        let before = message.get(..start).and_then(|it| it.chars().next_back());
        let after = message.get(start + text.len()..).and_then(|it| it.chars().next());
        let is_quoted = before == Some('\'') && after == Some('\'');
        is_quoted || text.len() > 2 && !before.is_some_and(is_part) && !after.is_some_and(is_part)
    };
    !text.is_empty() && message.match_indices(text).any(stands_alone)
}

/// The complaint about a type that is known, but not provisioned natively.
pub fn unsupported(instance: &Instance) -> Diagnostic {
    let message = format!("`{}` cannot be provisioned natively", instance.type_name);
    Diagnostic::new(message, instance.place().clone(), "declared here").with_hint(format!(
        "leave it out with `ignore = [\"{}\"]` in the stack's part of stackproof.toml",
        instance.type_name
    ))
}

fn hint(error: &ResourceError) -> Option<String> {
    if let ResourceError::NotOne { count, .. } = error {
        let hint = match count {
            0 => {
                "what it looks for is not there: refer to the resource that makes it, or look for something else"
            }
            _ => "narrow it down: name its id, or add a `filter`",
        };
        return Some(hint.to_owned());
    }
    let ResourceError::Refused { error, .. } = error else { return None };
    let hint = match &*error.code {
        "InvalidArgument" if error.message.starts_with("Unable to validate the following destination") => {
            "S3 asks each destination first: let `s3.amazonaws.com` invoke, publish or send for this bucket, and `depends_on` what says so"
        }
        "AccessDenied" | "AccessDeniedException" => {
            "the call was the operator's, an administrator: a policy of the stack denies it"
        }
        "BucketAlreadyExists" | "BucketAlreadyOwnedByYou" => {
            "names of buckets are shared by all accounts: choose another one"
        }
        "AlreadyExistsException" => "another resource has that alias: give each its own",
        "InvalidBucketName" => {
            "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with one of the former two"
        }
        "NoSuchBucket" | "NoSuchEntity" | "NotFoundException" | "ResourceNotFoundException" => {
            "what it names is not there; refer to the resource that makes it, so that it is made before"
        }
        "MalformedXML" => "one of the values is none that S3 takes there",
        "BucketNotEmpty" => "`force_destroy = true` deletes the objects with the bucket",
        "DeleteConflict" => "something beside the stack still uses it: remove that first",
        "EntityAlreadyExists" => "another resource has that name: give each its own",
        "MalformedPolicy" | "MalformedPolicyDocument" | "MalformedPolicyDocumentException" => {
            "mend the policy as the message says"
        }
        "NotImplemented" => {
            "what the target does not have is left away, or its resource left out with `ignore` in stackproof.toml"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use stackproof_aws::ApiError;

    use super::*;

    #[test]
    fn a_bucket_that_is_not_empty_is_told_with_the_remedy() {
        let error =
            Box::new(ApiError::new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"));
        let error = ResourceError::Refused { operation: "s3:DeleteBucket".to_owned(), error };
        assert_eq!(
            error.to_string(),
            "`s3:DeleteBucket` failed with BucketNotEmpty: The bucket you tried to delete is not empty"
        );
        assert_eq!(
            hint(&error).as_deref(),
            Some("`force_destroy = true` deletes the objects with the bucket")
        );
    }
}
