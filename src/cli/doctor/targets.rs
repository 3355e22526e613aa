//! What the targets need.

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use miette::Diagnostic;

use super::Finding;
use crate::config::{EndpointConfig, LocalStackConfig, TargetConfig, TargetKind};
use crate::target::localstack::{ContainerError, Engine, Image, TOKEN, apart, token};

/// How long an endpoint may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// What is here of what the chosen target needs, and, as something that one can do without, of what the others do.
pub(super) fn findings(
    name: &str,
    chosen: &TargetConfig,
    targets: &BTreeMap<String, TargetConfig>,
) -> Vec<Finding> {
    let others = targets.iter().filter(|(other, _)| *other != name);
    let all: Vec<_> = std::iter::once((name, chosen, false))
        .chain(others.map(|(name, config)| (name.as_str(), config, true)))
        .collect();
    let mut findings = vec![Finding {
        subject: format!("target {name}"),
        state: Ok(what(chosen).to_owned()),
        optional: false,
    }];
    let containers: Vec<_> = all
        .iter()
        .filter_map(|(name, config, optional)| match &config.kind {
            TargetKind::LocalStack(config) => Some((*name, config, *optional)),
            TargetKind::Embedded | TargetKind::Endpoint(_) => None,
        })
        .collect();
    findings.extend(docker(&containers));
    for (name, config, optional) in all {
        if let TargetKind::Endpoint(config) = &config.kind {
            findings.extend(endpoints(name, config, optional));
        }
    }
    findings
}

fn what(target: &TargetConfig) -> &'static str {
    match &target.kind {
        TargetKind::Embedded => "runs in this process",
        TargetKind::LocalStack(_) => "runs in a container",
        TargetKind::Endpoint(_) => "is there already",
    }
}

/// The engine, and of each of these targets its image and its token.
fn docker(containers: &[(&str, &LocalStackConfig, bool)]) -> Vec<Finding> {
    let images: Vec<Image> = containers.iter().map(|(_, config, _)| Image::new(&config.image)).collect();
    let asked = images.clone();
    let seen = apart(move || async move {
        let engine = Engine::connect().await?;
        let mut ids = Vec::new();
        for image in &asked {
            ids.push(engine.image(image).await);
        }
        Ok((engine.version().to_owned(), ids))
    });
    let (engine, ids) = match seen.flatten() {
        Ok((version, ids)) => (Ok(format!("answers, version {version}")), ids),
        Err(error) if containers.is_empty() => {
            (Err(format!("{error}; only needed for targets in containers")), vec![])
        }
        Err(error) => (Err(remedy(&error)), vec![]),
    };
    let optional = containers.iter().all(|(.., optional)| *optional);
    let mut findings = vec![Finding { subject: "docker".to_owned(), state: engine, optional }];
    let mut ids = ids.into_iter();
    for ((name, config, optional), image) in containers.iter().zip(&images) {
        let found = ids.next();
        let state = match (image.check(config.enforcement, token().is_some()), found) {
            (Err(error), _) | (Ok(()), Some(Err(error))) => Err(remedy(&error)),
            (Ok(()), Some(Ok(Some(_)))) => Ok(format!("{image} is here")),
            (Ok(()), Some(Ok(None))) => Err(format!("{image} is not here; {}", image.advice())),
            // Where the engine does not answer, nothing can be said of an image.
            (Ok(()), None) => continue,
        };
        findings.push(Finding { subject: format!("image of {name}"), state, optional: *optional });
        if image.needs_token() && token().is_some() {
            let (subject, state) = (format!("{TOKEN} of {name}"), Ok("is set".to_owned()));
            findings.push(Finding { subject, state, optional: *optional });
        }
    }
    findings
}

/// What is wrong and what to do, in one line.
fn remedy(error: &ContainerError) -> String {
    error.help().map_or_else(|| error.to_string(), |help| format!("{error}; {help}"))
}

fn endpoints(name: &str, config: &EndpointConfig, optional: bool) -> Vec<Finding> {
    let of = |(service, url): (&String, &String)| Finding {
        subject: format!("endpoint {service} of {name}"),
        state: match answers(url) {
            Ok(()) => Ok(format!("{url} accepts connections")),
            Err(reason) => Err(format!(
                "{url}: {reason}; start what listens there, or correct the URL in stackproof.toml"
            )),
        },
        optional,
    };
    config.endpoints.iter().map(of).collect()
}

/// Whether something listens there.
fn answers(url: &str) -> Result<(), String> {
    let uri: http::Uri = url.parse().map_err(|error| format!("it is no URL: {error}"))?;
    let host = uri.host().ok_or("it names no host")?;
    let port = match (uri.port_u16(), uri.scheme_str()) {
        (Some(port), _) => port,
        (None, Some("https")) => 443,
        (None, _) => 80,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut last = "the name leads nowhere".to_owned();
    for address in (host, port).to_socket_addrs().map_err(|error| error.to_string())? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(_) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}
