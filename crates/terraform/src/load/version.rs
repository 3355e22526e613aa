//! Version constraints, as `required_version` holds them.

/// The version whose language this crate reads.
const TERRAFORM: [u64; 3] = [1, 11, 4];

/// That version as it is written.
pub(super) fn terraform() -> String {
    TERRAFORM.map(|part| part.to_string()).join(".")
}

/// The generations of the AWS provider whose types are known, each with a version that stands for it: any constraint on
/// the generation allows it.
const PROVIDERS: [[u64; 3]; 2] = [[5, 100, 0], [6, 999, 0]];

/// Those generations as they are written.
pub(super) fn providers() -> String {
    PROVIDERS.map(|[major, ..]| major.to_string()).join(" and ")
}

/// Whether constraints such as `>= 1.5, < 2.0` all hold for that version of Terraform; `None` where they cannot be read.
pub(super) fn allows(constraints: &str) -> Option<bool> {
    all_hold(constraints, TERRAFORM)
}

/// Whether they all hold for one of the generations of the AWS provider, as far as a generation can tell.
pub(super) fn allows_provider(constraints: &str) -> Option<bool> {
    let generations = PROVIDERS.map(|version| {
        constraints
            .split(',')
            .map(|constraint| allows_generation(constraint.trim(), version))
            .try_fold(true, |all, one| Some(all && one?))
    });
    generations.into_iter().try_fold(false, |any, one| Some(any || one?))
}

/// A constraint that names a version of the same generation allows some of it.
fn allows_generation(constraint: &str, version: [u64; 3]) -> Option<bool> {
    let (operator, wanted, _) = read(constraint)?;
    let same = matches!((version, wanted), ([own, ..], [wanted, ..]) if own == wanted);
    // Below its first version there is none of it.
    let below = operator == "<" && matches!(wanted, [_, 0, 0]);
    Some(holds(constraint, version)? || (same && operator != "!=" && !below))
}

fn all_hold(constraints: &str, version: [u64; 3]) -> Option<bool> {
    let each: Option<Vec<bool>> =
        constraints.split(',').map(|constraint| holds(constraint.trim(), version)).collect();
    each.map(|each| each.into_iter().all(|holds| holds))
}

/// A constraint's operator, its version, and how many parts of the version are written.
fn read(constraint: &str) -> Option<(&str, [u64; 3], usize)> {
    let at = constraint.find(|c: char| c.is_ascii_digit() || c == 'v').unwrap_or(constraint.len());
    let (operator, version) = constraint.split_at_checked(at)?;
    let version = version.strip_prefix('v').unwrap_or(version);
    // A pre-release is none of the released version's kin, but orders as its release closely enough here.
    let release = version.split(['-', '+']).next()?;
    let parts: Vec<u64> = release.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let wanted: [u64; 3] = std::array::from_fn(|index| parts.get(index).copied().unwrap_or(0));
    Some((operator.trim(), wanted, parts.len()))
}

fn holds(constraint: &str, version: [u64; 3]) -> Option<bool> {
    let (operator, wanted, parts) = read(constraint)?;
    Some(match operator {
        "" | "=" => version == wanted,
        "!=" => version != wanted,
        ">" => version > wanted,
        ">=" => version >= wanted,
        "<" => version < wanted,
        "<=" => version <= wanted,
        "~>" => {
            let fixed = parts.saturating_sub(1).max(1);
            version >= wanted && version.iter().zip(&wanted).take(fixed).all(|(own, wanted)| own == wanted)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{allows, allows_provider};

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

    #[test]
    fn constraints_on_the_provider_are_about_its_generation() {
        for (constraint, expected) in [
            ("~> 5.0", Some(true)),
            ("5.31.0", Some(true)),
            (">= 4.0, < 6.0", Some(true)),
            ("~> 6.4", Some(true)),
            (">= 3", Some(true)),
            ("~> 4.67", Some(false)),
            ("< 5", Some(false)),
            ("!= 5.1.0, ~> 5.1", Some(true)),
            ("five", None),
        ] {
            assert_eq!(allows_provider(constraint), expected, "{constraint}");
        }
    }
}
