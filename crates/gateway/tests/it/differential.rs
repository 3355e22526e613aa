//! What the gateway decides and what the embedded upstream does, compared request by request.

mod asked;
mod items;

use std::sync::Arc;

use crate::harness::{Behind, Rounds, Through};
use crate::world::{ACCOUNT, REGION, World};

#[tokio::test]
async fn what_is_decided_is_what_the_embedded_upstream_does() {
    let world = World::new().await;
    let decisions = world.gateway.decisions();
    let through = Through {
        address: world.server.address(),
        client: world.client.clone(),
        operator: world.operator(),
        region: REGION.to_owned(),
        decisions: Box::new(move |id| decisions.find(id)),
    };
    let behind = Behind {
        upstream: Arc::new(world.emulator.clone()),
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        is_near: true,
    };
    Rounds::new("embedded", through, behind).play(3_000).await;
}
