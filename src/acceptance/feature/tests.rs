use super::*;

const SOURCE: &str = r#"@slow
Feature: Calls
  What is proved.

  Background:
    Given the stack "a"

  @first
  Scenario: One
    When it acts with
      """json
      { "a":
        1 }
      """
    Then it succeeds

  Scenario Outline: Put <what>
    When it puts "<value>" with
      | tag | <value> |

    Examples:
      | what | value |
      | A    | 1     |
      # a comment between
      | B    | 2     |

    @late
    Examples:
      | what | value |
      | C    | 3     |

  Rule: Nothing else
    Background:
      Given more

    Scenario: Two
      Then it is denied
"#;

fn scenarios() -> Vec<Scenario> {
    parse(Path::new("a.feature"), SOURCE).unwrap()
}

#[test]
fn backgrounds_are_joined_and_outlines_written_out() {
    let found: Vec<_> = scenarios()
        .iter()
        .map(|it| {
            let texts: Vec<_> = it.steps.iter().map(|step| step.text.as_str()).collect();
            format!("{}:{} {} [{}]", it.line, it.name, it.tags.join(" "), texts.join("; "))
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    9:One slow first [the stack "a"; it acts with; it succeeds]
    23:Put A slow [the stack "a"; it puts "1" with]
    25:Put B slow [the stack "a"; it puts "2" with]
    30:Put C slow late [the stack "a"; it puts "3" with]
    36:Two slow [the stack "a"; more; it is denied]
    "#);
}

#[test]
fn tables_and_docstrings_are_read() {
    let all = scenarios();
    assert_eq!(all[0].steps[1].docstring.as_deref(), Some("{ \"a\":\n  1 }"));
    assert_eq!(all[1].steps[1].table, Some(vec![vec!["tag".to_owned(), "1".to_owned()]]));
    assert_eq!(all[4].rule.as_deref(), Some("Nothing else"));
}

#[test]
fn errors_have_a_place() {
    let error = |source| parse(Path::new("a.feature"), source).unwrap_err().to_string();
    insta::assert_snapshot!(error("Feature: A\n  Scenario: B\n    Given a\n    Whn it acts\n"), @"a.feature:4:5: expected a step, found `Whn it acts`");
    insta::assert_snapshot!(error("Feature: A\n  Scenario: B\n    Whn it acts\n"), @"a.feature:2: the scenario `B` has no steps");
    insta::assert_snapshot!(error(""), @"a.feature:2:1: expected a feature, a scenario or a step, found nothing");
    insta::assert_snapshot!(error("Feature: A\n  Scenario: B\n    Given a\n      | a | b |\n      | a | b | c |\n"), @"a.feature:5:7: this row has 3 cells, the first of its table 2");
    let outline =
        "Feature: A\n  Scenario Outline: B\n    When <x> acts\n\n    Examples:\n      | y |\n      | 1 |\n";
    insta::assert_snapshot!(error(outline), @"a.feature:5: the examples have no column `x`");
}
