//! Principals as sentences name them: `the accessor`, `operator of "source"`, `nobody`, each with modifiers.

use std::fmt;

use super::pattern::{quoted, words};

/// A principal as a step names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Who it is.
    pub name: WhoName,
    /// What is different about this call.
    pub modifiers: Vec<Modifier>,
}

/// The name of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhoName {
    /// The operator, of an account by name or of the main one.
    Operator(Option<String>),
    /// A caller without credentials.
    Nobody,
    /// A name of the feature or the stack; `true` where it stood in quotes.
    Named(String, bool),
}

/// What is different about one call of a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// Signed with a secret that is not the key's.
    WrongSecret,
    /// Signed with a key that does not exist.
    UnknownKey,
    /// Signed with a session that has ended.
    ExpiredSession,
    /// Sent in plain.
    Http,
}

impl Modifier {
    /// Every modifier with its words.
    pub const ALL: [(&'static str, Self); 4] = [
        ("with a wrong secret", Self::WrongSecret),
        ("with an unknown key", Self::UnknownKey),
        ("with an expired session", Self::ExpiredSession),
        ("over http", Self::Http),
    ];
}

impl Who {
    /// That principal, as it is.
    pub fn plain(name: WhoName) -> Self {
        Self { name, modifiers: Vec::new() }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            WhoName::Operator(None) => f.write_str("operator"),
            WhoName::Operator(Some(account)) => write!(f, "operator of {account}"),
            WhoName::Nobody => f.write_str("nobody"),
            WhoName::Named(name, _) => f.write_str(name),
        }
    }
}

/// Every way in which the text begins with a principal, and what follows it.
pub(super) fn readings(text: &str) -> Vec<(Who, &str)> {
    names(text)
        .into_iter()
        .map(|(name, rest)| {
            let (modifiers, rest) = modifiers(rest);
            (Who { name, modifiers }, rest)
        })
        .collect()
}

fn names(text: &str) -> Vec<(WhoName, &str)> {
    if let Some((name, rest)) = quoted(text) {
        return vec![(named(&name.to_string(), true), rest)];
    }
    let article = text.strip_prefix("the ");
    words(article.unwrap_or(text))
        .into_iter()
        .map(|(name, rest)| (named(&name.to_string(), false), rest))
        .filter(|(name, _)| article.is_some() || !matches!(name, WhoName::Named(..)))
        .map(|(name, rest)| of_account(name, rest))
        .collect()
}

/// `operator of "source"`
fn of_account(name: WhoName, rest: &str) -> (WhoName, &str) {
    match rest.strip_prefix(" of ").and_then(quoted) {
        Some((account, rest)) if name == WhoName::Operator(None) => {
            (WhoName::Operator(Some(account.to_string())), rest)
        }
        _ => (name, rest),
    }
}

fn named(name: &str, in_quotes: bool) -> WhoName {
    match name {
        "operator" => WhoName::Operator(None),
        "nobody" => WhoName::Nobody,
        name => WhoName::Named(name.to_owned(), in_quotes),
    }
}

/// `, with a wrong secret, over http,`
fn modifiers(text: &str) -> (Vec<Modifier>, &str) {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(words) = rest.strip_prefix(", ") {
        let known = Modifier::ALL.iter().find_map(|(words_of, modifier)| {
            words
                .strip_prefix(words_of)
                .filter(|after| after.starts_with(','))
                .map(|after| (*modifier, after))
        });
        let Some((modifier, after)) = known else { break };
        found.push(modifier);
        rest = after;
    }
    match rest.strip_prefix(',') {
        Some(rest) if !found.is_empty() => (found, rest),
        _ => (Vec::new(), text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (Who, &str) {
        readings(text).into_iter().next().unwrap()
    }

    #[test]
    fn a_principal_is_named_in_quotes_or_after_the() {
        assert_eq!(one(r#""accessor" lists"#).0.name, WhoName::Named("accessor".into(), true));
        assert_eq!(one("the accessor lists").0.name, WhoName::Named("accessor".into(), false));
        assert_eq!(one("the operator lists"), (Who::plain(WhoName::Operator(None)), " lists"));
        let source = Who::plain(WhoName::Operator(Some("source".into())));
        assert_eq!(one(r#"operator of "source" lists"#), (source, " lists"));
        assert_eq!(one("nobody lists"), (Who::plain(WhoName::Nobody), " lists"));
        assert!(readings("accessor lists").is_empty());
    }

    #[test]
    fn modifiers_stand_between_commas() {
        let (who, rest) = one("the accessor, with a wrong secret, over http, lists");
        assert_eq!(who.modifiers, [Modifier::WrongSecret, Modifier::Http]);
        assert_eq!(rest, " lists");
        let (who, rest) = one("the accessor, in a hurry, lists");
        assert_eq!((who.modifiers, rest), (Vec::new(), ", in a hurry, lists"));
    }
}
