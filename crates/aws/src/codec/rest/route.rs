//! Which operation of a REST service a method and a path name.

use std::cmp::Ordering;
use std::str::Split;

use percent_encoding::percent_decode_str;

use super::write::pair;
use crate::{Operation, Service};

/// What a request was found to name.
#[derive(Debug)]
pub struct Route {
    /// The operation.
    pub operation: &'static Operation,
    /// The labels of its path, decoded once, as [`super::super::WireInput`] takes them.
    pub labels: Vec<(&'static str, String)>,
}

/// The operation of a REST/JSON service that a request is for: the template that fits best, segment by segment, a
/// literal before a label, and among equal paths the one with more fixed members of the query.
///
/// `path` is as it was sent, `query` decoded. A slash at the end says nothing: older SDKs send one where newer models
/// have none. None where nothing fits, where two templates fit alike, where a label is empty or one that others would
/// resolve away (`.`, `..`), where an escape is no escape, or where a fixed member of the query is given twice.
pub fn route(
    service: &'static Service,
    method: &str,
    path: &str,
    query: &[(String, String)],
) -> Option<Route> {
    let segments: Vec<String> = segments(path).map(decoded).collect::<Option<_>>()?;
    let mut best: Vec<Candidate> = Vec::new();
    for operation in service.operations() {
        let Some(candidate) = Candidate::of(operation, method, &segments) else { continue };
        if !candidate.fixed(query)? {
            continue;
        }
        let rank = best.first().map_or(Ordering::Greater, |known| candidate.rank.cmp(&known.rank));
        if rank == Ordering::Greater {
            best.clear();
        }
        if rank != Ordering::Less {
            best.push(candidate);
        }
    }
    match best.pop() {
        Some(Candidate { operation, labels, .. }) if best.is_empty() => Some(Route { operation, labels }),
        _ => None,
    }
}

fn segments(path: &str) -> Split<'_, char> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

/// A segment without its escapes.
fn decoded(segment: &str) -> Option<String> {
    let mut parts = segment.split('%').skip(1);
    let escaped =
        |part: &str| part.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if !parts.all(escaped) {
        return None;
    }
    percent_decode_str(segment).decode_utf8().ok().map(|text| text.into_owned())
}

/// How closely a segment of a template fits, the closest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Greedy,
    Label,
    Literal,
}

type Labels<'a> = Vec<(&'a str, String)>;

struct Candidate {
    operation: &'static Operation,
    labels: Labels<'static>,
    /// The fit of each segment, then how many members of the query are fixed.
    rank: (Vec<Fit>, usize),
    query: Vec<(String, String)>,
}

impl Candidate {
    fn of(operation: &'static Operation, method: &str, segments: &[String]) -> Option<Self> {
        let io = operation.io.as_ref().filter(|io| io.method == method)?;
        let (template, fixed) = io.uri.split_once('?').unwrap_or((&io.uri, ""));
        let query: Vec<_> = fixed.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        let (labels, fits) = fit(template, segments)?;
        let rank = (fits, query.len());
        Some(Self { operation, labels, rank, query })
    }

    /// Whether the query has what the template fixes; none where it has it in two ways.
    fn fixed(&self, query: &[(String, String)]) -> Option<bool> {
        let mut all = true;
        for (name, value) in &self.query {
            let mut given = query.iter().filter(|(given, _)| given == name);
            match (given.next(), given.next()) {
                (_, Some(_)) => return None,
                (found, None) => all &= found.is_some_and(|(_, found)| found == value),
            }
        }
        Some(all)
    }
}

/// The labels of a path that fits a template, and how each of its segments does.
fn fit<'a>(template: &'a str, path: &[String]) -> Option<(Labels<'a>, Vec<Fit>)> {
    let (mut labels, mut fits) = (Vec::new(), Vec::new());
    let mut rest = path.iter();
    let mut parts = segments(template);
    while let Some(part) = parts.next() {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => {
                rest.next().filter(|segment| *segment == part)?;
                fits.push(Fit::Literal);
            }
            Some(name) => match name.strip_suffix('+') {
                None => {
                    labels.push((name, label(rest.next()?)?));
                    fits.push(Fit::Label);
                }
                Some(name) => {
                    let taken = rest.len().checked_sub(parts.clone().count()).filter(|taken| *taken > 0)?;
                    let text: Option<Vec<_>> =
                        rest.by_ref().take(taken).map(|segment| label(segment)).collect();
                    labels.push((name, text?.join("/")));
                    fits.push(Fit::Greedy);
                }
            },
        }
    }
    rest.next().is_none().then_some((labels, fits))
}

fn label(segment: &str) -> Option<String> {
    (!matches!(segment, "" | "." | "..")).then(|| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::codec::{WireInput, decode_request, encode_request};

    fn found(method: &str, path: &str, query: &[(&str, &str)]) -> Option<(String, Vec<String>)> {
        let query: Vec<_> = query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let route = route(Service::named("lambda").unwrap(), method, path, &query)?;
        Some((route.operation.name.clone(), route.labels.into_iter().map(|(_, text)| text).collect()))
    }

    fn is(name: &str, labels: &[&str]) -> Option<(String, Vec<String>)> {
        Some((name.to_owned(), labels.iter().map(|text| (*text).to_owned()).collect()))
    }

    #[test]
    fn every_operation_is_found_with_its_labels() {
        for service in ["lambda", "quicksight"] {
            let service = Service::named(service).unwrap();
            for operation in service.operations() {
                let mut members = crate::Members::new();
                for member in operation.input().iter().filter(|m| m.location.as_deref() == Some("uri")) {
                    let text = format!("{}/ %2F{{x}}é", member.name);
                    let value = if member.kind == "integer" { json!(7) } else { Value::String(text) };
                    members.insert(member.name.clone(), value);
                }
                let wire = encode_request(operation, &members).unwrap();
                let route = route(service, wire.method.as_str(), &wire.path, &wire.query).unwrap();
                assert_eq!(route.operation.name, operation.name, "{}", wire.path);
                let input = WireInput {
                    labels: &route.labels,
                    query: &wire.query,
                    headers: &wire.headers,
                    body: &wire.body,
                };
                assert_eq!(decode_request(operation, &input).unwrap(), members, "{}", operation.name);
            }
        }
    }

    #[test]
    fn labels_are_decoded_once() {
        let path =
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-2%3A1%3Afunction%3Af/policy/a%252F%2Fb";
        let labels = ["arn:aws:lambda:eu-west-2:1:function:f", "a%2F/b"];
        assert_eq!(found("DELETE", path, &[]), is("RemovePermission", &labels));
        assert_eq!(found("DELETE", "/2015-03-31/functions/%2e", &[]), None);
        assert_eq!(found("GET", "/2015%2D03-31/functions/f", &[]), is("GetFunction", &["f"]));
    }

    #[test]
    fn a_greedy_label_takes_what_the_rest_leaves() {
        let fits = |path: &str| {
            let path: Vec<_> = segments(path).map(str::to_owned).collect();
            fit("/a/{Key+}/c", &path).map(|(labels, _)| labels[0].1.clone())
        };
        assert_eq!(fits("/a/x/c"), Some("x".to_owned()));
        assert_eq!(fits("/a/x/c/y/c"), Some("x/c/y".to_owned()));
        assert_eq!((fits("/a/c"), fits("/a/x/d"), fits("/a/x//c")), (None, None, None));
    }

    #[test]
    fn a_slash_at_the_end_says_nothing() {
        assert_eq!(found("GET", "/2015-03-31/functions/", &[]), is("ListFunctions", &[]));
        assert_eq!(found("GET", "/2015-03-31/functions", &[]), is("ListFunctions", &[]));
        assert_eq!(found("DELETE", "/2015-03-31/functions/", &[]), None);
    }

    #[test]
    fn fixed_members_of_the_query_choose() {
        let layers = "/2018-10-31/layers";
        assert_eq!(found("GET", layers, &[]), is("ListLayers", &[]));
        let by_arn = [("find", "LayerVersion"), ("Arn", "a")];
        assert_eq!(found("GET", layers, &by_arn), is("GetLayerVersionByArn", &[]));
        assert_eq!(found("GET", layers, &[("find", "LayerVersion"), ("find", "x")]), None);
        let concurrency = "/2019-09-30/functions/f/provisioned-concurrency";
        let list = is("ListProvisionedConcurrencyConfigs", &["f"]);
        assert_eq!(found("GET", concurrency, &[("List", "ALL")]), list);
        let get = is("GetProvisionedConcurrencyConfig", &["f"]);
        assert_eq!(found("GET", concurrency, &[("Qualifier", "q")]), get);
    }

    #[test]
    fn what_names_nothing_is_not_found() {
        for path in [
            "/",
            "",
            "/2015-03-31",
            "/2015-03-31/functions//policy",
            "//2015-03-31/functions/f",
            "/2015-03-31/functions/f//",
            "/2015-03-31/functions/../policy",
            "/2015-03-31/functions/%2E%2e/policy",
            "/2015-03-31/functions/a%zz",
            "/2015-03-31/functions/a%4",
            "/2015-03-31/functions/a%FF",
            "/2015-03-31/Functions/f",
            "/2015-03-31/functions/f/g/h/i",
        ] {
            assert_eq!(found("GET", path, &[]), None, "{path}");
        }
        assert_eq!(found("PATCH", "/2015-03-31/functions/f", &[]), None);
    }
}
