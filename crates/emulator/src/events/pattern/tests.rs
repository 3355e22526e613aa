//! Patterns against events, and what is no pattern.

use serde_json::{Value, json};

use super::Pattern;

fn matches(pattern: &Value, event: &Value) -> bool {
    let parsed = Pattern::parse(&pattern.to_string()).unwrap_or_else(|e| panic!("{pattern}: {e}"));
    parsed.matches(event.as_object().unwrap())
}

/// Each pattern of the field `x`, with values that it is met by and values that it is not.
#[test]
fn every_operator_is_met_by_what_it_says() {
    let none = Value::Array(Vec::new());
    for (pattern, met, unmet) in [
        (json!(["a", 1]), json!(["a", 1]), json!(["A", "1", 2, null, true])),
        (json!([null]), json!([null]), json!(["", "null", 0, false])),
        (json!([true, ""]), json!([true, ""]), json!([false, "true"])),
        (json!([300]), json!([300]), json!([300.5, "300"])),
        (json!([{ "prefix": "ab" }]), json!(["ab", "abc"]), json!(["a", "AB", 1])),
        (json!([{ "prefix": { "equals-ignore-case": "aB" } }]), json!(["Abc"]), json!(["cab"])),
        (json!([{ "suffix": ".png" }]), json!(["x.png"]), json!(["x.PNG", "png"])),
        (json!([{ "suffix": { "equals-ignore-case": ".Png" } }]), json!(["x.PNG"]), json!(["x.gif"])),
        (json!([{ "equals-ignore-case": "Alice" }]), json!(["alice", "ALICE"]), json!(["alic", 1])),
        (
            json!([{ "wildcard": "a*b*c" }]),
            json!(["abc", "axxbyyc", "abbcbc"]),
            json!(["ab", "abcd", "xabc"]),
        ),
        (json!([{ "wildcard": r"\**\\" }]), json!([r"*\", r"*x\"]), json!([r"x\", "*"])),
        (json!([{ "wildcard": "*" }]), json!(["", "x"]), json!([1])),
        (json!([{ "numeric": ["=", 3.5] }]), json!([3.5]), json!([3, "3.5"])),
        (json!([{ "numeric": [">", 0, "<=", 5] }]), json!([1, 5, 4.9]), json!([0, 5.1, -1, "1"])),
        (json!([{ "numeric": ["<", 5] }]), json!([-1, 4]), json!([5, -6e9])),
        (json!([{ "exists": true }]), json!([null, "", 0, ["x"]]), json!([none, {}])),
        (json!([{ "exists": false }]), json!([none, {}]), json!([null, "x"])),
        (
            json!([{ "cidr": "10.0.0.0/24" }]),
            json!(["10.0.0.0", "10.0.0.255"]),
            json!(["10.0.1.0", "x", "::1"]),
        ),
        (json!([{ "cidr": "2001:db8::/32" }]), json!(["2001:db8::1"]), json!(["2001:db9::1", "10.0.0.1"])),
        (json!([{ "cidr": "0.0.0.0/0" }]), json!(["1.2.3.4"]), json!(["::1"])),
        (json!([{ "anything-but": "a" }]), json!(["b", 1, null, true]), json!(["a"])),
        (json!([{ "anything-but": ["a", "b"] }]), json!(["c", ["a", "c"]]), json!(["a", "b", ["a", "b"]])),
        (json!([{ "anything-but": [1, 2] }]), json!([3, "1"]), json!([1, 2])),
        (json!([{ "anything-but": { "prefix": "a" } }]), json!(["b", 1]), json!(["ab"])),
        (json!([{ "anything-but": { "prefix": ["a", "b"] } }]), json!(["c"]), json!(["ax", "bx"])),
        (json!([{ "anything-but": { "suffix": ["a", "b"] } }]), json!(["c"]), json!(["xa", "xb"])),
        (json!([{ "anything-but": { "equals-ignore-case": ["A"] } }]), json!(["b"]), json!(["a", "A"])),
        (json!([{ "anything-but": { "wildcard": "*/lib/*" } }]), json!(["/x"]), json!(["/a/lib/b"])),
        (json!(["a", { "prefix": "b" }]), json!(["a", "bc", ["x", "bc"]]), json!(["ab"])),
        (json!(["a"]), json!([["b", "a"], [["a"]]]), json!([["b"], none])),
    ] {
        let pattern = json!({ "detail": { "x": pattern } });
        for (values, wanted) in [(met, true), (unmet, false)] {
            for value in values.as_array().unwrap() {
                let event = json!({ "detail": { "x": value } });
                assert_eq!(matches(&pattern, &event), wanted, "{pattern} {event}");
            }
        }
    }
}

#[test]
fn all_fields_must_be_met() {
    let pattern = json!({ "source": ["app"], "detail": { "a": [1], "b": { "c": ["x"] } } });
    assert!(matches(&pattern, &json!({ "source": "app", "detail": { "a": 1, "b": { "c": "x" }, "d": 1 } })));
    for event in [
        json!({ "source": "app" }),
        json!({ "source": "app", "detail": { "a": 1 } }),
        json!({ "source": "app", "detail": { "a": 1, "b": "x" } }),
        json!({ "source": "other", "detail": { "a": 1, "b": { "c": "x" } } }),
    ] {
        assert!(!matches(&pattern, &event), "{event}");
    }
}

#[test]
fn one_object_of_a_list_must_meet_all_of_its_fields() {
    let pattern = json!({ "detail": { "items": { "name": ["a"], "size": [1] } } });
    let event = |items: Value| json!({ "detail": { "items": items } });
    assert!(matches(&pattern, &event(json!([{ "name": "b", "size": 2 }, { "name": "a", "size": 1 }]))));
    assert!(!matches(&pattern, &event(json!([{ "name": "a", "size": 2 }, { "name": "b", "size": 1 }]))));
    assert!(!matches(&pattern, &event(json!([]))));
}

#[test]
fn absence_is_met_however_deep_it_begins() {
    let pattern = json!({ "detail": { "a": { "b": [{ "exists": false }] } } });
    for event in [json!({}), json!({ "detail": {} }), json!({ "detail": { "a": { "c": 1 } } })] {
        assert!(matches(&pattern, &event), "{event}");
    }
    assert!(!matches(&pattern, &json!({ "detail": { "a": { "b": null } } })));
    let but = json!({ "detail": { "a": [{ "anything-but": "x" }] } });
    assert!(!matches(&but, &json!({ "detail": {} })));
}

#[test]
fn or_is_met_by_any_of_its_alternatives() {
    let pattern = json!({
        "source": ["app"],
        "detail": { "$or": [{ "a": [1] }, { "b": [{ "numeric": [">", 5] }], "c": ["x"] }] },
    });
    let event = |detail: Value| json!({ "source": "app", "detail": detail });
    assert!(matches(&pattern, &event(json!({ "a": 1 }))));
    assert!(matches(&pattern, &event(json!({ "b": 6, "c": "x" }))));
    assert!(!matches(&pattern, &event(json!({ "b": 6 }))));
    assert!(!matches(&pattern, &event(json!({}))));
    assert!(!matches(&pattern, &json!({ "source": "other", "detail": { "a": 1 } })));
    // A single object is a field of that name, and no matcher.
    assert!(Pattern::parse(r#"{"$or":[{"a":[1]}]}"#).is_err());
    let field = json!({ "$or": ["x"] });
    assert!(matches(&field, &json!({ "$or": "x" })));
}

#[test]
fn what_is_no_pattern_is_told_with_a_reason() {
    for (pattern, reason) in [
        ("", "EOF"),
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects"),
        (r#"{"a":[]}"#, "Empty arrays"),
        (r#"{"a":{}}"#, "Empty objects"),
        (r#"{"a":"x"}"#, "\"a\" must be an object or an array"),
        (r#"{"a":[["x"]]}"#, "Match value must be"),
        (r#"{"a":[{}]}"#, "Empty objects"),
        (r#"{"a":[{"prefix":"x","suffix":"y"}]}"#, "Only one key"),
        (r#"{"a":[{"like":"x"}]}"#, "Unrecognized match type like"),
        (r#"{"a":[{"prefix":1}]}"#, "prefix match pattern must be a string"),
        (r#"{"a":[{"prefix":{"wildcard":"x"}}]}"#, "Unsupported prefix"),
        (r#"{"a":[{"exists":"yes"}]}"#, "exists match pattern"),
        (r#"{"a":[{"numeric":5}]}"#, "must be an array"),
        (r#"{"a":[{"numeric":[]}]}"#, "Empty arrays"),
        (r#"{"a":[{"numeric":["~",5]}]}"#, "Unrecognized numeric range operator"),
        (r#"{"a":[{"numeric":["<"]}]}"#, "must be a number"),
        (r#"{"a":[{"numeric":["<","5"]}]}"#, "must be a number"),
        (r#"{"a":[{"numeric":["<",6e9]}]}"#, "between"),
        (r#"{"a":[{"numeric":[">",5,"<",5]}]}"#, "Bottom must be less than top"),
        (r#"{"a":[{"numeric":["<",5,">",1]}]}"#, "Too many elements"),
        (r#"{"a":[{"numeric":[">",1,">",2]}]}"#, "Bad numeric range operator"),
        (r#"{"a":[{"cidr":"10.0.0.0"}]}"#, "one '/' required"),
        (r#"{"a":[{"cidr":"10.0.0/8"}]}"#, "Nonstandard IP address"),
        (r#"{"a":[{"cidr":"10.0.0.0/33"}]}"#, "mask bits"),
        (r#"{"a":[{"anything-but":null}]}"#, "Value of anything-but"),
        (r#"{"a":[{"anything-but":[]}]}"#, "Empty arrays"),
        (r#"{"a":[{"anything-but":["x",1]}]}"#, "mixed type"),
        (r#"{"a":[{"anything-but":{"prefix":""}}]}"#, "Null prefix"),
        (r#"{"a":[{"anything-but":{"numeric":["<",1]}}]}"#, "Unsupported anything-but"),
        (r#"{"a":[{"wildcard":"a**b"}]}"#, "Consecutive wildcard"),
        (r#"{"a":[{"wildcard":"a\\x"}]}"#, "Invalid escape"),
    ] {
        let error = Pattern::parse(pattern).err().unwrap_or_else(|| panic!("{pattern} is a pattern"));
        assert!(error.contains(reason), "{pattern}: {error}");
    }
}
