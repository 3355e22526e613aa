//! Tests that need what a machine may lack.

use std::io::Write;

/// What was found, or nothing where it is missing: then that is said, and the test can only end. With the variable set
/// it fails instead, so that a skip cannot hide where the thing can be had.
#[track_caller]
pub fn unless_here<T>(found: Result<T, String>, required: &str, what: &str) -> Option<T> {
    match found {
        Err(reason) if std::env::var_os(required).is_none() => {
            // Past the test harness, which would keep it to itself.
            let _ = writeln!(std::io::stderr(), "\nskipped: {what} cannot be run here: {reason}");
            None
        }
        found => {
            let missing = |reason| format!("{required} is set, but {what} cannot be run: {reason}");
            Some(found.map_err(missing).unwrap())
        }
    }
}
