//! From method, sub-resource and a few headers to the operation, by the tables.

use http::Method;
use stackproof_aws::{ApiError, Operation, Service};

use super::{Addressed, ambiguous};
use crate::refusal::Refusal;

/// Query members that select an operation although the tables name them as ordinary members.
const SELECTORS: [&str; 2] = ["uploadId", "list-type"];
/// Members that tell nothing and stand on any call: SDKs name the operation in `x-id`.
const TELLING_NOTHING: [&str; 1] = ["x-id"];
/// Operations that have been replaced by another of the same form, or that another kind of endpoint takes.
const NOT_ROUTED: [&str; 8] = [
    "CreateSession",
    "GetBucketLifecycle",
    "GetBucketNotification",
    "PutBucketLifecycle",
    "PutBucketNotification",
    "ListDirectoryBuckets",
    "WriteGetObjectResponse",
    "RenameObject",
];

/// The operation that a request was found to call.
#[derive(Debug)]
pub(crate) struct Route {
    pub operation: &'static Operation,
}

impl Route {
    /// The operation of that name.
    ///
    /// # Errors
    /// Undetermined where the tables do not have it.
    pub fn named(name: &str) -> Result<Self, Refusal> {
        let operation = Operation::named("s3", name);
        let unknown = || Refusal::undetermined(format!("the tables lack `s3:{name}`"));
        operation.map(|operation| Self { operation }).ok_or_else(unknown)
    }

    /// Finds the operation.
    ///
    /// # Errors
    /// 400 where two sub-resources are named; undetermined where the tables have no such operation.
    pub fn find(method: &Method, request: &Addressed) -> Result<Self, Refusal> {
        let service = Service::named("s3").ok_or_else(|| Refusal::undetermined("the tables lack S3"))?;
        let has = |name: &str| request.query.iter().any(|(key, _)| key == name);
        let selectors: Vec<_> = request
            .query
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| SELECTORS.contains(name) || sub_resources(service).any(|known| known == *name))
            .collect();
        let selector = match selectors.as_slice() {
            [] => None,
            [one] => Some(*one),
            [first, second, ..] => {
                return Err(ambiguous(&format!("it names the sub-resources {first} and {second}")));
            }
        };
        let level = Level::of(request)?;
        if request.query.iter().any(|(name, value)| name == "list-type" && value != "2") {
            return Err(super::rejected("InvalidArgument", "Invalid list-type"));
        }
        let unknown = request
            .query
            .iter()
            .find(|(name, value)| value.is_empty() && selector != Some(name) && !is_member(service, name));
        if let Some((name, _)) = unknown {
            return Err(Refusal::undetermined(format!("the sub-resource `{name}` is not in the tables")));
        }
        if (selector, level, method) == (None, Level::Bucket, &Method::POST) {
            let message = "At least one of the pre-conditions you specified did not hold";
            let error = ApiError::new(412, "PreconditionFailed", message);
            return Err(Refusal::rejected(
                error.detail("Condition", "Bucket POST must be of the enclosure-type multipart/form-data"),
            ));
        }
        let copies = request.headers.contains_key("x-amz-copy-source");
        let name = match (selector, level, method.as_str()) {
            (Some("uploadId"), Level::Key, "PUT") if has("partNumber") && copies => Some("UploadPartCopy"),
            (Some("uploadId"), Level::Key, "PUT") if has("partNumber") => Some("UploadPart"),
            (Some("uploadId"), Level::Key, "GET") => Some("ListParts"),
            (Some("uploadId"), Level::Key, "POST") => Some("CompleteMultipartUpload"),
            (Some("uploadId"), Level::Key, "DELETE") => Some("AbortMultipartUpload"),
            (None, Level::Key, "PUT") if has("partNumber") => None,
            (None, Level::Key, "PUT") if copies => Some("CopyObject"),
            (None, Level::Key, "PUT") => Some("PutObject"),
            (Some("uploadId"), ..) => None,
            (selector, level, method) => {
                let operation =
                    by_table(service, method, level, selector, has("id") || has("annotationName"));
                return operation
                    .map(|operation| Self { operation })
                    .ok_or_else(|| not_routed(method, level, selector));
            }
        };
        name.and_then(|name| service.operation(name))
            .map(|operation| Self { operation })
            .ok_or_else(|| not_routed(method.as_str(), level, selector))
    }
}

/// What a path addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Service,
    Bucket,
    Key,
}

impl Level {
    fn of(request: &Addressed) -> Result<Self, Refusal> {
        match (&request.bucket, &request.key) {
            (None, None) => Ok(Self::Service),
            (Some(_), None) => Ok(Self::Bucket),
            (Some(_), Some(_)) => Ok(Self::Key),
            (None, Some(_)) => {
                Err(super::rejected("InvalidBucketName", "The specified bucket is not valid."))
            }
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Service => "/",
            Self::Bucket => "/{Bucket}",
            Self::Key => "/{Bucket}/{Key+}",
        }
    }
}

/// The operation with that path, method and sub-resource. `with_id` tells `Get…Configuration` from its list.
fn by_table(
    service: &'static Service,
    method: &str,
    level: Level,
    selector: Option<&str>,
    with_id: bool,
) -> Option<&'static Operation> {
    let mut found = service.operations().filter(|operation| {
        let (path, fixed) = operation.uri.split_once('?').unwrap_or((&operation.uri, ""));
        let sub_resource = fixed.split(['&', '=']).next().filter(|name| !name.is_empty());
        operation.method == method
            && path == level.path()
            && sub_resource == selector
            && !NOT_ROUTED.contains(&operation.name.as_str())
            && !needs_upload(operation)
    });
    let first = found.next()?;
    let Some(second) = found.next() else { return Some(first) };
    let listed = |operation: &&'static Operation| operation.name.starts_with("List") != with_id;
    [first, second].into_iter().find(listed)
}

/// Operations on an upload, which the tables tell from those on the object by a required member alone.
fn needs_upload(operation: &Operation) -> bool {
    let io = ["UploadPart", "UploadPartCopy", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"];
    io.contains(&operation.name.as_str()) || operation.name == "CopyObject"
}

/// Names of the fixed query members of all operations.
fn sub_resources(service: &'static Service) -> impl Iterator<Item = &'static str> {
    service.operations().filter_map(|operation| {
        let (_, fixed) = operation.uri.split_once('?')?;
        fixed.split(['&', '=']).next()
    })
}

/// Whether some operation has a query member of that name, or it tells nothing.
fn is_member(service: &'static Service, name: &str) -> bool {
    TELLING_NOTHING.contains(&name)
        || service.operations().any(|operation| {
            let query =
                |member: &stackproof_aws::model::Member| member.location.as_deref() == Some("querystring");
            operation.input().iter().any(|member| query(member) && member.wire_name() == name)
                || operation
                    .uri
                    .split_once('?')
                    .is_some_and(|(_, fixed)| fixed.split(['&', '=']).any(|part| part == name))
        })
}

fn not_routed(method: &str, level: Level, selector: Option<&str>) -> Refusal {
    let selector = selector.map(|name| format!("?{name}")).unwrap_or_default();
    Refusal::undetermined(format!(
        "no operation of S3 in the tables is `{method} {}{selector}`",
        level.path()
    ))
}
