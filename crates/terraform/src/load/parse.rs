//! Parses files, also those with line breaks where Terraform does not mind them and the parser does.
//!
//! Within parentheses, brackets, interpolations and `for` expressions Terraform takes a line break for a space. The parser
//! knows that of most of them, but not of all. What it refuses is parsed again with spaces in their place: byte for byte of
//! the same length, so that every place is that of the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey, Parenthesis};
use hcl_edit::parser::Error;
use hcl_edit::structure::Body;
use hcl_edit::template::Template;
use hcl_edit::visit_mut::{self, VisitMut};

use crate::diagnostic::Diagnostic;
use crate::load::syntax_error;
use crate::source::Source;

/// The body of a file.
///
/// # Errors
///
/// What Terraform's language does not have.
pub(crate) fn parse_body(source: &Arc<Source>) -> Result<Body, Diagnostic> {
    let parsed = parse(source.text());
    if parsed.is_ok() && !Spaced::has_empty_heredoc(source.text()) {
        return parsed.map_err(|error| syntax_error(source, &error));
    }
    let spaced = Spaced::of(source.text());
    match (parsed, parse(&spaced)) {
        (_, Ok(body)) => Ok(body),
        (Ok(body), Err(_)) => Ok(body),
        (Err(error), Err(_)) => Err(syntax_error(source, &error)),
    }
}

/// Parses a text with what the parser cannot hold in another form of the same length: numbers that are no doubles have an
/// exponent of zeros, since they are read from the source, and of keys that stand twice in an object the second has
/// another name for as long as it is parsed.
fn parse(text: &str) -> Result<Body, Error> {
    let mut text = text.to_owned();
    let mut keys = Keys::default();
    loop {
        let error = match hcl_edit::parser::parse_body(&text) {
            Err(error) => error,
            Ok(mut body) => {
                keys.visit_body_mut(&mut body);
                return Ok(body);
            }
        };
        let offset = error.location().offset();
        text = match error.message().contains("redefined object key") {
            true => keys.renamed(&text, offset),
            false => without_exponent(&text, offset),
        }
        .ok_or(error)?;
    }
}

/// The text with zeros for the exponent of the number that is read up to `offset`; none where there is no such number.
fn without_exponent(text: &str, offset: usize) -> Option<String> {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let start = text.get(..offset)?.trim_end_matches(is_digit).len();
    let after =
        |at: usize| Some(at + text.get(at..)?.len() - text.get(at..)?.trim_start_matches(is_digit).len());
    let mut end = after(start)?;
    if text.get(end..)?.starts_with('.') {
        end = after(end + 1)?;
    }
    let exponent = text.get(end..)?.strip_prefix(['e', 'E'])?;
    let from = text.len() - exponent.trim_start_matches(['+', '-']).len();
    let to = after(from)?;
    let digits = text.get(from..to)?;
    let zeros = "0".repeat(digits.len());
    let without = [text.get(..from)?, &zeros, text.get(to..)?].concat();
    (start < offset && digits != zeros).then_some(without)
}

/// Keys that have another name while they are parsed, by where they begin.
#[derive(Default)]
struct Keys {
    names: BTreeMap<usize, String>,
    attempts: usize,
}

impl Keys {
    /// The text with another key of the same length at `offset`; none where it is neither a name nor text in quotes.
    fn renamed(&mut self, text: &str, offset: usize) -> Option<String> {
        const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const MANY: usize = 1_000;
        let rest = text.get(offset..)?;
        let length = match rest.strip_prefix('"') {
            Some(inner) => inner.find('"')? + 2,
            None => rest.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '-'))?,
        };
        let key = rest.get(..length)?;
        if key.is_empty() || key.contains(['\\', '$', '%', '\n']) || self.attempts >= MANY {
            return None;
        }
        self.names.entry(offset).or_insert_with(|| key.trim_matches('"').to_owned());
        let (mut name, mut number) = (vec![b'x'; length], self.attempts);
        for letter in name.iter_mut().rev() {
            *letter = *LETTERS.get(number % LETTERS.len())?;
            number /= LETTERS.len();
            if number == 0 {
                break;
            }
        }
        self.attempts += 1;
        Some(format!("{}{}{}", text.get(..offset)?, String::from_utf8(name).ok()?, rest.get(length..)?))
    }
}

impl VisitMut for Keys {
    fn visit_object_mut(&mut self, object: &mut Object) {
        visit_mut::visit_object_mut(self, object);
        let is_renamed =
            |key: &ObjectKey| key.span().is_some_and(|span| self.names.contains_key(&span.start));
        if !object.iter().any(|(key, _)| is_renamed(key)) {
            return;
        }
        let items = std::mem::take(object).into_iter().enumerate().map(|(position, (key, value))| {
            let name = key.span().and_then(|span| self.names.get(&span.start));
            // Keys are told apart by how often they are in parentheses.
            let in_parentheses = |name: &String| {
                (0..=position).fold(Expression::from(name.as_str()), |inner, _| {
                    Expression::Parenthesis(Box::new(Parenthesis::new(inner)))
                })
            };
            let key = name.map_or(key, |name| ObjectKey::Expression(in_parentheses(name)));
            (key, value)
        });
        *object = items.collect();
    }
}

/// The template that a whole text is.
///
/// # Errors
///
/// As [`parse_body`].
pub(crate) fn parse_template(source: &Arc<Source>) -> Result<Template, Diagnostic> {
    source.text().parse::<Template>().or_else(|error| {
        let spaced = Spaced::of_template(source.text());
        spaced.parse().map_err(|_| syntax_error(source, &error))
    })
}

/// Where a piece of text stands.
#[derive(Clone)]
enum Within {
    /// Where a line break ends an argument or an entry.
    Lines,
    /// Where it is a space.
    Free,
    Quoted,
    /// In a heredoc that ends with this word.
    Heredoc(String),
}

/// A text being copied with spaces for line breaks.
struct Spaced<'t> {
    text: &'t str,
    out: Vec<u8>,
    at: usize,
    within: Vec<Within>,
}

impl<'t> Spaced<'t> {
    fn of(text: &'t str) -> String {
        Spaced::beginning(text, Within::Lines)
    }

    /// A template is like a heredoc that never ends.
    fn of_template(text: &'t str) -> String {
        Spaced::beginning(text, Within::Heredoc("\0".to_owned()))
    }

    fn beginning(text: &'t str, within: Within) -> String {
        let mut own = Spaced { text, out: text.as_bytes().to_vec(), at: 0, within: vec![within] };
        while own.at < text.len() {
            match own.within.last().cloned().unwrap_or(Within::Lines) {
                Within::Lines => own.code(false),
                Within::Free => own.code(true),
                Within::Quoted => own.quoted(),
                Within::Heredoc(end) => own.heredoc_line(&end),
            }
        }
        String::from_utf8(own.out).unwrap_or_else(|_| text.to_owned())
    }

    /// Whether a heredoc may end with the line after the one that begins it; the parser would take that end for text.
    fn has_empty_heredoc(text: &str) -> bool {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let word = line.rsplit_once("<<").map(|(_, word)| word.trim_start_matches('-').trim());
            let next = lines.peek().map(|next| next.trim());
            if word.is_some_and(|word| !word.is_empty() && next == Some(word)) {
                return true;
            }
        }
        false
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Puts spaces in place of the bytes up to `end`.
    fn blank(&mut self, end: usize) {
        if let Some(bytes) = self.out.get_mut(self.at..end) {
            bytes.fill(b' ');
        }
        self.at = end;
    }

    fn skip(&mut self, characters: usize) {
        self.at += self.rest().chars().take(characters).map(char::len_utf8).sum::<usize>().max(1);
    }

    fn code(&mut self, free: bool) {
        let rest = self.rest();
        let comment = if rest.starts_with('#') || rest.starts_with("//") {
            Some(rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else {
            None
        };
        match (comment, rest.chars().next()) {
            (Some(length), _) if free => self.blank(self.at + length),
            (Some(length), _) => self.at += length,
            (_, Some('\r' | '\n')) if free => self.blank(self.at + 1),
            (_, Some('"')) => self.enter(Within::Quoted, 1),
            (_, Some('(' | '[')) => self.enter(Within::Free, 1),
            (_, Some('{')) => {
                let inner = if begins_for(rest) { Within::Free } else { Within::Lines };
                self.enter(inner, 1);
            }
            (_, Some(')' | ']' | '}')) => {
                if self.within.len() > 1 {
                    self.within.pop();
                }
                self.at += 1;
            }
            (_, Some('<')) if rest.starts_with("<<") => self.heredoc(),
            _ => self.skip(1),
        }
    }

    fn enter(&mut self, within: Within, length: usize) {
        self.within.push(within);
        self.at += length;
    }

    /// The beginning of a heredoc; an empty one becomes empty text in quotes.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let word = first.trim_start_matches('<').trim_start_matches('-').trim();
        if word.is_empty() || !word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            self.at += 2;
            return;
        }
        let second = after.lines().next().unwrap_or_default();
        if second.trim() == word {
            let end = self.at + first.len() + 1 + second.trim_end().len();
            let start = self.at;
            self.blank(end);
            if let Some(quotes) = self.out.get_mut(start..start + 2) {
                quotes.fill(b'"');
            }
            return;
        }
        self.enter(Within::Heredoc(word.to_owned()), first.len() + 1);
    }

    /// A line of a heredoc, or what is left of it after an interpolation.
    fn heredoc_line(&mut self, end: &str) {
        let rest = self.rest();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let begins = self.at == 0 || self.text.as_bytes().get(self.at - 1) == Some(&b'\n');
        if begins && line.trim() == end {
            self.within.pop();
            // The line break belongs to the end, also where it would be a space.
            self.at += line.len();
            return;
        }
        match interpolation(line) {
            Some(at) => self.enter(Within::Free, at),
            None => self.at += line.len().max(1),
        }
    }

    fn quoted(&mut self) {
        let rest = self.rest();
        match rest.chars().next() {
            Some('\\') => self.skip(2),
            Some('"') => {
                self.within.pop();
                self.at += 1;
            }
            _ if rest.starts_with("$${") || rest.starts_with("%%{") => self.at += 3,
            _ if rest.starts_with("${") || rest.starts_with("%{") => self.enter(Within::Free, 2),
            _ => self.skip(1),
        }
    }
}

/// Whether braces hold a `for` expression.
fn begins_for(rest: &str) -> bool {
    let inner = rest.trim_start_matches('{').trim_start();
    inner.strip_prefix("for").is_some_and(|after| after.starts_with(char::is_whitespace))
}

/// The bytes up to the end of the first `${` or `%{` that is no escape.
fn interpolation(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find(['$', '%']) {
        let start = at + found;
        let rest = text.get(start..)?;
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            at = start + 3;
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            return Some(start + 2);
        } else {
            at = start + 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spaced(text: &str) -> String {
        Spaced::of(text)
    }

    #[test]
    fn line_breaks_that_mean_nothing_are_spaces() {
        assert_eq!(spaced("a = (1 +\n 2)\nb = 3\n"), "a = (1 +  2)\nb = 3\n");
        assert_eq!(
            spaced("a = { for k in x : k => k == 1 ? 2 : # c\n 3 }\n"),
            "a = { for k in x : k => k == 1 ? 2 :      3 }\n"
        );
        assert_eq!(spaced("a = \"${x ?\n 1 : 2}\n\"\n"), "a = \"${x ?  1 : 2}\n\"\n");
    }

    #[test]
    fn all_others_stay() {
        for same in [
            "a {\n  b = [{\n    c = 1\n    d = 2\n  }]\n}\n".replace("[{", "{").replace("}]", "}"),
            "a = <<EOT\n(\n${b}\n\"\nEOT\nc = 1\n".to_owned(),
            "a = \"(\" # (\n// [\n/* {\n */\nb = \"$${(\"\n".to_owned(),
        ] {
            assert_eq!(spaced(&same), same);
        }
        let nested = "a = f({\n  b = 1\n  c = <<-EOT\n    x\n  EOT\n}, [\n1])\n";
        assert_eq!(spaced(nested), "a = f({\n  b = 1\n  c = <<-EOT\n    x\n  EOT\n}, [ 1])\n");
    }

    #[test]
    fn templates_have_line_breaks_of_their_own() {
        let text = "a\n${ b ?\n \"c\" : # d\n e }\n$${\n}\n";
        assert_eq!(Spaced::of_template(text), "a\n${ b ?  \"c\" :      e }\n$${\n}\n");
    }

    #[test]
    fn an_empty_heredoc_is_empty_text() {
        let text = "a = <<EOT\nEOT\nb = <<-X\n  X\n";
        assert!(Spaced::has_empty_heredoc(text));
        assert_eq!(spaced(text), "a = \"\"       \nb = \"\"      \n");
    }
}
