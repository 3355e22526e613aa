//! Pages of lists.

use super::error;
use crate::page::Paging;

/// What all lists call their pages.
pub(crate) const PAGING: Paging = Paging {
    token: "NextToken",
    max: "MaxResults",
    next: "NextToken",
    most: 20,
    default: 20,
    out_of_range: |max, member| match max < 1 {
        true => error::invalid(
            "MIN_VALUE_EXCEEDED",
            format!("You provided a value for {member} that is too low."),
        ),
        false => error::invalid(
            "MAX_VALUE_EXCEEDED",
            format!("You provided a value for {member} that is too high."),
        ),
    },
    unknown_token: || error::invalid("INVALID_NEXT_TOKEN", "You provided an invalid NextToken."),
};
