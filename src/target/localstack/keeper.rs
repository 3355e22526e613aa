//! The thread that keeps a container: it makes it, waits, and ends it.
//!
//! The thread has a runtime of its own, so that a container ends wherever it is dropped: in a runtime of either kind or in
//! none, in a panic, and while it is about to start. What is begun with the engine is never left in the middle.

use std::fs::File;
use std::io::{self, Write};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::engine::{Condition, Engine};
use super::launch::{Launch, Ready};
use super::page::Pages;
use super::warm::{Lease, Named};
use super::{ContainerError, logs, reset};
use crate::ledger::Written;

/// How long the last of the log may take when the container is gone.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How a container ends with its run.
pub(super) enum End {
    /// It goes; a warm one stays as it is for the next run.
    Orderly,
    /// It stays for the user.
    Kept,
}

/// By what a container is found that nobody could end.
pub(super) enum Claim {
    /// A line in the run's ledger, as long as nothing else is known.
    Run(Option<Written>),
    /// The file of a warm one.
    Warm(Lease),
}

impl Claim {
    fn is_warm(&self) -> bool {
        matches!(self, Self::Warm(_))
    }

    /// There is nothing to find any more of the container of that name. A warm file may name another, which is there.
    fn settle(&mut self, name: &str) -> io::Result<()> {
        match self {
            Self::Run(written) => drop(written.take()),
            Self::Warm(lease) if lease.named()?.is_some_and(|named| named.container == name) => {
                lease.name(None)?;
            }
            Self::Warm(_) => {}
        }
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Self::Run(written) = self
            && let Some(written) = written.take()
        {
            written.leave();
        }
    }
}

/// What the thread works on.
pub(super) struct Work {
    pub(super) launch: Launch,
    pub(super) claim: Claim,
    /// Where what the container says is written.
    pub(super) log: Option<File>,
    /// How long LocalStack may take for an answer.
    pub(super) patience: Duration,
}

/// A thread that keeps a container. Dropped, it ends the container, and is waited for.
pub(super) struct Keeper {
    end: Option<oneshot::Sender<End>>,
    thread: Option<JoinHandle<Result<(), ContainerError>>>,
}

impl Keeper {
    /// Begins; the receiver tells when the container is ready, or why it never will be: then nothing of it is left.
    pub(super) fn begin(
        work: Work,
    ) -> Result<(Self, oneshot::Receiver<Result<Ready, ContainerError>>), ContainerError> {
        let (end, ended) = oneshot::channel();
        let (started, ready) = oneshot::channel();
        let failed = |e: io::Error| ContainerError::failed("the container cannot be looked after", e);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let thread = std::thread::Builder::new().name("container".to_owned());
        let thread = thread.spawn(move || runtime.block_on(work.keep(started, ended))).map_err(failed)?;
        Ok((Self { end: Some(end), thread: Some(thread) }, ready))
    }

    /// Ends the container so, and waits.
    pub(super) fn end(mut self, how: End) -> Result<(), ContainerError> {
        self.finish(how)
    }

    fn finish(&mut self, how: End) -> Result<(), ContainerError> {
        if let Some(end) = self.end.take() {
            // A thread that does not listen has ended by itself.
            drop(end.send(how));
        }
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let panicked = |_| ContainerError::failed("the container cannot be ended", "its thread panicked");
        thread.join().map_err(panicked)?
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Err(error) = self.finish(End::Orderly) {
            let hint = miette::Diagnostic::help(&error).map(|help| format!("; {help}")).unwrap_or_default();
            drop(writeln!(io::stderr(), "note: {error}{hint}"));
        }
    }
}

impl Work {
    async fn keep(
        mut self,
        started: oneshot::Sender<Result<Ready, ContainerError>>,
        mut end: oneshot::Receiver<End>,
    ) -> Result<(), ContainerError> {
        let engine = match Engine::connect().await {
            Ok(engine) => engine,
            Err(error) => {
                // Nothing was made.
                let settled = self.settle();
                drop(started.send(Err(error)));
                return settled;
            }
        };
        let since = jiff::Timestamp::now().as_second();
        let ready = match self.rise(&engine, &mut end).await {
            Some(Ok(ready)) => ready,
            Some(Err(error)) => {
                // Its last words come before it goes.
                let captured =
                    self.log.take().map(|log| logs::capture(&engine, &self.launch.name, since, log));
                let removed = self.remove(&engine).await;
                finish_log(captured).await;
                drop(started.send(Err(error)));
                return removed;
            }
            None => return self.remove(&engine).await,
        };
        let captured = self.log.take().map(|log| logs::capture(&engine, &self.launch.name, since, log));
        drop(started.send(Ok(ready)));
        let how = end.await.unwrap_or(End::Orderly);
        match how {
            End::Kept => self.settle(),
            End::Orderly if self.claim.is_warm() => Ok(()),
            End::Orderly => {
                let removed = self.remove(&engine).await;
                finish_log(captured).await;
                removed
            }
        }
    }

    /// A container that is ready, or none where its end came before.
    async fn rise(
        &mut self,
        engine: &Engine,
        end: &mut oneshot::Receiver<End>,
    ) -> Option<Result<Ready, ContainerError>> {
        tokio::select! {
            _ = &mut *end => return None,
            adopted = self.adopt(engine) => match adopted {
                Ok(Some(ready)) => return Some(Ok(ready)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            },
        }
        tokio::select! {
            _ = &mut *end => return None,
            fetched = self.launch.fetch(engine) => if let Err(error) = fetched {
                return Some(Err(error));
            },
        }
        if let Err(error) = self.launch.create(engine).await {
            return Some(Err(error));
        }
        tokio::select! {
            _ = end => None,
            ready = self.launch.ready(engine) => Some(ready),
        }
    }

    /// The warm container of an earlier run with its state reset, where there is one of this image; what stands in its
    /// place is removed. The one to be made is named then.
    async fn adopt(&mut self, engine: &Engine) -> Result<Option<Ready>, ContainerError> {
        let Claim::Warm(lease) = &mut self.claim else { return Ok(None) };
        let failed = |e: io::Error| ContainerError::failed("the warm container cannot be named", e);
        if let Some(Named { container, run }) = lease.named().map_err(failed)? {
            let old = Launch {
                image: self.launch.image.clone(),
                enforcement: self.launch.enforcement,
                name: container,
                run,
                limit: self.patience,
            };
            if let Some(ready) = still_warm(engine, &old, self.patience).await? {
                self.launch = old;
                return Ok(Some(ready));
            }
            engine.remove(&old.name, &old.run).await?;
        }
        let named = Named { container: self.launch.name.clone(), run: self.launch.run.clone() };
        lease.name(Some(&named)).map_err(failed)?;
        Ok(None)
    }

    async fn remove(&mut self, engine: &Engine) -> Result<(), ContainerError> {
        engine.remove(&self.launch.name, &self.launch.run).await?;
        self.settle()
    }

    fn settle(&mut self) -> Result<(), ContainerError> {
        let settled = self.claim.settle(&self.launch.name);
        settled.map_err(|e| ContainerError::failed("what is known of the container cannot be written", e))
    }
}

/// A warm container as a run wants it: running, made of the image that now has the name, and empty.
async fn still_warm(
    engine: &Engine,
    old: &Launch,
    patience: Duration,
) -> Result<Option<Ready>, ContainerError> {
    let Some(found) = engine.find(&old.name).await? else { return Ok(None) };
    let is_ours = found.run.as_deref() == Some(&old.run) && found.condition == Condition::Running;
    if !is_ours || found.image != engine.image(&old.image).await? {
        return Ok(None);
    }
    // One that is ill is replaced: why it is does not matter any more.
    let Ok(ready) = old.ready(engine).await else { return Ok(None) };
    let emptied = reset::reset(&Pages::of(&ready.endpoint, patience)).await;
    Ok(emptied.is_ok().then_some(ready))
}

async fn finish_log(captured: Option<tokio::task::JoinHandle<()>>) {
    if let Some(captured) = captured {
        drop(tokio::time::timeout(LAST_WORDS, captured).await);
    }
}
