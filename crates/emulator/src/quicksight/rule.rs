//! The bounds of QuickSight's API reference.

use crate::arn::is_account;
use crate::bounds::{Bound, Rule};

fn is_namespace(text: &str) -> bool {
    text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
}

fn is_assignment(text: &str) -> bool {
    (2..=256).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:=+@".contains(c))
}

const ID: Bound = Bound::Pattern(is_id, r"[\w\-]+");
const ROLES: Bound = Bound::OneOf(&[
    "ADMIN",
    "AUTHOR",
    "READER",
    "RESTRICTED_AUTHOR",
    "RESTRICTED_READER",
    "ADMIN_PRO",
    "AUTHOR_PRO",
    "READER_PRO",
]);

/// A member means the same in every operation that has it.
pub(crate) const RULES: &[Rule] = &[
    Rule("AwsAccountId", Bound::Pattern(is_account, "^[0-9]{12}$")),
    Rule("Namespace", Bound::Pattern(is_namespace, "^[a-zA-Z0-9._-]*$")),
    Rule("Name", Bound::Length(1, 200)),
    Rule("ImportMode", Bound::OneOf(&["SPICE", "DIRECT_QUERY"])),
    Rule("UseAs", Bound::OneOf(&["RLS_RULES"])),
    Rule("PhysicalTableMap", Bound::Length(0, 32)),
    Rule("LogicalTableMap", Bound::Length(1, 64)),
    Rule("Permissions", Bound::Length(1, 64)),
    Rule("GrantPermissions", Bound::Length(1, 64)),
    Rule("RevokePermissions", Bound::Length(1, 64)),
    Rule("Tags", Bound::Length(1, 200)),
    Rule("FolderArns", Bound::Length(0, 1)),
    Rule("FolderId", ID),
    Rule("FolderType", Bound::OneOf(&["SHARED", "RESTRICTED"])),
    Rule("SharingModel", Bound::OneOf(&["ACCOUNT", "NAMESPACE"])),
    Rule("MemberType", Bound::OneOf(&["DASHBOARD", "ANALYSIS", "DATASET", "DATASOURCE", "TOPIC"])),
    Rule("VPCConnectionId", ID),
    Rule("SubnetIds", Bound::Length(2, 15)),
    Rule("SecurityGroupIds", Bound::Length(1, 16)),
    Rule("DnsResolvers", Bound::Length(0, 15)),
    Rule("RoleArn", Bound::Length(20, 2048)),
    Rule("IdentityType", Bound::OneOf(&["IAM", "QUICKSIGHT", "IAM_IDENTITY_CENTER"])),
    Rule("UserRole", ROLES),
    Rule("Role", ROLES),
    Rule("SessionName", Bound::Length(2, 64)),
    Rule("CustomPermissionsName", Bound::Length(1, 64)),
    Rule("Description", Bound::Length(1, 512)),
    Rule("IdentityStore", Bound::OneOf(&["QUICKSIGHT"])),
    Rule("AssignmentName", Bound::Pattern(is_assignment, r"(?=^.{2,256}$)(?!.*\s)[0-9a-zA-Z-_.:=+@]*$")),
    Rule("AssignmentStatus", Bound::OneOf(&["ENABLED", "DRAFT", "DISABLED"])),
    Rule("Edition", Bound::OneOf(&["STANDARD", "ENTERPRISE", "ENTERPRISE_AND_Q"])),
    Rule(
        "AuthenticationMethod",
        Bound::OneOf(&["IAM_AND_QUICKSIGHT", "IAM_ONLY", "ACTIVE_DIRECTORY", "IAM_IDENTITY_CENTER"]),
    ),
    Rule("AccountName", Bound::Length(1, 62)),
    Rule("Schedule.RefreshType", Bound::OneOf(&["INCREMENTAL_REFRESH", "FULL_REFRESH"])),
    Rule(
        "Schedule.ScheduleFrequency.Interval",
        Bound::OneOf(&["MINUTE15", "MINUTE30", "HOURLY", "DAILY", "WEEKLY", "MONTHLY"]),
    ),
];
