//! Principals that must not reach what is one another's: every way to read and write is tried for each pair, beside the
//! same call on what is the caller's own.

mod ways;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;
use stackproof_gateway::{Decision, Outcome};

use super::key::encrypt;
use super::upload::object;
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::names::Alias;
use crate::acceptance::options::bad;
use crate::acceptance::principals::Principal;
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence, Who, WhoName};
use crate::acceptance::world::{Case, CaseEnd, Request, World, answered, operation};
use ways::{Own, Way};

pub(super) const SENTENCES: &[Sentence] = &[Sentence {
    keyword: Keyword::Then,
    pattern: "for every pair of {names:list} none reaches the other's",
    example: r#"for every pair of "tenant acme", "tenant globex", "tenant initech" none reaches the other's"#,
    docs: "Tries every way to read and write of what the rows name, for each pair, as a case of its own: downloads, \
           heads, lists, uploads, copies and deletes in a bucket, encrypts, decrypts and generates data keys with a \
           key. Each must be denied on what is the other's; a case of which the same call on what is the caller's own \
           is denied as well shows nothing and is told as skipped, and a principal that reaches nothing of its own \
           fails the step. In a row, `{tenant}` is the last word of the principal's name, and the key of one of its \
           session tags is that tag's value. Where a bucket's row says no prefix it is `{tenant}/`, and a key's \
           context has the value `{tenant}`.",
    attachment: Attachment::Each(Sample::new(
        "what each has its own part of",
        "| bucket | results under {tenant}/ |\n| key | master in context tenant_id |",
    )),
    handler: |world, given| Box::pin(isolated(world, given)),
}];

/// One of the principals.
struct Tenant {
    name: String,
    who: Who,
    /// What `{…}` means in rows.
    words: Vec<(String, String)>,
}

/// Something that every tenant has a part of.
enum Shared {
    /// A bucket, and the prefix of each one's part.
    Bucket { name: String, prefix: String },
    /// A key, and the name in the encryption context that each one's value stands under.
    Key { key: String, context: String },
}

async fn isolated(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let names = given.list("names");
    if let Some(twice) =
        names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|it| it == *name))
    {
        return Err(StepError::usage(format!(
            "`{}` stands twice among those of whom pairs are made",
            twice.1
        )));
    }
    let tenants: Vec<Tenant> = names.iter().map(|name| tenant(world, name)).collect::<Result<_, _>>()?;
    let rows = given.options()?.0;
    let shared: Vec<Shared> =
        rows.iter().map(|(kind, value)| shared(world, kind, value)).collect::<Result<_, _>>()?;
    let mut tried = Tried::default();
    for shared in &shared {
        let mut parts = Vec::new();
        for tenant in &tenants {
            parts.push((tenant, own(world, shared, tenant).await?));
        }
        let ways = match shared {
            Shared::Bucket { .. } => Way::OF_OBJECTS.as_slice(),
            Shared::Key { .. } => Way::OF_KEYS.as_slice(),
        };
        let mut reaching = HashSet::new();
        for way in ways {
            for (tenant, part) in &parts {
                let others = parts.iter().filter(|(other, _)| other.name != tenant.name);
                let others: Vec<_> = others.map(|(other, part)| (other.name.as_str(), part)).collect();
                if tried.way(world, tenant, part, &others, *way).await? {
                    reaching.insert(tenant.name.as_str());
                }
            }
        }
        for (tenant, _) in parts.iter().filter(|(tenant, _)| !reaching.contains(tenant.name.as_str())) {
            let error = StepError::mismatch("a call to succeed on its own", "each was denied");
            tried.end(world, format!("{} reaches its own", tenant.name), CaseEnd::Failed(error, None));
        }
    }
    tried.verdict()
}

fn tenant(world: &World, name: &str) -> Result<Tenant, StepError> {
    let last = name.split(' ').next_back().unwrap_or(name).to_owned();
    let mut words = vec![("tenant".to_owned(), last)];
    if let Some(Alias::Principal(Principal::Role { options, .. })) = world.names.alias(name) {
        let tags = options.pairs("tag")?.into_iter().chain(options.pairs("transitive tag")?);
        words.extend(tags.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    let who = Who::plain(WhoName::Named(name.to_owned(), true));
    Ok(Tenant { name: name.to_owned(), who, words })
}

fn shared(world: &World, kind: &str, value: &str) -> Result<Shared, StepError> {
    match kind {
        "bucket" => {
            let (bucket, prefix) = value.split_once(" under ").unwrap_or((value, "{tenant}/"));
            Ok(Shared::Bucket { name: world.names.bucket(bucket)?, prefix: prefix.to_owned() })
        }
        "key" => {
            let (key, context) =
                value.split_once(" in context ").ok_or_else(|| bad("key", "`KEY in context NAME`", value))?;
            Ok(Shared::Key { key: world.names.key(key)?, context: context.to_owned() })
        }
        other => {
            Err(StepError::usage(format!("`{other}` is not tried on pairs"))
                .hint("there is `bucket` and `key`"))
        }
    }
}

impl Tenant {
    /// The text with what `{…}` means for this tenant.
    fn fill(&self, world: &World, text: &str) -> Result<String, StepError> {
        let replaced = self
            .words
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        Ok(world.names.fill(&replaced)?)
    }
}

/// Makes, as operator, what is that tenant's.
async fn own(world: &mut World, shared: &Shared, tenant: &Tenant) -> Result<Own, StepError> {
    let operator = Who::plain(WhoName::Operator(None));
    let unmade = |error| StepError::usage(format!("nothing could be made for `{}`: {error}", tenant.name));
    match shared {
        Shared::Bucket { name, prefix } => {
            let prefix = tenant.fill(world, prefix)?;
            let key = tenant.fill(world, &format!("{prefix}isolation-{{unique}}"))?;
            let members = object(json!({ "Bucket": name, "Key": key }));
            let mut request = Request::new(operation("s3", "PutObject")?, members);
            request.body = format!("of {}", tenant.name).into();
            world.call_as(&operator, request).await?.0.result.map_err(unmade)?;
            Ok(Own::Objects { bucket: name.clone(), prefix, key })
        }
        Shared::Key { key, context } => {
            let context = object(json!({ context: tenant.fill(world, "{tenant}")? }));
            let reply = world.call_as(&operator, encrypt(key, "probe", &context)?).await?.0;
            let answer = reply.result.map_err(unmade)?;
            let blob = answer.get("CiphertextBlob").and_then(|it| it.as_str()).unwrap_or_default();
            Ok(Own::Sealed { key: key.clone(), context, ciphertext: blob.to_owned() })
        }
    }
}

/// How often what was tried did not hold, and how the first of those is told.
#[derive(Default)]
struct Tried {
    cases: usize,
    failed: usize,
    first: Option<String>,
}

impl Tried {
    /// Goes that way to what is the tenant's own, and then to what is the others'. Whether it reached its own.
    async fn way(
        &mut self,
        world: &mut World,
        tenant: &Tenant,
        own: &Own,
        others: &[(&str, &Own)],
        way: Way,
    ) -> Result<bool, StepError> {
        let Some(control) = way.request(own, own)? else { return Ok(false) };
        let control = call(world, tenant, control).await;
        let reached = matches!(control, Came::Through);
        if let Came::Otherwise(error) = control {
            let text = format!("{} {} its own", tenant.name, way.verb());
            let evidence = world.evidence();
            self.end(world, text, CaseEnd::Failed(error, evidence));
            return Ok(false);
        }
        for (name, other) in others {
            let Some(request) = way.request(own, other)? else { continue };
            let end = match call(world, tenant, request).await {
                Came::Denied(_) if !reached => {
                    CaseEnd::Skipped("denied, but so is the same call on its own".to_owned())
                }
                Came::Denied(decision) => {
                    world.note_denied(&decision);
                    CaseEnd::Held
                }
                Came::Through => {
                    CaseEnd::Failed(StepError::mismatch("a denial", "it was allowed"), world.evidence())
                }
                Came::Otherwise(error) => CaseEnd::Failed(error, world.evidence()),
            };
            self.end(world, format!("{} {} {name}", tenant.name, way.verb()), end);
        }
        Ok(reached)
    }

    fn end(&mut self, world: &mut World, text: String, end: CaseEnd) {
        self.cases += 1;
        if let CaseEnd::Failed(error, _) = &end {
            self.failed += 1;
            self.first.get_or_insert_with(|| format!("{text}: {error}"));
        }
        world.note_case(Case { text, end });
    }

    fn verdict(self) -> Result<(), StepError> {
        let Self { cases, failed, first } = self;
        match first {
            None if cases == 0 => Err(StepError::usage("nothing was tried: the table has no rows")),
            None => Ok(()),
            Some(first) => {
                let happened = format!("{failed} of {cases} cases do not hold, the first: {first}");
                Err(StepError::mismatch("none to reach the other's", happened))
            }
        }
    }
}

/// What a call came to.
enum Came {
    Through,
    Denied(Arc<Decision>),
    /// Neither: it failed of itself, or cannot be decided.
    Otherwise(StepError),
}

async fn call(world: &mut World, tenant: &Tenant, request: Request) -> Came {
    match world.call_as(&tenant.who, request).await {
        Err(error) => Came::Otherwise(error),
        Ok((reply, decision)) => match (reply.result, decision) {
            (Ok(_), _) => Came::Through,
            (Err(_), Some(decision))
                if matches!(decision.outcome, Outcome::ExplicitDeny | Outcome::ImplicitDeny) =>
            {
                Came::Denied(decision)
            }
            (Err(error), _) => Came::Otherwise(StepError::mismatch("a denial", answered(&error))),
        },
    }
}
