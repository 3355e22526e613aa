//! The tables of a PartiQL statement, which it may name by their ARNs.

use stackproof_aws::ApiError;

/// The statement with each table renamed: `"TABLE"` or `"TABLE"."INDEX"` behind `FROM`, `INTO` or `UPDATE`. What stands
/// without quotes is no ARN; it is only looked at.
pub(super) fn with_tables(
    statement: &str,
    mut rename: impl FnMut(&str) -> Result<String, ApiError>,
) -> Result<String, ApiError> {
    let mut out = String::with_capacity(statement.len());
    let mut rest = statement;
    let mut word = "";
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => quoted(rest, first),
            first if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        let table = ["from", "into", "update"].iter().any(|before| word.eq_ignore_ascii_case(before));
        let inner = token.strip_prefix('"').and_then(|token| token.strip_suffix('"'));
        match inner {
            Some(named) if table => {
                let name = rename(&named.replace("\"\"", "\""))?;
                out.push('"');
                out.push_str(&name.replace('"', "\"\""));
                out.push('"');
            }
            _ => {
                if table && is_word(first) {
                    rename(token.split('.').next().unwrap_or(token))?;
                }
                out.push_str(token);
            }
        }
        if !first.is_whitespace() {
            word = token;
        }
        rest = behind;
    }
    Ok(out)
}

/// Where a quoted text ends, whose own quotes are doubled.
fn quoted(text: &str, quote: char) -> usize {
    let mut quotes = text.char_indices().skip(1).filter(|(_, c)| *c == quote).map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        match quotes.peek() {
            Some(next) if *next == at + 1 => quotes.next(),
            _ => return at + 1,
        };
    }
    text.len()
}

/// Letters of words and of tables' names that stand without quotes.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_-.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_renamed_and_nothing_else() {
        let arn = r#""arn:aws:dynamodb:eu-west-2:111111111111:table/orders""#;
        for (given, wanted) in [
            (
                format!("SELECT * FROM {arn} WHERE a = '{arn}'"),
                format!("SELECT * FROM \"T\" WHERE a = '{arn}'"),
            ),
            (
                format!("select a from {arn}.\"index\" where b=1"),
                "select a from \"T\".\"index\" where b=1".to_owned(),
            ),
            (
                format!("INSERT INTO {arn} VALUE {{'k': 'it''s from \"x\"'}}"),
                "INSERT INTO \"T\" VALUE {'k': 'it''s from \"x\"'}".to_owned(),
            ),
            (format!("UPDATE\n{arn} SET a='b'"), "UPDATE\n\"T\" SET a='b'".to_owned()),
            (format!("DELETE FROM{arn} WHERE k = ?"), "DELETE FROM\"T\" WHERE k = ?".to_owned()),
            (
                "SELECT \"from\" FROM orders WHERE a = 'ü".to_owned(),
                "SELECT \"from\" FROM orders WHERE a = 'ü".to_owned(),
            ),
        ] {
            assert_eq!(with_tables(&given, |_| Ok("T".to_owned())).unwrap(), wanted);
        }
    }

    #[test]
    fn every_table_is_seen() {
        let mut seen = Vec::new();
        let mut see = |named: &str| {
            seen.push(named.to_owned());
            Ok(named.to_owned())
        };
        with_tables("SELECT a FROM my-table.idx WHERE EXISTS(SELECT * FROM \"b\"\"c\")", &mut see).unwrap();
        assert_eq!(seen, ["my-table", "b\"c"]);
    }
}
