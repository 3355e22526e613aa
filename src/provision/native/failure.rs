//! What could not be made, read or unmade, told with its place.

use stackproof_terraform::{Diagnostic, Instance};

use super::operator::ResourceError;

/// The complaint that an instance could not be `done` (`created`, `read`, `destroyed`).
pub fn failed(instance: &Instance, done: &str, error: &ResourceError) -> Diagnostic {
    let message = format!("`{}` could not be {done}: {error}", instance.address);
    Diagnostic::new(message, instance.place().clone(), "declared here").with_hint_if(hint(error))
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
    let ResourceError::Refused { error, .. } = error else { return None };
    let hint = match &*error.code {
        "AccessDenied" | "AccessDeniedException" => {
            "the call was the operator's, an administrator: a policy of the stack denies it"
        }
        "BucketAlreadyExists" | "BucketAlreadyOwnedByYou" => {
            "names of buckets are shared by all accounts: choose another one"
        }
        "AlreadyExistsException" => "another resource has that alias: give each its own",
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
