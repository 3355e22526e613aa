//! ARNs of resource types: `arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}`.

use stackproof_policy::arn::Arn;

use super::Place;

/// Placeholders that are the resource's own.
pub(super) fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let names = template.split("${").skip(1).filter_map(|rest| rest.split('}').next());
    names.filter(|name| !["Partition", "Region", "Account"].contains(name))
}

/// The ARN with these names in place of the placeholders.
pub(super) fn filled(template: &str, place: Place<'_>, names: &[String]) -> String {
    let mut names = names.iter();
    let mut arn = String::new();
    for (at, part) in template.split("${").enumerate() {
        let Some((name, rest)) = part.split_once('}').filter(|_| at > 0) else {
            arn.push_str(part);
            continue;
        };
        arn.push_str(match name {
            "Partition" => "aws",
            "Region" => place.region,
            "Account" => place.account,
            _ => names.next().map(String::as_str).unwrap_or_default(),
        });
        arn.push_str(rest);
    }
    arn
}

/// What an ARN of that type has in place of the placeholders; none for an ARN of another type. The last placeholder takes
/// all that is left, each other one as little as it can.
pub(super) fn captures<'t, 'a>(template: &'t str, arn: &'a str) -> Option<Vec<(&'t str, &'a str)>> {
    let (wanted, given) = (Arn::parse(template)?, Arn::parse(arn)?);
    let both = |wanted: &str, given: &str| wanted.is_empty() == given.is_empty();
    let same = given.partition == "aws"
        && wanted.service == given.service
        && both(wanted.region, given.region)
        && both(wanted.account, given.account);
    if !same {
        return None;
    }
    let mut parts = wanted.resource.split("${");
    let mut rest = given.resource.strip_prefix(parts.next()?)?;
    let mut captured = Vec::new();
    let mut parts = parts.peekable();
    while let Some((name, fixed)) = parts.next().and_then(|part| part.split_once('}')) {
        let end = match (fixed, parts.peek()) {
            ("", _) => rest.len(),
            (fixed, None) => rest.len().checked_sub(fixed.len()).filter(|_| rest.ends_with(fixed))?,
            (fixed, Some(_)) => rest.find(fixed)?,
        };
        let (part, behind) = rest.split_at_checked(end).filter(|(part, _)| !part.is_empty())?;
        captured.push((name, part));
        rest = behind.strip_prefix(fixed)?;
    }
    rest.is_empty().then_some(captured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_taken_apart_as_they_are_put_together() {
        let service = "arn:${Partition}:ecs:${Region}:${Account}:service/${ClusterName}/${ServiceName}";
        let place = Place { region: "eu-west-2", account: "111111111111" };
        let arn = filled(service, place, &["prod".to_owned(), "web".to_owned()]);
        assert_eq!(arn, "arn:aws:ecs:eu-west-2:111111111111:service/prod/web");
        assert_eq!(captures(service, &arn).unwrap(), [("ClusterName", "prod"), ("ServiceName", "web")]);
        for other in [
            "arn:aws:ecs:eu-west-2:111111111111:service/prod",
            "arn:aws:ecs:eu-west-2:111111111111:service//web",
            "arn:aws:ecs::111111111111:service/prod/web",
            "arn:aws:ecs:eu-west-2:111111111111:task/prod/web",
            "prod",
        ] {
            assert_eq!(captures(service, other), None, "{other}");
        }
        let function = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}";
        let qualified = "arn:aws:lambda:eu-west-2:111111111111:function:f:prod";
        assert_eq!(captures(function, qualified).unwrap(), [("FunctionName", "f:prod")]);
        let rule = "arn:${Partition}:events:${Region}:${Account}:stream/${Name}/end";
        assert_eq!(
            captures(rule, "arn:aws:events:r:111111111111:stream/a/b/end").unwrap(),
            [("Name", "a/b")]
        );
    }
}
