//! Labels, queries and headers to members.

use http::HeaderMap;
use http::header::HeaderValue;
use serde_json::Value;

use super::super::{WireInput, scalar};
use super::Misfit;
use crate::model::{Member, Shape};
use crate::{Members, Operation};

/// Conditions that count as not sent where they are no date (RFC 9110, 13.1.3 and 13.1.4).
const IGNORED_IF_NO_DATE: [&str; 2] = ["If-Modified-Since", "If-Unmodified-Since"];

/// The members of a request that stand outside its body.
pub(in crate::codec) fn read_request(
    operation: &Operation,
    input: &WireInput<'_>,
) -> Result<Members, Misfit> {
    located(operation.input(), |member| match member.location.as_deref() {
        Some("uri") => from_label(member, input.labels),
        Some("querystring") => from_query(operation, member, input.query),
        _ => from_headers(operation, member, input.headers),
    })
}

/// The members of an answer that stand in its headers.
pub(in crate::codec) fn read_headers(operation: &Operation, headers: &HeaderMap) -> Result<Members, Misfit> {
    located(operation.output(), |member| from_headers(operation, member, headers))
}

fn located(
    members: &'static [Member],
    read: impl Fn(&'static Member) -> Result<Option<Value>, Misfit>,
) -> Result<Members, Misfit> {
    let mut out = Members::new();
    for member in members {
        if let Some(value) = read(member)? {
            out.insert(member.name.clone(), value);
        }
    }
    Ok(out)
}

fn misfit(member: &'static Member, text: &str) -> Misfit {
    Misfit { member, text: text.to_owned() }
}

fn from_label(member: &'static Member, labels: &[(&str, String)]) -> Result<Option<Value>, Misfit> {
    match labels.iter().find(|(name, _)| *name == member.wire_name()) {
        Some((_, text)) => scalar::from_text(member, text).ok_or_else(|| misfit(member, text)).map(Some),
        None => Ok(None),
    }
}

fn from_query(
    operation: &Operation,
    member: &'static Member,
    query: &[(String, String)],
) -> Result<Option<Value>, Misfit> {
    let mut texts = query.iter().filter(|(name, _)| name == member.wire_name()).map(|(_, text)| text);
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let items: Result<Vec<_>, _> =
            texts.map(|text| scalar::from_text(list, text).ok_or_else(|| misfit(member, text))).collect();
        return Ok(Some(items?).filter(|items| !items.is_empty()).map(Value::Array));
    }
    match (texts.next(), texts.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => scalar::from_text(member, text).ok_or_else(|| misfit(member, text)).map(Some),
        (Some(text), Some(_)) => Err(misfit(member, text)),
    }
}

fn from_headers(
    operation: &Operation,
    member: &'static Member,
    headers: &HeaderMap,
) -> Result<Option<Value>, Misfit> {
    match member.location.as_deref() {
        Some("header") => from_header(operation, member, headers),
        Some("headers") => from_prefix(member, headers),
        _ => Ok(None),
    }
}

fn from_header(
    operation: &Operation,
    member: &'static Member,
    headers: &HeaderMap,
) -> Result<Option<Value>, Misfit> {
    let mut values = headers.get_all(member.wire_name()).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = header_text(member, first)?;
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let mut items = Vec::new();
        for value in std::iter::once(first).chain(values) {
            for item in header_text(member, value)?.split(',') {
                items.push(scalar::from_text(list, item.trim()).ok_or_else(|| misfit(member, item))?);
            }
        }
        return Ok(Some(Value::Array(items)));
    }
    if values.next().is_some() {
        return Err(misfit(member, text));
    }
    match scalar::from_text(member, text) {
        None if IGNORED_IF_NO_DATE.contains(&member.wire_name()) => Ok(None),
        value => value.ok_or_else(|| misfit(member, text)).map(Some),
    }
}

fn header_text<'a>(member: &'static Member, value: &'a HeaderValue) -> Result<&'a str, Misfit> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| misfit(member, ""))
}

fn from_prefix(member: &'static Member, headers: &HeaderMap) -> Result<Option<Value>, Misfit> {
    let mut entries = Members::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(&member.wire_name().to_ascii_lowercase()) {
            let text = header_text(member, value)?.to_owned();
            if entries.insert(key.to_owned(), Value::String(text)).is_some() {
                return Err(misfit(member, key));
            }
        }
    }
    Ok(Some(entries).filter(|entries| !entries.is_empty()).map(Value::Object))
}
