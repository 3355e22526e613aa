//! `cucumber.json`, as the reference implementations write it: an array of features, each with its elements.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::{evidence_of, headline};
use crate::acceptance::{Event, FailureKind, Feature, Reporter, ScenarioReport, StepReport, StepStatus};

/// Writes `cucumber.json` when the run is over.
pub struct Cucumber<W> {
    out: W,
    features: Vec<(Value, Vec<Value>)>,
}

impl<W: Write> Cucumber<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, features: Vec::new() }
    }
}

impl<W: Write> Reporter for Cucumber<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(_) | Event::CanaryDone(..) => Ok(()),
            Event::FeatureStarted(it) => {
                self.features.push((feature(it), Vec::new()));
                Ok(())
            }
            Event::ScenarioFinished(report) => {
                if let Some((_, elements)) = self.features.last_mut() {
                    elements.push(element(report));
                }
                Ok(())
            }
            Event::RunFinished(_) => {
                let features: Vec<Value> =
                    std::mem::take(&mut self.features).into_iter().map(joined).collect();
                serde_json::to_writer_pretty(&mut self.out, &features)?;
                writeln!(self.out)?;
                self.out.flush()
            }
        }
    }
}

fn joined((mut feature, elements): (Value, Vec<Value>)) -> Value {
    if let Value::Object(members) = &mut feature {
        members.insert("elements".to_owned(), Value::Array(elements));
    }
    feature
}

fn feature(feature: &Feature) -> Value {
    json!({
        "uri": feature.path.display().to_string(),
        "id": id(&feature.name),
        "keyword": "Feature",
        "name": feature.name,
        "description": feature.description.as_deref().unwrap_or_default(),
        "line": feature.line,
        "tags": tags(&feature.tags, feature.line),
    })
}

fn element(report: &ScenarioReport) -> Value {
    let scenario = &report.scenario;
    json!({
        "id": format!("{};{}", id(&scenario.feature.name), id(&scenario.name)),
        "keyword": scenario.keyword,
        "type": "scenario",
        "name": scenario.name,
        "description": "",
        "line": scenario.line,
        "tags": tags(&scenario.tags, scenario.line),
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn tags(tags: &[String], line: usize) -> Vec<Value> {
    tags.iter().map(|tag| json!({ "name": format!("@{tag}"), "line": line })).collect()
}

fn step(report: &StepReport) -> Value {
    let step = &report.step;
    let mut value = json!({
        "keyword": format!("{} ", step.keyword),
        "name": step.text,
        "line": step.line,
        "match": {},
        "result": result(&report.status, report.duration),
    });
    if let Value::Object(members) = &mut value {
        if let Some(table) = &step.table {
            let rows: Vec<Value> = table.iter().map(|row| json!({ "cells": row })).collect();
            members.insert("rows".to_owned(), json!(rows));
        }
        if let Some(text) = &step.docstring {
            members.insert("doc_string".to_owned(), json!({ "value": text, "line": step.line + 1 }));
        }
    }
    value
}

/// Durations are nanoseconds.
fn result(status: &StepStatus, duration: Duration) -> Value {
    let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    match status {
        StepStatus::Passed => json!({ "status": "passed", "duration": nanoseconds }),
        StepStatus::NotRun => json!({ "status": "skipped" }),
        // Cucumber's own word for a step that proves nothing yet.
        StepStatus::Unproved(reason) => json!({ "status": "pending", "error_message": reason }),
        StepStatus::Skipped(reason) => json!({ "status": "skipped", "error_message": reason }),
        StepStatus::Failed(failure) => {
            let status = match failure.kind {
                FailureKind::Undefined => "undefined",
                FailureKind::Ambiguous => "ambiguous",
                _ => "failed",
            };
            let evidence = evidence_of(failure).into_iter().map(|(name, text)| format!("{name}: {text}"));
            let message: Vec<String> = std::iter::once(headline(failure)).chain(evidence).collect();
            json!({ "status": status, "duration": nanoseconds, "error_message": message.join("\n") })
        }
    }
}

/// Lower case, with `-` for everything that is neither letter nor digit.
fn id(name: &str) -> String {
    name.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::every_variant;

    #[test]
    fn features_have_elements_with_steps() {
        let mut out = Vec::new();
        let mut cucumber = Cucumber::new(&mut out);
        every_variant().iter().for_each(|event| cucumber.on(event).unwrap());
        let written: Value = serde_json::from_slice(&out).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&written[0]["elements"][1]).unwrap(), @r#"
        {
          "description": "",
          "id": "calls-are-kept;it-is-denied-by-another-statement",
          "keyword": "Scenario",
          "line": 4,
          "name": "It is denied by another statement",
          "steps": [
            {
              "keyword": "Given ",
              "line": 5,
              "match": {},
              "name": "the stack \"call-centre-data\"",
              "result": {
                "duration": 2000000,
                "status": "passed"
              }
            },
            {
              "keyword": "When ",
              "line": 6,
              "match": {},
              "name": "the accessor uploads \"a.wav\" to \"calls\"",
              "result": {
                "duration": 2000000,
                "status": "passed"
              }
            },
            {
              "keyword": "Then ",
              "line": 7,
              "match": {},
              "name": "it is denied",
              "result": {
                "duration": 2000000,
                "error_message": "expected a denial by the statement `DenyOther`, but it was denied by the statement `DenyKms` of bucket policy of calls\nstatement: `DenyKms` of bucket policy of calls, infra/storage.tf:49\ncall: s3:PutObject on arn:aws:s3:::calls/a.wav\nprincipal: arn:aws:iam::111111111111:user/accessor\nlayer: resource-based policy\ncertainty: documented\nrequest: REQ1",
                "status": "failed"
              }
            }
          ],
          "tags": [
            {
              "line": 4,
              "name": "@slice"
            }
          ],
          "type": "scenario"
        }
        "#);
        let statuses: Vec<_> = written[0]["elements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| element["steps"][2]["result"]["status"].as_str().unwrap())
            .collect();
        assert_eq!(statuses, ["passed", "failed", "failed", "undefined", "skipped", "skipped", "pending"]);
    }
}
