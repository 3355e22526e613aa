//! Tables with the keys `pk` and `sk`.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
pub use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use jiff::Timestamp;

use crate::Error;

/// An item, by the names of its attributes.
pub type Item = HashMap<String, AttributeValue>;

/// Where items are added that were not there.
pub trait Insert: Sync {
    /// Adds an item, unless there is one with its keys, which is left as it is and handed back.
    fn insert(&self, item: Item) -> impl Future<Output = Result<Option<Item>, Error>> + Send;
}

/// Where items are looked up.
pub trait Lookup: Sync {
    /// The item with these keys.
    fn lookup(&self, pk: &str, sk: &str) -> impl Future<Output = Result<Option<Item>, Error>> + Send;
}

/// An attribute that is a text.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// An attribute that is a number.
pub fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// An attribute that is a time, to the millisecond.
pub fn time(value: Timestamp) -> AttributeValue {
    text(value.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// What an item's attribute says, if that is a text.
pub fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// A table of DynamoDB.
///
/// Inserting asks for `dynamodb:PutItem` alone: the condition has the item handed back where one stands, so that whoever
/// may neither get nor query still knows whether it is the one it wanted to write.
#[derive(Clone, Debug)]
pub struct DynamoTable {
    client: Client,
    name: String,
}

impl DynamoTable {
    /// The table of that name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }
}

impl Insert for DynamoTable {
    async fn insert(&self, item: Item) -> Result<Option<Item>, Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(None),
            Err(error) => match standing(&error) {
                Some(Some(item)) => Ok(Some(item.clone())),
                Some(None) => {
                    Err(Error::new(format!("`{}` does not say which item is there already", self.name))
                        .hint("the store must hand back the item that a condition failed on"))
                }
                None => Err(Error::call(&format!("put an item into `{}`", self.name), &error)),
            },
        }
    }
}

impl Lookup for DynamoTable {
    async fn lookup(&self, pk: &str, sk: &str) -> Result<Option<Item>, Error> {
        let get = self
            .client
            .get_item()
            .table_name(&self.name)
            .key("pk", text(pk))
            .key("sk", text(sk))
            // What was written a moment ago counts.
            .consistent_read(true);
        let answer = get
            .send()
            .await
            .map_err(|error| Error::call(&format!("get an item of `{}`", self.name), &error))?;
        Ok(answer.item)
    }
}

/// Whether a put failed on its condition, and the item that it came with.
fn standing<R>(error: &SdkError<PutItemError, R>) -> Option<Option<&Item>> {
    match error.as_service_error()? {
        PutItemError::ConditionalCheckFailedException(failure) => Some(failure.item()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::error::ConditionalCheckFailedException;

    use super::*;

    fn failed(item: Option<Item>) -> SdkError<PutItemError, ()> {
        let failure = ConditionalCheckFailedException::builder().set_item(item).build();
        SdkError::service_error(PutItemError::ConditionalCheckFailedException(failure), ())
    }

    #[test]
    fn a_failed_condition_tells_what_is_there() {
        let item = Item::from([("pk".to_owned(), text("a"))]);
        assert_eq!(standing(&failed(Some(item.clone()))), Some(Some(&item)));
        assert_eq!(standing(&failed(None)), Some(None));
    }

    #[test]
    fn another_failure_tells_nothing() {
        let error = SdkError::service_error(PutItemError::unhandled("no table"), ());
        assert_eq!(standing::<()>(&error), None);
        assert_eq!(standing::<()>(&SdkError::timeout_error("late")), None);
    }

    #[test]
    fn a_number_is_no_text() {
        let item = Item::from([("size".to_owned(), number(3)), ("pk".to_owned(), text("a"))]);
        assert_eq!(text_of(&item, "pk"), Some("a"));
        assert_eq!(text_of(&item, "size"), None);
        assert_eq!(text_of(&item, "sk"), None);
    }
}
