//! The operator tables of IAM's "Condition operators" page, row by row.

use super::*;
use crate::truth::Truth;

fn context() -> Context {
    let mut context = Context::from_iter([
        ("aws:username", "alice"),
        ("aws:SourceIp", "203.0.113.5"),
        ("v6", "2001:db8::1"),
        ("mapped", "::ffff:203.0.113.5"),
        ("s3:max-keys", "10"),
        ("word", "ten"),
        ("aws:CurrentTime", "2026-01-15T10:00:00Z"),
        ("aws:SecureTransport", "True"),
        ("one", "1"),
        ("empty", ""),
        ("bin", "aGk="),
        ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app/web"),
        ("star", "a*"),
    ]);
    context.insert_many("aws:TagKeys", ["a", "b"]);
    context.insert_many("single", ["a"]);
    context.insert_many("none", Vec::<String>::new());
    context.insert_unknown("s3:ExistingObjectTag/t");
    context.presume_absent("presumed");
    context
}

#[test]
fn operators() {
    use Truth::{False, True, Unknown};
    let cases: &[(&str, Truth)] = &[
        (r#"{}"#, True),
        (r#"{"Anything":{}}"#, True),
        (r#"{"Arnlike":{"aws:PrincipalArn":"*"}}"#, Unknown),
        (r#"{"NullIfExists":{"aws:username":"true"}}"#, Unknown),
        (r#"{"StringEquals":{"AWS:UserName":"alice"}}"#, True),
        (r#"{"StringEquals":{"aws:username":"Alice"}}"#, False),
        (r#"{"StringEquals":{"aws:username":"a*"}}"#, False),
        (r#"{"StringEquals":{"star":"a*"}}"#, True),
        (r#"{"StringEquals":{"star":"a${*}"}}"#, True),
        (r#"{"StringEquals":{"aws:username":["bob","alice"]}}"#, True),
        (r#"{"StringEquals":{"aws:username":[]}}"#, False),
        (r#"{"StringNotEquals":{"aws:username":[]}}"#, True),
        (r#"{"StringNotEquals":{"aws:username":["bob","alice"]}}"#, False),
        (r#"{"StringNotEquals":{"aws:username":["bob","carol"]}}"#, True),
        (r#"{"StringEqualsIgnoreCase":{"aws:username":"ALICE"}}"#, True),
        (r#"{"StringNotEqualsIgnoreCase":{"aws:username":"ALICE"}}"#, False),
        (r#"{"StringLike":{"aws:username":"a*e"}}"#, True),
        (r#"{"StringLike":{"missing":"*"}}"#, False),
        (r#"{"StringLike":{"empty":"*"}}"#, True),
        (r#"{"StringNotLike":{"aws:username":"a?ice"}}"#, False),
        (r#"{"StringEquals":{"missing":"x"}}"#, False),
        (r#"{"StringNotEquals":{"missing":"x"}}"#, True),
        (r#"{"StringEqualsIfExists":{"missing":"x"}}"#, True),
        (r#"{"StringNotEqualsIfExists":{"missing":"x"}}"#, True),
        (r#"{"StringEquals":{"aws:username":"${aws:PrincipalTag/x}"}}"#, False),
        (r#"{"StringNotEquals":{"aws:username":"${aws:PrincipalTag/x}"}}"#, True),
        (r#"{"StringEquals":{"aws:username":"${aws:username}"}}"#, True),
        (r#"{"NumericEquals":{"s3:max-keys":10.0}}"#, True),
        (r#"{"NumericEquals":{"s3:max-keys":"10.00"}}"#, True),
        (r#"{"NumericLessThan":{"s3:max-keys":[5,10]}}"#, False),
        (r#"{"NumericLessThanEquals":{"s3:max-keys":[5,10]}}"#, True),
        (r#"{"NumericGreaterThan":{"s3:max-keys":"-1"}}"#, True),
        (r#"{"NumericNotEquals":{"word":"10"}}"#, False),
        (r#"{"NumericNotEquals":{"missing":"10"}}"#, True),
        (r#"{"NumericEquals":{"s3:max-keys":"ten"}}"#, Unknown),
        (r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-01-15"}}"#, True),
        (r#"{"DateLessThan":{"aws:CurrentTime":"1768471201"}}"#, True),
        (r#"{"DateEquals":{"aws:CurrentTime":1768471200}}"#, True),
        (r#"{"DateNotEquals":{"aws:CurrentTime":"2026-01-15T11:00:00+01:00"}}"#, False),
        (r#"{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-01-15T10:00Z"}}"#, True),
        (r#"{"DateLessThanEquals":{"aws:CurrentTime":"2026"}}"#, False),
        (r#"{"Bool":{"aws:SecureTransport":true}}"#, True),
        (r#"{"Bool":{"aws:SecureTransport":"false"}}"#, False),
        (r#"{"Bool":{"one":"1"}}"#, False),
        (r#"{"Bool":{"missing":"false"}}"#, False),
        (r#"{"BoolIfExists":{"missing":"false"}}"#, True),
        (r#"{"BinaryEquals":{"bin":"aGk="}}"#, True),
        (r#"{"BinaryEquals":{"bin":"aGk"}}"#, Unknown),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.77/24"}}"#, True),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.5"}}"#, True),
        (r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, True),
        (r#"{"IpAddress":{"aws:SourceIp":"::/0"}}"#, False),
        (r#"{"NotIpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#, True),
        (r#"{"IpAddress":{"v6":"2001:DB8::/32"}}"#, True),
        (r#"{"IpAddress":{"v6":"2001:db8:0::1"}}"#, True),
        (r#"{"IpAddress":{"mapped":"203.0.113.0/24"}}"#, False),
        (r#"{"NotIpAddress":{"missing":"203.0.113.0/24"}}"#, True),
        (r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/255.255.255.0"}}"#, Unknown),
        (r#"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/app/*"}}"#, True),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::1*:role/web"}}"#, False),
        (r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}"#, False),
        (r#"{"ArnNotEquals":{"word":"arn:aws:iam::*:role/*"}}"#, False),
        (r#"{"ArnLike":{"aws:PrincipalArn":"*"}}"#, Unknown),
        (r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:s3*"}}"#, False),
        (r#"{"StringLike":{"aws:PrincipalArn":"arn:aws:iam:*"}}"#, True),
        (r#"{"Null":{"missing":"true"}}"#, True),
        (r#"{"Null":{"missing":false}}"#, False),
        (r#"{"Null":{"aws:username":"false"}}"#, True),
        (r#"{"Null":{"empty":"true"}}"#, False),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}}"#, True),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}"#, False),
        (r#"{"ForAllValues:StringEquals":{"missing":["a"]}}"#, True),
        (r#"{"ForAllValues:StringEquals":{"none":["a"]}}"#, True),
        (r#"{"ForAllValues:StringEquals":{"empty":["a"]}}"#, True),
        (r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":["b"]}}"#, False),
        (r#"{"ForAllValues:StringNotEquals":{"aws:TagKeys":["x"]}}"#, True),
        (r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":["b"]}}"#, True),
        (r#"{"ForAnyValue:StringEquals":{"missing":["b"]}}"#, False),
        (r#"{"ForAnyValue:StringNotEquals":{"missing":["b"]}}"#, False),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["b"]}}"#, True),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}}"#, False),
        (r#"{"ForAnyValue:StringEqualsIfExists":{"missing":["b"]}}"#, Unknown),
        (r#"{"StringEquals":{"single":"a"}}"#, True),
        (r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, Unknown),
        (r#"{"StringEquals":{"aws:TagKeys":"x"}}"#, False),
        (r#"{"StringNotEquals":{"aws:TagKeys":"a"}}"#, False),
        (r#"{"StringNotEquals":{"aws:TagKeys":"x"}}"#, Unknown),
        (r#"{"StringEquals":{"s3:ExistingObjectTag/t":"x"}}"#, Unknown),
        (r#"{"Null":{"s3:ExistingObjectTag/T":"x"}}"#, Unknown),
        (r#"{"StringEquals":{"s3:ExistingObjectTag/t":"x","aws:username":"bob"}}"#, False),
        (r#"{"StringEquals":{"aws:username":"${s3:ExistingObjectTag/t}"}}"#, Unknown),
        (r#"{"StringEquals":{"aws:username":["${s3:ExistingObjectTag/t}","alice"]}}"#, True),
    ];
    for (condition, expected) in cases {
        let value = crate::document::parse_json(condition).unwrap();
        let found = Condition::from_value(&value, true).unwrap().finding(&context());
        assert_eq!(found.truth, *expected, "{condition}");
    }
}

#[test]
fn what_rests_on_a_presumed_absence_is_a_reading() {
    for (condition, expected) in [
        (r#"{"StringEquals":{"missing":"x"}}"#, Finding::FALSE),
        (r#"{"StringEquals":{"presumed":"x"}}"#, Finding::reading(false)),
        (r#"{"StringNotEquals":{"presumed":"x"}}"#, Finding::reading(true)),
        (r#"{"Null":{"presumed":"true"}}"#, Finding::reading(true)),
        (r#"{"StringEquals":{"aws:username":"${presumed:key}"}}"#, Finding::FALSE),
    ] {
        let value = crate::document::parse_json(condition).unwrap();
        assert_eq!(Condition::from_value(&value, true).unwrap().finding(&context()), expected, "{condition}");
    }
}
