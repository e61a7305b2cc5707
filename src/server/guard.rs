//! Where work is done, and how much of it at once: searches on threads of their own behind a bounded queue, exports in a few places,
//! and what costs nothing beside both.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::server::limits::Limits;
use crate::server::pool::{Pool, Refused};

/// Lets so many searches run at once, so many more wait, and turns the rest away.
#[derive(Debug, Clone)]
pub struct Guard {
    searches: Arc<Pool>,
    exports: Arc<Semaphore>,
    export_time: Duration,
}

impl Guard {
    /// A guard for `running` searches at once.
    pub fn new(running: usize) -> Self {
        Self::of(&Limits::default().searching(running))
    }

    /// A guard that holds these limits.
    pub fn of(limits: &Limits) -> Self {
        Self {
            searches: Arc::new(Pool::new(limits.searches, limits.waiting)),
            exports: Arc::new(Semaphore::new(limits.exports)),
            export_time: limits.export_time,
        }
    }

    /// Searches when its turn comes, unless its client went away meanwhile.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        self.searches.run(work).await
    }

    /// Does at once what costs next to nothing, however many searches wait.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refused> {
        tokio::task::spawn_blocking(work).await.map_err(|_| Refused::Failed)
    }

    /// A place for an export, if there is one. Whoever reads slowly keeps it long, so nobody waits for one.
    pub(super) fn export(&self) -> Result<Place, Refused> {
        let place = Arc::clone(&self.exports).try_acquire_owned().map_err(|_| Refused::Busy)?;
        Ok(Place { _place: place, time: self.export_time })
    }
}

/// A place for an export, given up when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _place: OwnedSemaphorePermit,
    /// For how long the export may be sent.
    pub(super) time: Duration,
}
