//! Logs of one JSON object a line, which CloudWatch and Lambda's own log levels understand.

use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Says what happened.
pub fn info(message: &str, members: &[(&str, &str)]) {
    write("INFO", message, members);
}

/// Says what was asked for and will not be done, as it should not be.
pub fn warn(message: &str, members: &[(&str, &str)]) {
    write("WARN", message, members);
}

/// Says what somebody should look at.
pub fn error(message: &str, members: &[(&str, &str)]) {
    write("ERROR", message, members);
}

fn write(level: &str, message: &str, members: &[(&str, &str)]) {
    let line = line(Timestamp::now(), level, message, members);
    // A log that cannot be written is no reason to leave a package half processed.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn line(at: Timestamp, level: &str, message: &str, members: &[(&str, &str)]) -> String {
    let at = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let fixed = [("timestamp", at.as_str()), ("level", level), ("message", message)];
    let object: Map<String, Value> =
        members.iter().chain(&fixed).map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_named_stays_in_its_line_and_its_member() {
        let line = line(
            Timestamp::UNIX_EPOCH,
            "INFO",
            "checked",
            &[("key", "a\nb\",\"level\":\"ERROR"), ("level", "x")],
        );
        assert!(!line.contains('\n'));
        assert_eq!(
            serde_json::from_str::<Value>(&line).unwrap(),
            json!({
                "timestamp": "1970-01-01T00:00:00.000Z", "level": "INFO", "message": "checked",
                "key": "a\nb\",\"level\":\"ERROR",
            })
        );
    }
}
