use super::*;
use crate::acceptance::sentence::Attachment;

fn step(text: &str) -> Step {
    Step { keyword: "When".into(), text: text.into(), line: 1, table: None, docstring: None }
}

fn find(text: &str, known: &[&str]) -> Result<Matched, MatchError> {
    Registry::new().find(&step(text), |name| known.contains(&name))
}

#[test]
fn every_pattern_compiles_and_every_example_means_its_own_sentence() {
    for sentence in steps::ALL.iter().flat_map(|(_, sentences)| *sentences) {
        Pattern::new(sentence.pattern).unwrap();
        let mut step = step(sentence.example);
        match sentence.attachment {
            Attachment::Nothing => {}
            Attachment::Options(words) => {
                let rows = words.iter().copied().flatten().map(|it| vec![it.word.into(), it.example.into()]);
                step.table = Some(rows.collect());
            }
            Attachment::Table(_) | Attachment::Each(_) => {
                step.table = Some(vec![vec!["a".into(), "b".into()]])
            }
            Attachment::Text(sample) | Attachment::Either(sample) => {
                step.docstring = Some(sample.example.into())
            }
        }
        let matched = Registry::new().find(&step, |_| false);
        let matched = matched.unwrap_or_else(|e| panic!("{}: {e}", sentence.example));
        assert_eq!(matched.sentence.pattern, sentence.pattern);
    }
}

#[test]
fn the_longest_known_name_is_meant() {
    let text = r#"the migrator in the depot downloads "a" from the archive"#;
    let matched = find(text, &["migrator in the depot", "archive"]).unwrap();
    assert_eq!(matched.arguments.who("who").to_string(), "migrator in the depot");
    assert_eq!(matched.arguments.get("bucket"), "archive");
}

#[test]
fn a_name_that_may_be_a_sentence_is_the_longest_known() {
    let text = "the accessor lists the versions of the calls";
    let found = |known: &[&str]| find(text, known).unwrap().arguments.get("bucket").to_owned();
    assert_eq!(found(&["accessor", "calls"]), "calls");
    assert_eq!(found(&["accessor", "calls", "versions of the calls"]), "versions of the calls");
    assert_eq!(found(&[]), "calls");
}

#[test]
fn a_step_that_fits_two_sentences_is_ambiguous() {
    static TWO: [Sentence; 2] = [sentence("it {how:words}", "it one"), sentence("it {what:words}", "it two")];
    const fn sentence(pattern: &'static str, example: &'static str) -> Sentence {
        Sentence {
            keyword: crate::acceptance::sentence::Keyword::Then,
            pattern,
            example,
            docs: "",
            attachment: Attachment::Nothing,
            handler: |_, _| Box::pin(async { Ok(()) }),
        }
    }
    let Err(error) = Registry::of(TWO.iter()).find(&step("it dances"), |_| false) else {
        panic!("it matched")
    };
    insta::assert_snapshot!(error, @"`it dances` may mean `it one` or `it two`");
}

#[test]
fn an_undefined_step_is_told_the_nearest_three() {
    let Err(error) = find(r#"the accessor upload "x" to "calls""#, &[]) else { panic!("it matched") };
    insta::assert_snapshot!(error, @r#"no sentence says `the accessor upload "x" to "calls"`"#);
    insta::assert_snapshot!(error.advice().unwrap(), @r#"
    the nearest sentences are
      the accessor uploads "calls/a.wav" to "calls"
      the accessor downloads "calls/a.wav" from "calls"
      the accessor lists the uploads of "calls"
    "#);
}

#[test]
fn a_name_without_article_or_quotes_is_told() {
    let told = |text: &str| find(text, &["vasya"]).err().and_then(|error| error.advice()).unwrap();
    let expected = "write `the vasya` or `\"vasya\"`: a name has an article or quotes";
    assert_eq!(told(r#"vasya uploads "x" to "calls""#), expected);
    assert_eq!(told(r#"vasya, over http, lists "calls""#), expected);
}

#[test]
fn within_stands_before_every_fact_and_before_nothing_else() {
    for sentence in steps::ALL.iter().flat_map(|(_, sentences)| *sentences) {
        let found = find(&format!("within 30 seconds {}", sentence.example), &[]);
        match sentence.keyword {
            Keyword::Fact => assert!(!matches!(found, Err(MatchError::NotAwaited { .. }))),
            _ => assert!(matches!(found, Err(MatchError::NotAwaited { .. })), "{}", sentence.example),
        }
    }
    let matched = find(r#"within 30 seconds the calls has versioning "Off""#, &["calls"]).unwrap();
    assert_eq!(matched.arguments.get("bucket"), "calls");
    assert_eq!(matched.within.map(|within| within.to_string()).as_deref(), Some("30 seconds"));
}

#[test]
fn what_is_wrong_with_within_is_told_with_advice() {
    let told = |text: &str| {
        let Err(error) = find(text, &[]) else { panic!("it matched") };
        format!("{error}\n{}", error.advice().unwrap())
    };
    insta::assert_snapshot!(told("within 2 hours it is denied"), @"
    `within` takes so many seconds or minutes, not `2 hours`
    write `within 30 seconds` or `within 2 minutes` before the fact
    ");
    insta::assert_snapshot!(told("within 2 minutes it is denied"), @"
    `within 2 minutes` awaits a fact, and `it is denied` is none
    acts, and judgements of the last call, are made once: take `within …` away; `stackproof steps within` prints the facts
    ");
    insta::assert_snapshot!(told(r#"within 2 minutes "calls" hat versioning "Off""#), @r#"
    no sentence says `within 2 minutes "calls" hat versioning "Off"`
    the nearest sentences are
      "calls" has versioning "Enabled"
      the key "master" has rotation "enabled"
      the object "calls/a.wav" in "calls" has
    "#);
}

#[test]
fn what_stands_under_a_step_must_fit() {
    let mut step = step(r#"the accessor uploads "x" to "calls" with"#);
    step.table = Some(vec![vec!["colour".into(), "red".into()]]);
    let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
    assert_eq!(error.to_string(), "this sentence has no option `colour`");
    assert!(error.advice().unwrap().starts_with("the options are `"), "{:?}", error.advice());
    step.table = None;
    step.docstring = Some("{}".into());
    let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
    assert_eq!(error.to_string(), "this sentence takes no text");
    step.docstring = None;
    let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
    assert_eq!(error.to_string(), "a table is missing under this sentence");
}

#[test]
fn captures_are_given_by_label() {
    let matched = find(r#"nobody lists "calls" under "a/""#, &[]).unwrap();
    assert_eq!(matched.arguments.given("prefix"), Some("a/"));
}
