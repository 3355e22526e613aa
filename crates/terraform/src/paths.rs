//! Files below a directory, and patterns of their paths.

use std::path::Path;

use regex::Regex;

/// Most directories below one another that are looked into.
const MAX_DEPTH: usize = 64;

/// Whether links to directories lead anywhere; links to files count as files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// They do, but no deeper than any directory may be, so that none leads in circles.
    Followed,
    /// They are passed over.
    PassedOver,
}

/// The paths of all files below a directory, from there, with slashes; what cannot be read is left out.
pub fn files_below(directory: &Path, links: Links) -> Vec<String> {
    let mut found = Vec::new();
    walk(directory, links, "", MAX_DEPTH, &mut found);
    found
}

fn walk(directory: &Path, links: Links, prefix: &str, depth: usize, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        let is_directory = match links {
            Links::Followed => entry.path().is_dir(),
            Links::PassedOver => entry.file_type().is_ok_and(|kind| kind.is_dir()),
        };
        if is_directory {
            if depth > 0 {
                walk(&entry.path(), links, &format!("{path}/"), depth - 1, found);
            }
        } else if entry.path().is_file() {
            found.push(path);
        }
    }
}

/// A pattern with `*`, `**`, `?`, `[…]` and `{…,…}` as a regular expression for whole paths.
pub fn path_pattern(pattern: &str) -> Option<Regex> {
    let mut out = String::from("^");
    let mut characters = pattern.chars().peekable();
    let mut braces = 0usize;
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                out.push_str(if characters.next_if_eq(&'/').is_some() { "(?:[^/]+/)*" } else { ".*" });
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '[' => {
                out.push('[');
                if characters.next_if(|next| matches!(next, '!' | '^')).is_some() {
                    out.push('^');
                }
                for inner in characters.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '\\' => out.push_str(&regex::escape(&characters.next()?.to_string())),
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    Regex::new(&format!("{out}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_paths() {
        let fits = |pattern: &str, path: &str| path_pattern(pattern).unwrap().is_match(path);
        assert!(fits("*.tf", "main.tf") && !fits("*.tf", "a/main.tf"));
        assert!(fits("**/*.tf", "main.tf") && fits("**/*.tf", "a/b/main.tf"));
        assert!(fits("{a,b}/?.txt", "b/x.txt") && !fits("{a,b}/?.txt", "c/x.txt"));
        assert!(fits("[!a]*", "b.c") && !fits("[!a]*", "a.c"));
        assert!(path_pattern("{a").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn links_to_directories_lead_as_far_as_they_may() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/f"), "").unwrap();
        std::os::unix::fs::symlink(folder.path().join("a"), folder.path().join("b")).unwrap();
        let found = |links: Links| {
            let mut found = files_below(folder.path(), links);
            found.sort();
            found
        };
        assert_eq!(found(Links::PassedOver), ["a/f"]);
        assert_eq!(found(Links::Followed), ["a/f", "b/f"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/round")).unwrap();
        assert!(found(Links::PassedOver).contains(&"a/f".to_owned()));
    }
}
