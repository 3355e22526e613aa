//! Regular expressions as Terraform writes them, in the syntax of the library that runs them here: both mean the same by
//! most of it, but classes such as `\w` are those of ASCII in Terraform, and neither knows all that the other knows.

use std::iter::Peekable;
use std::str::Chars;

/// Most repetitions that a pattern may ask for.
const MAX_REPETITIONS: u32 = 1000;

/// The pattern in the other syntax.
///
/// # Errors
///
/// What Terraform refuses in it, as far as the library would take it.
pub(super) fn translated(pattern: &str) -> Result<String, String> {
    let mut rest = pattern.chars().peekable();
    let mut out = String::with_capacity(pattern.len());
    // Whether what stands before can be repeated, and whether it is a repetition already.
    let mut repeated = false;
    while let Some(character) = rest.next() {
        let before = std::mem::take(&mut repeated);
        match character {
            '\\' => escape(&mut rest, &mut out)?,
            '[' => class(&mut rest, &mut out)?,
            '(' if rest.peek() == Some(&'?') => group(&mut rest, &mut out)?,
            '{' => match repetition(&rest) {
                Some((bounds, length)) => {
                    refuse_twice(before)?;
                    if bounds.iter().any(|bound| *bound > MAX_REPETITIONS) {
                        return Err("more than 1000 repetitions".to_owned());
                    }
                    out.push('{');
                    out.extend(rest.by_ref().take(length));
                    repeated = true;
                    lazy(&mut rest, &mut out);
                }
                None => out.push_str("\\{"),
            },
            '*' | '+' | '?' => {
                refuse_twice(before)?;
                out.push(character);
                repeated = true;
                lazy(&mut rest, &mut out);
            }
            '}' => out.push_str("\\}"),
            other => out.push(other),
        }
    }
    Ok(out)
}

fn refuse_twice(repeated: bool) -> Result<(), String> {
    if repeated { Err("a repetition of a repetition".to_owned()) } else { Ok(()) }
}

/// The `?` after a repetition that makes it as short as it can be.
fn lazy(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.extend(rest.next_if_eq(&'?'));
}

/// The bounds of `{2}`, `{2,}` or `{2,3}` and the length of what follows its brace; `None` where the brace is plain text.
fn repetition(rest: &Peekable<Chars<'_>>) -> Option<(Vec<u32>, usize)> {
    let written: String = rest.clone().take_while(|character| *character != '}').collect();
    let length = written.chars().count() + 1;
    rest.clone().nth(length - 1)?;
    let (least, most) = written.split_once(',').unwrap_or((&written, ""));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(least) || !(most.is_empty() || plain(most)) {
        return None;
    }
    let bound = |text: &str| text.parse().unwrap_or(u32::MAX);
    Some(([least, most].into_iter().filter(|text| !text.is_empty()).map(bound).collect(), length))
}

/// A group with flags or a name.
fn group(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    let flags: String = rest.clone().skip(1).take_while(|c| c.is_ascii_alphabetic() || *c == '-').collect();
    match flags.chars().find(|flag| !matches!(flag, 'i' | 'm' | 's' | 'U' | '-' | 'P')) {
        Some(flag) => Err(format!("the flag `{flag}` is not known")),
        None => {
            out.push('(');
            Ok(())
        }
    }
}

/// What a class of one letter holds.
fn named_class(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' | 'D' => "0-9",
        's' | 'S' => "\\t\\n\\f\\r ",
        'w' | 'W' => "0-9A-Za-z_",
        _ => return None,
    })
}

fn escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    let Some(letter) = rest.next() else { return Err("a backslash at the end".to_owned()) };
    if let Some(class) = named_class(letter) {
        let negated = if letter.is_ascii_uppercase() { "^" } else { "" };
        out.push_str(&format!("[{negated}{class}]"));
        return Ok(());
    }
    match letter {
        'Q' => {
            quoted(rest, |character| out.push_str(&regex::escape(&character.to_string())));
            Ok(())
        }
        'E' => Ok(()),
        'b' => {
            out.push_str("(?-u:\\b)");
            Ok(())
        }
        _ => plain_escape(letter, rest, out),
    }
}

/// What stands between `\Q` and `\E`.
fn quoted(rest: &mut Peekable<Chars<'_>>, mut push: impl FnMut(char)) {
    while let Some(character) = rest.next() {
        if character == '\\' && rest.next_if_eq(&'E').is_some() {
            return;
        }
        push(character);
    }
}

/// An escape that is the same within brackets and outside.
fn plain_escape(letter: char, rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    match letter {
        '0'..='7' => {
            let more: String = rest.clone().take(2).take_while(|digit| digit.is_digit(8)).collect();
            // `\1` alone would be a reference back.
            if letter != '0' && more.is_empty() {
                return Err(format!("`\\{letter}` refers back, which no pattern can"));
            }
            rest.by_ref().take(more.len()).for_each(drop);
            let code = u32::from_str_radix(&format!("{letter}{more}"), 8).unwrap_or(0);
            out.push_str(&format!("\\x{{{code:x}}}"));
            Ok(())
        }
        'a' | 'f' | 't' | 'n' | 'r' | 'v' | 'x' | 'p' | 'P' | 'A' | 'B' | 'z' => {
            out.push('\\');
            out.push(letter);
            if matches!(letter, 'x' | 'p' | 'P') && rest.peek() == Some(&'{') {
                for named in rest.by_ref() {
                    out.push(named);
                    if named == '}' {
                        break;
                    }
                }
            }
            Ok(())
        }
        _ if letter.is_ascii_punctuation() => {
            out.push_str(&regex::escape(&letter.to_string()));
            Ok(())
        }
        _ => Err(format!("`\\{letter}` is no escape")),
    }
}

/// A class in brackets.
fn class(rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<(), String> {
    out.push('[');
    out.extend(rest.next_if_eq(&'^'));
    let mut first = true;
    while let Some(character) = rest.next() {
        match character {
            ']' if !first => {
                out.push(']');
                return Ok(());
            }
            // A class such as `[:alpha:]`.
            '[' if rest.peek() == Some(&':') => {
                out.push('[');
                while let Some(inner) = rest.next_if(|inner| *inner != ']') {
                    out.push(inner);
                }
                out.extend(rest.next());
            }
            '\\' => match rest.next() {
                Some(letter) if named_class(letter).is_some() => {
                    let class = named_class(letter).unwrap_or_default();
                    let negated = letter.is_ascii_uppercase();
                    out.push_str(&if negated { format!("[^{class}]") } else { class.to_owned() });
                }
                Some('Q') => quoted(rest, |character| push_within(character, out)),
                Some('E') => {}
                Some('-') => out.push_str("\\-"),
                Some(letter) => plain_escape(letter, rest, out)?,
                None => break,
            },
            '-' => out.push('-'),
            other => push_within(other, out),
        }
        first = false;
    }
    Err("missing closing `]`".to_owned())
}

/// A character in brackets that stands for itself.
fn push_within(character: char, out: &mut String) {
    if matches!(character, '[' | ']' | '&' | '~' | '^' | '\\' | '-') {
        out.push('\\');
    }
    out.push(character);
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn classes_are_those_of_ascii() {
        for (pattern, expected) in [
            (r"\w+\D", "[0-9A-Za-z_]+[^0-9]"),
            (r"[\w.-]", r"[0-9A-Za-z_.-]"),
            (r"[[:alpha:]_]{2,}?", "[[:alpha:]_]{2,}?"),
            (r"[]a]", r"[\]a]"),
            (r"[a&&b]", r"[a\&\&b]"),
            (r"\Qa.b\E{", r"a\.b\{"),
            (r"a{,2}", r"a\{,2\}"),
            (r"\101", r"\x{41}"),
        ] {
            assert_eq!(translated(pattern).unwrap(), expected, "{pattern}");
        }
        for refused in [r"a**", r"\1", r"(?x)a", r"a{1001}", r"\y", r"[a", r"x{2}{3}"] {
            assert!(translated(refused).is_err(), "{refused}");
        }
    }
}
