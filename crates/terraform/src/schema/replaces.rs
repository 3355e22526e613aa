//! Which arguments are not changed in place: a new resource takes the place of the old one.
//!
//! `data/replaces-whole.tsv` says it of types whose behaviour is known, `data/replaces.tsv` of those that are kept, as far as
//! it is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static PATHS: LazyLock<BTreeMap<&'static str, BTreeSet<&'static str>>> = LazyLock::new(|| {
    let files =
        [include_str!("../../data/replaces.tsv"), include_str!("../../data/replaces-whole.tsv")].into_iter();
    let lines = files.flat_map(str::lines).filter_map(|line| line.split_once('\t'));
    lines.map(|(type_name, paths)| (type_name, paths.split(' ').collect())).collect()
});

/// Whether a change at that path, such as `rule[0].status`, forces a new resource of that type.
pub(super) fn forces(type_name: &str, path: &str) -> bool {
    // Nothing of AWS moves to another region.
    if path == "region" && type_name.starts_with("aws_") {
        return true;
    }
    let Some(paths) = PATHS.get(type_name) else { return false };
    let names: Vec<&str> = path.split('.').map(|name| name.split('[').next().unwrap_or(name)).collect();
    (1..=names.len())
        .any(|count| paths.contains(names.iter().take(count).copied().collect::<Vec<_>>().join(".").as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::{BlockType, Schema};
    use super::*;

    fn has(block: &BlockType, path: &str) -> bool {
        match path.split_once('.') {
            None => block.attributes.contains_key(path) || block.blocks.contains_key(path),
            Some((name, rest)) => block.blocks.get(name).is_some_and(|nested| has(&nested.block, rest)),
        }
    }

    #[test]
    fn every_path_is_one_of_its_type() {
        let schema = Schema::aws().unwrap();
        assert!(PATHS.len() > 500);
        let mut lost = Vec::new();
        for (name, paths) in PATHS.iter() {
            let block = schema.resource(name).unwrap_or_else(|| unreachable!("no type `{name}`"));
            lost.extend(paths.iter().filter(|path| !has(block, path)).map(|path| format!("{name}: {path}")));
        }
        assert!(lost.is_empty(), "{lost:#?}");
    }

    #[test]
    fn what_is_in_a_block_that_forces_forces_too() {
        assert!(forces("aws_s3_bucket", "bucket"));
        assert!(!forces("aws_s3_bucket", "tags"));
        assert!(forces("aws_ecr_repository", "encryption_configuration[0].kms_key"));
        assert!(forces("aws_s3_bucket", "object_lock_configuration[0].object_lock_enabled"));
        assert!(!forces("aws_s3_bucket", "object_lock_configuration[0].rule[0].default_retention[0].days"));
        assert!(forces("aws_sns_topic", "region") && forces("aws_lb", "internal"));
    }
}
