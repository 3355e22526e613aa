//! The lines in which a statement is written.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use stackproof_gateway::Place;

/// So many lines of one statement are shown.
const MOST_LINES: usize = 16;

/// The lines of the statement at that place, drawn; a line that says why where they cannot be shown. `root` is where
/// relative paths start from if not in the working directory. `since` is when the statement decided: lines that were
/// edited later may be others.
pub(super) fn excerpt(place: &Place, root: &Path, since: Option<SystemTime>, colour: bool) -> String {
    let (path, text) = match read(place, root) {
        Ok(read) => read,
        Err(error) => return format!("`{}` cannot be read: {error}\n", place.file),
    };
    let changed = std::fs::metadata(&path).and_then(|it| it.modified()).ok();
    let changed = changed.zip(since).is_some_and(|(changed, since)| changed > since);
    let note = match changed {
        true => format!("`{}` has changed since: these may be other lines\n", place.file),
        false => String::new(),
    };
    match span(&text, place.line) {
        Some(span) => note + &draw(&Lines { source: NamedSource::new(&place.file, text), span }, colour),
        None => format!("{note}`{}` has no line {} any more\n", place.file, place.line),
    }
}

fn read(place: &Place, root: &Path) -> std::io::Result<(PathBuf, String)> {
    let here = PathBuf::from(&place.file);
    let path = if here.exists() { here } else { root.join(&place.file) };
    let text = std::fs::read_to_string(&path)?;
    Ok((path, text))
}

/// From the first letter of that line to where every bracket that it opens is closed.
fn span(text: &str, line: usize) -> Option<(usize, usize)> {
    let mut lines = text.split_inclusive('\n').skip(line.checked_sub(1)?);
    let begin: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let first = lines.next()?;
    let indent = first.len() - first.trim_start().len();
    let mut depth = balance(first);
    let mut end = begin + first.trim_end().len();
    let mut at = begin + first.len();
    for next in lines.take(MOST_LINES - 1) {
        if depth <= 0 {
            break;
        }
        depth += balance(next);
        end = at + next.trim_end().len();
        at += next.len();
    }
    Some((begin + indent, end.saturating_sub(begin + indent)))
}

fn balance(line: &str) -> i64 {
    line.chars()
        .map(|letter| match letter {
            '{' | '[' | '(' => 1,
            '}' | ']' | ')' => -1,
            _ => 0,
        })
        .sum()
}

#[derive(Debug)]
struct Lines {
    source: NamedSource<String>,
    span: (usize, usize),
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("")
    }
}

impl std::error::Error for Lines {}

impl Diagnostic for Lines {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (begin, length) = self.span;
        Some(Box::new(std::iter::once(LabeledSpan::new(Some("this statement".to_owned()), begin, length))))
    }
}

/// The lines as errors show them, without the head of an error.
fn draw(lines: &Lines, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_context_lines(0);
    let mut drawn = String::new();
    match handler.render_report(&mut drawn, lines) {
        Ok(()) => drawn.split_once('\n').map_or(drawn.clone(), |(_, rest)| rest.to_owned()),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\n  statement {\n    sid = \"X\"\n  }\nb = 2\n";

    #[test]
    fn a_statement_goes_as_far_as_its_brackets() {
        let (begin, length) = span(TEXT, 2).unwrap();
        assert_eq!(&TEXT[begin..begin + length], "statement {\n    sid = \"X\"\n  }");
        assert_eq!(span(TEXT, 5).map(|(begin, length)| &TEXT[begin..begin + length]), Some("b = 2"));
        assert_eq!((span(TEXT, 6), span(TEXT, 0)), (None, None));
    }

    #[test]
    fn lines_that_were_edited_later_are_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.tf"), TEXT).unwrap();
        let place = Place { file: "main.tf".into(), line: 2 };
        let told = |since| excerpt(&place, folder.path(), since, false);
        let before = SystemTime::UNIX_EPOCH;
        assert!(told(Some(before)).starts_with("`main.tf` has changed since"));
        let after = SystemTime::now() + std::time::Duration::from_secs(3600);
        insta::assert_snapshot!(told(Some(after)), @"
            ╭─[main.tf:2:3]
          2 │ ╭─▶ statement {
          3 │ │       sid = \"X\"
          4 │ ├─▶   }
            · ╰──── this statement
            ╰────
        ");
        let gone = Place { file: "other.tf".into(), line: 2 };
        assert!(excerpt(&gone, folder.path(), None, false).starts_with("`other.tf` cannot be read"));
    }
}
