use http::Request;
use proptest::prelude::*;

use super::*;

fn parts(method: &str, url: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn route(method: &str, url: &str, headers: &[(&str, &str)]) -> Result<Route, Refusal> {
    let parts = parts(method, url, headers);
    let query = uri::decode_query(parts.uri.query().unwrap_or_default()).unwrap();
    Route::find(&parts.method, &Addressed::read(&parts, &query)?)
}

/// Operations that are told by more than method and path, as a client would call them.
fn told_by_more(name: &str) -> (&'static str, &'static [(&'static str, &'static str)]) {
    const COPY: &[(&str, &str)] = &[("x-amz-copy-source", "b/k")];
    match name {
        "CopyObject" => ("", COPY),
        "UploadPartCopy" => ("partNumber=1&uploadId=u", COPY),
        "UploadPart" => ("partNumber=1&uploadId=u", &[]),
        "AbortMultipartUpload" | "CompleteMultipartUpload" | "ListParts" => ("uploadId=u", &[]),
        "GetObjectAnnotation" | "PutObjectAnnotation" | "DeleteObjectAnnotation" => ("annotationName=a", &[]),
        name if name.contains("AnalyticsConfiguration")
            || name.contains("InventoryConfiguration")
            || name.contains("MetricsConfiguration")
            || name.contains("IntelligentTieringConfiguration") =>
        {
            if name.starts_with("List") {
                ("", &[])
            } else {
                ("id=i", &[])
            }
        }
        _ => ("", &[]),
    }
}

/// Every row of the table is called by its method and URI, and found; the rows that cannot be called are named.
#[test]
fn every_operation_of_the_table_is_told_from_all_others() {
    let service = stackproof_aws::Service::named("s3").unwrap();
    let not_called = [
        "CreateSession",
        "GetBucketLifecycle",
        "GetBucketNotification",
        "ListDirectoryBuckets",
        "PutBucketLifecycle",
        "PutBucketNotification",
        "RenameObject",
        "WriteGetObjectResponse",
    ];
    let mut called = 0;
    for operation in service.operations().filter(|operation| !not_called.contains(&operation.name.as_str())) {
        let (more, headers) = told_by_more(&operation.name);
        let path = operation.uri.replace("{Bucket}", "calls").replace("{Key+}", "a/b");
        let separator = match (more.is_empty(), path.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let url = format!("{path}{separator}{more}");
        let found = route(&operation.method, &url, headers).map(|route| route.operation.name.as_str());
        assert_eq!(found.ok(), Some(operation.name.as_str()), "{} {url}", operation.method);
        called += 1;
    }
    assert_eq!(called + not_called.len(), service.operations().count());
}

#[test]
fn what_can_be_read_in_two_ways_is_read_in_none() {
    for (method, url, headers) in [
        ("GET", "/b?acl&policy", &[][..]),
        ("GET", "/b?policy&policy", &[]),
        ("GET", "/b/k?versionId=1&versionId=2", &[]),
        ("GET", "/b?prefix=a&prefix=b", &[]),
        ("PUT", "/b/k?uploadId=u&partNumber=1&acl", &[]),
        ("GET", "/b?list-type=1", &[]),
        ("PUT", "/b/k?x-amz-acl=private", &[("x-amz-acl", "public-read")]),
        ("PUT", "/b/k?x-amz-acl=private&X-Amz-Acl=public-read", &[]),
        ("PUT", "/b/k?x-amz-storage-class=a%0Ab", &[]),
        ("GET", "/b/%zz", &[]),
        ("GET", "//k", &[]),
    ] {
        let refusal = route(method, url, headers).unwrap_err();
        assert_eq!(
            (refusal.error.status, refusal.outcome),
            (400, crate::Outcome::Rejected),
            "{method} {url}"
        );
    }
}

#[test]
fn what_the_tables_do_not_have_is_undetermined() {
    for (method, url) in [
        ("GET", "/b?frobnicate"),
        ("GET", "/b/k?frobnicate="),
        ("PATCH", "/b/k"),
        ("OPTIONS", "/b/k"),
        ("PUT", "/b/k?partNumber=1"),
        ("GET", "/b?session"),
        ("PUT", "/b/k?x-amz-copy-source=b/k"),
    ] {
        let refusal = route(method, url, &[]).unwrap_err();
        assert_eq!(
            (refusal.error.status, refusal.outcome),
            (501, crate::Outcome::Undetermined),
            "{method} {url}"
        );
    }
}

#[test]
fn keys_are_decoded_once_and_hosts_name_buckets() {
    for (host, path, bucket, key) in [
        ("127.0.0.1", "/calls/a%20b%2Bc+d", Some("calls"), Some("a b+c+d")),
        ("127.0.0.1", "/calls/a%252Fb", Some("calls"), Some("a%2Fb")),
        ("127.0.0.1", "/calls//a/../b/", Some("calls"), Some("/a/../b/")),
        ("127.0.0.1", "/calls%2Fa", Some("calls"), Some("a")),
        ("127.0.0.1", "/calls/", Some("calls"), None),
        ("127.0.0.1", "/", None, None),
        ("calls.s3.eu-west-2.amazonaws.com", "/calls/a", Some("calls"), Some("calls/a")),
        ("my.calls.s3.localhost", "/", Some("my.calls"), None),
        ("calls.localhost:4566", "/a", Some("calls"), Some("a")),
    ] {
        let addressed = Addressed::read(&parts("GET", path, &[("host", host)]), &[]).unwrap();
        assert_eq!((addressed.bucket.as_deref(), addressed.key.as_deref()), (bucket, key), "{host}{path}");
    }
}

#[test]
fn members_of_a_query_are_those_of_the_header() {
    let parts = parts("PUT", "/b/k?X-Amz-Acl=private&x-amz-tagging=a%3Db&X-Amz-Signature=s", &[]);
    let query = uri::decode_query(parts.uri.query().unwrap()).unwrap();
    let addressed = Addressed::read(&parts, &query).unwrap();
    assert_eq!(addressed.headers["x-amz-acl"], "private");
    assert!(!addressed.headers.contains_key("x-amz-tagging"), "reported to be ignored in a query");
    assert!(addressed.query.is_empty());
}

proptest! {
    #[test]
    fn no_request_panics(
        method in "GET|PUT|POST|DELETE|HEAD|PATCH",
        path in "(/[a-z%0-9.+*]{0,6}){0,4}",
        names in prop::collection::vec("acl|policy|uploadId|partNumber|list-type|versionId|x-amz-[a-z]{1,6}|[a-z]{0,4}", 0..4),
        value in "[a-z0-9%&=+ ]{0,6}",
    ) {
        let query: Vec<_> = names.into_iter().map(|name| (name, value.clone())).collect();
        let path = if path.is_empty() { "/".to_owned() } else { path };
        if let Ok(request) = Request::builder().method(method.as_str()).uri(path).body(()) {
            let parts = request.into_parts().0;
            if let Ok(addressed) = Addressed::read(&parts, &query)
                && let Ok(route) = Route::find(&parts.method, &addressed)
                && let Ok(found) = addressed.members(&route, value.as_bytes())
            {
                prop_assert_eq!(&found.operation.name, &route.operation.name);
            }
        }
    }
}
