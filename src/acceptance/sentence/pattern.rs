//! The notation that sentences are written in, and how a step's text is read by it.
//!
//! `{who}` is a principal with its modifiers; `{label:name}` a name, quoted or in plain words after `the`;
//! `{label:text}` a quoted text; `{label:list}` several, `"a", "b" and "c"`; `{label:words}` plain words. `[…]` may be
//! left out, `(a|b)` is either.

use std::fmt;

use super::who::{self, Who};

/// The most words that an unquoted name has.
const MOST_WORDS: usize = 6;

/// What a slot takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A principal, with modifiers.
    Who,
    /// A name: quoted, or plain words after `the`.
    Name,
    /// A quoted text.
    Text,
    /// Quoted texts, two at least.
    List,
    /// Plain words.
    Words,
}

/// What a slot took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    /// A principal.
    Who(Who),
    /// The inside of quotes.
    Quoted(String),
    /// Plain words.
    Bare(String),
    /// The inside of quotes, with `{…}` filled in: a value, and no name.
    Filled(String),
    /// The insides of several quotes.
    List(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(String),
    Slot { label: String, kind: Kind },
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// The pattern with every choice made, one by one.
    variants: Vec<Vec<Token>>,
}

/// What the slots of a pattern took, by label.
pub(crate) type Captures = Vec<(String, Capture)>;

/// A pattern that is not written in the notation.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pattern `{pattern}` does not close its `{bracket}`")]
pub(crate) struct PatternError {
    pattern: String,
    bracket: char,
}

impl Pattern {
    /// Reads the notation.
    ///
    /// # Errors
    /// A bracket that is not closed.
    pub(crate) fn new(pattern: &str) -> Result<Self, PatternError> {
        let unclosed = |bracket| PatternError { pattern: pattern.to_owned(), bracket };
        let mut variants = vec![Vec::new()];
        let mut rest = pattern;
        while let Some(at) = rest.find(['{', '[', '(']) {
            let (before, inside) = rest.split_at(at);
            append(&mut variants, before);
            let mut letters = inside.chars();
            let open = letters.next().unwrap_or('{');
            let close = match open {
                '{' => '}',
                '[' => ']',
                _ => ')',
            };
            let (inside, after) = letters.as_str().split_once(close).ok_or_else(|| unclosed(open))?;
            match open {
                '{' => {
                    let token = slot(inside);
                    variants.iter_mut().for_each(|variant| variant.push(token.clone()));
                }
                '[' => {
                    let inner = Self::new(inside)?.variants;
                    variants = product(&variants, inner.into_iter().chain([Vec::new()]));
                }
                _ => {
                    let choices = inside.split('|').map(|choice| vec![Token::Literal(choice.to_owned())]);
                    variants = product(&variants, choices);
                }
            }
            rest = after;
        }
        append(&mut variants, rest);
        Ok(Self { variants })
    }

    /// Every way in which the text can be read by this pattern.
    pub(crate) fn readings(&self, text: &str) -> Vec<Captures> {
        let mut found = Vec::new();
        for variant in &self.variants {
            read(variant, text, &mut Vec::new(), &mut found);
        }
        found
    }
}

fn slot(inside: &str) -> Token {
    let (label, kind) = inside.split_once(':').unwrap_or((inside, inside));
    let kind = match kind {
        "who" => Kind::Who,
        "name" => Kind::Name,
        "words" => Kind::Words,
        "list" => Kind::List,
        _ => Kind::Text,
    };
    Token::Slot { label: label.to_owned(), kind }
}

fn append(variants: &mut [Vec<Token>], literal: &str) {
    if !literal.is_empty() {
        variants.iter_mut().for_each(|variant| variant.push(Token::Literal(literal.to_owned())));
    }
}

fn product(variants: &[Vec<Token>], tails: impl Iterator<Item = Vec<Token>>) -> Vec<Vec<Token>> {
    tails.flat_map(|tail| variants.iter().map(move |variant| [variant.as_slice(), &tail].concat())).collect()
}

fn read(tokens: &[Token], text: &str, taken: &mut Captures, found: &mut Vec<Captures>) {
    let Some((token, tokens)) = tokens.split_first() else {
        if text.is_empty() {
            found.push(taken.clone());
        }
        return;
    };
    match token {
        Token::Literal(literal) => {
            if let Some(rest) = text.strip_prefix(literal.as_str()) {
                read(tokens, rest, taken, found);
            }
        }
        Token::Slot { label, kind } => {
            for (capture, rest) in kind.readings(text) {
                taken.push((label.clone(), capture));
                read(tokens, rest, taken, found);
                taken.pop();
            }
        }
    }
}

impl Kind {
    fn readings(self, text: &str) -> Vec<(Capture, &str)> {
        match self {
            Self::Who => {
                who::readings(text).into_iter().map(|(who, rest)| (Capture::Who(who), rest)).collect()
            }
            Self::Text => quoted(text).into_iter().collect(),
            Self::Words => words(text),
            Self::List => list(text).into_iter().collect(),
            Self::Name => match quoted(text) {
                Some(reading) => vec![reading],
                None => text.strip_prefix("the ").map(words).unwrap_or_default(),
            },
        }
    }
}

/// `"text"`; a quote inside is written `\"`, but for those of an instance key, `["key"]`, which stand as in Terraform.
pub(super) fn quoted(text: &str) -> Option<(Capture, &str)> {
    let mut letters = text.strip_prefix('"')?.chars();
    let mut inside = String::new();
    loop {
        match letters.next()? {
            '[' => {
                inside.push('[');
                let key = letters.as_str().strip_prefix('"').and_then(|rest| rest.split_once("\"]"));
                if let Some((key, rest)) = key {
                    inside.push_str(&format!("\"{key}\"]"));
                    letters = rest.chars();
                }
            }
            '"' => return Some((Capture::Quoted(inside), letters.as_str())),
            '\\' if letters.as_str().starts_with('"') => {
                inside.push('"');
                letters.next();
            }
            letter => inside.push(letter),
        }
    }
}

/// `"a", "b" and "c"`
fn list(text: &str) -> Option<(Capture, &str)> {
    let (first, mut rest) = quoted(text)?;
    let mut names = vec![first.to_string()];
    while let Some((name, behind)) =
        [", and ", ", ", " and "].iter().find_map(|gap| quoted(rest.strip_prefix(gap)?))
    {
        names.push(name.to_string());
        rest = behind;
    }
    (names.len() > 1).then_some((Capture::List(names), rest))
}

/// Every beginning of the text that is made of plain words, from the shortest to the longest.
pub(super) fn words(text: &str) -> Vec<(Capture, &str)> {
    let mut found = Vec::new();
    let mut end = 0;
    for _ in 0..MOST_WORDS {
        let Some((_, rest)) = text.split_at_checked(end) else { break };
        let gap = usize::from(end > 0);
        let Some(rest) = (if gap == 1 { rest.strip_prefix(' ') } else { Some(rest) }) else { break };
        let length = rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len());
        if length == 0 {
            break;
        }
        end += gap + length;
        if let Some((words, rest)) = text.split_at_checked(end) {
            found.push((Capture::Bare(words.to_owned()), rest));
        }
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '\'')
}

impl fmt::Display for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Who(who) => who.fmt(f),
            Self::Quoted(text) | Self::Bare(text) | Self::Filled(text) => f.write_str(text),
            Self::List(names) => f.write_str(&names.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(pattern: &str, text: &str) -> Vec<String> {
        Pattern::new(pattern)
            .unwrap()
            .readings(text)
            .into_iter()
            .map(|captures| {
                captures
                    .iter()
                    .map(|(label, capture)| format!("{label}={capture}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    #[test]
    fn quotes_and_plain_words_are_the_same_name() {
        for text in [r#""calls" is big"#, "the calls is big"] {
            assert_eq!(readings("{bucket:name} is big", text), ["bucket=calls"], "{text}");
        }
    }

    #[test]
    fn a_plain_name_is_read_in_every_length() {
        assert_eq!(
            readings("{a:name} in {b:words}", "the in in in here"),
            ["a=in b=in here", "a=in in b=here"]
        );
    }

    #[test]
    fn options_and_choices_may_be_left_out() {
        let pattern = "(it|that) fails[ with {code:text}]";
        assert_eq!(readings(pattern, "it fails"), [""]);
        assert_eq!(readings(pattern, r#"that fails with "X""#), ["code=X"]);
        assert!(readings(pattern, "it fails with").is_empty());
    }

    #[test]
    fn a_quote_inside_quotes_is_escaped() {
        assert_eq!(readings("{x:text}", r#""say \"a\"""#), [r#"x=say "a""#]);
        assert!(readings("{x:text}", r#""open"#).is_empty());
    }

    #[test]
    fn the_quotes_of_an_instance_key_stand_as_in_terraform() {
        let sentence = "{a:name} is the user of {b:text}";
        for text in [r#""x" is the user of "k.p["a"]""#, r#""x" is the user of "k.p[\"a\"]""#] {
            assert_eq!(readings(sentence, text), [r#"a=x b=k.p["a"]"#], "{text}");
        }
        assert_eq!(readings("{a:text} in {b:text}", r#""a[" in "b""#), ["a=a[ b=b"]);
    }

    #[test]
    fn a_list_has_commas_or_and() {
        for text in
            [r#"of "a", "b", "c" none"#, r#"of "a", "b" and "c" none"#, r#"of "a", "b", and "c" none"#]
        {
            assert_eq!(readings("of {x:list} none", text), ["x=a, b, c"], "{text}");
        }
        assert!(readings("of {x:list} none", r#"of "a" none"#).is_empty());
    }

    #[test]
    fn brackets_are_closed() {
        let error = Pattern::new("a [b").unwrap_err();
        assert_eq!(error.to_string(), "the pattern `a [b` does not close its `[`");
    }
}
