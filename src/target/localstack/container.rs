//! A container as the rest of the program sees it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::engine::{Condition, Engine};
use super::image::token;
use super::keeper::{Claim, End, Keeper, Work};
use super::launch::{Launch, Ready};
use super::page::Pages;
use super::warm::Lease;
use super::{ContainerError, Image, logs, reset};
use crate::config::LocalStackConfig;
use crate::ledger::{Ledger, Thing};
use crate::target::TargetError;

/// How often it is looked after a container that is in use.
const LOOKS: Duration = Duration::from_secs(1);

/// The run that a container is for.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Its ledger, which tells its id; the container is written down there before it is made.
    pub ledger: &'a Ledger,
    /// Where `localstack.log` is written, all that the container says.
    pub report_dir: Option<&'a Path>,
}

/// A LocalStack container of one run. It is stopped and removed when this is dropped, in a panic, too, unless it is kept
/// or warm.
#[must_use = "the container is removed when this is dropped"]
pub struct Container {
    ready: Ready,
    image: Image,
    warm: bool,
    patience: Duration,
    keeper: Keeper,
}

impl Container {
    /// Starts it, and waits until its health page answers. Its port is one that was free, on the loopback. With
    /// `reuse` it is the warm container of this project with its state reset, unless another run is using that: then it
    /// is one of its own.
    ///
    /// Dropped before it is done, it leaves nothing behind, and so it does where it fails.
    ///
    /// # Errors
    /// A [`TargetError::Container`] that says what is missing and what to do.
    pub async fn start(config: &LocalStackConfig, run: &Run<'_>) -> Result<Self, TargetError> {
        let image = Image::new(&config.image);
        image.check(config.enforcement, token().is_some())?;
        let id = run.ledger.run();
        let number = getrandom::u32().map_err(|e| ContainerError::failed("no randomness can be had", e))?;
        let name = format!("stackproof-{id}-{number:08x}");
        let log = run.report_dir.map(log_file).transpose();
        let log = log.map_err(|e| ContainerError::failed("`localstack.log` cannot be written", e))?;
        let claim = claim(config, run, &image, &name)
            .map_err(|e| ContainerError::failed("the ledger cannot be written", e))?;
        let warm = matches!(claim, Claim::Warm(_));
        let launch = Launch {
            image: image.clone(),
            enforcement: config.enforcement,
            name,
            run: id,
            limit: config.start_timeout,
        };
        let work = Work { launch, claim, log, patience: config.timeout };
        let (keeper, ready) = Keeper::begin(work)?;
        let ended = |_| ContainerError::failed("the container cannot be started", "its thread panicked");
        let ready = ready.await.map_err(ended)??;
        Ok(Self { ready, image, warm, patience: config.timeout, keeper })
    }

    /// Where it is reached: `http://127.0.0.1:PORT`. The same port speaks HTTPS.
    pub fn endpoint(&self) -> &str {
        &self.ready.endpoint
    }

    /// The image, LocalStack's version and the container, for the report.
    pub fn describe(&self) -> String {
        let id = self.ready.id.get(..12).unwrap_or(&self.ready.id);
        let warm = if self.warm { ", warm" } else { "" };
        format!("{}, LocalStack {}, container {id}{warm}", self.image, self.ready.health.version)
    }

    /// Empties every service and proves that it did: what was put there before must be gone.
    ///
    /// # Errors
    /// It was not, or LocalStack does not answer.
    pub async fn reset(&self) -> Result<(), TargetError> {
        let reset = reset::reset(&Pages::of(self.endpoint(), self.patience)).await;
        reset.map_err(|reason| ContainerError::Reset { endpoint: self.endpoint().to_owned(), reason }.into())
    }

    /// Waits until it is lost, and tells how: it ended, was removed or paused, or answers its health page no more within
    /// the target's `timeout`.
    pub async fn lost(&self) -> TargetError {
        loop {
            if let Err(error) = self.check().await {
                return error.into();
            }
            tokio::time::sleep(LOOKS).await;
        }
    }

    async fn check(&self) -> Result<(), ContainerError> {
        let engine = Engine::connect().await?;
        let name = self.ready.name.clone();
        match engine.find(&self.ready.id).await?.map(|found| found.condition) {
            None => return Err(ContainerError::Gone { name }),
            Some(Condition::Paused) => return Err(ContainerError::Paused { name }),
            Some(Condition::Ended(code)) => {
                let words = logs::last(&engine, &self.ready.id).await;
                return Err(ContainerError::Ended { image: self.image.to_string(), code, words });
            }
            Some(Condition::Running) => {}
        }
        let answered = Pages::of(self.endpoint(), self.patience).health().await;
        let silent = |reason| ContainerError::Silent { endpoint: self.endpoint().to_owned(), reason };
        answered.map(drop).map_err(silent)
    }

    /// Leaves it where it is, also for later runs and `stackproof clean`, and says how to reach and remove it.
    ///
    /// # Errors
    /// It cannot be left out of the ledger, so that `stackproof clean` would remove it.
    pub async fn keep(self) -> Result<String, TargetError> {
        let Ready { name, endpoint, .. } = self.ready;
        settled(self.keeper, End::Kept).await?;
        Ok(format!("LocalStack stays at {endpoint}; remove it with: docker rm -f -v {name}"))
    }

    /// Ends it: it is removed, and its log is complete. A warm one stays for the next run.
    ///
    /// # Errors
    /// It could not be removed; `stackproof clean` will.
    pub async fn stop(self) -> Result<(), TargetError> {
        settled(self.keeper, End::Orderly).await
    }
}

/// Ends it without holding up the runtime.
async fn settled(keeper: Keeper, how: End) -> Result<(), TargetError> {
    let ended = tokio::task::spawn_blocking(move || keeper.end(how)).await;
    Ok(ended.map_err(|e| ContainerError::failed("the container cannot be ended", e))??)
}

fn log_file(folder: &Path) -> io::Result<File> {
    std::fs::create_dir_all(folder)?;
    File::create(folder.join(logs::FILE))
}

/// By what it will be found, written down before it is made.
fn claim(config: &LocalStackConfig, run: &Run<'_>, image: &Image, name: &str) -> io::Result<Claim> {
    if config.reuse
        && let Some(lease) = Lease::take(&run.ledger.state(), image, config.enforcement)?
    {
        return Ok(Claim::Warm(lease));
    }
    Ok(Claim::Run(Some(run.ledger.write_down(Thing::Container(name.to_owned()))?)))
}
