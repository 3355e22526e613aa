//! The partition keys of a table and its indexes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::directory::upstream::field;

/// Names of key attributes.
pub(super) struct Schema {
    /// The table's partition key.
    pub partition: String,
    /// Partition keys of indexes; more than one where an index has several.
    indexes: BTreeMap<String, Vec<String>>,
}

impl Schema {
    /// Reads what `DescribeTable` answers.
    pub fn of(table: &Value) -> Option<Self> {
        let schema = table.get("KeySchema")?;
        let of_index = |index: &Value| {
            Some((field(index, "IndexName")?.to_owned(), partitions(index.get("KeySchema")?)))
        };
        let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
        let indexes =
            lists.iter().filter_map(|list| table.get(*list)?.as_array()).flatten().filter_map(of_index);
        Some(Self { partition: partitions(schema).into_iter().next()?, indexes: indexes.collect() })
    }

    /// The partition key of an index, or of the table; none where the index has several, or is not there.
    pub fn partition_of(&self, index: Option<&str>) -> Option<&str> {
        match index {
            None => Some(&self.partition),
            Some(index) => match self.indexes.get(index)?.as_slice() {
                [one] => Some(one),
                _ => None,
            },
        }
    }
}

fn partitions(schema: &Value) -> Vec<String> {
    let keys = schema.as_array().map(Vec::as_slice).unwrap_or_default();
    let partitions = keys.iter().filter(|key| field(key, "KeyType") == Some("HASH"));
    partitions.filter_map(|key| field(key, "AttributeName")).map(str::to_owned).collect()
}
