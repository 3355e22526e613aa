//! The decision on one request.
//!
//! Two questions are kept apart. `statement` answers whether one statement covers the request; `combine` joins the
//! answers of all layers by the rules of IAM's "Policy evaluation logic". [`evaluate()`] puts them together.

mod beyond;
mod call;
mod combine;
mod layer;
mod statement;

pub use call::RCP_SERVICES;

pub(crate) use call::Call;
pub(crate) use layer::Layers;
pub(crate) use statement::{Element, covers, elements, fault};

use crate::policies::{Layer, Policies, Request};
use crate::truth::{Certainty, Finding, Truth};
use combine::Grant;
use layer::Hit;
use serde::{Deserialize, Serialize};

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Something allows it and nothing denies it.
    Allowed,
    /// A Deny statement covers it.
    ExplicitDeny,
    /// Nothing denies it, and something that would have to allow it does not.
    ImplicitDeny,
    /// It turns on something that cannot be known. To be refused, and never to be taken for a denial.
    Undetermined,
}

/// A decision with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The outcome.
    pub decision: Decision,
    /// The kind of policy that decided. For an implicit denial, the one that AWS's message blames; `None` when no
    /// policy decided, as for the root user.
    pub layer: Option<Layer>,
    /// The statements that decided, the deciding one first: those that deny, those that grant, or those that cannot be
    /// evaluated. Empty for implicit denials.
    pub statements: Vec<StatementRef>,
    /// The weakest rule that the decision rests on.
    pub certainty: Certainty,
    /// Why, in one clause: that of AWS's error message for a denial, the obstacle for an undetermined request.
    pub reason: String,
}

/// One statement of one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementRef {
    /// The policy's ARN, or else its name.
    pub policy: String,
    /// The kind of policy.
    pub layer: Layer,
    /// The statement's position in the policy's document, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
}

/// Decides a request.
pub fn evaluate(request: &Request, policies: &Policies) -> Evaluation {
    let call = Call::new(request, policies.boundary.is_some());
    match call.beyond_policies() {
        Some(verdict) => verdict,
        None => decide(&call, &Layers::new(&call, policies)),
    }
}

/// Joins what the layers say into a decision.
pub(crate) fn decide(call: &Call<'_>, layers: &Layers<'_>) -> Evaluation {
    let deny = layers.deny();
    let grant = Grant::new(call, layers);
    let allow = grant.finding();
    match (deny.truth, allow.truth) {
        (Truth::True, _) => explicit_deny(layers, deny),
        (Truth::False, Truth::True) => Evaluation {
            decision: Decision::Allowed,
            layer: grant.granting_layer(),
            statements: grant.statements(),
            certainty: deny.certainty.min(allow.certainty),
            reason: String::new(),
        },
        (Truth::False, Truth::False) => {
            let layer = grant.blamed_layer();
            Evaluation {
                decision: Decision::ImplicitDeny,
                layer: Some(layer),
                statements: Vec::new(),
                certainty: deny.certainty.min(allow.certainty),
                reason: format!("because no {layer} allows the {} action", call.request.action),
            }
        }
        (Truth::Unknown, _) | (Truth::False, Truth::Unknown) => {
            let certainty = deny.certainty.min(allow.certainty);
            undetermined(call, layers, &grant, certainty)
        }
    }
}

fn explicit_deny(layers: &Layers<'_>, deny: Finding) -> Evaluation {
    let (layer, policy) = match layers.denying().next() {
        Some(hit) => (hit.layer, hit.policy.arn.as_deref()),
        None => (Layer::Resource, None),
    };
    let named = policy.map(|arn| format!(": {arn}")).unwrap_or_default();
    Evaluation {
        decision: Decision::ExplicitDeny,
        layer: Some(layer),
        statements: layers.denying().map(Hit::reference).collect(),
        certainty: deny.certainty,
        reason: format!("with an explicit deny in {}{named}", layer.with_article()),
    }
}

fn undetermined(
    call: &Call<'_>,
    layers: &Layers<'_>,
    grant: &Grant<'_, '_>,
    certainty: Certainty,
) -> Evaluation {
    let doubts: Vec<String> = layers.doubts(call).chain(grant.doubts()).collect();
    let first = layers.doubtful().next();
    Evaluation {
        decision: Decision::Undetermined,
        layer: first.map(|hit| hit.layer),
        statements: layers.doubtful().filter(|hit| hit.statement().is_some()).map(Hit::reference).collect(),
        certainty,
        reason: doubts.join("; "),
    }
}
