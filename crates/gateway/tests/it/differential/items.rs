//! The same of DynamoDB's items: whoever may touch one partition touches no other, however it is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::client::{Raw, Recorded, Signing, Transport};
use stackproof_aws::{Answer, Caller, CanonicalRequest, Credentials, Operation, Upstream, wire};
use stackproof_fuzz::Random;
use stackproof_gateway::{Decision, Outcome};

use super::asked::{Asked, OTHER, OWN, TABLE, asked};
use crate::harness::round::bounds;
use crate::world::{ACCOUNT, REGION, World};

/// How many requests the test sends without a time that is set.
const REQUESTS: usize = 2_000;

/// What a table holds: table, partition and sort key, and the item.
type Items = BTreeMap<(String, String, String), String>;

struct Setting {
    world: World,
    tenant: Credentials,
}

impl Setting {
    async fn new() -> Self {
        let world = World::new().await;
        let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        for table in [TABLE, OTHER] {
            let members = json!({
                "TableName": table,
                "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("owner")],
                "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
                "BillingMode": "PAY_PER_REQUEST",
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-owner", "KeySchema": [key("owner", "HASH")],
                    "Projection": { "ProjectionType": "ALL" },
                }],
            });
            world.set("dynamodb:CreateTable", members).await;
            for (at, partition) in
                [OWN, "globex", "ACME", "acme'", "acme ", "acm", "acme2"].iter().enumerate()
            {
                for sort in ["1", "2"] {
                    let mark = format!("mark-{table}-{at}-{sort}.");
                    let text = |text: &str| json!({ "S": text });
                    // Every item says that it is the tenant's own, which nobody has to believe.
                    let item = json!({
                        "pk": text(partition), "sk": text(sort), "owner": text(OWN), "mark": text(&mark),
                        "v": { "N": "0" },
                    });
                    world.set("dynamodb:PutItem", json!({ "TableName": table, "Item": item })).await;
                }
            }
        }
        let statement = json!({
            "Effect": "Allow", "Resource": format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"),
            "Action": "dynamodb:*",
            "Condition": {
                "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": OWN },
                "Null": { "dynamodb:LeadingKeys": "false" },
            },
        });
        let tenant = world.user("tenant", json!([statement])).await;
        Self { world, tenant }
    }

    /// All items, asked without the gateway.
    async fn items(&self) -> Items {
        let operation = Operation::named("dynamodb", "Scan").unwrap();
        let mut items = Items::new();
        for table in [TABLE, OTHER] {
            let request = CanonicalRequest {
                id: "behind".to_owned(),
                operation,
                account: ACCOUNT.to_owned(),
                region: REGION.to_owned(),
                caller: Caller { arn: None, account: Some(ACCOUNT.to_owned()), user_id: "behind".to_owned() },
                signer: wire::Signer::Account,
                secure: true,
                members: json!({ "TableName": table }).as_object().unwrap().clone(),
                body: wire::empty(),
            };
            let answer: Answer = self.world.emulator.call(request).await.unwrap();
            let members = answer.members(operation).await.unwrap();
            assert!(!members.contains_key("LastEvaluatedKey"));
            for item in members["Items"].as_array().unwrap() {
                let text = |name: &str| match item[name]["S"].as_str() {
                    Some(text) => text.to_owned(),
                    None => item[name].to_string(),
                };
                items.insert((table.to_owned(), text("pk"), text("sk")), item.to_string());
            }
        }
        items
    }

    async fn send(&self, who: &Credentials, asked: &Asked) -> (Raw, Option<Arc<Decision>>) {
        let recorded = Recorded {
            method: "POST".to_owned(),
            target: asked.path.to_owned(),
            headers: asked.headers.clone(),
            body: Bytes::from(asked.body.clone()),
            signing: Signing::Header(who.clone()),
            transport: Transport::Http,
            region: REGION.to_owned(),
            service: "dynamodb".to_owned(),
        };
        let raw = self.world.client.replay(recorded).await.unwrap();
        let decision = self.world.gateway.decisions().find(&raw.request_id);
        (raw, decision)
    }
}

/// What is wrong with one request; nothing, as a rule.
fn complaints(
    is_tenant: bool,
    raw: &Raw,
    decision: Option<&Decision>,
    before: &Items,
    after: &Items,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let done = decision.is_some_and(|it| it.outcome == Outcome::Allowed) && raw.status < 300;
    let differs = |place: &&(String, String, String)| before.get(*place) != after.get(*place);
    let mut changed: Vec<_> = before.keys().chain(after.keys()).filter(differs).collect();
    changed.dedup();
    for place in changed {
        let (table, partition, _) = place;
        let checks = decision.map(|decision| decision.checks.as_slice()).unwrap_or_default();
        let named = checks.iter().any(|check| {
            // A decision that rests on no partition need not know which it is.
            let keys = check.context.get("dynamodb:leadingkeys");
            check.resource.ends_with(&format!("/{table}"))
                && keys.map_or(!is_tenant, |keys| keys.contains(partition))
                && !["Get", "Query", "Select"].iter().any(|reads| check.action.contains(reads))
        });
        if !done || !named {
            wrong.push(format!("no decision names this change: {place:?}"));
        }
        if is_tenant && (table != TABLE || partition != OWN) {
            wrong.push(format!("not the tenant's: {place:?}"));
        }
    }
    let answer = String::from_utf8_lossy(&raw.body);
    let marks = before.iter().filter_map(|(place, item)| {
        let item: Value = serde_json::from_str(item).unwrap();
        Some((place, item["mark"]["S"].as_str()?.to_owned()))
    });
    let shown: Vec<_> = marks.filter(|(_, mark)| answer.contains(mark.as_str())).collect();
    if !done && !shown.is_empty() {
        wrong.push(format!("it was refused, and shows {shown:?}"));
    }
    let foreign = |(table, partition, _): &(String, String, String)| table != TABLE || partition != OWN;
    if is_tenant && shown.iter().any(|(place, _)| foreign(place)) {
        wrong.push(format!("the answer shows what is not the tenant's: {shown:?}"));
    }
    if decision.is_some_and(|it| it.outcome != Outcome::Allowed) && raw.status < 300 {
        wrong.push("it was refused, and answered as if it were not".to_owned());
    }
    wrong
}

#[tokio::test]
async fn a_partition_is_not_left_however_items_are_asked_for() {
    let setting = Setting::new().await;
    let (time, start) = bounds();
    let (began, mut random) = (Instant::now(), Random::new(start));
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let (mut before, mut count) = (setting.items().await, 0);
    while time.map_or(count < REQUESTS, |time| began.elapsed() < time) {
        count += 1;
        let is_tenant = random.below(5) > 0;
        let asked = asked(&mut random);
        let who = if is_tenant { setting.tenant.clone() } else { setting.world.operator() };
        let (raw, decision) = setting.send(&who, &asked).await;
        let after = setting.items().await;
        let wrong = complaints(is_tenant, &raw, decision.as_deref(), &before, &after);
        assert!(
            wrong.is_empty(),
            "FUZZ_START={start}, request {count}: {}\n{:?} {:?}\n{}\n\nanswered {}: {}\n\n{decision:?}",
            wrong.join("\n"),
            asked.path,
            asked.headers,
            asked.body.escape_ascii(),
            raw.status,
            String::from_utf8_lossy(&raw.body),
        );
        before = after;
        let outcome = decision.map(|it| format!("{:?} {}", it.outcome, it.error.clone().unwrap_or_default()));
        *ends.entry(outcome.unwrap_or_default()).or_default() += 1;
    }
    if time.is_some() {
        eprintln!("items: {count} requests from FUZZ_START={start}: {ends:?}");
    }
    // Whoever is refused all of it has compared nothing.
    let done = ends.get("Allowed ").copied().unwrap_or_default();
    assert!(done * 8 > count, "{done} of {count} were allowed and carried out: {ends:?}");
}
