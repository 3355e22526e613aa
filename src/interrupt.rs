//! Ctrl-C, SIGTERM and the end of the terminal.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from when it is made, so that no signal is lost between two waits.
pub struct Interrupt {
    #[cfg(unix)]
    signals: Option<(Signal, Signal)>,
    #[cfg(unix)]
    hangup: Option<Signal>,
}

impl Interrupt {
    /// Begins to listen, in place of the system's own way to end the process. Within a tokio runtime.
    pub fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signals: signal(SignalKind::interrupt()).ok().zip(signal(SignalKind::terminate()).ok()),
            #[cfg(unix)]
            hangup: (!hangups_are_ignored()).then(|| signal(SignalKind::hangup()).ok()).flatten(),
        }
    }

    /// Waits until the process is asked to stop. Where the system cannot tell, it waits for ever.
    pub async fn requested(&mut self) {
        #[cfg(unix)]
        if let Some((interrupt, terminate)) = &mut self.signals {
            let hangup = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(()) = interrupt.recv() => return,
                Some(()) = terminate.recv() => return,
                Some(()) = hangup => return,
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

/// Whether the process was started to outlive its terminal, as `nohup` does. To listen would undo that; so nothing is
/// listened to where it cannot be told.
#[cfg(unix)]
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let bit = u64::try_from(SignalKind::hangup().as_raw_value() - 1).unwrap_or_default();
    mask.is_none_or(|mask| mask >> bit & 1 == 1)
}
