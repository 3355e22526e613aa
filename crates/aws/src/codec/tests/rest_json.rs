//! REST/JSON beside what the tables' round trips show.

use super::*;

fn read(name: &str, body: &str) -> Result<Members, ApiError> {
    let labels = [("FunctionName", "f".to_owned())];
    let input = WireInput { labels: &labels, query: &[], headers: &HeaderMap::new(), body: body.as_bytes() };
    decode_request(op("lambda", name), &input)
}

#[test]
fn a_payload_goes_as_its_bytes() {
    let given = members(json!({"FunctionName": "a/b", "InvocationType": "Event", "Qualifier": "1",
        "Payload": "eyJhIjoxfQ=="}));
    let wire = encode_request(op("lambda", "Invoke"), &given).unwrap();
    assert_eq!(
        (wire.path.as_str(), &wire.body[..]),
        ("/2015-03-31/functions/a%2Fb/invocations", &br#"{"a":1}"#[..])
    );
    assert_eq!(wire.headers["x-amz-invocation-type"], "Event");
    assert_eq!(wire.query, [("Qualifier".to_owned(), "1".to_owned())]);
    let bytes = [0xff, 0x00];
    let labels = [("FunctionName", "f".to_owned())];
    let input = WireInput { labels: &labels, query: &[], headers: &HeaderMap::new(), body: &bytes };
    let read = decode_request(op("lambda", "Invoke"), &input).unwrap();
    assert_eq!(Value::Object(read), json!({"FunctionName": "f", "Payload": "/wA="}));
}

#[tokio::test]
async fn what_a_function_returns_goes_as_its_bytes() {
    let output = json!({"StatusCode": 200, "FunctionError": "Unhandled", "Payload": "eyJhIjoxfQ=="});
    let (_, text) = back("lambda", "Invoke", output).await;
    assert_eq!(text, r#"{"a":1}"#);
    let response =
        encode_response(op("lambda", "Invoke"), Output::new(members(json!({"StatusCode": 202}))), "");
    assert_eq!(response.status(), 202);
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
}

#[tokio::test]
async fn answers_have_the_status_of_their_operation() {
    for (name, status, text) in
        [("CreateFunction", 201, "{}"), ("DeleteFunctionConcurrency", 204, ""), ("GetFunction", 200, "{}")]
    {
        let (parts, body) = encode_response(op("lambda", name), Output::default(), "request-1").into_parts();
        assert_eq!(parts.status, status, "{name}");
        assert_eq!(body.collect().await.unwrap().to_bytes(), text, "{name}");
        assert_eq!(parts.headers.contains_key("content-type"), !text.is_empty(), "{name}");
    }
}

#[test]
fn the_body_holds_its_own_members_only() {
    let names = read("UpdateFunctionConfiguration", r#"{"Timeout":3,"Environment":{"Variables":{"A":"b"}}}"#);
    let expected = json!({"FunctionName": "f", "Timeout": 3, "Environment": {"Variables": {"A": "b"}}});
    assert_eq!(Value::Object(names.unwrap()), expected);
    for (name, body, text) in [
        ("UpdateFunctionConfiguration", r#"{"FunctionName":"g"}"#, "Unexpected field: FunctionName"),
        ("UpdateFunctionConfiguration", r#"{"TimeOut":3}"#, "Unexpected field: TimeOut"),
        ("UpdateFunctionConfiguration", r#"{"Timeout":3,"Timeout":4}"#, "duplicate member `Timeout`"),
        ("UpdateFunctionConfiguration", "[]", "Start of structure or map expected."),
        ("GetFunction", r#"{"Qualifier":"1"}"#, "Unexpected field: Qualifier"),
        ("GetFunction", "x", "expected value"),
    ] {
        let error = read(name, body).unwrap_err();
        assert_eq!((error.status, error.code.as_ref()), (400, "SerializationException"), "{body}");
        assert!(error.message.contains(text), "{body}: {error}");
    }
    assert_eq!(Value::Object(read("GetFunction", "").unwrap()), json!({"FunctionName": "f"}));
}

#[test]
fn labels_and_queries_have_types_too() {
    let query = [("MaxItems".to_owned(), "many".to_owned())];
    let input = WireInput { labels: &[], query: &query, headers: &HeaderMap::new(), body: b"" };
    let error = decode_request(op("lambda", "ListFunctions"), &input).unwrap_err();
    assert_eq!(error.code, "InvalidParameterValueException");
    let labels = [("LayerName", "l".to_owned()), ("VersionNumber", "7".to_owned())];
    let input = WireInput { labels: &labels, query: &[], headers: &HeaderMap::new(), body: b"" };
    let read = decode_request(op("lambda", "GetLayerVersion"), &input).unwrap();
    assert_eq!(Value::Object(read), json!({"LayerName": "l", "VersionNumber": 7}));
}

#[test]
fn a_label_that_makes_another_path_is_not_sent() {
    let sent =
        |name: &str| encode_request(op("lambda", "GetFunction"), &members(json!({"FunctionName": name})));
    assert_eq!(sent("").unwrap_err().to_string(), "`GetFunction` needs the member `FunctionName`");
    assert_eq!(sent("..").unwrap_err().to_string(), "`FunctionName` takes a string");
    assert!(sent("a..b").is_ok());
}

#[test]
fn streamed_events_are_no_members() {
    let body = br#"{"PartialFailure":null,"EventStream":{}}"#;
    let read = decode_response(op("kinesis", "SubscribeToShard"), 200, &HeaderMap::new(), body).unwrap();
    assert!(read.is_empty());
    let events = members(json!({"EventStream": {}}));
    let response = encode_response(op("kinesis", "SubscribeToShard"), Output::new(events), "");
    assert_eq!(response.status(), 500);
}
