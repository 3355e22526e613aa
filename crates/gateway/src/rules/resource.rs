//! Which resources an operation is about: `index(TableName, IndexName) | table(TableName)`.

use stackproof_aws::{Members, reference};
use stackproof_policy::arn::Arn;

use super::argument::{Arg, Element, LACKING, rows};
use super::template;

/// Where names that are no ARNs belong.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub region: &'a str,
    pub account: &'a str,
}

/// A resource that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    /// Its type in the service authorization reference; empty for `*`.
    pub kind: &'static str,
    /// Its ARN, or `*`.
    pub arn: String,
    /// The element of a list that names it.
    pub element: Option<Element>,
}

impl Resource {
    /// A resource that is no element of a list.
    pub fn new(kind: &'static str, arn: impl Into<String>) -> Self {
        Self { kind, arn: arn.into(), element: None }
    }

    /// The resource of that type and name; none where the reference does not have the type, or it has several names.
    pub fn named(service: &str, kind: &str, name: &str, place: Place<'_>) -> Option<Self> {
        let (kind, template) = reference::arn_templates(service).iter().find(|(known, _)| *known == kind)?;
        let is_one = template::placeholders(template).count() == 1;
        is_one.then(|| Self::new(kind, template::filled(template, place, &[name.to_owned()])))
    }
}

/// Ids of EC2, whose beginning says what they are of: `id(Resources[])`.
const BY_ID: (&str, &str) = ("id", "arn:${Partition}:ec2:${Region}:${Account}:id/${ResourceId}");

/// What a request names, if it can be told.
pub(crate) type Named = Result<Vec<Resource>, String>;

/// An entry of the tables: resources that are named in the first of several ways.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    ways: Vec<Way>,
    /// Whether it is no matter where a request names none.
    optional: bool,
}

#[derive(Clone, Debug)]
enum Way {
    /// `*`
    Any,
    /// `!reason`
    Unknown(&'static str),
    /// `kind(arg, …)`
    Kind(Kind),
}

/// A type of resources, and what fills the placeholders of its ARN.
#[derive(Clone, Debug)]
struct Kind {
    service: &'static str,
    name: &'static str,
    template: &'static str,
    args: Vec<Arg>,
}

impl Wanted {
    /// Reads an entry of the column `resources`.
    pub fn parse(service: &'static str, text: &'static str) -> Option<Self> {
        let (text, optional) = match text.trim().strip_suffix('?') {
            Some(text) if !text.ends_with('?') => (text, true),
            _ => (text.trim(), false),
        };
        let ways =
            text.split(" | ").map(|way| Way::parse(service, way.trim())).collect::<Option<Vec<_>>>()?;
        Some(Self { ways, optional })
    }

    /// The same, but no matter where a request names none.
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The resources that a request names.
    ///
    /// # Errors
    /// Why it cannot be told; also where its members name different ones.
    pub fn named(&self, members: &Members, place: Place<'_>) -> Named {
        self.named_at(members, place, None)
    }

    /// The resources that a request names; of a list that the element is of, those that the element names.
    ///
    /// # Errors
    /// As of [`Wanted::named`].
    pub fn named_at(&self, members: &Members, place: Place<'_>, element: Option<&Element>) -> Named {
        let same = |one: &[Resource], other: &[Resource]| {
            one.iter().map(|it| &it.arn).eq(other.iter().map(|it| &it.arn))
        };
        let mut found: Option<(&str, Vec<Resource>)> = None;
        for way in &self.ways {
            match (way, &found) {
                // What is named no member stands for whatever none names.
                (Way::Kind(kind), Some(_)) if kind.args.iter().all(Arg::is_literal) => {}
                (Way::Kind(kind), _) => {
                    let resources = match kind.named(members, place, element) {
                        // It is told already, and by something else than the list.
                        Err(what) if found.is_some() && what == LACKING => continue,
                        named => named?,
                    };
                    let Some(resources) = resources else { continue };
                    match &found {
                        None => found = Some((kind.name, resources)),
                        Some((name, earlier)) if *name == kind.name && !same(earlier, &resources) => {
                            return Err(format!("its members name different things of the type {name}"));
                        }
                        Some(_) => {}
                    }
                }
                (_, Some(_)) => {}
                (Way::Any, None) => return Ok(vec![Resource::new("", "*")]),
                (Way::Unknown(reason), None) => return Err((*reason).to_owned()),
            }
        }
        match (found, self.optional, self.ways.first()) {
            (Some((_, resources)), _, _) => Ok(resources),
            (None, true, _) => Ok(Vec::new()),
            (None, false, Some(Way::Kind(kind))) => Err(format!("which {} it is about", kind.name)),
            (None, false, _) => Err("what it is about".to_owned()),
        }
    }
}

impl Way {
    fn parse(service: &'static str, text: &'static str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        match text.strip_prefix('!') {
            Some(reason) => Some(Self::Unknown(reason)),
            None => Kind::parse(service, text).map(Self::Kind),
        }
    }
}

impl Kind {
    fn parse(service: &'static str, text: &'static str) -> Option<Self> {
        let (name, args) = text.strip_suffix(')')?.split_once('(')?;
        let (name, template) = match service {
            "ec2" if name == BY_ID.0 => BY_ID,
            service => (name, reference::arn_template(service, name)?),
        };
        let args: Vec<Arg> = match args.trim() {
            "" => Vec::new(),
            args => args.split(", ").map(Arg::parse).collect::<Option<_>>()?,
        };
        let fits = template::placeholders(template).count() == args.len();
        fits.then_some(Self { service, name, template, args })
    }

    /// The resources of this type that a request names; none where it names none, or something of another type.
    fn named(
        &self,
        members: &Members,
        place: Place<'_>,
        element: Option<&Element>,
    ) -> Result<Option<Vec<Resource>>, String> {
        let mut resources = Vec::new();
        for row in rows(&self.args, members)? {
            let is_other =
                |of: &Element| row.element.as_ref().is_some_and(|it| it.list == of.list && it.at != of.at);
            if element.is_some_and(is_other) {
                continue;
            }
            match self.resource(&row.names, place)? {
                Some(arn) => resources.push(Resource { kind: self.name, arn, element: row.element }),
                None => return Ok(None),
            }
        }
        Ok(Some(resources).filter(|resources| !resources.is_empty()))
    }

    /// A resource by the names of a row. Where the last is an ARN of this type already, it is the resource; any other ARN
    /// stands for the part of it that the placeholder means.
    fn resource(&self, row: &[String], place: Place<'_>) -> Result<Option<String>, String> {
        if let Some(arn) = row.last().filter(|last| template::captures(self.template, last).is_some()) {
            return Ok(Some(arn.clone()));
        }
        let mut names = Vec::new();
        for (placeholder, value) in template::placeholders(self.template).zip(row) {
            // An empty name stands for a part that only an ARN tells.
            let value = match value.as_str() {
                "" => row.iter().find(|value| value.starts_with("arn:")).unwrap_or(value),
                _ => value,
            };
            if !value.starts_with("arn:") {
                names.push(value.clone());
                continue;
            }
            let Some(part) = part_of(self.service, placeholder, value) else { return Ok(None) };
            let arn = Arn::parse(value).map(|arn| (arn.region, arn.account));
            if arn.is_some_and(|(region, account)| {
                !region.is_empty() && region != place.region
                    || !account.is_empty() && account != place.account
            }) {
                return Err(format!("what `{value}` in another account or region stands for"));
            }
            names.push(part);
        }
        if names.iter().any(String::is_empty) {
            return Ok(None);
        }
        Ok(Some(template::filled(self.template, place, &names)))
    }
}

/// What an ARN of any type of the service has in place of a placeholder.
fn part_of(service: &str, placeholder: &str, arn: &str) -> Option<String> {
    reference::arn_templates(service).iter().find_map(|(_, template)| {
        let captures = template::captures(template, arn)?;
        captures.into_iter().find(|(name, _)| *name == placeholder).map(|(_, part)| part.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const PLACE: Place<'_> = Place { region: "eu-west-2", account: "111111111111" };

    fn named(service: &'static str, text: &'static str, members: &Value) -> Result<Vec<String>, String> {
        let wanted = Wanted::parse(service, text).unwrap();
        let named = wanted.named(members.as_object().unwrap(), PLACE)?;
        Ok(named.into_iter().map(|resource| resource.arn).collect())
    }

    #[test]
    fn names_and_arns_become_resources() {
        let table = |rest: &str| format!("arn:aws:dynamodb:eu-west-2:111111111111:table/{rest}");
        let of = |text, members: Value| named("dynamodb", text, &members);
        let query = "index(TableName, IndexName) | table(TableName)";
        assert_eq!(of(query, json!({"TableName": "t"})), Ok(vec![table("t")]));
        assert_eq!(of(query, json!({"TableName": "t", "IndexName": "i"})), Ok(vec![table("t/index/i")]));
        let other = "arn:aws:dynamodb:eu-west-2:222222222222:table/t";
        assert_eq!(of("table(TableName)", json!({"TableName": other})), Ok(vec![other.to_owned()]));
        let batch = of("table(RequestItems{})", json!({"RequestItems": {"a": [], "b": []}}));
        assert_eq!(batch, Ok(vec![table("a"), table("b")]));
        assert_eq!(of("table('*')", json!({})), Ok(vec![table("*")]));
        assert_eq!(of("table(TableName)?", json!({})), Ok(vec![]));
        for (text, members) in [
            ("table(TableName)", json!({})),
            ("table(TableName)", json!({"TableName": "arn:aws:s3:::b"})),
            ("table(TableName)", json!({"TableName": "arn:aws:dynamodb:eu-west-2:222222222222:global/t"})),
            ("!nobody says", json!({})),
        ] {
            assert!(of(text, members.clone()).is_err(), "{text} {members}");
        }
    }

    #[test]
    fn lists_of_structures_give_a_resource_an_element() {
        let members =
            json!({"Entries": [{"Bus": "a"}, {}], "T": [{"D": "d", "N": "n"}, {"D": "e", "N": "o"}]});
        let buses =
            named("events", "event-bus(Entries[].Bus ?? 'default')", &json!({"Entries": [{"Bus": "a"}]}));
        assert_eq!(buses.unwrap(), ["arn:aws:events:eu-west-2:111111111111:event-bus/a"]);
        let tables = named("glue", "table(T[].D, T[].N)", &members).unwrap();
        assert_eq!(tables[1], "arn:aws:glue:eu-west-2:111111111111:table/e/o");
    }

    #[test]
    fn lists_that_are_not_given_may_have_a_default() {
        for members in [json!({}), json!({"clusters": []})] {
            let clusters = named("ecs", "cluster(clusters[] ?? 'default')", &members).unwrap();
            assert_eq!(clusters, ["arn:aws:ecs:eu-west-2:111111111111:cluster/default"]);
            assert!(named("ecs", "cluster(clusters[])", &members).is_err());
        }
    }

    #[test]
    fn what_is_told_already_needs_no_list() {
        let text = "subnet(SubnetId) | subnet(Interfaces[].SubnetId)";
        let members = json!({ "SubnetId": "subnet-1", "Interfaces": [{ "Id": "eni-1" }] });
        let subnet = "arn:aws:ec2:eu-west-2:111111111111:subnet/subnet-1";
        assert_eq!(named("ec2", text, &members).unwrap(), [subnet]);
        for members in [
            json!({ "Interfaces": [{ "Id": "eni-1" }] }),
            json!({ "SubnetId": "subnet-1", "Interfaces": [{ "SubnetId": "subnet-2" }] }),
        ] {
            assert!(named("ec2", text, &members).is_err(), "{members}");
        }
    }

    #[test]
    fn an_arn_tells_what_other_resources_are_called() {
        let deployment = "arn:aws:ecs:eu-west-2:111111111111:service-deployment/prod/web/d1";
        let members = json!({ "serviceDeploymentArn": deployment });
        let service = named("ecs", "service('', serviceDeploymentArn)", &members).unwrap();
        assert_eq!(service, ["arn:aws:ecs:eu-west-2:111111111111:service/prod/web"]);
    }

    #[test]
    fn an_arn_stands_for_the_part_that_is_meant() {
        let cluster = "arn:aws:ecs:eu-west-2:111111111111:cluster/prod";
        let service = "arn:aws:ecs:eu-west-2:111111111111:service/prod/web";
        let of = |cluster: &str, service: &str| {
            let members = json!({"cluster": cluster, "service": service});
            named("ecs", "service(cluster ?? 'default', service)", &members)
        };
        for (cluster, name) in [("prod", "web"), (cluster, "web"), ("prod", service), (cluster, service)] {
            assert_eq!(of(cluster, name), Ok(vec![service.to_owned()]), "{cluster} {name}");
        }
        for (cluster, name) in [
            ("arn:aws:ecs:eu-west-2:222222222222:cluster/prod", "web"),
            ("arn:aws:s3:::prod", "web"),
            ("", "web"),
        ] {
            assert!(of(cluster, name).is_err(), "{cluster} {name}");
        }
        let both = json!({"StreamARN": "arn:aws:kinesis:eu-west-2:111111111111:stream/a", "StreamName": "b"});
        assert!(named("kinesis", "stream(StreamARN) | stream(StreamName)", &both).is_err());
    }

    #[test]
    fn what_the_reference_does_not_have_is_no_entry() {
        for text in ["tables(TableName)", "table()", "table(TableName", "table(TableName, Other)", "table"] {
            assert!(Wanted::parse("dynamodb", text).is_none(), "{text}");
        }
    }
}
