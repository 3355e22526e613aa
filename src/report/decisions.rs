//! `decisions.jsonl`: one decision of the gateway a line.

use std::io::{self, Write};

use crate::acceptance::{Event, Reporter};

/// Writes the canaries' decisions, and each scenario's when it is over.
pub struct Decisions<W> {
    out: W,
}

impl<W: Write> Decisions<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Decisions<W> {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        let decisions = match event {
            Event::CanaryDone(_, decisions) => decisions,
            Event::ScenarioFinished(report) => &report.decisions,
            _ => return Ok(()),
        };
        for decision in decisions {
            serde_json::to_writer(&mut self.out, decision)?;
            writeln!(self.out)?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::every_variant;

    #[test]
    fn a_decision_is_a_line_with_its_step() {
        let mut out = Vec::new();
        let mut decisions = Decisions::new(&mut out);
        every_variant().iter().for_each(|event| decisions.on(event).unwrap());
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"{"request_id":"REQ1","time":"2026-01-15T10:00:00Z","target":"embedded","stack":"call-centre-data","scenario":"It holds","step":"When the accessor uploads \"a.wav\" to \"calls\"","principal":"arn:aws:iam::111111111111:user/accessor","service":"s3","operation":"PutObject","outcome":"allowed","verdict":"observed","reads":0,"certainty":"documented","statement":null,"checks":[{"action":"s3:PutObject","resource":"arn:aws:s3:::calls/a.wav","outcome":"allowed","layer":null,"statement":null,"policies":[],"context":{},"certainty":"documented"}],"status":200,"error":null}"#);
    }
}
