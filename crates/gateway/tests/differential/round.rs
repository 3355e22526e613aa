//! Rounds of requests.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::client::{Call, Client, Signing, Transport};
use stackproof_aws::{Credentials, Members, Operation, Secret};
use stackproof_fuzz::{Random, anywhere};
use stackproof_gateway::{Decision, Outcome};

use super::behind::{Behind, Held};
use super::buckets::Buckets;
use super::exchange::{Answered, exchange};
use super::judge::{Case, marks};
use super::requests::Maker;
use super::sent::{Sent, Signed, Who};
use super::signature::Signer;

/// For how long to play, in seconds; as many requests as the test takes where it is not set.
const SECONDS: &str = "FUZZ_SECONDS";
/// The first round, as a failure has told it.
const START: &str = "FUZZ_START";
/// How many requests the objects of one round have to bear.
const LENGTH: usize = 100;
/// How many requests that should change nothing are sent to a far upstream before it is listed again.
const UNLISTED: usize = 5;
/// How many rounds there are to one that is compared thoroughly.
const OFTEN: u64 = 6;
/// How often a long run says how it goes.
const TOLD: Duration = Duration::from_secs(60);

/// For how long to go on, where that is set, and from where: another start each time then.
pub fn bounds() -> (Option<Duration>, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let time = number(SECONDS).map(Duration::from_secs);
    let start = number(START).unwrap_or_else(|| if time.is_some() { anywhere() } else { 1 });
    (time, start)
}

/// How a decision is found by the id of its request.
type Decisions = Box<dyn Fn(&str) -> Option<Arc<Decision>>>;

/// A gateway to go through.
pub struct Through {
    pub address: SocketAddr,
    pub client: Client,
    pub operator: Credentials,
    pub region: String,
    pub decisions: Decisions,
}

impl Through {
    async fn set(&self, operation: &str, members: Value) -> Members {
        let (service, name) = operation.split_once(':').unwrap();
        let call = Call {
            operation: Operation::named(service, name).unwrap(),
            members: members.as_object().unwrap().clone(),
            body: Bytes::new(),
            signing: Signing::Header(self.operator.clone()),
            transport: Transport::Https,
            region: self.region.clone(),
            headers: Vec::new(),
        };
        self.client.send(call).await.unwrap().result.unwrap()
    }
}

/// Rounds before one upstream.
pub struct Rounds {
    through: Through,
    behind: Behind,
    name: &'static str,
    /// How many requests came to which end.
    ends: BTreeMap<String, usize>,
}

/// One round under way.
struct Round {
    buckets: Buckets,
    tenant: Credentials,
    held: Held,
    /// Whether tags and settings are compared as well.
    thorough: bool,
    /// How many requests ago the upstream was listed.
    unlisted: usize,
    contents: HashMap<String, Bytes>,
    parts: BTreeMap<String, String>,
    complaints: Vec<String>,
}

impl Rounds {
    pub fn new(name: &'static str, through: Through, behind: Behind) -> Self {
        Self { through, behind, name, ends: BTreeMap::new() }
    }

    /// Plays so many requests, or for the time that is set; panics at the end of a round in which something
    /// else was done than was decided.
    pub async fn play(mut self, requests: usize) {
        let (time, start) = bounds();
        let (began, mut told, mut count) = (Instant::now(), Duration::ZERO, 0);
        for round in start.. {
            count += self.round(round).await;
            let over = time.map_or(count >= requests, |time| began.elapsed() >= time);
            if time.is_some() && (over || began.elapsed() >= told + TOLD) {
                told = began.elapsed();
                let (name, ends) = (self.name, &self.ends);
                eprintln!(
                    "{name}: {count} requests in {} s, next is {START}={}: {ends:?}",
                    told.as_secs(),
                    round + 1
                );
            }
            if over {
                break;
            }
        }
        // Whoever is refused all of it has compared nothing.
        let done = self.ends.get("Allowed").copied().unwrap_or_default();
        assert!(done * 5 > count, "{done} of {count} were allowed and carried out: {:?}", self.ends);
    }

    /// Plays one round, and gives the number of its requests.
    async fn round(&mut self, number: u64) -> usize {
        let mut random = Random::new(number);
        let mut round = self.begin(number).await;
        let objects = round.buckets.objects().into_iter().map(|(bucket, key)| (bucket.to_owned(), key));
        let few = if self.behind.is_near { 1 } else { 3 };
        let objects: Vec<_> = objects.step_by(few).collect();
        for (bucket, key) in &objects {
            let buckets = round.buckets.clone();
            let mark = mark(&mut random);
            let mut maker = maker(&mut random, &round, &buckets, &mark, self.through.address.port());
            let mut sent = maker.plain("PUT", bucket, key, &format!("{mark} of the beginning"));
            sent.header("x-amz-meta-mark", &mark);
            sent.header("x-amz-tagging", format!("mark={mark}"));
            self.request(&mut round, sent).await;
        }
        for bucket in [round.buckets.plain.clone(), round.buckets.kept.clone()] {
            let buckets = round.buckets.clone();
            let mut maker = maker(&mut random, &round, &buckets, "", self.through.address.port());
            let sent = maker.plain("DELETE", &bucket, "acme/gone", "");
            self.request(&mut round, sent).await;
        }
        for _ in 0..LENGTH {
            let who = match random.below(16) {
                0..8 => Who::Operator,
                8..14 => Who::Tenant,
                14 => Who::Nobody,
                _ => Who::Forger,
            };
            let credentials = self.credentials(&round, who);
            let signer = Signer::now(&credentials, &self.through.region);
            let mark = mark(&mut random);
            let buckets = round.buckets.clone();
            let mut maker = maker(&mut random, &round, &buckets, &mark, self.through.address.port());
            let sent = maker.next(who, &signer);
            self.request(&mut round, sent).await;
        }
        let left = self.behind.held(&round.buckets.all(), round.thorough).await;
        if left != round.held {
            round.complaints.push("a request that should have changed nothing changed something".to_owned());
        }
        let (name, complaints) = (self.name, round.complaints.join("\n\n"));
        assert!(complaints.is_empty(), "{name}, {START}={number}:\n{complaints}");
        objects.len() + 2 + LENGTH
    }

    async fn begin(&mut self, number: u64) -> Round {
        let (buckets, region) = (Buckets::of_round(number), self.through.region.clone());
        for bucket in buckets.all() {
            let at = json!({ "LocationConstraint": region });
            self.through
                .set("s3:CreateBucket", json!({ "Bucket": bucket, "CreateBucketConfiguration": at }))
                .await;
        }
        for bucket in buckets.versioned() {
            let members = json!({ "Bucket": bucket, "VersioningConfiguration": { "Status": "Enabled" } });
            self.through.set("s3:PutBucketVersioning", members).await;
        }
        let user = format!("acme-{number}");
        self.through.set("iam:CreateUser", json!({ "UserName": user })).await;
        let document = buckets.policy().to_string();
        let members = json!({ "UserName": user, "PolicyName": "own", "PolicyDocument": document });
        self.through.set("iam:PutUserPolicy", members).await;
        let made = self.through.set("iam:CreateAccessKey", json!({ "UserName": user })).await;
        let text =
            |name: &str| made.get("AccessKey").unwrap().get(name).unwrap().as_str().unwrap().to_owned();
        let tenant = Credentials {
            access_key_id: text("AccessKeyId"),
            secret_access_key: Secret::new(text("SecretAccessKey")),
            session_token: None,
        };
        // Every round of a long run.
        let thorough =
            self.behind.is_near && (number.is_multiple_of(OFTEN) || std::env::var_os(SECONDS).is_some());
        let held = self.behind.held(&buckets.all(), thorough).await;
        Round {
            buckets,
            tenant,
            held,
            thorough,
            unlisted: 0,
            contents: HashMap::new(),
            parts: BTreeMap::new(),
            complaints: Vec::new(),
        }
    }

    fn credentials(&self, round: &Round, who: Who) -> Credentials {
        match who {
            Who::Operator => self.through.operator.clone(),
            Who::Tenant => round.tenant.clone(),
            Who::Nobody | Who::Forger => {
                Credentials { secret_access_key: Secret::new("wrong"), ..self.through.operator.clone() }
            }
        }
    }

    /// Sends a request, and compares.
    async fn request(&mut self, round: &mut Round, mut sent: Sent) {
        let payload = sent.body.clone();
        let credentials = self.credentials(round, sent.who);
        if sent.who == Who::Nobody {
            sent.signed = Signed::Elsewhere;
        }
        Signer::now(&credentials, &self.through.region).sign(&mut sent);
        let answered = exchange(self.through.address, &sent.bytes()).await;
        let decision = answered.header("x-amz-request-id").map(|id| (self.through.decisions)(id).unwrap());
        let done = decision
            .as_ref()
            .is_some_and(|it| it.outcome == Outcome::Allowed || it.operation == "DeleteObjects");
        let reads = !done || ["GET", "HEAD"].contains(&sent.method.as_str());
        // What such a request changes nevertheless is seen soon after.
        let after = match reads && !self.behind.is_near && round.unlisted < UNLISTED {
            true => {
                round.unlisted += 1;
                round.held.clone()
            }
            false => {
                round.unlisted = 0;
                self.behind.held(&round.buckets.all(), round.thorough).await
            }
        };
        self.learn(round, &sent, &answered, &after).await;
        let case = Case {
            sent: &sent,
            payload: &payload,
            answered: &answered,
            decision: decision.as_deref(),
            before: &round.held,
            after: &after,
            contents: &round.contents,
            buckets: &round.buckets,
        };
        let complaints = case.complaints();
        if !complaints.is_empty() {
            let decided = decision.as_deref().map(told).unwrap_or_default();
            let answer = answered.raw.escape_ascii().to_string().replace("\\r\\n", "\n");
            round
                .complaints
                .push(format!("{}\n{sent}\n\nanswered:\n{answer}\n\n{decided}", complaints.join("\n")));
        }
        let end = match decision {
            None => "no decision".to_owned(),
            Some(it) if it.error.is_some() => {
                format!("{:?}, {}", it.outcome, it.error.clone().unwrap_or_default())
            }
            Some(it) => format!("{:?}", it.outcome),
        };
        *self.ends.entry(end).or_default() += 1;
        round.held = after;
    }

    /// Notes contents that were not there before, and parts.
    async fn learn(&self, round: &mut Round, sent: &Sent, answered: &Answered, after: &Held) {
        for (place, version) in &after.objects {
            let Some(etag) = &version.etag else { continue };
            if !round.contents.contains_key(etag) {
                round.contents.insert(etag.clone(), self.behind.content(place).await);
            }
        }
        if let (Some(id), Some(etag)) = (sent.member("uploadId"), answered.header("etag"))
            && sent.method == "PUT"
            && answered.status == 200
        {
            round.parts.insert(id, etag.to_owned());
        }
    }
}

/// A decision in short.
fn told(decision: &Decision) -> String {
    let mut told = format!("decided: {:?} of {}", decision.outcome, decision.operation);
    for check in &decision.checks {
        let version = check.context.get("s3:versionid").cloned().unwrap_or_default();
        told.push_str(&format!(
            "\n{} on {:?} {version:?}: {:?}",
            check.action, check.resource, check.outcome
        ));
    }
    format!("{told}\n{} {:?} {:?}", decision.status, decision.error, decision.reason)
}

fn mark(random: &mut Random) -> String {
    let mark = format!("mk{:016x}", random.number());
    assert_eq!(marks(mark.as_bytes()).len(), 1);
    mark
}

fn maker<'a>(
    random: &'a mut Random,
    round: &'a Round,
    buckets: &'a Buckets,
    mark: &str,
    port: u16,
) -> Maker<'a> {
    Maker { random, buckets, held: &round.held, parts: &round.parts, port, mark: mark.to_owned() }
}
