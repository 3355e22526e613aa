//! What programs applied, until they destroy it.

use std::sync::{Arc, Mutex, PoisonError};

use stackproof_terraform::Diagnostics;

use super::Workdir;

/// Folders in which a program applied something. Clones share them.
#[derive(Clone, Default)]
pub struct Standing(Arc<Mutex<Vec<Arc<Workdir>>>>);

/// What a program could not destroy.
pub struct Undestroyed {
    /// The stack's name.
    pub stack: String,
    /// What the program said.
    pub wrong: Diagnostics,
    /// The command that goes on with it, in the folder that was left for it.
    pub command: String,
}

impl Standing {
    /// One more, before anything is applied in it, so that what an interrupted apply made is destroyed too.
    pub(super) fn add(&self, workdir: Arc<Workdir>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(workdir);
    }

    /// Destroys what was applied in that one.
    pub(super) async fn destroy(&self, workdir: &Arc<Workdir>) -> Result<(), Diagnostics> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|it| !Arc::ptr_eq(it, workdir));
        workdir.destroy().await
    }

    /// Destroys everything, the last first; gives what could not be.
    pub async fn destroy_all(&self) -> Vec<Undestroyed> {
        let mut left = Vec::new();
        loop {
            let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(workdir) = next else { return left };
            if let Err(wrong) = workdir.destroy().await {
                let stack = workdir.stack.clone();
                let command = Arc::into_inner(workdir).map(Workdir::left).unwrap_or_default();
                left.push(Undestroyed { stack, wrong, command });
            }
        }
    }
}
