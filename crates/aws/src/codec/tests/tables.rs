//! Every operation of every service, each member set once: what is written is what is read.

use serde_json::{Map, Value, json};

use super::*;
use crate::model::{Member, Shape};
use crate::{Service, codec};

/// Makes members by their shapes. A shape that holds itself is left out where it would begin again.
struct Sample {
    operation: &'static Operation,
    /// Whether the protocol can write what has nothing in it.
    empties: bool,
    open: Vec<&'static str>,
}

impl Sample {
    fn members(operation: &'static Operation, known: &'static [Member], empties: bool) -> Members {
        Self { operation, empties, open: Vec::new() }.structure(known)
    }

    fn structure(&mut self, known: &'static [Member]) -> Members {
        // A list that once was one value bears that value's name on the wire still (S3's old notifications).
        let named = |member: &Member, other: &Member| {
            (&member.location, member.wire_name()) == (&other.location, other.wire_name())
        };
        let once = known
            .iter()
            .enumerate()
            .filter(|(index, member)| !known[..*index].iter().any(|other| named(member, other)));
        once.map(|(_, member)| member)
            .filter(|member| !member.streaming)
            .filter_map(|member| Some((member.name.clone(), self.value(member)?)))
            .collect()
    }

    fn value(&mut self, member: &'static Member) -> Option<Value> {
        let location = member.location.as_deref();
        let Some(shape) = self.operation.shape(&member.kind) else { return Some(scalar(member, location)) };
        if self.open.contains(&member.kind.as_str()) {
            return None;
        }
        self.open.push(&member.kind);
        let value = match shape {
            Shape::Structure { members, .. } => Some(Value::Object(self.structure(members)))
                .filter(|value| self.empties || value.as_object().is_some_and(|object| !object.is_empty())),
            Shape::List { list } if location.is_some() => Some(json!([scalar(list, location), "b"])),
            Shape::List { list } => self.value(list).map(|item| json!([item.clone(), item])),
            Shape::Map { map } if location.is_some() => Some(json!({"a-b": scalar(&map.1, location)})),
            Shape::Map { map } => self.value(&map.1).map(|value| json!({"a-b": value.clone(), "c": value})),
        };
        self.open.pop();
        value
    }
}

fn scalar(member: &Member, location: Option<&str>) -> Value {
    let outside = matches!(location, Some("header" | "headers"));
    match member.kind.as_str() {
        "string" if outside => json!(format!("x{} 1/2+3%2F=", member.name)),
        "string" => json!(format!("{}\u{e9} 1/2+3%2F<&>=\"\r\n.", member.name)),
        "boolean" => json!(true),
        "integer" if location == Some("statusCode") => json!(203),
        "integer" => json!(i64::MIN + 1),
        "number" => json!(-1.5),
        "blob" => json!("AP/+"),
        "timestamp" => json!("2026-01-15T10:00:01Z"),
        "document" => json!({"a": [1, null, {"b": "c"}]}),
        other => panic!("no sample of `{other}`"),
    }
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    Service::all().flat_map(Service::operations).filter(|operation| operation.io.is_some())
}

#[test]
fn every_request_comes_back_as_it_went() {
    for operation in operations() {
        let form = matches!(operation.protocol, Protocol::Query | Protocol::Ec2);
        let given = Sample::members(operation, operation.input(), !form);
        let name = format!("{}:{}", operation.service, operation.name);
        let wire = encode_request(operation, &given).unwrap_or_else(|error| panic!("{name}: {error}"));
        let read = requested(operation, &given, wire);
        assert_eq!(Value::Object(read), Value::Object(given), "{name}");
    }
}

#[test]
fn every_request_of_json_comes_back_in_cbor_too() {
    for operation in operations() {
        if matches!(operation.protocol, Protocol::Json10 | Protocol::Json11) {
            let given = Sample::members(operation, operation.input(), true);
            let mut wire = encode_request(operation, &given).unwrap();
            cbor::tests::as_cbor(&mut wire, operation);
            let read = requested(operation, &given, wire);
            assert_eq!(Value::Object(read), Value::Object(given), "{}", operation.name);
        }
    }
}

/// What the gateway reads of it.
fn requested(operation: &'static Operation, given: &Map<String, Value>, wire: WireRequest) -> Members {
    let mut labels: Vec<(&str, String)> = Vec::new();
    let mut query = wire.query;
    match operation.protocol {
        Protocol::RestJson => {
            let service = Service::named(operation.service).unwrap();
            let route = codec::route(service, wire.method.as_str(), &wire.path, &query).unwrap();
            assert_eq!(route.operation.name, operation.name);
            labels = route.labels;
        }
        Protocol::RestXml => {
            let text = |name: &'static str| Some((name, given.get(name)?.as_str()?.to_owned()));
            labels = ["Bucket", "Key"].into_iter().filter_map(text).collect();
        }
        Protocol::Query | Protocol::Ec2 => query = form(&wire.body),
        Protocol::Json10 | Protocol::Json11 => {}
    }
    let input = WireInput { labels: &labels, query: &query, headers: &wire.headers, body: &wire.body };
    decode_request(operation, &input).unwrap_or_else(|error| panic!("{}: {error}", operation.name))
}

#[tokio::test]
async fn every_answer_comes_back_as_it_went() {
    for operation in operations() {
        let given = Sample::members(operation, operation.output(), true);
        let response = encode_response(operation, Output::new(given.clone()), "request-1");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let read = decode_response(operation, parts.status.as_u16(), &parts.headers, &bytes);
        let name = format!("{}:{}", operation.service, operation.name);
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(Value::Object(read), Value::Object(given), "{name}");
    }
}
