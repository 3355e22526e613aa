//! The whole language in words, for `stackproof steps` and `docs/steps.md`.

use std::fmt::Write;

use serde::Serialize;

use super::options::OptionWord;
use super::sentence::{Attachment, Keyword, Modifier, Sentence};
use super::steps;

/// One sentence, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it is about.
    pub subject: &'static str,
    /// `Given`, `When` or `Then`.
    pub keyword: &'static str,
    /// The sentence: `{…}` are slots, `[…]` may be left out, `(a|b)` is either.
    pub pattern: &'static str,
    /// The sentence as a feature has it.
    pub example: &'static str,
    /// What it does.
    pub docs: &'static str,
    /// The example as it is awaited, where it is a fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaited: Option<String>,
    /// What stands under the example, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub under: Vec<String>,
    /// What stands under it, where it is no table of options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<&'static str>,
    /// The words of its table of options.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Word>,
}

/// One word of a table of options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// A value.
    pub example: &'static str,
    /// What it does.
    pub docs: &'static str,
}

/// Every sentence that has the word in its pattern, its example, its subject or its options; all without a word.
pub fn entries(word: Option<&str>) -> Vec<Entry> {
    let all =
        steps::ALL.iter().flat_map(|(subject, sentences)| sentences.iter().map(|it| entry(subject, it)));
    let wanted = word.map(str::to_lowercase);
    all.filter(|entry| wanted.as_ref().is_none_or(|word| entry.mentions(word))).collect()
}

fn entry(subject: &'static str, sentence: &Sentence) -> Entry {
    let (attachment, options): (_, &[&[OptionWord]]) = match sentence.attachment {
        Attachment::Nothing => (None, &[]),
        Attachment::Options(words) => (None, words),
        Attachment::Table(it) | Attachment::Each(it) | Attachment::Text(it) | Attachment::Either(it) => {
            (Some(it.docs), &[])
        }
    };
    let options = options.iter().copied().flatten();
    let under = match sentence.attachment {
        Attachment::Nothing => Vec::new(),
        Attachment::Options(words) => {
            let few = words.iter().copied().flatten().take(2);
            few.map(|it| format!("| {} | {} |", it.word, it.example)).collect()
        }
        Attachment::Table(it) | Attachment::Each(it) => it.example.lines().map(str::to_owned).collect(),
        Attachment::Text(it) | Attachment::Either(it) => {
            let text = it.example.lines().map(str::to_owned);
            [format!("\"\"\"{}", it.media)].into_iter().chain(text).chain(["\"\"\"".to_owned()]).collect()
        }
    };
    Entry {
        subject,
        keyword: sentence.keyword.word(),
        pattern: sentence.pattern,
        example: sentence.example,
        docs: sentence.docs,
        awaited: (sentence.keyword == Keyword::Fact)
            .then(|| format!("within 30 seconds {}", sentence.example)),
        under,
        attachment,
        options: options.map(|it| Word { word: it.word, example: it.example, docs: it.docs }).collect(),
    }
}

impl Entry {
    /// The example, with the `with` that announces what stands under it.
    fn shown(&self) -> String {
        let may_have = self.pattern.ends_with("[ with]") && !self.example.ends_with(" with");
        if may_have && !self.under.is_empty() {
            format!("{} with", self.example)
        } else {
            self.example.to_owned()
        }
    }

    fn lines_under(&self) -> impl Iterator<Item = &str> {
        self.under.iter().map(String::as_str)
    }

    fn mentions(&self, word: &str) -> bool {
        let texts = [self.subject, self.pattern, self.example].into_iter();
        texts
            .chain(self.awaited.as_deref())
            .chain(self.options.iter().map(|option| option.word))
            .any(|text| text.to_lowercase().contains(word))
    }
}

/// The entries for a terminal: each as a feature has it, its pattern, and what it does.
pub fn text(entries: &[Entry]) -> String {
    let mut out = String::new();
    let mut subject = "";
    for entry in entries {
        if entry.subject != subject {
            let gap = if subject.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", entry.subject);
            subject = entry.subject;
        }
        let _ = writeln!(out, "  {} {}", entry.keyword, entry.shown());
        if entry.options.is_empty() {
            entry.lines_under().for_each(|line| {
                let _ = writeln!(out, "    {line}");
            });
        }
        let _ = writeln!(out, "      {}\n      {}", entry.pattern, entry.docs);
        if let Some(attachment) = entry.attachment {
            let _ = writeln!(out, "      Under it: {attachment}.");
        }
        if let Some(awaited) = &entry.awaited {
            let _ = writeln!(out, "      Also: {awaited}");
        }
        for option in &entry.options {
            let _ = writeln!(out, "      | {:<15} | {:<27} | {}", option.word, option.example, option.docs);
        }
    }
    out
}

/// What holds for every sentence, a paragraph each: those that have the word, all without one.
pub fn introduction(word: Option<&str>) -> Vec<String> {
    let modifiers: Vec<_> = Modifier::ALL.iter().map(|(words, _)| format!("`, {words},`")).collect();
    let principals = format!(
        "In a sentence, `{{…}}` is a slot, `[…]` may be left out, `(a|b)` is either. `{{who}}` is a principal: `the \
         accessor` or `\"accessor\"`, `operator`, `operator of \"source\"`, `nobody`, each with modifiers between commas: \
         {}, as in `the accessor, over http, lists \"calls\"`.",
        modifiers.join(" ")
    );
    let others = [
        "A name means, in this order, a name given in the feature or in `stackproof.toml`, an output, a resource \
         address, the last label of an address that no other resource of that kind has. In texts and tables, `{name}` \
         is a saved value, `{unique}` a word of the scenario's own, the AWS name of a bucket, key, user or role, an \
         output, or an attribute such as `{aws_iam_role.x.arn}`; a text with `{…}` in it is a value and names \
         nothing.",
        "A call that fails must be judged by a `Then` before the next call, or its own step fails.",
        "Before a fact may stand `within 30 seconds`, or so many minutes: it is asked again, with short pauses, until it \
         holds or that much time has passed on the machine's clock. Acts, and judgements of the last call, are made \
         once. An unresolved name, and a call that is undetermined, are not awaited.",
        "Tags say what a scenario needs of its target: `@clock` moves the clock, `@trust` proves a trust policy as it is, \
         `@writes` stores something, `@destructive` deletes something for good. A target that cannot do it skips the \
         scenario and says why; the embedded target can do all. `@guarded-twice:A,B` says that several guards stop the \
         scenario's attack, so that it does not notice when one of them goes: the report lists them.",
    ];
    let all = [principals].into_iter().chain(others.map(str::to_owned));
    let wanted = word.map(str::to_lowercase);
    all.filter(|it| wanted.as_ref().is_none_or(|word| it.to_lowercase().contains(word))).collect()
}

/// The whole language as a page.
pub fn markdown() -> String {
    let mut out = String::from(
        "# The acceptance language\n\nMade from the steps themselves by `stackproof steps`; edit those, not this page.\n",
    );
    for paragraph in introduction(None) {
        let _ = writeln!(out, "\n{paragraph}");
    }
    let mut subject = "";
    for entry in entries(None) {
        if entry.subject != subject {
            subject = entry.subject;
            let _ = writeln!(out, "\n## {subject}");
        }
        let _ = writeln!(out, "\n### {}\n\n{}", heading(&entry), entry.docs);
        let _ = writeln!(out, "\n```gherkin\n{} {}", entry.keyword, entry.shown());
        entry.lines_under().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
        out.push_str("```\n");
        if let Some(awaited) = &entry.awaited {
            let _ = writeln!(out, "\nAlso: `{awaited}`.");
        }
        if let Some(attachment) = entry.attachment {
            let _ = writeln!(out, "\nUnder it: {attachment}.");
        }
        if !entry.options.is_empty() {
            out.push_str("\n| option | example | |\n|---|---|---|\n");
            for option in &entry.options {
                let _ = writeln!(out, "| `{}` | `{}` | {} |", option.word, option.example, option.docs);
            }
        }
    }
    out
}

fn heading(entry: &Entry) -> String {
    format!("`{}`", entry.pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_chooses_sentences() {
        let found: Vec<_> = entries(Some("Assumes")).iter().map(|entry| entry.pattern).collect();
        assert_eq!(found, ["{who} assumes the role {role:text}[ with]"]);
        assert!(entries(Some("part size")).iter().any(|entry| entry.pattern.contains("uploads")));
        assert!(entries(Some("zebra")).is_empty());
    }

    #[test]
    fn a_terminal_shows_what_the_page_has() {
        let (page, shown) = (markdown(), text(&entries(None)));
        for entry in entries(None) {
            let told = [entry.pattern, entry.docs].into_iter().chain(entry.attachment);
            let words = entry.options.iter().flat_map(|it| [it.word, it.example, it.docs]);
            for part in told.chain(words).chain(entry.awaited.as_deref()) {
                assert!(shown.contains(part) && page.contains(part), "`{part}` of `{}`", entry.pattern);
            }
        }
        assert!(introduction(None).iter().all(|paragraph| page.contains(paragraph)));
        assert!(introduction(Some("wrong secret")).len() == 1 && introduction(Some("zebra")).is_empty());
    }

    #[test]
    fn the_page_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/steps.md");
        let page = markdown();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page,
            "docs/steps.md is stale: run `UPDATE_DOCS=1 cargo test the_page_is_current`"
        );
    }
}
