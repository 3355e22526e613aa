//! Reads AWS's signing test suite, for the tests of what signs and of what verifies.

use http::request::Parts;
use serde_json::Value;

/// One case.
pub struct Case {
    pub name: String,
    /// `service`, `region`, `timestamp`, `credentials`, …; null where the suite has none.
    pub context: Value,
    case: Value,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Header,
    Query,
}

/// A request as HTTP can carry it.
pub struct Sent {
    pub parts: Parts,
    pub body: String,
    /// A path with escapes, of which the suite expects that they are not encoded again: S3's rule. Its two older cases
    /// expect the rule of all others.
    pub escaped: bool,
}

pub const PLACES: [Place; 2] = [Place::Header, Place::Query];

pub fn cases() -> Vec<Case> {
    let read = |line: &str| {
        let case: Value = serde_json::from_str(line).unwrap();
        Case { name: case["name"].as_str().unwrap().to_owned(), context: case["context"].clone(), case }
    };
    include_str!("sigv4-suite.jsonl").lines().map(read).collect()
}

impl Case {
    pub fn text(&self, name: &str) -> &str {
        self.context[name].as_str().unwrap()
    }

    /// A file of the case: `canonical_request`, `string_to_sign`, `signature`.
    pub fn file(&self, place: Place, name: &str) -> Option<&str> {
        let place = match place {
            Place::Header => "header",
            Place::Query => "query",
        };
        self.case[place][name].as_str()
    }

    /// The request before it is signed.
    pub fn request(&self) -> Sent {
        sent(self.case["request"].as_str().unwrap())
    }

    /// The request after it was signed.
    pub fn signed(&self, place: Place) -> Option<Sent> {
        self.file(place, "signed_request").map(sent)
    }

    pub fn normalizes(&self) -> bool {
        self.context["normalize"] != false
    }
}

fn sent(text: &str) -> Sent {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    // Continued lines are folded into blanks, as servers do that take them at all (RFC 9112, section 5.2).
    let mut lines: Vec<String> = Vec::new();
    for line in head.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    let (method, target) = lines[0].trim_end_matches(" HTTP/1.1").split_once(' ').unwrap();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    // The suite has spaces and characters in paths and queries that HTTP carries as escapes.
    let plain = |text: &str| -> String {
        let encode = |byte: u8| {
            if byte.is_ascii_graphic() { (byte as char).to_string() } else { format!("%{byte:02X}") }
        };
        text.bytes().map(encode).collect()
    };
    let uri = query.map_or(plain(path), |query| format!("{}?{}", plain(path), plain(query)));
    let mut request = http::Request::builder().method(method).uri(uri);
    for line in lines.iter().skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        request = request.header(name, value);
    }
    let (parts, body) = request.body(body.to_owned()).unwrap().into_parts();
    Sent { escaped: parts.uri.path().contains('%'), parts, body }
}
