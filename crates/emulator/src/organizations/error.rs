//! The errors of AWS Organizations, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

macro_rules! errors {
    ($($name:ident => $code:literal, $message:literal;)*) => {
        $(#[doc = concat!("`", $code, "`.")]
        pub(crate) fn $name() -> ApiError {
            ApiError::new(400, $code, $message)
        })*
    };
}

errors! {
    access_denied => "AccessDeniedException", "You don't have permissions to access this resource.";
    already_in_organization => "AlreadyInOrganizationException",
        "The provided account is already a member of an organization.";
    already_registered => "AccountAlreadyRegisteredException",
        "The provided account is already a delegated administrator for your organization.";
    account_closed => "AccountAlreadyClosedException", "You attempted to close an account that is already closed.";
    duplicate_account => "DuplicateAccountException",
        "That account is already present in the specified destination.";
    duplicate_attachment => "DuplicatePolicyAttachmentException",
        "The selected policy is already attached to the specified target.";
    duplicate_policy => "DuplicatePolicyException", "A policy with the same name already exists.";
    duplicate_unit => "DuplicateOrganizationalUnitException", "An OU with the same name already exists.";
    management_cannot_leave => "MasterCannotLeaveOrganizationException",
        "You can't remove a management account from an organization.";
    no_such_account => "AccountNotFoundException", "You specified an account that doesn't exist.";
    no_such_child => "ChildNotFoundException", "You specified a child that doesn't exist.";
    no_such_destination => "DestinationParentNotFoundException",
        "You specified a destination parent that doesn't exist.";
    no_such_parent => "ParentNotFoundException", "You specified a parent that doesn't exist.";
    no_such_policy => "PolicyNotFoundException", "You specified a policy that doesn't exist.";
    no_such_request => "CreateAccountStatusNotFoundException",
        "You specified a create account request that doesn't exist.";
    no_such_resource_policy => "ResourcePolicyNotFoundException", "We can't find a resource policy request.";
    no_such_root => "RootNotFoundException", "You specified a root that doesn't exist.";
    no_such_source => "SourceParentNotFoundException", "You specified a source parent that doesn't exist.";
    no_such_target => "TargetNotFoundException", "You specified a target that doesn't exist.";
    no_such_unit => "OrganizationalUnitNotFoundException",
        "You specified an organizational unit that doesn't exist.";
    not_attached => "PolicyNotAttachedException",
        "The policy isn't attached to the specified target in the specified root.";
    not_in_use => "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.";
    not_registered => "AccountNotRegisteredException",
        "The provided account is not a registered delegated administrator for your organization.";
    organization_not_empty => "OrganizationNotEmptyException",
        "To delete an organization you must first remove all member accounts (except the master).";
    policy_in_use => "PolicyInUseException",
        "This policy is attached to one or more entities. Detach it from all roots, OUs, and accounts before performing this operation.";
    type_enabled => "PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.";
    type_not_available => "PolicyTypeNotAvailableForOrganizationException",
        "You can't use the specified policy type with the feature set currently enabled for this organization.";
    type_not_enabled => "PolicyTypeNotEnabledException",
        "This operation can be performed only for enabled policy types.";
    unit_not_empty => "OrganizationalUnitNotEmptyException",
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.";
}

/// `ConstraintViolationException`.
pub(crate) fn constraint(reason: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ConstraintViolationException", message).detail("Reason", reason)
}

/// `InvalidInputException`.
pub(crate) fn invalid(reason: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidInputException", message).detail("Reason", reason)
}

/// What AWS manages does not change.
pub(crate) fn immutable_policy() -> ApiError {
    invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.")
}
