//! Lists in answers: the keys they tell.

use stackproof_aws::xml::{self, Element};

use super::behind::decoded;

/// What a list says it lists, and what is in it.
#[derive(Debug, Default)]
pub struct Listing {
    pub bucket: String,
    pub keys: Vec<String>,
    pub prefixes: Vec<String>,
    pub etags: Vec<String>,
}

/// Elements of a list that are of one object each.
const ENTRIES: [&str; 4] = ["Contents", "Version", "DeleteMarker", "Upload"];

/// The list in an answer; nothing where it is none.
pub fn read(body: &[u8]) -> Option<Listing> {
    let root = xml::parse(body).ok()?;
    let text = |element: &Element, name: &str| element.child(name).map(|child| child.text.clone());
    let encoded = text(&root, "EncodingType").as_deref() == Some("url");
    if encoded && root.name == "ListMultipartUploadsResult" {
        // LocalStack says so, and encodes nothing.
        return None;
    }
    let plain = |text: String| if encoded { decoded(&text) } else { text };
    let entries = || root.children.iter().filter(|child| ENTRIES.contains(&child.name.as_str()));
    let prefixes = root.children.iter().filter(|child| child.name == "CommonPrefixes");
    Some(Listing {
        bucket: text(&root, "Name").or_else(|| text(&root, "Bucket"))?,
        keys: entries().filter_map(|entry| text(entry, "Key")).map(plain).collect(),
        prefixes: prefixes.filter_map(|prefix| text(prefix, "Prefix")).map(plain).collect(),
        etags: entries()
            .filter_map(|entry| text(entry, "ETag"))
            .map(|etag| etag.trim_matches('"').to_owned())
            .collect(),
    })
}

/// The name of the document in an answer.
pub fn root(body: &[u8]) -> Option<String> {
    xml::parse(body).ok().map(|root| root.name).filter(|name| !name.is_empty())
}
