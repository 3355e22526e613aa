//! Patterns with wildcards.

/// A letter of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Any,
    One,
    Letter(char),
}

/// Whether a text matches a pattern in which `*` stands for any letters.
pub(crate) fn star(pattern: &str, text: &str) -> bool {
    let pieces = pattern.chars().map(|c| if c == '*' { Piece::Any } else { Piece::Letter(c) }).collect();
    matches(pieces, text)
}

/// Whether a text matches a filter of EC2's: `*` stands for any letters, `?` for one, and a backslash takes that from
/// what follows it.
pub(crate) fn filter(pattern: &str, text: &str) -> bool {
    let mut letters = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(letter) = letters.next() {
        pieces.push(match letter {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Letter(letters.next().unwrap_or('\\')),
            letter => Piece::Letter(letter),
        });
    }
    matches(pieces, text)
}

/// Which beginnings of the pattern match the text so far, letter by letter: long texts cost no more than they are long.
fn matches(pieces: Vec<Piece>, text: &str) -> bool {
    // A star matches nothing, too, so that what stands before it reaches behind it.
    let spread = |reached: &mut Vec<bool>| {
        let mut before = false;
        for (at, reached) in reached.iter_mut().enumerate() {
            let star = at.checked_sub(1).and_then(|at| pieces.get(at)) == Some(&Piece::Any);
            *reached |= star && before;
            before = *reached;
        }
    };
    let mut reached = vec![false; pieces.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    spread(&mut reached);
    for letter in text.chars() {
        let mut next = vec![false; reached.len()];
        for ((at, piece), _) in pieces.iter().enumerate().zip(&reached).filter(|(_, reached)| **reached) {
            let to = match piece {
                Piece::Any => Some(at),
                Piece::One => Some(at + 1),
                Piece::Letter(wanted) => (*wanted == letter).then_some(at + 1),
            };
            if let Some(to) = to.and_then(|to| next.get_mut(to)) {
                *to = true;
            }
        }
        spread(&mut next);
        reached = next;
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_whole_texts() {
        for (pattern, text) in [
            ("", ""),
            ("abc", "abc"),
            ("a*", "a"),
            ("*c", "abc"),
            ("a*b*c", "axxbyyc"),
            ("**", "x"),
            ("a?c", "abc"),
            ("?", "ä"),
            (r"a\*", "a*"),
            (r"a\?b", "a?b"),
            (r"a\\", r"a\"),
        ] {
            assert!(filter(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("abc", "abcd"), ("a?c", "ac"), ("a*b", "abc"), (r"a\*", "ab"), ("A", "a"), ("?", "")]
        {
            assert!(!filter(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn only_stars_are_special_where_only_they_are() {
        assert!(star("v*", "v1.2") && star("a?", "a?") && star("*", ""));
        assert!(!star("a?", "ab") && !star("v*", "w"));
    }
}
