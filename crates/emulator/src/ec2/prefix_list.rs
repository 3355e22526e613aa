//! Prefix lists of AWS's own: those of the services that gateway endpoints lead to. Which ranges they have is not kept.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html>

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Output};

use super::PAGING;
use super::filter::Filters;
use super::kind::Kind;
use super::network::Network;
use crate::Call;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Services that gateway endpoints lead to.
pub(crate) const SERVICES: [&str; 2] = ["s3", "dynamodb"];

/// The service whose list that is, as endpoints name it.
pub(crate) fn name_of(region: &str, service: &str) -> String {
    format!("com.amazonaws.{region}.{service}")
}

/// Makes AWS's own lists.
pub(crate) fn make_own(network: &mut Network, place: &Place) {
    for service in SERVICES {
        let name = name_of(&place.region, service);
        let mut digits = hex::encode(Sha256::digest(&name));
        digits.truncate(8);
        let id = format!("pl-{digits}");
        let members = Structure::new()
            .with("PrefixListId", id.as_str())
            .with("PrefixListName", name)
            .with("PrefixListArn", format!("arn:aws:ec2:{}:aws:prefix-list/{id}", place.region))
            .with("AddressFamily", "IPv4")
            .with("OwnerId", "AWS")
            .with("State", "create-complete")
            .members();
        network.add(Kind::PrefixList, &id, Record { members, tags: Tags::default() });
    }
}

impl Network {
    /// The id of the list of that name.
    pub fn prefix_list(&self, name: &str) -> Option<&str> {
        self.having(Kind::PrefixList, "PrefixListName", name).next().map(|(id, _)| id)
    }
}

/// The lists as the older of the two operations shows them.
pub(crate) fn describe(network: &mut Network, mut call: Call) -> Result<Output, ApiError> {
    let filters = Filters::take(&mut call.input, "Filters", Kind::PrefixList.table().filters)?;
    let ids = call.input.strings("PrefixListIds")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    for id in &ids {
        network.get(Kind::PrefixList, id)?;
    }
    let lists = network.all(Kind::PrefixList).filter(|(id, list)| {
        (ids.is_empty() || ids.iter().any(|wanted| wanted == id))
            && filters.match_with(&list.members, &list.tags)
    });
    let rows = lists.map(|(id, list)| {
        let row: Value = Structure::new()
            .with("PrefixListId", id)
            .with("PrefixListName", list.text("PrefixListName"))
            .with("Cidrs", json!([]))
            .value();
        (id.to_owned(), row)
    });
    let rows: Vec<_> = rows.collect();
    Ok(page.answer("PrefixLists", rows).output())
}
