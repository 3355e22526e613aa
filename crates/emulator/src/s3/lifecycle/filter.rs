//! Which objects a rule is about.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html>

use std::collections::BTreeSet;

use stackproof_aws::ApiError;

use crate::input::Input;
use crate::s3::error;
use crate::s3::object::Object;

const MAX_PREFIX: usize = 1024;

/// A conjunction; without any part it means every object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub prefix: String,
    pub tags: Vec<(String, String)>,
    /// In bytes, exclusive.
    pub greater: Option<i64>,
    /// In bytes, exclusive.
    pub less: Option<i64>,
}

impl Filter {
    /// Takes the filter of a rule, or the prefix that rules had before filters.
    pub fn read(rule: &mut Input) -> Result<Self, ApiError> {
        let filter = match (rule.string("Prefix")?, rule.structure("Filter")?) {
            (Some(_), Some(_)) => {
                return Err(error::invalid_request(
                    "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
                ));
            }
            (Some(prefix), None) => Self { prefix, ..Self::default() },
            (None, Some(mut filter)) => Self::read_parts(&mut filter)?,
            (None, None) => return Err(error::malformed_xml()),
        };
        filter.check()?;
        Ok(filter)
    }

    /// One part, or several in `And`.
    fn read_parts(filter: &mut Input) -> Result<Self, ApiError> {
        let parts = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And"];
        if parts.iter().filter(|part| filter.has(part)).count() > 1 {
            return Err(error::malformed_xml());
        }
        if let Some(mut all) = filter.structure("And")? {
            let tags = all.structures("Tags")?;
            let read = Self {
                prefix: all.string("Prefix")?.unwrap_or_default(),
                tags: tags.into_iter().map(read_tag).collect::<Result<_, _>>()?,
                greater: all.integer("ObjectSizeGreaterThan")?,
                less: all.integer("ObjectSizeLessThan")?,
            };
            all.finish()?;
            filter.finish()?;
            return if read == Self::default() { Err(error::malformed_xml()) } else { Ok(read) };
        }
        let tag = filter.structure("Tag")?;
        let read = Self {
            prefix: filter.string("Prefix")?.unwrap_or_default(),
            tags: tag.into_iter().map(read_tag).collect::<Result<_, _>>()?,
            greater: filter.integer("ObjectSizeGreaterThan")?,
            less: filter.integer("ObjectSizeLessThan")?,
        };
        filter.finish()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), ApiError> {
        if self.prefix.len() > MAX_PREFIX {
            return Err(error::invalid_request(format!("The maximum size of a prefix is {MAX_PREFIX}.")));
        }
        let keys: BTreeSet<&str> = self.tags.iter().map(|(key, _)| key.as_str()).collect();
        if keys.len() < self.tags.len() {
            return Err(error::invalid_request("Duplicate Tag Keys are not allowed."));
        }
        if [self.greater, self.less].into_iter().flatten().any(i64::is_negative) {
            return Err(error::malformed_xml());
        }
        match (self.greater, self.less) {
            (Some(greater), Some(less)) if less <= greater => Err(error::invalid_request(
                "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
            )),
            _ => Ok(()),
        }
    }

    /// Whether it asks for tags.
    pub fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// Whether it asks for sizes, which takes the place of the least size for transitions.
    pub fn has_sizes(&self) -> bool {
        self.greater.is_some() || self.less.is_some()
    }

    /// Whether the rule is about an object.
    pub fn matches(&self, key: &str, object: &Object) -> bool {
        let size = i64::try_from(object.body.len()).unwrap_or(i64::MAX);
        let tags = &object.attributes.tags;
        key.starts_with(&self.prefix)
            && self.tags.iter().all(|(key, value)| tags.has(key, value))
            && self.greater.is_none_or(|least| size > least)
            && self.less.is_none_or(|most| size < most)
    }

    /// Whether the rule is about what has no tags and no size: a delete marker, an upload.
    pub fn matches_bare(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) && !self.has_tags() && !self.has_sizes()
    }
}

fn read_tag(mut tag: Input) -> Result<(String, String), ApiError> {
    let read = (tag.required("Key")?, tag.required("Value")?);
    tag.finish()?;
    Ok(read)
}
