//! `data "aws_iam_policy_document"`: the document that the AWS provider makes of its blocks.

mod render;
mod set;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::render::Json;
use self::set::{crc32, in_set_order};
use crate::diagnostic::Diagnostic;
use crate::source::{Origin, Place};
use crate::value::{Kind, Text, Type, Value, decode_json};

/// The members of a statement in the order in which the provider writes them.
const MEMBERS: [&str; 8] =
    ["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"];

#[derive(Default)]
struct Document {
    version: String,
    id: String,
    statements: Vec<Statement>,
}

struct Statement {
    sid: String,
    members: Vec<(String, Json)>,
    origin: Option<Arc<Origin>>,
}

/// The attributes of the data source for its evaluated arguments: `json`, `minified_json` and `id` beside them.
///
/// # Errors
///
/// A source document that cannot be read, or a `Sid` that stands twice.
pub(crate) fn read(arguments: &Value, place: &Place) -> Result<Value, Diagnostic> {
    let mut attributes = arguments.as_entries().cloned().unwrap_or_default();
    let inputs = [
        "source_policy_documents",
        "override_policy_documents",
        "source_json",
        "override_json",
        "statement",
        "policy_id",
        "version",
    ];
    let marks = arguments.marks_within();
    if inputs.iter().any(|name| attributes.get(*name).is_some_and(|value| !value.is_wholly_known())) {
        return Ok(Value::new(Kind::Object(attributes)));
    }
    let document = merged(arguments, place)?.to_json();
    let json = document.indented();
    let id = i64::from(crc32(json.as_str().as_bytes())).to_string();
    for (name, text) in [("json", json), ("minified_json", document.minified()), ("id", Text::from(id))] {
        attributes.insert(name.to_owned(), Value::from(text).marked(marks));
    }
    Ok(Value::new(Kind::Object(attributes)))
}

fn merged(arguments: &Value, place: &Place) -> Result<Document, Diagnostic> {
    let wrong = |reason: String| Diagnostic::new("invalid policy document", place.clone(), reason);
    let documents = |name: &str| -> Result<Vec<Document>, Diagnostic> {
        let given = arguments.get(name);
        let items: Vec<&Value> = match given.map(Value::kind) {
            Some(Kind::List(_, items)) => items.iter().collect(),
            _ => Vec::new(),
        };
        let texts = items.into_iter().filter_map(Value::as_text).filter(|text| !text.as_str().is_empty());
        texts
            .map(|text| Document::decode(text).map_err(|reason| wrong(format!("`{name}`: {reason}"))))
            .collect()
    };
    for (former, now) in
        [("source_json", "source_policy_documents"), ("override_json", "override_policy_documents")]
    {
        if arguments.get(former).and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
            let wrong = wrong(format!("`{former}` is no longer used by the provider"));
            return Err(wrong.with_hint(format!("write `{now} = [ … ]`")));
        }
    }
    let mut merged = Document::default();
    let mut sids = BTreeSet::new();
    for source in documents("source_policy_documents")? {
        let mut named = source.statements.iter().filter(|statement| !statement.sid.is_empty());
        if let Some(statement) = named.find(|statement| !sids.insert(statement.sid.clone())) {
            let reason = format!("two statements of source documents have the Sid `{}`", statement.sid);
            return Err(wrong(reason).with_hint("remove one Sid, or merge with `override_policy_documents`"));
        }
        merged.merge(source);
    }
    merged.merge(Document::written(arguments).map_err(wrong)?);
    for source in documents("override_policy_documents")? {
        merged.merge(source);
    }
    Ok(merged)
}

impl Document {
    /// The document that the data source's own blocks make.
    fn written(arguments: &Value) -> Result<Document, String> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = text("version");
        if !["2008-10-17", "2012-10-17"].contains(&version.as_str()) {
            return Err(format!("`version` is `2012-10-17` or `2008-10-17`, not `{version}`"));
        }
        let mut document = Document { id: text("policy_id"), statements: Vec::new(), version };
        let blocks = arguments.get("statement").and_then(Value::as_sequence).unwrap_or_default();
        for block in blocks {
            let statement = Statement::written(block, &document.version)?;
            let repeated = !statement.sid.is_empty()
                && document.statements.iter().any(|earlier| earlier.sid == statement.sid);
            if repeated {
                return Err(format!("two statements have the Sid `{}`", statement.sid));
            }
            if !statement.sid.chars().all(|c| c.is_ascii_alphanumeric()) {
                return Err(format!("the Sid `{}` may hold letters and digits only", statement.sid));
            }
            document.statements.push(statement);
        }
        Ok(document)
    }

    fn decode(text: &Text) -> Result<Document, String> {
        let value = decode_json(text).map_err(|error| format!("not JSON: {error}"))?;
        if value.as_entries().is_none() {
            return Err("a JSON object is expected".to_owned());
        }
        let member = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let statements = match value.get("Statement") {
            Some(one) if one.as_entries().is_some() => {
                return Err("`Statement` must be a list: the provider does not read a single one".to_owned());
            }
            Some(list) => list.as_sequence().unwrap_or_default(),
            None => &[],
        };
        Ok(Document {
            version: member("Version"),
            id: member("Id"),
            statements: statements.iter().map(Statement::decoded).collect(),
        })
    }

    /// Adds another document: a later version and id win, a statement with a known `Sid` takes that one's place.
    fn merge(&mut self, other: Document) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let same = self
                .statements
                .iter_mut()
                .find(|earlier| !statement.sid.is_empty() && earlier.sid == statement.sid);
            match same {
                Some(earlier) => *earlier = statement,
                None => self.statements.push(statement),
            }
        }
    }

    fn to_json(&self) -> Json {
        let mut members = Vec::new();
        if !self.version.is_empty() {
            members.push(("Version".to_owned(), Json::Text(self.version.clone())));
        }
        if !self.id.is_empty() {
            members.push(("Id".to_owned(), Json::Text(self.id.clone())));
        }
        if !self.statements.is_empty() {
            let statements = self.statements.iter().map(Statement::to_json).collect();
            members.push(("Statement".to_owned(), Json::List(statements)));
        }
        Json::Object(members, None)
    }
}

impl Statement {
    fn written(block: &Value, version: &str) -> Result<Statement, String> {
        let mut statement = Statement {
            sid: block.get("sid").and_then(Value::as_str).unwrap_or_default().to_owned(),
            members: vec![("Effect".to_owned(), Json::Text(effect(block)?))],
            origin: block.shared_origin(),
        };
        let lists = [
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ];
        for (argument, member) in lists {
            let mut texts = descending(texts(block, argument));
            if member.ends_with("Resource") {
                texts = substituted(texts, version)?;
            }
            if !texts.is_empty() {
                statement.members.push((member.to_owned(), scalar_or_listed(texts)));
            }
        }
        for (argument, member) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            if let Some(principals) = principals(block, argument, version)? {
                statement.members.push((member.to_owned(), principals));
            }
        }
        if let Some(conditions) = conditions(block, version)? {
            statement.members.push(("Condition".to_owned(), conditions));
        }
        Ok(statement)
    }

    /// A statement of another document: its known members in the provider's order.
    fn decoded(value: &Value) -> Statement {
        let members = MEMBERS.iter().filter_map(|name| {
            let member = value.get(name)?;
            let json = match *name {
                "Condition" => decoded_conditions(member),
                "Principal" | "NotPrincipal" => decoded_principals(member),
                _ => Json::from_value(member),
            };
            (!json.is_empty()).then(|| ((*name).to_owned(), json))
        });
        Statement {
            sid: value.get("Sid").and_then(Value::as_str).unwrap_or_default().to_owned(),
            members: members.collect(),
            origin: value.shared_origin(),
        }
    }

    fn to_json(&self) -> Json {
        let sid = (!self.sid.is_empty()).then(|| ("Sid".to_owned(), Json::Text(self.sid.clone())));
        Json::Object(sid.into_iter().chain(self.members.iter().cloned()).collect(), self.origin.clone())
    }
}

fn effect(block: &Value) -> Result<String, String> {
    match block.get("effect").and_then(Value::as_str) {
        Some(effect @ ("Allow" | "Deny")) => Ok(effect.to_owned()),
        other => Err(format!("`effect` is `Allow` or `Deny`, not `{}`", other.unwrap_or_default())),
    }
}

fn texts(block: &Value, name: &str) -> Vec<String> {
    let items = block.get(name).and_then(Value::as_sequence).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `&{…}` becomes `${…}`, which Terraform itself would interpolate.
fn substituted(texts: Vec<String>, version: &str) -> Result<Vec<String>, String> {
    if version == "2008-10-17" && texts.iter().any(|text| text.contains("&{")) {
        return Err("policy variables (`&{…}`) need version 2012-10-17".to_owned());
    }
    Ok(texts.into_iter().map(|text| text.replace("&{", "${")).collect())
}

/// So the provider writes sets of several texts.
fn descending(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_by(|left, right| right.cmp(left));
    texts
}

fn principals(block: &Value, name: &str, version: &str) -> Result<Option<Json>, String> {
    let kind_of = |block: &Value| block.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let written = |block: &Value| {
        let identifiers = texts(block, "identifiers");
        let identifiers: String = in_set_order(&identifiers, |text| format!("{text};"))
            .into_iter()
            .map(|text| format!("{text};"))
            .collect();
        format!("identifiers:{{{identifiers}}};type:{};", kind_of(block))
    };
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for block in in_set_order(block.get(name).and_then(Value::as_sequence).unwrap_or_default(), written) {
        let identifiers = descending(substituted(texts(block, "identifiers"), version)?);
        kinds.entry(kind_of(block)).or_default().extend(identifiers);
    }
    let kinds = kinds.into_iter().map(|(kind, identifiers)| (kind, scalar_or_listed(identifiers)));
    let kinds: Vec<(String, Json)> = kinds.collect();
    Ok(if kinds.is_empty() { None } else { Some(principal_json(kinds)) })
}

/// Principals by type; everyone is written as `*`.
fn principal_json(kinds: Vec<(String, Json)>) -> Json {
    let everyone = match kinds.as_slice() {
        [(kind, Json::Text(identifier))] => kind == "*" && identifier == "*",
        [(kind, Json::List(identifiers))] => {
            kind == "*" && matches!(identifiers.as_slice(), [Json::Text(only)] if only == "*")
        }
        _ => false,
    };
    if everyone { Json::Text("*".to_owned()) } else { Json::Object(kinds, None) }
}

fn scalar_or_listed(texts: Vec<String>) -> Json {
    match <[String; 1]>::try_from(texts) {
        Ok([only]) => Json::Text(only),
        Err(texts) => Json::List(texts.into_iter().map(Json::Text).collect()),
    }
}

fn conditions(block: &Value, version: &str) -> Result<Option<Json>, String> {
    let text =
        |block: &Value, name: &str| block.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let written = |block: &Value| {
        let values: String = texts(block, "values").iter().map(|value| format!("{value};")).collect();
        format!("test:{};values:({values});variable:{};", text(block, "test"), text(block, "variable"))
    };
    let mut entries = Vec::new();
    for block in
        in_set_order(block.get("condition").and_then(Value::as_sequence).unwrap_or_default(), written)
    {
        let values = substituted(texts(block, "values"), version)?;
        entries.push((text(block, "test"), text(block, "variable"), values));
    }
    Ok(if entries.is_empty() { None } else { Some(condition_json(entries)) })
}

/// Conditions by operator and key, both sorted; values of the same operator and key come together.
fn condition_json(entries: Vec<(String, String, Vec<String>)>) -> Json {
    let mut tests: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (test, variable, values) in entries {
        tests.entry(test).or_default().entry(variable).or_default().extend(values);
    }
    let tests = tests.into_iter().map(|(test, variables)| {
        let variables = variables.into_iter().map(|(variable, values)| (variable, scalar_or_listed(values)));
        (test, Json::Object(variables.collect(), None))
    });
    Json::Object(tests.collect(), None)
}

fn decoded_conditions(value: &Value) -> Json {
    let mut entries = Vec::new();
    for (test, variables) in value.as_entries().into_iter().flatten() {
        for (variable, values) in variables.as_entries().into_iter().flatten() {
            entries.push((test.clone(), variable.clone(), decoded_texts(values)));
        }
    }
    condition_json(entries)
}

fn decoded_principals(value: &Value) -> Json {
    match value.as_entries() {
        Some(kinds) => principal_json(
            kinds
                .iter()
                .map(|(kind, identifiers)| {
                    // A list of one stays a list, unlike in a block.
                    let listed = identifiers.as_sequence().is_some();
                    let texts = descending(decoded_texts(identifiers));
                    let json = if listed {
                        Json::List(texts.into_iter().map(Json::Text).collect())
                    } else {
                        scalar_or_listed(texts)
                    };
                    (kind.clone(), json)
                })
                .collect(),
        ),
        None => Json::from_value(value),
    }
}

/// A text or a list of texts; truth values become text, as in the provider.
fn decoded_texts(value: &Value) -> Vec<String> {
    match value.kind() {
        Kind::Tuple(items) => items.iter().flat_map(decoded_texts).collect(),
        _ => crate::value::convert(value.clone(), &Type::String)
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .into_iter()
            .collect(),
    }
}
