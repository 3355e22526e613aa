//! CBOR: round trips, RFC 8949's own examples, and what is hostile.

use http::HeaderMap;
use proptest::prelude::*;
use serde_json::json;

use super::super::{WireInput, WireRequest, decode_request, encode_response};
use super::*;
use crate::Output;

fn items() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        Just(Item::Plain(Value::Null)),
        any::<bool>().prop_map(|flag| Item::Plain(flag.into())),
        any::<i64>().prop_map(|number| Item::Plain(number.into())),
        any::<u64>().prop_map(|number| Item::Plain(number.into())),
        (-1e300..1e300).prop_map(|number: f64| Item::Plain(number.into())),
        ".{0,30}".prop_map(|text| Item::Plain(text.into())),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Item::Bytes),
        any::<i64>().prop_map(Item::Time),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..30).prop_map(Item::List),
            proptest::collection::btree_map(".{0,5}", inner, 0..30).prop_map(Item::Map),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(item in items()) {
        prop_assert_eq!(read::item(&write::item(&item)), Ok(item));
    }

    #[test]
    fn a_part_is_no_whole(item in items(), cut in any::<prop::sample::Index>()) {
        let bytes = write::item(&item);
        prop_assert!(read::item(&bytes[..cut.index(bytes.len())]).is_err());
    }

    #[test]
    fn anything_at_all_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read::item(&bytes);
    }
}

fn plain(value: Value) -> Item {
    Item::Plain(value)
}

/// Appendix A of RFC 8949, but for the item of milliseconds.
#[test]
fn the_standard_s_examples_are_read() {
    for (hex, expected) in [
        ("00", plain(json!(0))),
        ("17", plain(json!(23))),
        ("1818", plain(json!(24))),
        ("1903e8", plain(json!(1000))),
        ("1b000000e8d4a51000", plain(json!(1_000_000_000_000_u64))),
        ("1bffffffffffffffff", plain(json!(u64::MAX))),
        ("20", plain(json!(-1))),
        ("3903e7", plain(json!(-1000))),
        ("fb3ff199999999999a", plain(json!(1.1))),
        ("fa47c35000", plain(json!(100_000.0))),
        ("f4", plain(json!(false))),
        ("f6", plain(json!(null))),
        ("c11a514b67b0", Item::Time(1_363_896_240)),
        ("c1fb41d452d9ec200000", Item::Time(1_363_896_241)),
        ("4401020304", Item::Bytes(vec![1, 2, 3, 4])),
        ("62c3bc", plain(json!("ü"))),
        ("5f42010243030405ff", Item::Bytes(vec![1, 2, 3, 4, 5])),
        ("7f657374726561646d696e67ff", plain(json!("streaming"))),
        ("9f018202039f0405ffff", list(&[1, 2, 3, 4, 5])),
        ("83018202039f0405ff", list(&[1, 2, 3, 4, 5])),
        ("bf61610161629f0203ffff", map()),
        ("a26161016162820203", map()),
    ] {
        assert_eq!(read::item(&hex::decode(hex).unwrap()), Ok(expected), "{hex}");
    }
}

/// `[1, [2, 3], [4, 5]]`
fn list(n: &[i64; 5]) -> Item {
    let of = |items: &[i64]| Item::List(items.iter().map(|n| plain(json!(n))).collect());
    Item::List(vec![plain(json!(n[0])), of(&n[1..3]), of(&n[3..])])
}

/// `{"a": 1, "b": [2, 3]}`
fn map() -> Item {
    let pair = Item::List(vec![plain(json!(2)), plain(json!(3))]);
    Item::Map([("a".to_owned(), plain(json!(1))), ("b".to_owned(), pair)].into())
}

#[test]
fn what_is_hostile_is_refused() {
    let deep = "9f".repeat(100_000);
    let closed = format!("{}00", "81".repeat(64));
    for (hex, text) in [
        ("", "ends early"),
        ("0000", "behind the end"),
        ("a2616100616101", "duplicate member `a`"),
        ("bf6161006161f6ff", "duplicate member `a`"),
        ("a10000", "a name is no text"),
        ("5bffffffffffffffff00", "ends early"),
        ("9bffffffffffffffff00", "ends early"),
        ("bbffffffffffffffff", "ends early"),
        ("9f00", "ends early"),
        ("ff", "nothing began"),
        ("81ff", "nothing began"),
        ("bf6161ff", "nothing began"),
        ("a161", "ends early"),
        ("3bffffffffffffffff", "too small"),
        ("1f", "no such form"),
        ("1c", "no such form"),
        ("df", "no such form"),
        ("f93c00", "not known"),
        ("f7", "not known"),
        ("f8ff", "not known"),
        ("fb7ff8000000000000", "without a value"),
        ("fb7ff0000000000000", "without a value"),
        ("c249010000000000000000", "tag 2 is not known"),
        ("d9d9f7a0", "tag 55799 is not known"),
        ("c16161", "no number"),
        ("c1c101", "no number"),
        ("c1fb7e37e43c8800759c", "out of range"),
        ("c11bffffffffffffffff", "out of range"),
        ("61ff", "not UTF-8"),
        ("5f6161ff", "no chunk"),
        ("7f7f6161ffff", "no chunk"),
        (&deep, "too deep"),
        (&closed, "too deep"),
    ] {
        let error = read::item(&hex::decode(hex).unwrap()).unwrap_err();
        assert!(error.contains(text), "{}: {error}", hex.get(..30).unwrap_or(hex));
    }
}

/// A request of JSON as a client of CBOR would send it.
pub(in crate::codec) fn as_cbor(wire: &mut WireRequest, operation: &Operation) {
    let given: Members = serde_json::from_slice(&wire.body).unwrap();
    wire.body = write::item(&shaped::structured(operation, operation.input(), given)).into();
    wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
}

fn kinesis(name: &str) -> &'static Operation {
    Operation::named("kinesis", name).unwrap()
}

fn requested(name: &str, body: &[u8]) -> Result<Members, ApiError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    decode_request(kinesis(name), &WireInput { labels: &[], query: &[], headers: &headers, body })
}

/// As Jackson writes for the SDK: maps without a length, times as tagged milliseconds.
#[test]
fn a_request_of_an_sdk_is_read_as_members() {
    let put = b"\xbf\x6aStreamName\x61s\x64Data\x43\xff\x00\x01\x6cPartitionKey\x61p\xff";
    let expected = json!({"StreamName": "s", "Data": "/wAB", "PartitionKey": "p"});
    assert_eq!(Value::Object(requested("PutRecord", put).unwrap()), expected);
    let since = b"\xbf\x69Timestamp\xc1\x1b\x00\x00\x01\x9b\xc1\x19\x01\xfa\xff";
    let expected = json!({"Timestamp": "2026-01-15T10:00:00.25Z"});
    assert_eq!(Value::Object(requested("GetShardIterator", since).unwrap()), expected);
    assert_eq!(requested("ListStreams", b"").unwrap(), Members::new());
    for (name, body, text) in [
        ("PutRecord", &b"\xa1\x64Data\x64AAE="[..], "Expected a blob"),
        ("PutRecord", b"\xa1\x6aStreamName\x41s", "Bytes found"),
        ("PutRecord", b"\xa1\x66Stream\x61s", "Unexpected field: Stream"),
        ("PutRecord", b"\xa1\x6aStreamName\xc1\x00", "A time found"),
        ("GetShardIterator", b"\xa1\x69Timestamp\x00", "Expected a timestamp"),
        ("PutRecords", b"\xa1\x67Records\x81\xa2\x64Data\x40\x64Data\x40", "duplicate member `Data`"),
        ("PutRecord", b"\x80", "Start of structure"),
        ("PutRecord", b"{}", "ends early"),
    ] {
        let error = requested(name, body).unwrap_err();
        assert_eq!((error.status, error.code.as_ref()), (400, "SerializationException"));
        assert!(error.message.contains(text), "{error}");
    }
}

async fn answered(operation: Option<&Operation>, response: Response<Body>) -> (u16, Item) {
    let (parts, body) = in_cbor(operation, response).await.into_parts();
    assert_eq!(parts.headers[CONTENT_TYPE], CONTENT);
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), if bytes.is_empty() { plain(Value::Null) } else { read::item(&bytes).unwrap() })
}

#[tokio::test]
async fn answers_and_errors_are_told_in_it() {
    let records = kinesis("GetRecords");
    let output = json!({"MillisBehindLatest": 0, "Records": [{"Data": "/wAB", "PartitionKey": "p",
        "ApproximateArrivalTimestamp": "2026-01-15T10:00:00.25Z"}]});
    let response = encode_response(records, Output::new(output.as_object().unwrap().clone()), "");
    let (status, Item::Map(members)) = answered(Some(records), response).await else { panic!("no map") };
    let Item::List(items) = &members["Records"] else { panic!("no list") };
    let Item::Map(record) = &items[0] else { panic!("no map") };
    assert_eq!((status, &members["MillisBehindLatest"]), (200, &plain(json!(0))));
    assert_eq!(record["Data"], Item::Bytes(vec![0xff, 0, 1]));
    assert_eq!(record["PartitionKey"], plain(json!("p")));
    assert_eq!(record["ApproximateArrivalTimestamp"], Item::Time(1_768_471_200_250));

    let create = kinesis("CreateStream");
    let response = encode_response(create, Output::default(), "");
    assert_eq!(answered(Some(create), response).await, (200, plain(Value::Null)));

    let error = ApiError::new(400, "AccessDeniedException", "no");
    let response = error.into_response(crate::Service::named("kinesis"), "request-1", false);
    let (status, item) = answered(Some(records), response).await;
    let expected = [("__type", "AccessDeniedException"), ("message", "no")];
    let expected = expected.map(|(name, text)| (name.to_owned(), plain(json!(text))));
    assert_eq!((status, item), (400, Item::Map(expected.into())));
}

#[tokio::test]
async fn what_is_no_json_is_left_as_it_is() {
    let mut response = Response::new(wire::full("events"));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.amazon.eventstream"));
    let (parts, body) = in_cbor(None, response).await.into_parts();
    assert_eq!(parts.headers[CONTENT_TYPE], "application/vnd.amazon.eventstream");
    assert_eq!(body.collect().await.unwrap().to_bytes(), "events");
}
