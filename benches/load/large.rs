//! One large object: put in one piece and in parts, copied, read whole and in part, while memory stays what it was.

use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::client::Reply;

use crate::Failure;
use crate::target::{Target, Who};

/// The most memory that the target may ever take, in MiB, and a gateway before an upstream that holds the objects.
const MOST: (u64, u64) = (128, 64);
const PART: usize = 64 << 20;

/// Plays it with an object of that many MiB.
pub async fn run(mebibytes: usize) -> Result<(), Failure> {
    let target = Target::start()?;
    println!("{mebibytes} MiB; {} MiB of memory before the first call", target.mebibytes()?);
    let mut body = vec![0; mebibytes << 20];
    getrandom::fill(&mut body).map_err(|e| e.to_string())?;
    let large = Large { target, body: body.into() };

    large.call("put", "PutObject", json!({ "Key": "whole" }), large.body.clone()).await?;
    large.parts().await?;
    for key in ["whole", "parts"] {
        large.read(key, 0..large.body.len()).await?;
    }
    let source = format!("{}/parts", large.target.bucket);
    large.call("copy", "CopyObject", json!({ "Key": "copy", "CopySource": source }), Bytes::new()).await?;
    large.read("copy", large.body.len() / 3..large.body.len() / 3 + PART / 2).await?;
    for key in ["whole", "parts", "copy"] {
        large.call("delete", "DeleteObject", json!({ "Key": key }), Bytes::new()).await?;
    }

    let (peak, end) = (large.target.peak_mebibytes()?, large.target.mebibytes()?);
    // A container of its own outlives a target that is killed.
    large.target.kill()?;
    large.target.cleaned()?;
    let most = if crate::target().is_some() { MOST.1 } else { MOST.0 };
    println!("{end} MiB of memory at the end, {peak} MiB at the peak");
    if peak > most { Err(format!("memory rose to {peak} MiB, above {most} MiB").into()) } else { Ok(()) }
}

struct Large {
    target: Target,
    body: Bytes,
}

impl Large {
    async fn call(&self, what: &str, operation: &str, members: Value, body: Bytes) -> Result<Reply, Failure> {
        let began = Instant::now();
        let reply = self.target.call(Who::Operator, operation, members, body, &[]).await?;
        if let Err(error) = &reply.result {
            return Err(format!("{operation}: {error}").into());
        }
        println!("{what}: {:.2} s", began.elapsed().as_secs_f64());
        Ok(reply)
    }

    async fn parts(&self) -> Result<(), Failure> {
        let key = json!({ "Key": "parts" });
        let created = self.call("create", "CreateMultipartUpload", key, Bytes::new()).await?.result?;
        let upload = created.get("UploadId").cloned().unwrap_or_default();
        let mut parts = Vec::new();
        for (at, start) in (0..self.body.len()).step_by(PART).enumerate() {
            let number = at + 1;
            let members = json!({ "Key": "parts", "UploadId": upload, "PartNumber": number });
            let part = self.body.slice(start..(start + PART).min(self.body.len()));
            let stored = self.call("part", "UploadPart", members, part).await?.result?;
            parts.push(json!({ "PartNumber": number, "ETag": stored.get("ETag") }));
        }
        let members = json!({ "Key": "parts", "UploadId": upload, "MultipartUpload": { "Parts": parts } });
        self.call("complete", "CompleteMultipartUpload", members, Bytes::new()).await?;
        Ok(())
    }

    async fn read(&self, key: &str, range: std::ops::Range<usize>) -> Result<(), Failure> {
        let header = format!("bytes={}-{}", range.start, range.end - 1);
        let members = json!({ "Key": key, "Range": header });
        let reply = self.call("get", "GetObject", members, Bytes::new()).await?;
        if reply.body == self.body.slice(range) {
            return Ok(());
        }
        Err(format!("`{key}` came back as something else").into())
    }
}
