//! Words as a POSIX shell reads them.

/// The word, in quotes where the shell would take it for more than itself (POSIX Shell Command Language, 2.2).
pub(crate) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn only_what_a_shell_would_read_otherwise_is_quoted() {
        for (word, expected) in
            [("a/b+c=", "a/b+c="), ("", "''"), ("a b", "'a b'"), ("it's $x", r"'it'\''s $x'")]
        {
            assert_eq!(quoted(word), expected);
        }
    }
}
