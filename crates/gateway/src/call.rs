//! One call under way: what of it is known besides its operation.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{REFERER, USER_AGENT};
use jiff::Timestamp;
use stackproof_aws::Service;
use stackproof_policy::Context;

use crate::authenticate::claim::{Claim, SignaturePlace};
use crate::authenticate::sigv4::ALGORITHM;
use crate::caller::Caller;

/// What the connection says of a call.
#[derive(Clone, Debug)]
pub struct ConnectionFacts {
    /// Whether it is TLS.
    pub secure: bool,
    /// `1.2`, `1.3`; absent in plain.
    pub tls_version: Option<&'static str>,
    /// The client's address.
    pub peer: IpAddr,
}

/// A call whose caller is known.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub id: &'a str,
    /// The service that is called, whose protocol errors are written in.
    pub service: Option<&'static Service>,
    pub caller: &'a Caller,
    pub connection: &'a ConnectionFacts,
    pub headers: &'a HeaderMap,
    pub claim: Option<&'a Claim>,
    /// The region that was asked for.
    pub region: &'a str,
    /// The time that resources live in.
    pub now: Timestamp,
    /// Wall time.
    pub wall: Timestamp,
}

impl Call<'_> {
    /// The condition keys that every request has (`iam-semantics`, section 1.3).
    pub fn context(&self, service: &str) -> Context {
        let mut context = Context::new();
        self.caller.describe(&mut context);
        context.insert("aws:SourceIp", self.connection.peer.to_canonical().to_string());
        context.insert("aws:SecureTransport", self.connection.secure.to_string());
        context.insert("aws:CurrentTime", self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        context.insert("aws:EpochTime", self.now.as_second().to_string());
        let region = if ["iam", "organizations"].contains(&service) { "us-east-1" } else { self.region };
        context.insert("aws:RequestedRegion", region);
        context.insert("aws:ViaAWSService", "false");
        for (header, key) in [(USER_AGENT, "aws:UserAgent"), (REFERER, "aws:Referer")] {
            if let Some(value) = self.headers.get(&header) {
                context.insert(key, String::from_utf8_lossy(value.as_bytes()));
            }
        }
        // From where a service calls is not told.
        if let Caller::Service { .. } = self.caller {
            for key in ["aws:SourceIp", "aws:UserAgent", "aws:Referer"] {
                context.insert_unknown(key);
            }
        }
        context
    }

    /// The condition keys that (almost) every request to S3 has (section 6.3).
    pub fn s3_context(&self) -> Context {
        let mut context = self.context("s3");
        if let Some(claim) = self.claim {
            context.insert("s3:signatureversion", ALGORITHM);
            let kind = match claim.place {
                SignaturePlace::Header => "REST-HEADER",
                SignaturePlace::Query(_) => "REST-QUERY-STRING",
                SignaturePlace::Form => "POST",
            };
            context.insert("s3:authType", kind);
            if claim.place == SignaturePlace::Header {
                // Documented for presigned URLs and forms; whether it is there on others is not.
                context.insert_unknown("s3:signatureAge");
            } else {
                let age = self.wall.duration_since(claim.at).as_millis();
                context.insert("s3:signatureAge", age.max(0).to_string());
            }
        }
        if let Some(value) = self.headers.get("x-amz-content-sha256") {
            context.insert("s3:x-amz-content-sha256", String::from_utf8_lossy(value.as_bytes()));
        }
        match self.connection.tls_version {
            Some(version) => context.insert("s3:TlsVersion", version),
            // Whether the key is there over plain HTTP is unconfirmed, and its value where TLS is only assumed.
            None => context.insert_unknown("s3:TlsVersion"),
        }
        context
    }
}
