//! Configuration in JSON (`.tf.json`): written out as HCL, which is then read as any other file is. Every part of the text
//! knows which part of the JSON it stands for.

mod expression;
mod shape;

use std::ops::Range;
use std::sync::Arc;

use self::expression::{Expressions, literal};
use self::shape::{Member, Shape};
use crate::diagnostic::Diagnostic;
use crate::schema::Schema;
use crate::source::{Composer, Place, Source};
use crate::value::{JsonContent, JsonKey, JsonNode, parse_json};

/// The property of an object that is a comment.
pub(crate) const COMMENT: &str = "//";

/// The file as HCL.
///
/// # Errors
///
/// Text that is not JSON, or not what configuration looks like in JSON.
pub(crate) fn translated(source: &Arc<Source>, schema: &Schema) -> Result<Arc<Source>, Diagnostic> {
    let root = parse_json(source.text()).map_err(|error| {
        let place = Place { source: Arc::clone(source), range: error.offset..error.offset };
        Diagnostic::new("invalid JSON", place, error.to_string())
    })?;
    let mut writer = Writer { source, out: Composer::new() };
    for members in writer.objects(&root, "configuration")? {
        for (key, node) in members.iter().filter(|(key, _)| key.name != COMMENT) {
            writer.member(key, node, &Shape::Top, schema)?;
        }
    }
    Ok(writer.out.finish(source))
}

struct Writer<'s> {
    source: &'s Arc<Source>,
    out: Composer,
}

/// A block's name and its labels so far.
struct Header<'n> {
    parts: Vec<&'n JsonKey>,
}

impl Writer<'_> {
    fn wrong(&self, range: Range<usize>, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, Place { source: Arc::clone(self.source), range }, label)
    }

    /// The objects that a node stands for: one, several in an array, or none where it is `null`.
    fn objects<'n>(
        &self,
        node: &'n JsonNode,
        what: &str,
    ) -> Result<Vec<&'n [(JsonKey, JsonNode)]>, Diagnostic> {
        match &node.content {
            JsonContent::Object(members) => Ok(vec![members]),
            JsonContent::Array(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.objects(item, what)).collect();
                Ok(items?.concat())
            }
            JsonContent::Null => Ok(Vec::new()),
            _ => {
                let label = "an object is expected, or an array of objects";
                Err(self.wrong(node.range.clone(), format!("invalid {what} in JSON"), label))
            }
        }
    }

    /// One property of an object that stands for a body.
    fn member(
        &mut self,
        key: &JsonKey,
        node: &JsonNode,
        shape: &Shape<'_>,
        schema: &Schema,
    ) -> Result<(), Diagnostic> {
        match shape.member(&key.name) {
            Member::Block { labels } => {
                self.blocks(&mut Header { parts: vec![key] }, labels, node, shape, schema)
            }
            Member::Argument(expressions) => self.argument(key, node, expressions),
        }
    }

    fn argument(
        &mut self,
        key: &JsonKey,
        node: &JsonNode,
        expressions: Expressions,
    ) -> Result<(), Diagnostic> {
        self.name(key, within_quotes(&key.range))?;
        self.out.write(" = ", self.source, key.range.clone());
        self.expression(node, expressions)?;
        self.out.write("\n", self.source, node.range.end..node.range.end);
        Ok(())
    }

    /// A name that stands without quotes.
    fn name(&mut self, key: &JsonKey, place: Range<usize>) -> Result<(), Diagnostic> {
        let starts = key.name.starts_with(|first: char| first.is_alphabetic() || first == '_');
        if !starts || !key.name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            let message = format!("invalid name `{}`", key.name);
            return Err(self.wrong(
                key.range.clone(),
                message,
                "the name of an argument or a block is expected",
            ));
        }
        self.out.write(&key.name, self.source, place);
        Ok(())
    }

    /// The blocks that a property stands for, each level of objects being one label.
    fn blocks<'n>(
        &mut self,
        header: &mut Header<'n>,
        labels: usize,
        node: &'n JsonNode,
        shape: &Shape<'_>,
        schema: &Schema,
    ) -> Result<(), Diagnostic> {
        let what = header.parts.first().map_or_else(String::new, |key| format!("block `{}`", key.name));
        let Some(remaining) = labels.checked_sub(1) else {
            // An array of objects stands for several blocks of the same labels.
            let (bodies, listed): (Vec<&'n JsonNode>, bool) = match &node.content {
                JsonContent::Array(items) => (items.iter().collect(), true),
                _ => (vec![node], false),
            };
            return bodies
                .into_iter()
                .try_for_each(|body| self.block(header, &what, (body, listed), shape, schema));
        };
        for members in self.objects(node, &what)? {
            for (key, node) in members.iter().filter(|(key, _)| key.name != COMMENT) {
                header.parts.push(key);
                let written = self.blocks(header, remaining, node, shape, schema);
                header.parts.pop();
                written?;
            }
        }
        Ok(())
    }

    fn block(
        &mut self,
        header: &Header<'_>,
        what: &str,
        (node, listed): (&JsonNode, bool),
        shape: &Shape<'_>,
        schema: &Schema,
    ) -> Result<(), Diagnostic> {
        let names: Vec<&str> = header.parts.iter().map(|key| key.name.as_str()).collect();
        let inner = shape.inner(&names, schema);
        for members in self.objects(node, what)? {
            let Some((ident, labels)) = header.parts.split_first() else { continue };
            // One of several blocks stands where its own braces do.
            let own = node.range.start..node.range.start + 1;
            let place = if labels.is_empty() && listed { own } else { within_quotes(&ident.range) };
            self.name(ident, place)?;
            for label in labels {
                self.out.write(&format!(" {}", literal(&label.name)), self.source, label.range.clone());
            }
            self.out.write(" {\n", self.source, ident.range.clone());
            for (key, node) in members.iter().filter(|(key, _)| key.name != COMMENT) {
                self.member(key, node, &inner, schema)?;
            }
            self.out.write("}\n", self.source, node.range.end.saturating_sub(1)..node.range.end);
        }
        Ok(())
    }
}

/// What stands between quotes.
fn within_quotes(range: &Range<usize>) -> Range<usize> {
    (range.start + 1).min(range.end)..range.end.saturating_sub(1).max(range.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hcl(json: &str) -> Result<String, String> {
        let source = Source::new("a.tf.json".into(), "a.tf.json".into(), json.to_owned());
        let schema = Schema::aws().unwrap();
        translated(&source, schema).map(|source| source.text().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn blocks_are_nested_objects() {
        let json = r#"{"//": "c", "resource": {"terraform_data": {"a": {"//": 1, "input": ["${var.x}", "q\"\n"], "depends_on": ["terraform_data.b"],
            "lifecycle": {"precondition": [{"condition": "${1 == 1}", "error_message": "m"}]}}}}}"#;
        assert_eq!(
            hcl(json).unwrap(),
            "resource \"terraform_data\" \"a\" {\ninput = [\"${var.x}\", \"q\\\"\\n\"]\ndepends_on = [terraform_data.b]\nlifecycle {\n\
             precondition {\ncondition = \"${1 == 1}\"\nerror_message = \"m\"\n}\n}\n}\n"
        );
    }

    #[test]
    fn types_are_expressions_and_defaults_are_not() {
        let json = r#"{"variable": {"a": {"type": "list(string)", "default": ["${x}"]}}}"#;
        assert_eq!(hcl(json).unwrap(), "variable \"a\" {\ntype = list(string)\ndefault = [\"$${x}\"]\n}\n");
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        assert!(hcl("[1]").unwrap_err().contains("invalid configuration in JSON"));
        assert!(hcl(r#"{"resource": "x"}"#).unwrap_err().contains("invalid block `resource`"));
        assert!(hcl(r#"{"output": {"a": {"value": "${"}}}"#).is_err());
    }
}
