//! Collections in brackets and braces whose lines stand further left than the block that they are in: Terraform's library
//! reads them, the parser here does not. Their lines are moved to the right, which changes nothing else.

/// How far: deeper than blocks are in practice.
const INDENT: usize = 100;

/// What stands before on a line where a value, and so a bracket or a quote of its own, may begin.
const BEFORE_VALUE: [char; 7] = ['[', '{', ',', ':', '-', '?', '!'];

/// The text with the lines within brackets and braces moved.
pub(super) fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0usize;
    let mut quote = None;
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if block.is_some_and(|parent| content.is_empty() || indent > parent) {
            out.push_str(line);
            continue;
        }
        if depth > 0 && !content.is_empty() {
            out.push_str(&" ".repeat(INDENT));
        }
        out.push_str(line);
        scan(line, &mut depth, &mut quote);
        let last = content.rsplit(' ').next().unwrap_or_default();
        let begins_text = last.starts_with(['|', '>']) && last.len() <= 3;
        block = (depth == 0 && quote.is_none() && begins_text).then_some(indent);
    }
    out
}

/// Follows brackets and quotes through a line.
fn scan(line: &str, depth: &mut usize, quote: &mut Option<char>) {
    let mut before = ':';
    let mut after_space = true;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let begins = BEFORE_VALUE.contains(&before);
        match (*quote, character) {
            (Some('"'), '\\') => {
                characters.next();
            }
            (Some('\''), '\'') if characters.peek() == Some(&'\'') => {
                characters.next();
            }
            (Some(open), _) => {
                if character == open {
                    *quote = None;
                }
            }
            (None, '#') if after_space => return,
            (None, '\'' | '"') if begins => *quote = Some(character),
            (None, '[' | '{') if begins || *depth > 0 => *depth += 1,
            (None, ']' | '}') => *depth = depth.saturating_sub(1),
            _ => {}
        }
        after_space = character.is_whitespace();
        if !after_space {
            before = character;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn only_lines_within_brackets_are_moved() {
        let pad = " ".repeat(super::INDENT);
        assert_eq!(indented("a: [\n1,\n]\nb: c\n"), format!("a: [\n{pad}1,\n{pad}]\nb: c\n"));
        for same in ["a: \"[\"\nb: 1\n", "a: it's [\nb: 1\n", "a: |\n  x: [\n  y\nb: 1\n", "a: 1 # [\nb: 2\n"]
        {
            assert_eq!(indented(same), same);
        }
    }
}
