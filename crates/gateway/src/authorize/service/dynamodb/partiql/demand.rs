//! What a statement demands of an attribute, for all rows that it reaches.

use super::token::{Operand, Token, is_word, name};

/// What a statement demands of an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Where {
    /// That it is one of these.
    Values(Vec<Operand>),
    /// Nothing.
    Anything,
    /// Something that is not understood.
    Unknown,
}

/// `{'pk': value, …}`: the attribute of the item itself, not of a map inside it.
pub(super) fn inserted(item: &[Token], attribute: &str) -> Where {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, token) in item.iter().enumerate() {
        match token {
            Token::Mark('{' | '[' | '(' | '<') => depth = depth.saturating_add(1),
            Token::Mark('}' | ']' | ')' | '>') => depth = depth.saturating_sub(1),
            Token::Value(Operand::Text(text)) if depth == 1 && text == attribute => {
                if let Some([Token::Mark(':'), value]) = item.get(at.saturating_add(1)..at.saturating_add(3))
                {
                    found.push(value);
                }
            }
            _ => {}
        }
    }
    match found.as_slice() {
        [Token::Value(value)] => Where::Values(vec![value.clone()]),
        _ => Where::Unknown,
    }
}

/// Of a conjunction, the part that names the attribute. What is joined by OR demands nothing.
pub(super) fn demanded(condition: &[Token], attribute: &str) -> Where {
    let mut depth = 0_usize;
    let mut parts: Vec<Vec<&Token>> = vec![Vec::new()];
    let mut between = false;
    for token in condition {
        let is = |word: &str| depth == 0 && is_word(token, word);
        if is("OR") {
            return Where::Anything;
        }
        if is("ORDER") || is("RETURNING") {
            break;
        }
        // The AND of BETWEEN joins its two ends.
        if is("AND") && !std::mem::take(&mut between) {
            parts.push(Vec::new());
            continue;
        }
        between |= is("BETWEEN");
        match token {
            Token::Mark('(' | '[' | '{') => depth = depth.saturating_add(1),
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    let mut demands: Vec<Where> = parts.iter().map(|part| demand(part, attribute)).collect();
    demands.retain(|demand| *demand != Where::Anything);
    demands.into_iter().next().unwrap_or(Where::Anything)
}

/// What one part of a conjunction demands of the attribute.
fn demand(part: &[&Token], attribute: &str) -> Where {
    if let [Token::Mark('('), inner @ .., Token::Mark(')')] = part
        && is_closed(inner)
    {
        return demanded(&inner.iter().map(|token| (*token).clone()).collect::<Vec<_>>(), attribute);
    }
    if let Some(values) = equal(part, attribute) {
        return Where::Values(values);
    }
    let is_it = |token: Option<&&Token>| token.is_some_and(|token| name(token) == Some(attribute));
    let equals = |at: usize| part.get(at) == Some(&&Token::Mark('='));
    let last = part.len().saturating_sub(1);
    let begins = is_it(part.first()) && (equals(1) || part.get(1).is_some_and(|token| is_word(token, "IN")));
    // An equation with more than a value on its other side.
    match begins || is_it(part.get(last)) && equals(last.saturating_sub(1)) {
        true => Where::Unknown,
        false => Where::Anything,
    }
}

/// Whether what is opened within is closed within.
fn is_closed(tokens: &[&Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            Token::Mark('(') => depth = depth.saturating_add(1),
            Token::Mark(')') if depth == 0 => return false,
            Token::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth == 0
}

/// `attribute = value`, `value = attribute`, `attribute IN [values]`
fn equal(part: &[&Token], attribute: &str) -> Option<Vec<Operand>> {
    let is_it = |token: &Token| name(token) == Some(attribute);
    match part {
        [named, Token::Mark('='), Token::Value(value)] | [Token::Value(value), Token::Mark('='), named]
            if is_it(named) =>
        {
            Some(vec![value.clone()])
        }
        [named, word, Token::Mark('[' | '('), values @ .., Token::Mark(']' | ')')]
            if is_it(named) && is_word(word, "IN") =>
        {
            let operands = values.iter().filter(|token| ***token != Token::Mark(','));
            operands
                .map(|token| match token {
                    Token::Value(value) => Some(value.clone()),
                    _ => None,
                })
                .collect()
        }
        _ => None,
    }
}
