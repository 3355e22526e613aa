//! What is not made because it rests on what is not provisioned, and whose verdicts it might change.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use stackproof_terraform::{Configuration, Diagnostic, Instance, LeftOut, Output, Place, Unexpanded, Value};

use super::Made;
use crate::acceptance::{Touches, Unproved};

/// What verdicts are about.
const SUBJECTS: [&str; 5] = ["aws_iam_group", "aws_iam_role", "aws_iam_user", "aws_kms_key", "aws_s3_bucket"];

/// What allows and denies nothing by itself.
const INERT: [&str; 4] =
    ["aws_iam_access_key", "aws_iam_instance_profile", "aws_iam_policy", "aws_kms_alias"];

/// An instance that was not made, or a resource of which none was, and what about it is not known.
pub struct Unmade {
    address: String,
    block: String,
    type_name: String,
    place: Place,
    cause: String,
    reach: BTreeSet<String>,
    texts: BTreeSet<String>,
    /// Why it proves nothing, where that is not for want of what it rests on.
    reason: Option<String>,
}

impl Unmade {
    pub(super) fn new(configuration: &Configuration, instance: Instance, cause: String) -> Self {
        let mut texts = BTreeSet::new();
        known_texts(&instance.arguments, &mut texts);
        Self {
            address: instance.address.to_string(),
            block: instance.address.block(),
            place: instance.place().clone(),
            reach: configuration.reach(&instance),
            type_name: instance.type_name,
            cause,
            texts,
            reason: None,
        }
    }

    /// One that is stored and nothing else, though it may allow or deny.
    pub(super) fn kept(configuration: &Configuration, instance: Instance) -> Self {
        let address = &instance.address;
        let reason =
            format!("`{address}` ({}) is kept: what it allows or denies is not known", instance.place());
        Self { reason: Some(reason), ..Self::new(configuration, instance, String::new()) }
    }

    /// All of a resource of which nobody knows how often it is made.
    pub(super) fn unexpanded(it: &Unexpanded) -> Self {
        let resource = it.resource.clone();
        Self {
            address: resource.address.clone(),
            block: resource.address,
            type_name: resource.type_name,
            place: resource.place,
            cause: format!("its `{}`", it.argument),
            reach: resource.reach,
            texts: BTreeSet::new(),
            reason: None,
        }
    }

    fn reason(&self) -> String {
        let Self { address, place, cause, .. } = self;
        let given = self.reason.clone();
        given.unwrap_or_else(|| {
            format!("`{address}` ({place}) is not made: {cause} rests on what is not provisioned")
        })
    }

    /// The same as a note on the configuration.
    pub(super) fn note(&self) -> Diagnostic {
        let message = format!("`{}` is not made", self.address);
        let label = format!("{} rests on what is not provisioned", self.cause);
        Diagnostic::new(message, self.place.clone(), label)
    }
}

/// All that is not there, with whose verdicts it might change.
pub(super) fn unproved(
    left_out: &[LeftOut],
    made: &[Made],
    unmade: &[Unmade],
    outputs: &IndexMap<String, Output>,
) -> Vec<Unproved> {
    let missing: BTreeSet<String> = unmade
        .iter()
        .map(|it| it.block.clone())
        .chain(left_out.iter().map(|it| it.address.clone()))
        .collect();
    let touches = |type_name: &str, reach: &BTreeSet<String>, texts: &BTreeSet<String>| {
        if SUBJECTS.contains(&type_name) || INERT.contains(&type_name) {
            return Touches::Nothing;
        }
        let touched = made.iter().filter(|made| {
            SUBJECTS.contains(&made.instance.type_name.as_str())
                && (reach.contains(&made.instance.address.block()) || made.is_called(texts))
        });
        let arns: Vec<String> =
            touched.filter_map(|made| made.attributes.text("/arn").map(str::to_owned)).collect();
        let is_subject = |address: &String| SUBJECTS.iter().any(|it| type_of(address) == Some(*it));
        match arns.is_empty() {
            false => Touches::These(arns),
            // What it is about is not there either.
            true if reach.iter().any(|it| missing.contains(it) && is_subject(it)) => Touches::Nothing,
            true => Touches::Everything,
        }
    };
    let mut all = Vec::new();
    for it in unmade {
        all.push(Unproved {
            address: it.address.clone(),
            reason: it.reason(),
            touches: touches(&it.type_name, &it.reach, &it.texts),
        });
    }
    for it in left_out {
        let touched = match guards(it) {
            true => touches(&it.type_name, &it.reach, &BTreeSet::new()),
            false => Touches::Nothing,
        };
        let reason = format!("`{}` ({}) is not provisioned", it.address, it.place);
        all.push(Unproved { address: it.address.clone(), reason, touches: touched });
    }
    let unknown = outputs.iter().filter(|(_, output)| !output.value.is_wholly_known());
    all.extend(unknown.map(|(name, _)| Unproved {
        address: name.clone(),
        reason: format!("the output `{name}` rests on what is not provisioned"),
        touches: Touches::Nothing,
    }));
    all
}

/// Whether a resource that is left out may allow or deny what others do: a distribution does not, a bucket's policy does.
fn guards(left_out: &LeftOut) -> bool {
    let name = left_out.type_name.as_str();
    ["aws_iam_", "aws_kms_", "aws_s3"].iter().any(|prefix| name.starts_with(prefix))
        || ["_grant", "_permission", "_policy"].iter().any(|suffix| name.ends_with(suffix))
}

/// The type in the address of a block.
fn type_of(address: &str) -> Option<&str> {
    address.rsplit('.').nth(1)
}

fn known_texts(value: &Value, texts: &mut BTreeSet<String>) {
    if let Some(text) = value.as_str() {
        texts.insert(text.to_owned());
    }
    for item in value.as_sequence().into_iter().flatten() {
        known_texts(item, texts);
    }
    for item in value.as_entries().into_iter().flat_map(|entries| entries.values()) {
        known_texts(item, texts);
    }
}

impl Made {
    /// Whether one of the texts is how configuration refers to it.
    fn is_called(&self, texts: &BTreeSet<String>) -> bool {
        let names = ["/arn", "/bucket", "/id", "/key_id", "/name"];
        names.iter().any(|name| self.attributes.text(name).is_some_and(|text| texts.contains(text)))
    }
}
