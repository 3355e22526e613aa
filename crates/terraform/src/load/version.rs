//! Version constraints, as `required_version` holds them.

/// The version whose language this crate reads.
const TERRAFORM: [u64; 3] = [1, 11, 4];

/// That version as it is written.
pub(super) fn terraform() -> String {
    TERRAFORM.map(|part| part.to_string()).join(".")
}

/// Whether constraints such as `>= 1.5, < 2.0` all hold for that version; `None` where they cannot be read.
pub(super) fn allows(constraints: &str) -> Option<bool> {
    let each: Option<Vec<bool>> = constraints.split(',').map(|constraint| holds(constraint.trim())).collect();
    each.map(|each| each.into_iter().all(|holds| holds))
}

fn holds(constraint: &str) -> Option<bool> {
    let at = constraint.find(|c: char| c.is_ascii_digit() || c == 'v').unwrap_or(constraint.len());
    let (operator, version) = constraint.split_at_checked(at)?;
    let version = version.strip_prefix('v').unwrap_or(version);
    // A pre-release is none of the released version's kin, but orders as its release closely enough here.
    let release = version.split(['-', '+']).next()?;
    let parts: Vec<u64> = release.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let wanted: [u64; 3] = std::array::from_fn(|index| parts.get(index).copied().unwrap_or(0));
    Some(match operator.trim() {
        "" | "=" => TERRAFORM == wanted,
        "!=" => TERRAFORM != wanted,
        ">" => TERRAFORM > wanted,
        ">=" => TERRAFORM >= wanted,
        "<" => TERRAFORM < wanted,
        "<=" => TERRAFORM <= wanted,
        "~>" => {
            let fixed = parts.len().saturating_sub(1).max(1);
            TERRAFORM >= wanted
                && TERRAFORM.iter().zip(&wanted).take(fixed).all(|(own, wanted)| own == wanted)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn constraints_are_compared_with_the_version_that_is_read() {
        for (constraint, expected) in [
            ("1.11.4", Some(true)),
            (">= 1.5", Some(true)),
            (">= 1.5, < 1.11", Some(false)),
            ("~> 1.5", Some(true)),
            ("~> 1.10.0", Some(false)),
            ("~> 1.11.0", Some(true)),
            ("!= 1.11.4", Some(false)),
            ("~> 2", Some(false)),
            ("> v1.11.3", Some(true)),
            ("=> 1", None),
            ("", None),
            ("latest", None),
        ] {
            assert_eq!(allows(constraint), expected, "{constraint}");
        }
    }
}
