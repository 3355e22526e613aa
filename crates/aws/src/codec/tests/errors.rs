//! Errors, as each protocol writes and reads them.

use super::*;
use crate::Service;

#[test]
fn errors_are_read_in_every_protocol() {
    let none = HeaderMap::new();
    let s3 = decode_response(op("s3", "GetObject"), 404, &none, b"<Error><Code>NoSuchKey</Code></Error>");
    assert_eq!(s3.unwrap_err().code, "NoSuchKey");
    let head = decode_response(op("s3", "HeadObject"), 403, &none, b"");
    assert_eq!(head.unwrap_err().code, "Forbidden");
    let iam = b"<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>x</Message></Error></ErrorResponse>";
    assert_eq!(decode_response(op("iam", "GetUser"), 404, &none, iam).unwrap_err().code, "NoSuchEntity");
    let json = br#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"no"}"#;
    let error = decode_response(op("kinesis", "PutRecord"), 400, &none, json).unwrap_err();
    assert_eq!((error.code.as_ref(), error.message.as_str()), ("AccessDeniedException", "no"));
}

async fn written(service: &str, error: ApiError) -> (http::response::Parts, String) {
    let (parts, body) = error.into_response(Service::named(service), "request-1", false).into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn an_error_of_every_service_comes_back_as_it_went() {
    for service in Service::all() {
        for error in [ApiError::new(403, "Refused", "no < & \"é\""), ApiError::new(503, "Busy", "")] {
            let operation = service.operations().next().unwrap();
            let (parts, text) = written(service.name, error.clone()).await;
            let status = parts.status.as_u16();
            let read = decode_response(operation, status, &parts.headers, text.as_bytes());
            assert_eq!(read.unwrap_err(), error, "{}: {text}", service.name);
        }
    }
}

#[tokio::test]
async fn ec2_has_a_document_of_its_own() {
    let (_, text) = written("ec2", ApiError::new(403, "UnauthorizedOperation", "no")).await;
    let expected = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors>\
                    <RequestID>request-1</RequestID></Response>";
    assert!(text.ends_with(expected), "{text}");
}

#[tokio::test]
async fn sqs_tells_the_code_that_it_had_before() {
    let missing = "AWS.SimpleQueueService.NonExistentQueue";
    for (code, model, query) in [
        ("QueueDoesNotExist", "QueueDoesNotExist", missing),
        (missing, "QueueDoesNotExist", missing),
        ("AccessDeniedException", "AccessDeniedException", "AccessDenied"),
        ("InvalidAttributeName", "InvalidAttributeName", "InvalidAttributeName"),
    ] {
        let (parts, text) = written("sqs", ApiError::new(400, code, "no")).await;
        assert_eq!(parts.headers["x-amzn-query-error"], format!("{query};Sender"));
        assert_eq!(text, json!({"__type": model, "message": "no"}).to_string());
        let read = decode_response(op("sqs", "SendMessage"), 400, &parts.headers, text.as_bytes());
        assert_eq!(read.unwrap_err().code, query);
    }
    let (parts, _) = written("kms", ApiError::new(400, "NotFoundException", "no")).await;
    assert!(!parts.headers.contains_key("x-amzn-query-error"));
}

#[tokio::test]
async fn rest_json_has_each_error_s_own_members() {
    for (service, status, code, body) in [
        ("lambda", 404, "ResourceNotFoundException", json!({"Type": "User", "Message": "no"})),
        ("lambda", 400, "InvalidParameterValueException", json!({"Type": "User", "message": "no"})),
        ("lambda", 500, "ServiceException", json!({"Type": "Service", "Message": "no"})),
        ("lambda", 403, "AccessDeniedException", json!({"Message": "no"})),
        ("quicksight", 404, "ResourceNotFoundException", json!({"Message": "no", "RequestId": "request-1"})),
    ] {
        let (parts, text) = written(service, ApiError::new(status, code, "no")).await;
        assert_eq!(parts.headers["x-amzn-errortype"], code);
        assert_eq!(text, body.to_string(), "{code}");
    }
}
