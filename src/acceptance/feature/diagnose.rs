//! Where a feature is no Gherkin. The parser knows only how far it came, and cuts rows of tables that are too long.

/// A place in a feature and what is wrong there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
}

/// What a line among steps may begin with.
const KNOWN: &[&str] = &[
    "Given ",
    "When ",
    "Then ",
    "And ",
    "But ",
    "* ",
    "|",
    "#",
    "@",
    "Scenario",
    "Example",
    "Rule:",
    "Background:",
    "Feature:",
];

const STEPS: &[&str] = &["Given ", "When ", "Then ", "And ", "But ", "* "];

/// Whether the rows of each table have as many cells as its first.
pub(super) fn tables(source: &str) -> Result<(), Wrong> {
    let mut width = None;
    for (at, text) in outside_docstrings(source) {
        let row = text.trim();
        if row.starts_with('#') {
            continue;
        }
        if !row.starts_with('|') {
            width = None;
            continue;
        }
        let cells = cells(row);
        match width {
            None => width = Some(cells),
            Some(width) if width != cells => {
                let message = format!("this row has {cells} cells, the first of its table {width}");
                return Err(Wrong { line: at, column: column(text), message });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The place that the parser stumbled over: the first line among steps that is none, else where the parser stopped
/// by its message, `Error at LINE:COLUMN: …`.
pub(super) fn place(source: &str, message: &str) -> Wrong {
    let mut among_steps = false;
    for (line, text) in outside_docstrings(source) {
        let words = text.trim_start();
        among_steps |= STEPS.iter().any(|keyword| words.starts_with(keyword));
        if among_steps && !words.is_empty() && !KNOWN.iter().any(|known| words.starts_with(known)) {
            let message = format!("expected a step, found `{}`", words.trim_end());
            return Wrong { line, column: column(text), message };
        }
        among_steps &=
            !words.starts_with("Scenario") && !words.starts_with("Rule:") && !words.starts_with("Example");
    }
    let stopped: Option<(usize, usize)> = message.strip_prefix("Error at ").and_then(|rest| {
        let mut parts = rest.split(':');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    });
    let (line, column) = stopped.unwrap_or((1, 1));
    let found = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
    let found = if found.is_empty() { "nothing".to_owned() } else { format!("`{found}`") };
    Wrong { line, column, message: format!("expected a feature, a scenario or a step, found {found}") }
}

/// Lines with their numbers from 1, but for those between `"""` or "```".
fn outside_docstrings(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    source.lines().enumerate().filter_map(move |(at, text)| {
        let words = text.trim_start();
        let fence = words.starts_with("\"\"\"") || words.starts_with("```");
        inside ^= fence;
        (!inside && !fence).then_some((at + 1, text))
    })
}

/// `\|` stands for a bar in a cell; what follows the last bar is a comment.
fn cells(row: &str) -> usize {
    let mut letters = row.chars();
    let mut bars = 0_usize;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '|' => bars += 1,
            _ => {}
        }
    }
    bars.saturating_sub(1)
}

fn column(text: &str) -> usize {
    text.len() - text.trim_start().len() + 1
}
