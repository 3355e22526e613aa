//! XML in and out: a writer for answers, a small bounded tree for what is read.

use quick_xml::XmlVersion;
use quick_xml::escape::escape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// How deep a document may nest: far above any AWS document, far below any stack.
const MAX_DEPTH: usize = 64;

/// Writes one document.
pub struct Writer(String);

impl Writer {
    /// A document with AWS's declaration.
    pub fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// A document without a declaration.
    pub fn fragment() -> Self {
        Self(String::new())
    }

    /// Opens an element, in a namespace where one is given.
    pub fn open(&mut self, name: &str, namespace: Option<&str>) {
        match namespace.filter(|uri| !uri.is_empty()) {
            Some(uri) => self.0.push_str(&format!("<{name} xmlns=\"{uri}\">")),
            None => self.0.push_str(&format!("<{name}>")),
        }
    }

    /// Opens an element with attributes, written as they are but for escaping.
    pub fn open_with(&mut self, name: &str, attributes: &[(String, String)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push_str(&format!(" {key}=\""));
            // Parsers would make spaces of line ends and tabs, too.
            self.escaped(value, &[]);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) {
        self.0.push_str(&format!("</{name}>"));
    }

    /// An element with a text.
    pub fn element(&mut self, name: &str, text: &str) {
        self.open(name, None);
        self.text(text);
        self.close(name);
    }

    /// A text inside the open element. A carriage return is written as a reference, or parsers would normalize it away;
    /// so are the characters that XML 1.0 has no place for, as S3 writes them.
    pub fn text(&mut self, text: &str) {
        self.escaped(text, &['\t', '\n']);
    }

    fn escaped(&mut self, text: &str, plain: &[char]) {
        for c in escape(text).chars() {
            match c {
                _ if plain.contains(&c) => self.0.push(c),
                '\0'..='\u{1f}' => self.0.push_str(&format!("&#x{:X};", u32::from(c))),
                _ => self.0.push(c),
            }
        }
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0
    }
}

/// One element as it was read: namespaces are dropped, text is unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The local name.
    pub name: String,
    /// Attributes by their local names (`type` for `xsi:type`).
    pub attributes: Vec<(String, String)>,
    /// Child elements in order.
    pub children: Vec<Element>,
    /// The text directly inside.
    pub text: String,
}

impl Element {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// A document that is no XML, nests too deep, or declares a document type.
#[derive(Debug, thiserror::Error)]
#[error("the document is not well-formed XML: {0}")]
pub struct XmlError(String);

/// Reads a document. Document types and entities other than XML's own are refused, so that nothing expands.
///
/// # Errors
/// An [`XmlError`] for anything but one well-formed element.
pub fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let wrong = |what: &dyn std::fmt::Display| XmlError(what.to_string());
    let text = std::str::from_utf8(bytes).map_err(|e| wrong(&e))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().map_err(|e| wrong(&e))? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH || root.is_some() {
                    return Err(wrong(&"it nests too deep, or goes on after its root"));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                let element = element(&start)?;
                place(element, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| wrong(&"an element is closed that was not opened"))?;
                place(element, &mut open, &mut root)?;
            }
            Event::Text(text) => {
                let text = text.xml_content(XmlVersion::Explicit1_0).map_err(|e| wrong(&e))?;
                append(&mut open, &text)?;
            }
            Event::CData(data) => {
                let text = data.decode().map_err(|e| wrong(&e))?;
                append(&mut open, &text)?;
            }
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().map_err(|e| wrong(&e))? {
                    Some(character) => character.to_string(),
                    None => {
                        let name = reference.decode().map_err(|e| wrong(&e))?;
                        quick_xml::escape::resolve_predefined_entity(&name)
                            .ok_or_else(|| wrong(&format!("unknown entity `{name}`")))?
                            .to_owned()
                    }
                };
                append(&mut open, &text)?;
            }
            Event::DocType(_) => return Err(wrong(&"a document type is not allowed")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    match (open.is_empty(), root) {
        (true, Some(root)) => Ok(root),
        _ => Err(wrong(&"it ends early")),
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Result<Element, XmlError> {
    let name = local(start.name().as_ref())?;
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| XmlError(e.to_string()))?;
        let value =
            attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| XmlError(e.to_string()))?;
        attributes.push((local(attribute.key.as_ref())?, value.into_owned()));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

/// A name without its prefix. The reader takes anything for one that has no blank in it: what stands in a broken tag
/// must not be read as the name behind its last colon.
fn local(name: &[u8]) -> Result<String, XmlError> {
    let text = String::from_utf8_lossy(name);
    let (prefix, local) = match text.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, &*text),
    };
    let begins = |c: char| c.is_alphabetic() || c == '_';
    let named = |name: &str| {
        name.starts_with(begins) && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    if named(local) && prefix.is_none_or(named) {
        return Ok(local.to_owned());
    }
    Err(XmlError(format!("`{text}` is no name")))
}

fn place(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(XmlError("it has more than one root".to_owned())),
    }
    Ok(())
}

fn append(open: &mut [Element], text: &str) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(XmlError("text stands outside its root".to_owned())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let mut xml = Writer::document();
        xml.open("Tagging", Some("http://s3.amazonaws.com/doc/2006-03-01/"));
        xml.element("Key", "a < b & c\r\n");
        xml.close("Tagging");
        let root = parse(xml.finish().as_bytes()).unwrap();
        assert_eq!(root.name, "Tagging");
        assert_eq!(root.child("Key").unwrap().text, "a < b & c\r\n");
        let mut xml = Writer::fragment();
        xml.open_with("a", &[("b".to_owned(), "\"\r\n\t<".to_owned())]);
        xml.close("a");
        let element = parse(xml.finish().as_bytes()).unwrap();
        assert_eq!(element.attributes, [("b".to_owned(), "\"\r\n\t<".to_owned())]);
    }

    #[test]
    fn refuses_what_is_hostile() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aa\">]><x>&a;</x>";
        let deep = "<a>".repeat(100_000);
        let broken = "<x=\"http:Delete></x=\"http:Delete>";
        for text in [
            broken,
            "<1/>",
            "<a:b:c/>",
            "<:a/>",
            "<a b=\"1\" =\"2\"/>",
            "",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "x<a/>",
            bomb,
            &deep,
            "<a>&b;</a>",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{}", text.get(..20).unwrap_or(text));
        }
    }
}
