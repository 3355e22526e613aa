//! Ctrl-C and SIGTERM.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from when it is made, so that no signal is lost between two waits.
pub struct Interrupt {
    #[cfg(unix)]
    signals: Option<(Signal, Signal)>,
}

impl Interrupt {
    /// Begins to listen, in place of the system's own way to end the process. Within a tokio runtime.
    pub fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signals: signal(SignalKind::interrupt()).ok().zip(signal(SignalKind::terminate()).ok()),
        }
    }

    /// Waits until the process is asked to stop. Where the system cannot tell, it waits for ever.
    pub async fn requested(&mut self) {
        #[cfg(unix)]
        if let Some((interrupt, terminate)) = &mut self.signals {
            tokio::select! {
                Some(()) = interrupt.recv() => return,
                Some(()) = terminate.recv() => return,
                else => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_ok() {
            return;
        }
        std::future::pending().await
    }
}
