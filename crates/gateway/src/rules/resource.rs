//! Which resources an operation is about: `index(TableName, IndexName) | table(TableName)`.

use serde_json::Value;
use stackproof_aws::{Members, reference};
use stackproof_policy::arn::Arn;

use super::path::Path;

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
}

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
    Kind { kind: &'static str, template: &'static str, args: Vec<Arg> },
}

/// What fills a placeholder.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    path: Option<Path>,
    default: Option<&'static str>,
}

impl Arg {
    /// Reads `Path`, `Path ?? 'text'` or `'text'`.
    pub fn parse(text: &'static str) -> Option<Self> {
        let literal = |text: &'static str| text.trim().strip_prefix('\'')?.strip_suffix('\'');
        if let Some(text) = literal(text) {
            return Some(Self { path: None, default: Some(text) });
        }
        match text.split_once(" ?? ") {
            Some((path, default)) => {
                Some(Self { path: Some(Path::parse(path.trim())?), default: Some(literal(default)?) })
            }
            None => Some(Self { path: Some(Path::parse(text.trim())?), default: None }),
        }
    }

    /// All its values in a request.
    pub fn texts(&self, members: &Members) -> Vec<String> {
        let texts = self.path.as_ref().map(|path| path.texts(members)).unwrap_or_default();
        self.or_default(texts)
    }

    fn or_default(&self, texts: Vec<String>) -> Vec<String> {
        match (texts.is_empty(), self.default) {
            (true, Some(default)) => vec![default.to_owned()],
            _ => texts,
        }
    }

    fn of_element(&self, members: &Members, element: &Value) -> Option<String> {
        let texts = match &self.path {
            Some(path) if path.list().is_some() => {
                let (_, rest) = path.through_list(members)?;
                self.or_default(rest.texts_of(element))
            }
            _ => self.texts(members),
        };
        <[String; 1]>::try_from(texts).ok().map(|[text]| text)
    }
}

impl Wanted {
    /// Reads an entry of the column `resources`.
    pub fn parse(service: &str, text: &'static str) -> Option<Self> {
        let (text, optional) = match text.trim().strip_suffix('?') {
            Some(text) if !text.ends_with('?') => (text, true),
            _ => (text.trim(), false),
        };
        let ways =
            text.split(" | ").map(|way| Way::parse(service, way.trim())).collect::<Option<Vec<_>>>()?;
        Some(Self { ways, optional })
    }

    /// The resources that a request names.
    ///
    /// # Errors
    /// Why it cannot be told.
    pub fn named(&self, members: &Members, place: Place<'_>) -> Named {
        for way in &self.ways {
            match way {
                Way::Any => return Ok(vec![Resource { kind: "", arn: "*".to_owned() }]),
                Way::Unknown(reason) => return Err((*reason).to_owned()),
                Way::Kind { kind, template, args } => {
                    let rows = rows(args, members)?;
                    if !rows.is_empty() {
                        return rows.iter().map(|row| resource(kind, template, row, place)).collect();
                    }
                }
            }
        }
        match (self.optional, self.ways.first()) {
            (true, _) => Ok(Vec::new()),
            (false, Some(Way::Kind { kind, .. })) => Err(format!("which {kind} it is about")),
            (false, _) => Err("what it is about".to_owned()),
        }
    }
}

impl Way {
    fn parse(service: &str, text: &'static str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        if let Some(reason) = text.strip_prefix('!') {
            return Some(Self::Unknown(reason));
        }
        let (kind, args) = text.strip_suffix(')')?.split_once('(')?;
        let template = reference::arn_template(service, kind)?;
        let args: Vec<Arg> = match args.trim() {
            "" => Vec::new(),
            args => args.split(", ").map(Arg::parse).collect::<Option<_>>()?,
        };
        (placeholders(template).count() == args.len()).then_some(Self::Kind { kind, template, args })
    }
}

/// Placeholders that are the resource's own.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let names = template.split("${").skip(1).filter_map(|rest| rest.split('}').next());
    names.filter(|name| !["Partition", "Region", "Account"].contains(name))
}

/// The values of the arguments, a row a resource; none where a request does not name them all.
fn rows(args: &[Arg], members: &Members) -> Result<Vec<Vec<String>>, String> {
    let lists: Vec<Path> = args.iter().filter_map(|arg| arg.path.as_ref()?.list()).collect();
    if let [first, second, ..] = lists.as_slice() {
        if lists.iter().any(|list| list != first) {
            return Err(format!("how its lists belong together ({first:?}, {second:?})"));
        }
        let elements = args.iter().find_map(|arg| arg.path.as_ref()?.through_list(members));
        let elements = elements.map(|(elements, _)| elements).unwrap_or_default();
        let row =
            |element| args.iter().map(|arg| arg.of_element(members, element)).collect::<Option<Vec<_>>>();
        let rows: Option<Vec<_>> = elements.iter().map(row).collect();
        return rows.ok_or_else(|| "what an element of its list is about".to_owned());
    }
    // At most one of them has several values.
    let columns: Vec<Vec<String>> = args.iter().map(|arg| arg.texts(members)).collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or(1);
    let row = |at: usize| {
        let cell = |column: &Vec<String>| column.get(at).or_else(|| column.first()).cloned();
        columns.iter().map(cell).collect::<Option<Vec<_>>>()
    };
    Ok((0..count).map(row).collect::<Option<_>>().unwrap_or_default())
}

/// A resource by the names of a row. Where the last is an ARN already, it is the resource.
fn resource(
    kind: &'static str,
    template: &str,
    row: &[String],
    place: Place<'_>,
) -> Result<Resource, String> {
    if let Some(arn) = row.last().filter(|last| last.starts_with("arn:")) {
        return match fits(template, arn) {
            true => Ok(Resource { kind, arn: arn.clone() }),
            false => Err(format!("which {kind} the ARN `{arn}` means")),
        };
    }
    let mut names = row.iter();
    let mut arn = String::new();
    for (at, part) in template.split("${").enumerate() {
        let Some((name, rest)) = part.split_once('}').filter(|_| at > 0) else {
            arn.push_str(part);
            continue;
        };
        match name {
            "Partition" => arn.push_str("aws"),
            "Region" => arn.push_str(place.region),
            "Account" => arn.push_str(place.account),
            _ => arn.push_str(names.next().map(String::as_str).unwrap_or_default()),
        }
        arn.push_str(rest);
    }
    Ok(Resource { kind, arn })
}

/// Whether an ARN is one of that type: the same service, an account and a region where the type has them, and the fixed
/// parts of the resource in their order.
fn fits(template: &str, arn: &str) -> bool {
    let (Some(wanted), Some(given)) = (Arn::parse(template), Arn::parse(arn)) else { return false };
    let both = |wanted: &str, given: &str| wanted.is_empty() == given.is_empty();
    let mut rest = given.resource;
    let mut fixed =
        wanted.resource.split("${").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    let begins = fixed.next().unwrap_or_default();
    let Some(behind) = rest.strip_prefix(begins) else { return false };
    rest = behind;
    for part in fixed.filter(|part| !part.is_empty()) {
        match rest.find(part).and_then(|at| rest.get(at.saturating_add(part.len())..)) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    given.partition == "aws"
        && wanted.service == given.service
        && both(wanted.region, given.region)
        && both(wanted.account, given.account)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PLACE: Place<'_> = Place { region: "eu-west-2", account: "111111111111" };

    fn named(service: &str, text: &'static str, members: &Value) -> Result<Vec<String>, String> {
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
    fn what_the_reference_does_not_have_is_no_entry() {
        for text in ["tables(TableName)", "table()", "table(TableName", "table(TableName, Other)", "table"] {
            assert!(Wanted::parse("dynamodb", text).is_none(), "{text}");
        }
    }
}
