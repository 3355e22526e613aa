//! The file that large bodies lie in: one for all of them, so that any number of objects takes one descriptor.
//!
//! It has no name, is cut into blocks that are used again, and is given back to the system when none of it is in use.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use stackproof_aws::ApiError;
use tokio::runtime::Handle;

/// The size of a block, which is what is written and read at once.
pub(super) const BLOCK: usize = 256 << 10;

/// The blocks of one file.
pub(crate) struct Spool {
    folder: PathBuf,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// There is none before the first body is spilled.
    file: Option<Arc<File>>,
    /// The first block that was never used.
    next: u64,
    free: Vec<u64>,
    used: usize,
}

/// One block in use; dropping it frees it.
pub(super) struct Block {
    spool: Arc<Spool>,
    index: u64,
}

/// A body in blocks, all of them full but the last.
pub(super) struct Spilled {
    spool: Arc<Spool>,
    blocks: Vec<Block>,
}

impl Spool {
    /// A spool whose file is made in that folder when it is first needed.
    pub fn new(folder: PathBuf) -> Arc<Self> {
        Arc::new(Self { folder, held: Mutex::default() })
    }

    /// Writes a block, or the last of a body, which may be shorter.
    ///
    /// # Errors
    /// `InternalError` where the file could not be made or written.
    pub(super) async fn store(self: &Arc<Self>, bytes: Bytes) -> Result<Block, ApiError> {
        let spool = Arc::clone(self);
        // The block belongs to the thread that writes it: a call that ends meanwhile must not free it.
        let stored = unblocked(move || {
            let (block, file) = spool.take()?;
            write_at(&file, &bytes, block.offset())?;
            Ok(block)
        });
        stored.await.map_err(|error| self.failed("written to", &error))
    }

    fn take(self: &Arc<Self>) -> io::Result<(Block, Arc<File>)> {
        let mut held = self.held();
        let file = match &held.file {
            Some(file) => Arc::clone(file),
            None => {
                let file = Arc::new(tempfile::tempfile_in(&self.folder)?);
                held.file = Some(Arc::clone(&file));
                file
            }
        };
        let index = held.free.pop().unwrap_or(held.next);
        held.next = held.next.max(index + 1);
        held.used += 1;
        Ok((Block { spool: Arc::clone(self), index }, file))
    }

    fn file(&self) -> io::Result<Arc<File>> {
        self.held().file.clone().ok_or_else(|| io::Error::other("its file is gone"))
    }

    /// Nothing panics while it is locked.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, what: &str, error: &io::Error) -> ApiError {
        let folder = self.folder.display();
        ApiError::internal(format!("the body could not be {what} a temporary file in `{folder}`: {error}"))
    }
}

impl Block {
    fn offset(&self) -> u64 {
        self.index * BLOCK as u64
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let mut held = self.spool.held();
        held.free.push(self.index);
        held.used -= 1;
        if held.used > 0 {
            return;
        }
        let file = std::mem::take(&mut *held).file;
        drop(held);
        // Closing it frees what it took on disk, which takes a while.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn_blocking(move || drop(file));
        }
    }
}

impl Spilled {
    /// The body that these blocks make up.
    pub fn new(spool: Arc<Spool>, blocks: Vec<Block>) -> Self {
        Self { spool, blocks }
    }

    /// The first bytes from an offset on, up to `most` and the block's end.
    ///
    /// # Errors
    /// `InternalError` where they could not be read.
    pub async fn read(self: &Arc<Self>, offset: u64, most: u64) -> Result<Bytes, ApiError> {
        let this = Arc::clone(self);
        let read = unblocked(move || {
            let within = offset % BLOCK as u64;
            let count = most.min(BLOCK as u64 - within);
            let block = usize::try_from(offset / BLOCK as u64).ok().and_then(|index| this.blocks.get(index));
            let block = block.ok_or(io::ErrorKind::UnexpectedEof)?;
            let mut bytes = vec![0; usize::try_from(count).unwrap_or(BLOCK)];
            read_at(&*this.spool.file()?, &mut bytes, block.offset() + within)?;
            Ok(Bytes::from(bytes))
        });
        read.await.map_err(|error| self.spool.failed("read from", &error))
    }
}

/// Runs what blocks on a thread that may; where there is no runtime, nobody else waits.
async fn unblocked<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(work).await.map_err(io::Error::other)?,
        Err(_) => work(),
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        bytes = bytes.get(count..).filter(|_| count > 0).ok_or(io::ErrorKind::WriteZero)?;
        offset += count as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        bytes = bytes.get_mut(count..).filter(|_| count > 0).ok_or(io::ErrorKind::UnexpectedEof)?;
        offset += count as u64;
    }
    Ok(())
}

#[cfg(test)]
impl Spool {
    pub(super) fn used(&self) -> usize {
        self.held().used
    }

    pub(super) fn blocks(&self) -> u64 {
        self.held().next
    }

    pub(super) fn has_file(&self) -> bool {
        self.held().file.is_some()
    }

    pub(super) fn lies_in(&self, file: File) {
        self.held().file = Some(Arc::new(file));
    }
}
