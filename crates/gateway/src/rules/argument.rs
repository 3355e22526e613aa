//! What fills the placeholders of ARNs: members of a request, the elements of its lists each on its own.

use serde_json::Value;
use stackproof_aws::Members;

use super::path::Path;

/// An element of a list of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub list: Path,
    pub at: usize,
}

/// What fills a placeholder.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    path: Option<Path>,
    default: Option<&'static str>,
}

impl Arg {
    /// Whether no member stands for it.
    pub fn is_literal(&self) -> bool {
        self.path.is_none()
    }

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

    /// Its values in a request; of the list that the element is of, those of the element.
    pub fn texts_at(&self, members: &Members, element: Option<&Element>) -> Vec<String> {
        let Some(element) = element.filter(|element| self.list().as_ref() == Some(&element.list)) else {
            return self.texts(members);
        };
        let elements = self.path.as_ref().and_then(|path| path.through_list(members));
        match elements.and_then(|(elements, _)| elements.get(element.at)) {
            Some(value) => self.of_element(members, value),
            None => self.or_default(Vec::new()),
        }
    }

    /// All its values in a request.
    fn texts(&self, members: &Members) -> Vec<String> {
        let texts = self.path.as_ref().map(|path| path.texts(members)).unwrap_or_default();
        self.or_default(texts)
    }

    fn or_default(&self, texts: Vec<String>) -> Vec<String> {
        match (texts.is_empty(), self.default) {
            (true, Some(default)) => vec![default.to_owned()],
            _ => texts,
        }
    }

    fn of_element(&self, members: &Members, element: &Value) -> Vec<String> {
        match self.path.as_ref().and_then(|path| path.through_list(members)) {
            Some((_, rest)) => self.or_default(rest.texts_of(element)),
            None => self.texts(members),
        }
    }

    /// The list that its way leads through.
    fn list(&self) -> Option<Path> {
        self.path.as_ref()?.list()
    }
}

/// Why the elements of a list tell nothing where one of them lacks what another has.
pub(super) const LACKING: &str = "what an element of its list is about";

/// What fills the placeholders of one resource.
pub(super) struct Row {
    pub names: Vec<String>,
    pub element: Option<Element>,
}

/// The values of the arguments, a row a resource; none where a request does not name them all.
pub(super) fn rows(args: &[Arg], members: &Members) -> Result<Vec<Row>, String> {
    let lists: Vec<Path> = args.iter().filter_map(Arg::list).collect();
    if lists.iter().any(|list| Some(list) != lists.first()) {
        return Err("how its lists belong together".to_owned());
    }
    let elements = args.iter().find_map(|arg| arg.path.as_ref()?.through_list(members));
    let elements = elements.map(|(elements, _)| elements).unwrap_or_default();
    let Some(list) = lists.first().filter(|_| !elements.is_empty()) else {
        // At most one of them has several values, those of a map; a list that is not given may have a default.
        let rows = product(args.iter().map(|arg| arg.texts(members)).collect());
        return Ok(rows.into_iter().map(|names| Row { names, element: None }).collect());
    };
    let mut rows = Vec::new();
    for (at, element) in elements.iter().enumerate() {
        let of_element = product(args.iter().map(|arg| arg.of_element(members, element)).collect());
        if of_element.is_empty() {
            return Err(LACKING.to_owned());
        }
        let element = Some(Element { list: list.clone(), at });
        rows.extend(of_element.into_iter().map(|names| Row { names, element: element.clone() }));
    }
    Ok(rows)
}

/// Every combination of a value of each column.
fn product(columns: Vec<Vec<String>>) -> Vec<Vec<String>> {
    columns.iter().fold(vec![Vec::new()], |rows, column| {
        rows.iter()
            .flat_map(|row| {
                column.iter().map(move |value| row.iter().cloned().chain([value.clone()]).collect())
            })
            .collect()
    })
}
