//! The nodes of a cluster and whether they may be asked: in turn, and not one that just failed again and again.
//!
//! A circuit breaker for each node. It opens after some failures in a row, lets one request try the node after a pause (one that
//! nobody waits for, while other nodes answer), and closes at the first success. Knows no network; whoever asks says how it went.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row after which a node is left alone.
const FAILURES_MAX: u32 = 3;
/// How long a node is left alone before one request tries it again.
const PAUSE: Duration = Duration::from_secs(2);
/// A node that answered so lately is taken to be there: nobody knocks before asking it.
const KNOWN_FOR: Duration = Duration::from_secs(5);

/// What is known of one node.
#[derive(Debug, Default, Clone, Copy)]
struct Known {
    /// Failures in a row.
    failures: u32,
    /// Until when nobody asks it; somebody may once this has passed.
    closed_until: Option<Instant>,
    /// When it answered last.
    answered: Option<Instant>,
}

/// Which nodes may be asked.
#[derive(Debug)]
pub(super) struct Nodes {
    known: Vec<Mutex<Known>>,
    turn: AtomicUsize,
}

/// A node that may be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted {
    /// Its place in the address.
    pub(super) node: usize,
    /// Whether it answered so lately that it need not be knocked at.
    pub(super) known: bool,
}

impl Nodes {
    /// So many nodes of which nothing is known.
    pub(super) fn new(count: usize) -> Self {
        Self { known: (0..count).map(|_| Mutex::default()).collect(), turn: AtomicUsize::new(0) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    fn with<T>(&self, node: usize, change: impl FnOnce(&mut Known) -> T) -> T {
        // Whole at every moment: what a panicking thread left is as good as what it found.
        change(&mut self.known[node].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The node whose turn it is, one that is not in `tried` if there is such; else how long to wait until one may be asked.
    pub(super) fn admit(&self, tried: &[usize], now: Instant) -> Result<Admitted, Duration> {
        let start = self.turn.fetch_add(1, Ordering::Relaxed);
        let order = || (0..self.len()).map(|step| (start + step) % self.len());
        let sound = |node: &usize| self.with(*node, |known| known.closed_until.is_none());
        let fresh = order().filter(|node| !tried.contains(node));
        // First who is sound and was not asked for this; then who may be tried again; then who was asked for this already.
        let chosen = fresh.clone().find(&sound).or_else(|| fresh.clone().find(|node| self.try_again(*node, now)));
        let chosen =
            chosen.or_else(|| order().find(&sound)).or_else(|| order().find(|node| self.try_again(*node, now)));
        if let Some(node) = chosen {
            let known = self.with(node, |known| known.answered.is_some_and(|at| now.duration_since(at) < KNOWN_FOR));
            return Ok(Admitted { node, known });
        }
        let waits = order().filter_map(|node| self.with(node, |known| known.closed_until));
        Err(waits.min().map_or(PAUSE, |until| until.saturating_duration_since(now)))
    }

    /// A node that was left alone long enough to be tried again while nobody waits for it. None where no node is sound: there a
    /// request that has no other choice tries it.
    pub(super) fn due(&self, now: Instant) -> Option<usize> {
        self.has_other(&[]).then(|| (0..self.len()).find(|node| self.try_again(*node, now)))?
    }

    /// Whether a node that is left alone may be tried by one request: by this one, then, and by no other for a while.
    fn try_again(&self, node: usize, now: Instant) -> bool {
        self.with(node, |known| {
            let due = known.closed_until.is_some_and(|until| until <= now);
            if due {
                known.closed_until = Some(now + PAUSE);
            }
            due
        })
    }

    /// Whether there is a sound node that is not in `tried`.
    pub(super) fn has_other(&self, tried: &[usize]) -> bool {
        (0..self.len()).any(|node| !tried.contains(&node) && self.with(node, |known| known.closed_until.is_none()))
    }

    /// A node answered, whatever it said.
    pub(super) fn answered(&self, node: usize, now: Instant) {
        self.with(node, |known| *known = Known { failures: 0, closed_until: None, answered: Some(now) });
    }

    /// A node could not be reached, or broke off, or took too long.
    pub(super) fn failed(&self, node: usize, now: Instant) {
        self.with(node, |known| {
            known.failures = known.failures.saturating_add(1);
            known.answered = None;
            if known.failures >= FAILURES_MAX {
                known.closed_until = Some(now + PAUSE);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(nodes: &Nodes, tried: &[usize], now: Instant) -> Option<usize> {
        nodes.admit(tried, now).ok().map(|admitted| admitted.node)
    }

    #[test]
    fn nodes_are_asked_in_turn_and_another_one_after_a_failure() {
        let (nodes, now) = (Nodes::new(3), Instant::now());
        let turns: Vec<_> = (0..4).map(|_| node(&nodes, &[], now)).collect();
        assert_eq!(turns, [Some(0), Some(1), Some(2), Some(0)]);
        assert_eq!(node(&nodes, &[1], now), Some(2));
        assert_eq!(node(&nodes, &[2, 0], now), Some(1));
        assert!(nodes.has_other(&[0, 1]) && !nodes.has_other(&[0, 1, 2]));
    }

    #[test]
    fn a_node_that_fails_again_and_again_is_left_alone_and_tried_once_after_a_pause() {
        let (nodes, now) = (Nodes::new(1), Instant::now());
        for _ in 0..FAILURES_MAX {
            assert_eq!(node(&nodes, &[0], now), Some(0));
            nodes.failed(0, now);
        }
        assert_eq!(nodes.admit(&[], now), Err(PAUSE));
        let later = now + PAUSE;
        assert_eq!(node(&nodes, &[], later), Some(0));
        assert_eq!(node(&nodes, &[], later), None, "one request tries it and no other");
        nodes.failed(0, later);
        assert_eq!(nodes.admit(&[], later), Err(PAUSE));
        let much_later = later + PAUSE;
        assert_eq!(node(&nodes, &[], much_later), Some(0));
        nodes.answered(0, much_later);
        assert_eq!(nodes.admit(&[], much_later), Ok(Admitted { node: 0, known: true }));
    }

    #[test]
    fn a_sound_node_is_asked_before_one_that_is_due_to_be_tried() {
        let (nodes, now) = (Nodes::new(2), Instant::now());
        for _ in 0..FAILURES_MAX {
            nodes.failed(0, now);
        }
        for _ in 0..3 {
            assert_eq!(node(&nodes, &[], now + PAUSE), Some(1));
        }
        assert_eq!(nodes.due(now), None);
        assert_eq!(nodes.due(now + PAUSE), Some(0));
        assert_eq!(nodes.due(now + PAUSE), None, "one tries it and no other");
        // It failed for this request, so the other one is worth a try.
        assert_eq!(node(&nodes, &[1], now + PAUSE * 2), Some(0));
    }

    #[test]
    fn who_answered_long_ago_is_knocked_at() {
        let (nodes, now) = (Nodes::new(1), Instant::now());
        assert!(!nodes.admit(&[], now).unwrap().known);
        nodes.answered(0, now);
        assert!(nodes.admit(&[], now).unwrap().known);
        assert!(!nodes.admit(&[], now + KNOWN_FOR).unwrap().known);
    }
}
