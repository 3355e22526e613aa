//! The feature: for each principal and bucket, something that is allowed and something that is denied.

use std::sync::Arc;

use super::cast::{Cast, Named};
use super::keys::{self, ANY};
use super::play::{Answer, feature, play};
use crate::acceptance::{FeatureError, Stack, Stages};

/// A feature that passes.
#[derive(Debug, Default)]
pub struct Draft {
    /// Its text.
    pub text: String,
    /// How many scenarios it has.
    pub scenarios: usize,
    /// What could not be shown, and why.
    pub left_out: Vec<String>,
}

/// A call to try, as a person would write it.
#[derive(Clone)]
struct Attempt {
    /// What must stand before it.
    given: Option<String>,
    when: String,
    /// What it does, after a verb such as `may`, up to the bucket's name: `upload to`.
    verb: &'static str,
    /// What follows the bucket's name: ` under home/`.
    rest: String,
    key: String,
}

/// What one principal may do in one bucket.
struct Found {
    allowed: Option<Attempt>,
    denied: Option<(Attempt, String)>,
}

/// Composes the feature of that stack by asking what is decided today.
///
/// # Errors
/// A sentence of this file is no sentence of the language.
pub async fn draft(stages: Arc<dyn Stages>, stack: &Stack, jobs: usize) -> Result<Draft, FeatureError> {
    let cast = Cast::of(stack);
    let mut left_out = cast.left_out.clone();
    let mut principals = cast.users.clone();
    principals.extend(taken_roles(&stages, stack, &cast, jobs, &mut left_out).await?);
    let background = background(stack, &principals, &cast.buckets);
    let mut scenarios = Vec::new();
    for principal in &principals {
        let mut found = Vec::new();
        for bucket in &cast.buckets {
            let attempts = attempts(stack, principal, bucket);
            found.push((bucket, ask(&stages, &background, attempts, jobs).await?));
        }
        // A denial means nothing of who is allowed nothing.
        if found.iter().all(|(_, found)| found.allowed.is_none()) {
            left_out.push(format!("{}: nothing that was tried is allowed", principal.who()));
            continue;
        }
        scenarios.extend(found.into_iter().filter_map(|(bucket, found)| scenario(principal, bucket, found)));
    }
    let head = format!(
        "Feature: Who may do what in {}\n\n  Written by `stackproof init`: this is what the policies decide today. \
         Where it is not what\n  they should decide, change the sentence, and let the Terraform follow.",
        stack.name
    );
    let text = |scenarios: &[_]| feature(&head, &background, scenarios);
    // Every scenario was put together from calls that were tried one by one: together they must hold as well.
    while !scenarios.is_empty() {
        let played = play(&stages, &text(&scenarios), jobs).await?;
        let alone = |name: &str| played.summary.unpaired.iter().any(|unpaired| unpaired.scenario == name);
        let holds: Vec<bool> = scenarios
            .iter()
            .zip(&played.answers)
            .map(|((name, _), answer)| *answer == Answer::Allowed && !alone(name))
            .collect();
        if holds.iter().all(|holds| *holds) {
            break;
        }
        let (kept, dropped): (Vec<_>, Vec<_>) =
            scenarios.into_iter().zip(holds).partition(|(_, holds)| *holds);
        left_out
            .extend(dropped.into_iter().map(|((name, _), _)| format!("{name}: it does not hold as a whole")));
        scenarios = kept.into_iter().map(|(scenario, _)| scenario).collect();
    }
    let mut written = text(&scenarios);
    if !left_out.is_empty() {
        written.push_str("\n  # Not shown here:\n");
        written.extend(left_out.iter().map(|line| format!("  # - {line}\n")));
    }
    Ok(Draft { text: written, scenarios: scenarios.len(), left_out })
}

/// The roles that somebody may take, each in the first way that works.
async fn taken_roles(
    stages: &Arc<dyn Stages>,
    stack: &Stack,
    cast: &Cast,
    jobs: usize,
    left_out: &mut Vec<String>,
) -> Result<Vec<Named>, FeatureError> {
    let users = background(stack, &cast.users, &[]);
    let mut taken = Vec::new();
    for role in &cast.roles {
        let ways: Vec<Named> = role.ways(&cast.users).collect();
        let trial = |way: &Named| {
            let steps = [
                format!("Given {}", way.given),
                format!("When {} asks who it is", way.who()),
                "Then it succeeds".to_owned(),
            ];
            (way.name.clone(), steps.to_vec())
        };
        let trials: Vec<_> = ways.iter().map(trial).collect();
        let played = play(stages, &feature("Feature: Roles", &users, &trials), jobs).await?;
        match ways.into_iter().zip(played.answers).find(|(_, answer)| *answer == Answer::Allowed) {
            Some((way, _)) => taken.push(way),
            None => left_out.push(format!(
                "the role {}: no user of the stack, service or operator may assume it without more",
                role.real
            )),
        }
    }
    Ok(taken)
}

fn background(stack: &Stack, principals: &[Named], buckets: &[Named]) -> Vec<String> {
    let named = principals.iter().chain(buckets).map(|it| format!("And {}", it.given));
    std::iter::once(format!("Given the stack \"{}\"", stack.name)).chain(named).collect()
}

/// What is tried: the first that is allowed and the last that is denied tell most.
fn attempts(stack: &Stack, principal: &Named, bucket: &Named) -> Vec<Attempt> {
    let (keys, prefixes) = keys::named(stack, &bucket.real, &principal.real);
    let keys: Vec<String> = std::iter::once(ANY.to_owned()).chain(keys).collect();
    let (who, name) = (principal.who(), &bucket.name);
    let stored = |key: &str| Some(format!("Given the object \"{key}\" is in \"{name}\""));
    let mut attempts = Vec::new();
    attempts.extend(keys.iter().map(|key| Attempt {
        given: None,
        when: format!("{who} uploads \"{key}\" to \"{name}\""),
        verb: "upload to",
        rest: String::new(),
        key: key.clone(),
    }));
    attempts.extend(keys.iter().map(|key| Attempt {
        given: stored(key),
        when: format!("{who} downloads \"{key}\" from \"{name}\""),
        verb: "download from",
        rest: String::new(),
        key: key.clone(),
    }));
    attempts.push(Attempt {
        given: None,
        when: format!("{who} lists \"{name}\""),
        verb: "list",
        rest: String::new(),
        key: String::new(),
    });
    attempts.extend(prefixes.iter().map(|prefix| Attempt {
        given: None,
        when: format!("{who} lists \"{name}\" under \"{prefix}\""),
        verb: "list",
        rest: format!(" under {prefix}"),
        key: prefix.clone(),
    }));
    attempts.extend(keys.iter().map(|key| Attempt {
        given: stored(key),
        when: format!("{who} deletes \"{key}\" from \"{name}\""),
        verb: "delete from",
        rest: String::new(),
        key: key.clone(),
    }));
    attempts
}

/// Plays every attempt, each on a copy of the stack.
async fn ask(
    stages: &Arc<dyn Stages>,
    background: &[String],
    attempts: Vec<Attempt>,
    jobs: usize,
) -> Result<Found, FeatureError> {
    let trial = |attempt: &Attempt| (attempt.of("it"), attempt.steps("Then it succeeds"));
    let trials: Vec<_> = attempts.iter().map(trial).collect();
    let played = play(stages, &feature("Feature: Attempts", background, &trials), jobs).await?;
    let mut found = Found { allowed: None, denied: None };
    let mut denied = Vec::new();
    for (attempt, answer) in attempts.into_iter().zip(played.answers) {
        match answer {
            Answer::Allowed if found.allowed.is_none() => found.allowed = Some(attempt),
            Answer::Denied(sentence) => denied.push((attempt, sentence)),
            Answer::Allowed | Answer::Neither => {}
        }
    }
    // Deletions stand last: that one may not delete is what most want to know, of the very key that one may use.
    let key = found.allowed.as_ref().map(|allowed| allowed.key.as_str());
    let last = denied.last().map(|(attempt, _)| attempt.verb);
    denied.retain(|(attempt, _)| Some(attempt.verb) == last);
    let same = denied.iter().position(|(attempt, _)| Some(attempt.key.as_str()) == key);
    found.denied = denied.into_iter().nth(same.unwrap_or(0));
    Ok(found)
}

impl Attempt {
    /// What it does, to the bucket of that name.
    fn of(&self, bucket: &str) -> String {
        format!("{} {bucket}{}", self.verb, self.rest)
    }

    fn steps(&self, then: &str) -> Vec<String> {
        let when = format!("When {}", self.when);
        self.given.iter().cloned().chain([when, then.to_owned()]).collect()
    }
}

/// The scenario of one principal and one bucket; none where nothing was decided. Who may do all that was tried is set
/// against a caller without a name.
fn scenario(principal: &Named, bucket: &Named, found: Found) -> Option<(String, Vec<String>)> {
    let subject = match principal.article {
        true => format!("The {}", principal.name),
        false => principal.name.clone(),
    };
    let denied = found.denied.map(|(attempt, sentence)| (attempt, format!("Then {sentence}")));
    let bucket = &bucket.name;
    match (found.allowed, denied) {
        (Some(allowed), Some((denied, sentence))) => {
            let mut steps = allowed.steps("Then it succeeds");
            steps.extend(denied.steps(&sentence));
            Some((format!("{subject} may {}, but not {}", allowed.of(bucket), denied.of("it")), steps))
        }
        (Some(allowed), None) => {
            let mut steps = allowed.steps("Then it succeeds");
            steps.extend([format!("When nobody lists \"{bucket}\""), "Then it is denied".to_owned()]);
            {
                let allowed = allowed.of(bucket);
                Some((format!("{subject} may {allowed}, and a caller without a name may not list it"), steps))
            }
        }
        (None, Some((denied, sentence))) => {
            Some((format!("{subject} may not {}", denied.of(bucket)), denied.steps(&sentence)))
        }
        (None, None) => None,
    }
}
