//! Whether an upstream still answers.

use tokio::sync::watch;

/// What is known of an upstream's health. Clones share it.
#[derive(Clone, Debug)]
pub struct Health(watch::Sender<Option<String>>);

impl Default for Health {
    fn default() -> Self {
        Self(watch::channel(None).0)
    }
}

impl Health {
    /// Notes that the upstream can no longer be had. The first reason stands: what comes after it follows from it.
    pub fn lose(&self, reason: impl Into<String>) {
        self.0.send_if_modified(|lost| {
            let first = lost.is_none();
            if first {
                *lost = Some(reason.into());
            }
            first
        });
    }

    /// Why the upstream can no longer be had, if that is so.
    pub fn lost(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    /// Waits until the upstream can no longer be had, and says why.
    pub async fn until_lost(&self) -> String {
        let mut lost = self.0.subscribe();
        // The sender lives as long as `self`.
        let lost = lost.wait_for(Option::is_some).await;
        lost.ok().and_then(|lost| lost.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_stands() {
        let health = Health::default();
        assert_eq!(health.lost(), None);
        health.clone().lose("stopped");
        health.lose("refused");
        assert_eq!(health.until_lost().await, "stopped");
    }
}
