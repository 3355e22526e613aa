//! What the REST protocols share: members that stand in the path, the query, the headers and the status.

mod read;
mod route;
mod write;

use crate::model::Member;

pub(super) use read::{read_headers, read_request};
pub use route::{Route, route};
pub(super) use write::{request, respond};

/// A member whose text on the wire does not fit it.
pub(super) struct Misfit {
    pub member: &'static Member,
    pub text: String,
}
