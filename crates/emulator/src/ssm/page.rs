//! Pages of lists.

use super::error;
use crate::page::Paging;
use crate::validation;

/// What lists of `most` rows call their pages.
pub(crate) const fn paging(most: i64, default: usize) -> Paging {
    Paging {
        token: "NextToken",
        max: "MaxResults",
        next: "NextToken",
        most,
        default,
        out_of_range: |max, member| {
            let bound = match max < 1 {
                true => "Member must have value greater than or equal to 1",
                false => "Member must have value less than or equal to 50",
            };
            error::validation(validation::constraint(&max.to_string(), member, bound))
        },
        unknown_token: error::invalid_token,
    }
}
