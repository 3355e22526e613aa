//! Bodies of every protocol under mutation: read or refused, and what is read can be written and read again. `just fuzz`
//! runs these for longer.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure should stop the test")]

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use stackproof_aws::codec::{
    CodecError, WireInput, decode_request, decode_response, encode_request, parse_json, route,
};
use stackproof_aws::xml::{self, Element, Writer};
use stackproof_aws::{ApiError, Members, Operation, Service};

fn op(service: &str, name: &str) -> &'static Operation {
    Operation::named(service, name).unwrap()
}

fn members(value: &Value) -> Members {
    value.as_object().unwrap().clone()
}

/// Documents that S3 takes.
fn documents() -> Vec<(&'static Operation, Value)> {
    [
        (
            "PutBucketLifecycleConfiguration",
            json!({"LifecycleConfiguration": {"Rules": [
                {"ID": "a", "Status": "Enabled", "Filter": {"And": {"Prefix": "p/", "Tags": [{"Key": "k", "Value": "v"}],
                 "ObjectSizeGreaterThan": 500}}, "Expiration": {"Days": 30}, "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]},
                {"Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Date": "2026-01-15T00:00:00Z"},
                 "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
            ]}}),
        ),
        ("DeleteObjects", json!({"Delete": {"Quiet": true, "Objects": [{"Key": "x"}, {"Key": "y\r&<", "VersionId": "1"}]}})),
        ("PutObjectTagging", json!({"Tagging": {"TagSet": [{"Key": "a", "Value": ""}, {"Key": "\u{e9}", "Value": "b"}]}})),
        (
            "CompleteMultipartUpload",
            json!({"UploadId": "u", "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "\"e\""}, {"PartNumber": 2, "ETag": "f"}]}}),
        ),
        (
            "PutBucketEncryption",
            json!({"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": true,
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}]}}),
        ),
        (
            "PutBucketNotificationConfiguration",
            json!({"NotificationConfiguration": {"EventBridgeConfiguration": {}, "LambdaFunctionConfigurations": [
                {"LambdaFunctionArn": "arn:aws:lambda:eu-west-2:111122223333:function:f", "Events": ["s3:ObjectCreated:*"],
                 "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "p"}]}}}]}}),
        ),
        (
            "PutObjectAcl",
            json!({"AccessControlPolicy": {"Owner": {"ID": "abc"}, "Grants": [
                {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]}}),
        ),
        ("PutBucketPolicy", json!({"Policy": "{\"Version\": \"2012-10-17\"}"})),
    ]
    .map(|(name, mut value)| {
        let operation = op("s3", name);
        for label in ["Bucket", "Key"] {
            if operation.input().iter().any(|member| member.name == label) {
                value.as_object_mut().unwrap().insert(label.to_owned(), json!("b"));
            }
        }
        (operation, value)
    })
    .into()
}

/// Calls of services that speak JSON.
fn calls() -> Vec<(&'static Operation, Value)> {
    vec![
        (
            op("dynamodb", "TransactWriteItems"),
            json!({"TransactItems": [
                {"Put": {"TableName": "t", "Item": {"pk": {"S": "acme"}, "n": {"N": "1"}, "b": {"B": "AP8="}, "l": {"L": [{"BOOL": true}, {"NULL": true}]}}}},
                {"Delete": {"TableName": "t", "Key": {"pk": {"S": "acme"}}, "ConditionExpression": "attribute_exists(pk)"}}],
                "ClientRequestToken": "x"}),
        ),
        (
            op("dynamodb", "Query"),
            json!({"TableName": "t", "KeyConditionExpression": "#k = :v", "ExpressionAttributeNames": {"#k": "pk"},
                "ExpressionAttributeValues": {":v": {"S": "acme"}}, "Limit": 3, "ScanIndexForward": false}),
        ),
        (
            op("kms", "GenerateDataKey"),
            json!({"KeyId": "k", "KeySpec": "AES_256", "EncryptionContext": {"a": "b", "": ""}}),
        ),
        (
            op("kms", "ImportKeyMaterial"),
            json!({"KeyId": "k", "ImportToken": "AAE=", "EncryptedKeyMaterial": "", "ValidTo": "2026-01-15T10:00:00Z"}),
        ),
        (
            op("kinesis", "PutRecords"),
            json!({"StreamName": "s", "Records": [{"Data": "AP8=", "PartitionKey": "p"}]}),
        ),
        (
            op("kinesis", "GetShardIterator"),
            json!({"StreamName": "s", "ShardId": "0", "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": "2026-01-15T10:00:00.5Z"}),
        ),
        (
            op("events", "PutEvents"),
            json!({"Entries": [{"Source": "s", "Detail": "{\"a\": 1}", "Time": "2026-01-15T10:00:00Z", "Resources": ["r"]}]}),
        ),
    ]
}

/// What comes of a request's body. What is read of it, and can be written at all, is what is read of that again.
fn settles(operation: &'static Operation, body: &[u8], headers: &HeaderMap) -> Result<Members, ApiError> {
    let labels = [("Bucket", "b".to_owned()), ("Key", "b".to_owned())];
    let read = |headers: &HeaderMap, body: &[u8]| {
        let query = if operation.service == "s3" {
            vec![("uploadId".to_owned(), "u".to_owned())]
        } else {
            Vec::new()
        };
        decode_request(operation, &WireInput { labels: &labels, query: &query, headers, body })
    };
    let members = read(headers, body)?;
    match encode_request(operation, &members) {
        Ok(wire) => {
            let again =
                read(&wire.headers, &wire.body).unwrap_or_else(|error| panic!("{error}: {members:?}"));
            assert!(same(&json!(again), &json!(members)), "{}: {members:?}", operation.name);
        }
        // Whether all is there is asked later.
        Err(CodecError::Missing { .. }) => {}
        Err(error) => panic!("{error}: {members:?}"),
    }
    Ok(members)
}

/// The kinds of what was read, to the depth that tells inputs apart.
fn form(value: &Value) -> String {
    match value {
        Value::Null => "n".to_owned(),
        Value::Bool(_) => "b".to_owned(),
        Value::Number(_) => "i".to_owned(),
        Value::String(text) if text.is_empty() => "e".to_owned(),
        Value::String(_) => "s".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().take(3).map(form).collect::<String>()),
        Value::Object(members) => {
            let each = members.iter().take(6).map(|(name, value)| format!("{name}{}", form(value)));
            format!("({})", each.collect::<String>())
        }
    }
}

fn outcome(found: Result<Members, ApiError>) -> String {
    match found {
        Ok(members) => form(&Value::Object(members)),
        Err(error) => error.to_string(),
    }
}

/// What an element is, without what the reader and the writer may place differently: texts between children.
fn written(element: &Element, xml: &mut Writer) {
    xml.open_with(&element.name, &element.attributes);
    xml.text(&element.text);
    element.children.iter().for_each(|child| written(child, xml));
    xml.close(&element.name);
}

#[test]
fn xml_bodies() {
    let documents = documents();
    let seeds: Vec<_> = documents
        .iter()
        .map(|(operation, value)| encode_request(operation, &members(value)).unwrap().body.to_vec())
        .collect();
    let words = &[
        "<",
        ">",
        "</",
        "/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml version=\"1.0\"?>",
        "<!DOCTYPE x [<!ENTITY a \"aa\">]>",
        "&a;",
        "&amp;",
        "&#0;",
        "&#xD;",
        "&#x110000;",
        "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"",
        "xsi:type=\"Group\"",
        "Rule",
        "Key",
        "Tag",
        "TagSet",
        "Object",
        "VersionId",
        "Delete",
        "Prefix",
        "Days",
        "Date",
        "Part",
        "PartNumber",
        "ETag",
        "Status",
        "true",
        "Filter",
    ];
    stackproof_fuzz::run("xml_bodies", &seeds, words, |input| {
        let parsed = xml::parse(input);
        if let Ok(root) = &parsed {
            let mut writer = Writer::document();
            written(root, &mut writer);
            let text = writer.finish();
            let again = xml::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(&again, root);
        }
        let found =
            documents.iter().map(|(operation, _)| outcome(settles(operation, input, &HeaderMap::new())));
        format!("{:?} {}", parsed.map(|root| root.name), found.collect::<Vec<_>>().join(" "))
    });
}

/// Whether values are the same, but for the last bit of numbers with more digits than they can hold.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let bits = |number: &serde_json::Number| number.as_f64().unwrap().to_bits();
            bits(one).abs_diff(bits(other)) <= 1
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

#[test]
fn json_bodies() {
    let calls = calls();
    let seeds: Vec<_> = calls
        .iter()
        .map(|(operation, value)| encode_request(operation, &members(value)).unwrap().body.to_vec())
        .collect();
    let words = &[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "null",
        "true",
        "1.5",
        "-0",
        "1e5",
        "\\u0000",
        "\\ud800",
        "\"S\":",
        "\"N\":",
        "\"L\":",
        "\"M\":",
        "\"TableName\":",
        "\"KeyId\":",
        "\"Records\":",
        "\"Data\":",
        "AP8=",
        "!",
        "1768471200.5",
        "2026-01-15T10:00:00Z",
    ];
    stackproof_fuzz::run("json_bodies", &seeds, words, |input| {
        let parsed = parse_json(input);
        if let Ok(value) = &parsed {
            assert!(same(&parse_json(value.to_string().as_bytes()).unwrap(), value));
        }
        let found = calls.iter().map(|(operation, _)| outcome(settles(operation, input, &HeaderMap::new())));
        found.collect::<Vec<_>>().join(" ")
    });
}

/// A value in CBOR as SDKs write it, but for bytes and times, which texts stand for well enough to be changed.
fn cbor(value: &Value, out: &mut Vec<u8>) {
    let head = |kind: u8, number: u64, out: &mut Vec<u8>| {
        out.push(kind << 5 | 27);
        out.extend(number.to_be_bytes());
    };
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(flag) => out.push(0xf4 + u8::from(*flag)),
        Value::Number(number) => match number.as_u64() {
            Some(number) => head(0, number, out),
            None => {
                out.push(0xfb);
                out.extend(number.as_f64().unwrap().to_be_bytes());
            }
        },
        Value::String(text) if text == "AP8=" => out.extend([0x42, 0, 0xff]),
        Value::String(text) if text.starts_with("2026-") => {
            out.push(0xc1);
            head(0, 1_768_471_200_500, out);
        }
        Value::String(text) => {
            head(3, text.len() as u64, out);
            out.extend(text.bytes());
        }
        Value::Array(items) => {
            out.push(0x9f);
            items.iter().for_each(|item| cbor(item, out));
            out.push(0xff);
        }
        Value::Object(members) => {
            head(5, members.len() as u64, out);
            for (name, value) in members {
                cbor(&json!(name), out);
                cbor(value, out);
            }
        }
    }
}

#[test]
fn cbor_bodies() {
    let calls = calls();
    let seeds = calls.iter().map(|(_, value)| {
        let mut out = Vec::new();
        cbor(value, &mut out);
        out
    });
    let seeds: Vec<_> = seeds.collect();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-amz-cbor-1.1"));
    let words = &[
        "\u{1}",
        "`",
        "a",
        "\u{7f}",
        "\u{18}",
        "\u{1a}",
        "hStreamName",
        "gRecords",
        "dData",
        "lPartitionKey",
        "TableName",
        "StreamName",
        "KeyId",
    ];
    stackproof_fuzz::run("cbor_bodies", &seeds, words, |input| {
        let found = calls.iter().map(|(operation, _)| outcome(settles(operation, input, &headers)));
        found.collect::<Vec<_>>().join(" ")
    });
}

fn decoded(form: &[u8]) -> Vec<(String, String)> {
    let text = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    String::from_utf8_lossy(form)
        .split('&')
        .map(|member| member.split_once('=').unwrap_or((member, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// A value without what forms cannot write: lists and structures that have nothing in them.
fn filled(value: &Value) -> Value {
    let empty = |value: &Value| *value == json!([]) || *value == json!({});
    match value {
        Value::Array(items) => items.iter().map(filled).filter(|item| !empty(item)).collect(),
        Value::Object(members) => {
            let filled = members.iter().map(|(name, value)| (name.clone(), filled(value)));
            Value::Object(filled.filter(|(_, value)| !empty(value)).collect())
        }
        scalar => scalar.clone(),
    }
}

#[test]
fn forms() {
    let calls = [
        (
            op("iam", "CreateRole"),
            json!({"RoleName": "r", "AssumeRolePolicyDocument": "{}", "MaxSessionDuration": 28800,
                "Tags": [{"Key": "a", "Value": "\u{e9} &="}, {"Key": "b", "Value": ""}]}),
        ),
        (
            op("sts", "AssumeRole"),
            json!({"RoleArn": "arn:aws:iam::111111111111:role/r", "RoleSessionName": "s", "TransitiveTagKeys": ["a", "b"],
                "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/x"}]}),
        ),
        (
            op("sns", "Publish"),
            json!({"TopicArn": "t", "Message": "m", "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "AP8="}}}),
        ),
        (
            op("ec2", "DescribeVpcs"),
            json!({"Filters": [{"Name": "n", "Values": ["a", "b"]}], "VpcIds": ["v"], "MaxResults": 5}),
        ),
    ];
    let seeds: Vec<_> = calls
        .iter()
        .map(|(operation, value)| encode_request(operation, &members(value)).unwrap().body.to_vec())
        .collect();
    let words = &[
        "Action=",
        "Tags.member.",
        "Tags.member.1.Key=",
        "TransitiveTagKeys.member.",
        "entry.",
        ".Name",
        ".Value.DataType=",
        "Filter.1.",
        "Value.",
        "VpcId.",
        "1",
        "0",
        "99999999",
        "&",
        "=",
        ".",
        "%20",
        "+",
        "true",
    ];
    stackproof_fuzz::run("forms", &seeds, words, |input| {
        let query = decoded(input);
        let read = |operation: &'static Operation, query: &[(String, String)]| {
            let headers = HeaderMap::new();
            decode_request(operation, &WireInput { labels: &[], query, headers: &headers, body: &[] })
        };
        let found = calls.iter().map(|(operation, _)| {
            let found = read(operation, &query);
            if let Ok(members) = &found {
                let members = filled(&json!(members)).as_object().unwrap().clone();
                match encode_request(operation, &members) {
                    Ok(wire) => assert_eq!(read(operation, &decoded(&wire.body)).unwrap(), members),
                    Err(CodecError::Missing { .. }) => {}
                    Err(error) => panic!("{error}: {members:?}"),
                }
            }
            outcome(found)
        });
        found.collect::<Vec<_>>().join(" ")
    });
}

#[test]
fn paths_of_rest_services() {
    let services = ["lambda", "quicksight"].map(|name| Service::named(name).unwrap());
    let seeds: Vec<Vec<u8>> = [
        "GET /2015-03-31/functions/f/policy?Qualifier=1",
        "POST /2015-03-31/functions/f/invocations",
        "GET /2015-03-31/functions/",
        "GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-2%3A111122223333%3Afunction%3Af/configuration",
        "PUT /2017-10-31/functions/f/concurrency",
        "DELETE /2017-03-31/tags/arn:aws:lambda:eu-west-2:111122223333:function:f?tagKeys=a&tagKeys=b",
        "GET /accounts/111122223333/dashboards/d?version-number=3",
        "POST /accounts/111122223333/data-sets",
        "GET /resources/arn%3Aaws%3Aquicksight/tags",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into();
    let words = &[
        "/",
        "//",
        "..",
        ".",
        "%2F",
        "%2e",
        "functions",
        "GET ",
        "POST ",
        "PUT ",
        "DELETE ",
        "?",
        "&",
        "=",
        "Qualifier",
        "invocations",
    ];
    stackproof_fuzz::run("paths_of_rest_services", &seeds, words, |input| {
        let text = String::from_utf8_lossy(input);
        let (method, target) = text.split_once(' ').unwrap_or(("GET", &text));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = if query.is_empty() { Vec::new() } else { decoded(query.as_bytes()) };
        let found = services.map(|service| {
            let Some(route) = route(service, method, path, &query) else { return String::new() };
            let labels =
                route.labels.iter().map(|(name, label)| ((*name).to_owned(), json!(label))).collect();
            if let Ok(wire) = encode_request(route.operation, &labels) {
                let again =
                    stackproof_aws::codec::route(service, wire.method.as_str(), &wire.path, &wire.query)
                        .unwrap();
                assert_eq!((&again.operation.name, &again.labels), (&route.operation.name, &route.labels));
            }
            for (name, label) in &route.labels {
                assert!(!["", ".", ".."].contains(&label.as_str()), "{name} of {text}");
                let times = path.split('/').filter(|part| decoded_once(part) == *label).count();
                assert!(times > 0 || label.contains('/'), "{label} does not stand in {text}");
            }
            route.operation.name.clone()
        });
        found.join(" ")
    });
}

fn decoded_once(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// Upstreams are believed no more than clients.
#[test]
fn answers() {
    let operations = [
        op("s3", "ListObjectsV2"),
        op("s3", "GetBucketLifecycleConfiguration"),
        op("iam", "GetRole"),
        op("kms", "DescribeKey"),
        op("dynamodb", "GetItem"),
        op("lambda", "GetFunction"),
        op("ec2", "DescribeVpcs"),
    ];
    let seeds: Vec<Vec<u8>> = [
        "<ListBucketResult><Name>b</Name><Contents><Key>k</Key><Size>1</Size><LastModified>2026-01-15T10:00:00.000Z</LastModified></Contents><IsTruncated>false</IsTruncated></ListBucketResult>",
        "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>",
        "<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><CreateDate>2026-01-15T10:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>",
        "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error></ErrorResponse>",
        "<DescribeVpcsResponse><vpcSet><item><vpcId>v</vpcId><isDefault>true</isDefault></item></vpcSet></DescribeVpcsResponse>",
        r#"{"KeyMetadata":{"KeyId":"k","CreationDate":1768471200.5,"Enabled":true}}"#,
        r#"{"Item":{"pk":{"S":"a"},"l":{"L":[{"N":"1"}]}}}"#,
        r#"{"__type":"com.amazon#AccessDeniedException:","message":"no"}"#,
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into();
    let words = &[
        "<Error>",
        "<Code>",
        "<item>",
        "<member>",
        "<Contents>",
        "null",
        "{",
        "}",
        "[",
        "]",
        "\"KeyMetadata\":",
        "\"Item\":",
        "1e400",
        "NaN",
    ];
    stackproof_fuzz::run("answers", &seeds, words, |input| {
        let found = operations.iter().flat_map(|operation| {
            [200, 304, 403].map(|status| {
                let found =
                    decode_response(operation, status, &HeaderMap::new(), &Bytes::copy_from_slice(input));
                assert!(status != 403 || found.is_err(), "an error stays one");
                outcome(found)
            })
        });
        found.collect::<Vec<_>>().join(" ")
    });
}
