//! The functions of the AWS provider.

use super::{Arguments, FunctionError};
use crate::value::Value;

/// The parts of an ARN (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
struct Arn<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

fn parse(text: &str) -> Result<Arn<'_>, FunctionError> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, region, account, resource] => {
            Ok(Arn { partition, service, region, account, resource })
        }
        _ => {
            Err(FunctionError::argument(0, format!("`{text}` is no ARN: six parts with colons are expected")))
        }
    }
}

/// `provider::aws::arn_parse`
pub(super) fn arn_parse(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let arn = parse(arguments.string(0)?)?;
    let parts = [
        ("account_id", arn.account),
        ("partition", arn.partition),
        ("region", arn.region),
        ("resource", arn.resource),
        ("service", arn.service),
    ];
    Ok(Value::object(parts.map(|(name, part)| (name.to_owned(), Value::from(part)))))
}

/// `provider::aws::arn_build`
pub(super) fn arn_build(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let parts = (0..5).map(|index| arguments.string(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::from(format!("arn:{}", parts.join(":"))))
}

/// `provider::aws::trim_iam_role_path`
pub(super) fn trim_iam_role_path(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let text = arguments.string(0)?;
    let Arn { partition, service, region, account, resource } = parse(text)?;
    let name = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    match name.filter(|_| service == "iam" && region.is_empty()) {
        Some(name) => Ok(Value::from(format!("arn:{partition}:iam::{account}:role/{name}"))),
        None => Err(FunctionError::argument(0, format!("`{text}` is no ARN of a role"))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::eval::evaluate;
    use crate::eval::scope::{Nothing, Scope};
    use crate::source::Source;

    /// The value of an expression as JSON, or the reason why it has none.
    fn value(written: &str) -> Result<String, String> {
        let source = Source::new("a.tf".into(), "a.tf".to_owned(), written.to_owned());
        let parsed = written.parse().unwrap();
        let value = evaluate(&parsed, &Scope::new(&source, &Arc::from(""), &Nothing))
            .map_err(|error| error.label().to_owned())?;
        Ok(value.to_json().to_string())
    }

    #[test]
    fn arns_are_taken_apart_and_put_together() {
        assert_eq!(
            value(r#"jsonencode(provider::aws::arn_parse("arn:aws:iam::444455556666:role/a:b"))"#).unwrap(),
            r#""{\"account_id\":\"444455556666\",\"partition\":\"aws\",\"region\":\"\",\"resource\":\"role/a:b\",\"service\":\"iam\"}""#
        );
        assert_eq!(
            value(r#"provider::aws::arn_build("aws", "s3", "", "", "bucket/key")"#).unwrap(),
            r#""arn:aws:s3:::bucket/key""#
        );
        assert_eq!(
            value(r#"provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:role/with/path/example")"#)
                .unwrap(),
            r#""arn:aws:iam::444455556666:role/example""#
        );
        assert!(value(r#"provider::aws::arn_parse("arn:aws")"#).unwrap_err().contains("is no ARN"));
        let user = r#"provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:user/a")"#;
        assert!(value(user).unwrap_err().contains("is no ARN of a role"));
    }
}
