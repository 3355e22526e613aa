//! Byte ranges of reads and copies (RFC 9110, 14).

use std::ops::Range;

use stackproof_aws::ApiError;

use super::error;

/// The bytes that a `Range` header means, or none where it is not one range of bytes: S3 then answers the whole.
///
/// # Errors
/// `InvalidRange` where no byte of the object lies in it.
pub(crate) fn of_read(header: &str, size: u64) -> Result<Option<Range<u64>>, ApiError> {
    let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (number(first), number(last)) {
        (Number::Value(first), Number::Value(last)) if first <= last => {
            first..last.saturating_add(1).min(size)
        }
        (Number::Value(first), Number::Absent) => first..size,
        (Number::Absent, Number::Value(count)) => size.saturating_sub(count)..size,
        _ => return Ok(None),
    };
    if range.start >= range.end {
        return Err(error::invalid_range(header, size));
    }
    Ok(Some(range))
}

/// The bytes that `x-amz-copy-source-range` means: both ends given, both inside.
pub(crate) fn of_copy(header: &str, size: u64) -> Result<Range<u64>, ApiError> {
    let invalid = |message: String| error::invalid_argument(message, "x-amz-copy-source-range", header);
    let ends = header.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let ends = match ends.map(|(first, last)| (number(first), number(last))) {
        Some((Number::Value(first), Number::Value(last))) if first <= last => Some((first, last)),
        _ => None,
    };
    let Some((first, last)) = ends else {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";
        return Err(invalid(message.to_owned()));
    };
    if first >= size {
        return Err(error::invalid_request("The specified copy range is invalid for the source object size"));
    }
    if last >= size {
        return Err(invalid(format!("Range specified is not valid for source object of size: {size}")));
    }
    Ok(first..last + 1)
}

enum Number {
    Absent,
    Value(u64),
    Wrong,
}

/// Digits alone: `parse` would take a sign as well. What is too large for memory is larger than any object.
fn number(text: &str) -> Number {
    match text.trim() {
        "" => Number::Absent,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Number::Value(digits.parse().unwrap_or(u64::MAX))
        }
        _ => Number::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_follow_the_rfc() {
        for (header, expected) in [
            ("bytes=0-4", Some(0..5)),
            ("bytes=5-", Some(5..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=8-99999999999999999999999", Some(8..10)),
            ("bytes=0-1,3-4", None),
            ("bytes=5-4", None),
            ("bytes=+1-2", None),
            ("items=0-1", None),
            ("", None),
        ] {
            assert_eq!(of_read(header, 10).unwrap(), expected, "{header}");
        }
        for header in ["bytes=10-", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of_read(header, 10).unwrap_err().status, 416, "{header}");
        }
        assert_eq!(of_read("bytes=0-", 0).unwrap_err().status, 416);
    }

    #[test]
    fn copies_name_both_ends() {
        assert_eq!(of_copy("bytes=0-9", 10).unwrap(), 0..10);
        for header in ["bytes=0-10", "bytes=5-", "bytes=-5", "bytes=5-4", "0-4"] {
            assert_eq!(of_copy(header, 10).unwrap_err().code, "InvalidArgument", "{header}");
        }
        assert_eq!(of_copy("bytes=10-19", 10).unwrap_err().code, "InvalidRequest");
    }
}
