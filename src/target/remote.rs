//! A target whose upstream is not in this process: services at URLs, and the embedded emulator for those that are not
//! there.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::join_all;
use http::HeaderName;
use stackproof_aws::{Clock, Credentials, Upstream};
use stackproof_emulator::Emulator;
use stackproof_gateway::upstream::{
    Copies, Defaults, Health, Http, Identity, Notifications, Policies, Routed, Uploads, Versions, probe,
    services, tabled_services,
};
use stackproof_gateway::{Gateway, Organization};

use super::beside::Beside;
use super::embedded::emulator;
use super::front::Front;
use super::{Environment, TargetError};
use crate::config::{EndpointConfig, Holder, TargetConfig};

/// The upstream of one run.
pub struct Remote {
    front: Front,
    upstream: Arc<Beside>,
    clock: Clock,
    health: Health,
    filled_in: Vec<FilledIn>,
}

/// A service that the upstream lacks, and the embedded emulator holds in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledIn {
    /// The service.
    pub service: String,
    /// How the upstream showed that it lacks it.
    pub reason: String,
}

impl Remote {
    /// Asks every endpoint what it has, and stands a gateway before them. `shared` says that others write there too.
    ///
    /// # Errors
    /// A [`TargetError`] where an endpoint does not answer at all.
    pub async fn new(
        name: &str,
        config: &TargetConfig,
        endpoints: &EndpointConfig,
        shared: bool,
    ) -> Result<Self, TargetError> {
        let (clock, health) = (Clock::system(), Health::default());
        let embedded: Arc<dyn Upstream> = Arc::new(Emulator::new(clock.clone()));
        let mut routed = Routed::default();
        let mut filled_in = Vec::new();
        // All at once: an emulator loads a service when it is first asked for it.
        let wanted: Vec<_> = services(config.enforcement()).collect();
        let found = join_all(wanted.iter().map(|service| find(name, config, endpoints, service))).await;
        for (service, found) in wanted.into_iter().zip(found) {
            match found? {
                Ok(url) => {
                    let upstream = connect(name, endpoints, &url, health.clone())?;
                    routed.route(service, &url, completed(service, endpoints, Arc::new(upstream)));
                }
                Err(reason) => {
                    filled_in.push(FilledIn { service: service.to_owned(), reason });
                    routed.route(service, "the embedded emulator", Arc::clone(&embedded));
                }
            }
        }
        Ok(Self { filled_in, ..Self::before(name, config, clock, Arc::new(routed), health, shared)? })
    }

    /// A gateway before that upstream, of whose health `health` tells, with the services beside it that are held by the
    /// embedded emulator on every target.
    ///
    /// # Errors
    /// A [`TargetError`] where the target's certificate authority could not be made.
    pub fn before(
        name: &str,
        config: &TargetConfig,
        clock: Clock,
        upstream: Arc<dyn Upstream>,
        health: Health,
        shared: bool,
    ) -> Result<Self, TargetError> {
        let upstream = Arc::new(Beside::new(emulator(config, clock.clone()), upstream, shared));
        let before = Arc::clone(&upstream) as Arc<dyn Upstream>;
        let front = Front::new(name, config, clock.clone(), before, shared)?;
        Ok(Self { front, upstream, clock, health, filled_in: Vec::new() })
    }

    /// The same with its upstream inside another, which sees every call to it first. What is held beside it is copied.
    #[must_use]
    pub fn through(&self, wrap: impl FnOnce(Arc<dyn Upstream>) -> Arc<dyn Upstream>) -> Self {
        let upstream = Arc::new(self.upstream.through(wrap));
        Self {
            front: self.front.fork(Arc::clone(&upstream) as Arc<dyn Upstream>, self.clock.clone()),
            upstream,
            clock: self.clock.clone(),
            health: self.health.clone(),
            filled_in: self.filled_in.clone(),
        }
    }

    /// As [`Self::fork`], with the accounts in another organization, or in none.
    #[must_use]
    pub fn fork_in(&self, organization: Option<Arc<Organization>>) -> Self {
        let forked = self.fork();
        let upstream = Arc::clone(&forked.upstream) as Arc<dyn Upstream>;
        Self { front: self.front.fork_in(organization, upstream, self.clock.clone()), ..forked }
    }

    /// A gateway of its own before the same upstream: what it issues and learns from now on is its own, and so is what is
    /// held beside the upstream; what is written to that is everybody's.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.through(|upstream| upstream)
    }

    /// Opens it to calls, on that address or on a free port of the loopback.
    ///
    /// # Errors
    /// A [`TargetError`] where the address cannot be had.
    pub async fn open(&self, listen: Option<SocketAddr>) -> Result<Environment, TargetError> {
        self.front.open(listen).await
    }

    /// Its gateway, for what no API call does.
    pub fn gateway(&self) -> &Arc<Gateway> {
        self.front.gateway()
    }

    /// Whether the upstream still answers.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// What a reader must know of it: which services it lacks, and who has them in its place.
    pub fn notes(&self) -> Vec<String> {
        let note = |it: &FilledIn| {
            format!(
                "`{}` is held by the embedded emulator: the upstream lacks it ({})",
                it.service, it.reason
            )
        };
        let others = tabled_services().collect::<Vec<_>>().join("`, `");
        let held = format!("on every target `{others}` are held by the embedded emulator");
        self.filled_in.iter().map(note).chain([held]).collect()
    }

    /// The services that the upstream lacks.
    pub fn filled_in(&self) -> &[FilledIn] {
        &self.filled_in
    }
}

/// The URL that has the service, or why none has it.
async fn find(
    name: &str,
    config: &TargetConfig,
    endpoints: &EndpointConfig,
    service: &str,
) -> Result<Result<String, String>, TargetError> {
    // S3 Control is S3 on another host.
    let named = endpoints.endpoints.get(if service == "s3control" { "s3" } else { service });
    let Some(url) = named.or_else(|| endpoints.endpoints.get("default")) else {
        return Ok(Err("no endpoint is named for it".to_owned()));
    };
    // A service that is not there may well be silent; the target is not lost by that.
    let asker = connect(name, endpoints, url, Health::default())?;
    asker.reach().await.map_err(|reason| TargetError::unreachable(url, reason))?;
    Ok(probe(&asker, service, config.main_account(), &config.region).await.map(|()| url.clone()))
}

/// An upstream is made to do what AWS does and emulators do not.
fn completed(service: &str, endpoints: &EndpointConfig, upstream: Arc<dyn Upstream>) -> Arc<dyn Upstream> {
    let upstream: Arc<dyn Upstream> = match service {
        "s3" => {
            let upstream = Arc::new(Copies::before(Arc::new(Defaults::before(upstream))));
            let upstream = Arc::new(Uploads::before(Arc::new(Versions::before(upstream))));
            Arc::new(Notifications::before(upstream))
        }
        _ => upstream,
    };
    match (service, endpoints.resource_policies) {
        ("s3" | "kms", Holder::Gateway) => Arc::new(Policies::before(upstream)),
        _ => upstream,
    }
}

fn connect(name: &str, endpoints: &EndpointConfig, url: &str, health: Health) -> Result<Http, TargetError> {
    Http::new(name, url, identity(endpoints)?, endpoints.timeout, health).map_err(TargetError::start)
}

fn identity(endpoints: &EndpointConfig) -> Result<Identity, TargetError> {
    if let Some(credentials) = &endpoints.credentials {
        return Ok(Identity::Fixed(Credentials {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: None,
        }));
    }
    let header = endpoints.account_header.as_ref().map(|name| name.parse::<HeaderName>()).transpose();
    Ok(Identity::Account { header: header.map_err(TargetError::start)? })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const BUCKETS: &str =
        "<ListAllMyBucketsResult><Owner><ID>a</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>";

    /// A server that lists buckets and says nothing to anything else.
    async fn s3_alone() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut silent = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = vec![0; 4096];
                let read = stream.read(&mut head).await.unwrap();
                if head.get(..read).is_some_and(|head| head.starts_with(b"GET / ")) {
                    let length = BUCKETS.len();
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{BUCKETS}"
                    );
                    stream.write_all(answer.as_bytes()).await.unwrap();
                } else {
                    silent.push(stream);
                }
            }
        });
        url
    }

    #[tokio::test]
    async fn a_service_that_is_silent_is_filled_in_and_the_target_is_not_lost() {
        let endpoints =
            EndpointConfig { timeout: Duration::from_secs(2), ..EndpointConfig::at(s3_alone().await) };
        let remote = Remote::new("alone", &TargetConfig::embedded(), &endpoints, true).await.unwrap();
        let filled: Vec<_> = remote.filled_in().iter().map(|it| it.service.as_str()).collect();
        assert_eq!(filled, ["iam", "kms", "s3control"]);
        let silent = |note: &&String| note.contains("did not answer within 2 s");
        assert_eq!(remote.notes().iter().filter(silent).count(), filled.len());
        assert_eq!(remote.health().lost(), None);
    }

    #[tokio::test]
    async fn where_nothing_answers_it_is_told_with_the_url() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let endpoints = EndpointConfig::at(url.as_str());
        let error = Remote::new("gone", &TargetConfig::embedded(), &endpoints, true).await.err().unwrap();
        assert!(error.to_string().starts_with(&format!("nothing answers at `{url}`: ")), "{error}");
    }
}
