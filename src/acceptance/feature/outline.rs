//! Scenario outlines: one scenario for each row of the examples.

use super::{FeatureError, Scenario, Step};

/// Adds the scenario, or one for each row of its examples.
pub(super) fn write_out(
    scenario: Scenario,
    parsed: &gherkin::Scenario,
    source: &str,
    scenarios: &mut Vec<Scenario>,
) -> Result<(), FeatureError> {
    let is_outline = matches!(scenario.keyword.as_str(), "Scenario Outline" | "Scenario Template");
    if parsed.examples.is_empty() && !is_outline {
        scenarios.push(scenario);
        return Ok(());
    }
    let before = scenarios.len();
    for examples in &parsed.examples {
        let Some(table) = &examples.table else { continue };
        let mut rows = table.rows.iter();
        let Some(columns) = rows.next() else { continue };
        let mut lines = rows_of(source, table.position.line).skip(1);
        for row in rows {
            let line = lines.next().unwrap_or(table.position.line);
            let values: Vec<(&str, &str)> =
                columns.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
            let fill = |text: &str| {
                fill(text, &values).map_err(|column| FeatureError::Column {
                    path: scenario.feature.path.clone(),
                    line: examples.position.line,
                    column,
                })
            };
            let mut tags = scenario.tags.clone();
            tags.extend(examples.tags.iter().cloned());
            let name = fill(&scenario.name)?;
            // Rows of one outline are told apart by their values where the name has no placeholder.
            let name = if name == scenario.name { format!("{name} ({})", row.join(", ")) } else { name };
            let steps = scenario.steps.iter().map(|step| filled(step, &fill)).collect::<Result<_, _>>()?;
            scenarios.push(Scenario { name, line, tags, steps, ..scenario.clone() });
        }
    }
    if scenarios.len() == before {
        let path = scenario.feature.path.clone();
        return Err(FeatureError::NoExamples { path, line: scenario.line, name: scenario.name });
    }
    Ok(())
}

fn filled(step: &Step, fill: &impl Fn(&str) -> Result<String, FeatureError>) -> Result<Step, FeatureError> {
    let table = step.table.as_ref().map(|table| {
        table.iter().map(|row| row.iter().map(|cell| fill(cell)).collect()).collect::<Result<_, _>>()
    });
    Ok(Step {
        text: fill(&step.text)?,
        table: table.transpose()?,
        docstring: step.docstring.as_deref().map(fill).transpose()?,
        ..step.clone()
    })
}

/// The text with the values of a row for `<column>`; a word in angle brackets that is no column is an error, anything
/// else in them (XML, comparisons) stays.
fn fill(text: &str, values: &[(&str, &str)]) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        filled.push_str(before);
        let Some((column, tail)) = after.split_once('>') else {
            filled.push('<');
            rest = after;
            continue;
        };
        match values.iter().find(|(name, _)| *name == column) {
            Some((_, value)) => {
                filled.push_str(value);
                rest = tail;
            }
            None if is_column(column) => return Err(column.to_owned()),
            None => {
                filled.push('<');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn is_column(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '-'))
}

/// The lines of the table's rows, from its first line on.
fn rows_of(source: &str, first: usize) -> impl Iterator<Item = usize> {
    let lines = source.lines().enumerate().skip(first.saturating_sub(1));
    lines.filter(|(_, text)| text.trim_start().starts_with('|')).map(|(at, _)| at + 1)
}
