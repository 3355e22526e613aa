//! The target under load, in a process of its own with a temporary folder of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::client::{Call, Client, Endpoint, Reply, Signing, Transport};
use stackproof_aws::{Credentials, Members, Operation, Secret};

use crate::Failure;

/// The largest body, 8 MiB.
pub const LARGEST: usize = 8 << 20;

/// `stackproof up` with the stack `call-centre-data`.
pub struct Target {
    process: Mutex<Child>,
    id: u32,
    folder: tempfile::TempDir,
    client: Client,
    region: String,
    /// The bucket of the stack.
    pub bucket: String,
    accessor: Credentials,
    operator: Credentials,
}

/// Who calls.
#[derive(Clone, Copy)]
pub enum Who {
    /// The stack's accessor.
    Accessor,
    /// The account's operator.
    Operator,
}

impl Target {
    /// Starts it and waits for its coordinates.
    pub fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let mut process = command(folder.path())
            .args(["up", "--json", "--listen", "127.0.0.1:0", "--stack", "call-centre-data"])
            .args(crate::target().iter().flat_map(|name| ["--target", name]))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let up: Value = serde_json::from_str(&line)?;
        let text = |pointer: &str| {
            let found = up.pointer(pointer).and_then(Value::as_str);
            found.map(str::to_owned).ok_or_else(|| format!("no `{pointer}` among the coordinates"))
        };
        let output = |name: &str| text(&format!("/stacks/call-centre-data/{name}/value"));
        let credentials = |id: String, secret: String| Credentials {
            access_key_id: id,
            secret_access_key: Secret::new(secret),
            session_token: None,
        };
        let endpoint = Endpoint {
            http: text("/endpoint")?,
            https: text("/https_endpoint")?,
            ca_pem: std::fs::read_to_string(text("/ca_file")?)?,
        };
        Ok(Self {
            id: process.id(),
            process: Mutex::new(process),
            client: Client::new(endpoint)?,
            region: text("/region")?,
            bucket: output("bucket_name")?,
            accessor: credentials(output("accessor_access_key_id")?, output("accessor_secret_access_key")?),
            operator: credentials(text("/access_key_id")?, text("/secret_access_key")?),
            folder,
        })
    }

    /// Calls an operation of S3 on the stack's bucket over HTTPS.
    pub async fn call(
        &self,
        who: Who,
        operation: &str,
        members: Value,
        body: Bytes,
        headers: &[(&str, &str)],
    ) -> Result<Reply, Failure> {
        let mut members: Members = members.as_object().cloned().unwrap_or_default();
        members.insert("Bucket".to_owned(), json!(self.bucket));
        let credentials = match who {
            Who::Accessor => &self.accessor,
            Who::Operator => &self.operator,
        };
        let call = Call {
            operation: Operation::named("s3", operation).ok_or("no such operation")?,
            members,
            body,
            signing: Signing::Header(credentials.clone()),
            transport: Transport::Https,
            region: self.region.clone(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        };
        Ok(self.client.send(call).await?)
    }

    /// Resident memory now, in MiB.
    pub fn mebibytes(&self) -> Result<u64, Failure> {
        self.status("VmRSS:")
    }

    /// The most resident memory so far, in MiB.
    pub fn peak_mebibytes(&self) -> Result<u64, Failure> {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes / 1024)
    }

    /// Ends it without a word.
    pub fn kill(&self) -> Result<(), Failure> {
        let mut process = self.process.lock().map_err(|_| "the process is not to be had")?;
        process.kill()?;
        process.wait()?;
        Ok(())
    }

    /// Runs `stackproof clean`, and gives the files that are left of it.
    pub fn cleaned(&self) -> Result<Vec<String>, Failure> {
        let output = command(self.folder.path()).arg("clean").output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let left = std::fs::read_dir(self.folder.path())?;
        left.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn command(temporary: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("TMPDIR", temporary).stdin(Stdio::null());
    command
}

/// Bytes that bodies are cut of: a body is told by where it begins, so that nothing need be kept to compare with.
pub struct Work {
    noise: Bytes,
}

impl Work {
    /// Noise of twice the largest body.
    pub fn new() -> Result<Self, Failure> {
        let mut noise = vec![0; 2 * LARGEST];
        getrandom::fill(&mut noise).map_err(|e| e.to_string())?;
        Ok(Self { noise: noise.into() })
    }

    /// The body that begins there.
    pub fn body(&self, start: usize, size: usize) -> Bytes {
        self.noise.slice(start..start + size)
    }
}
