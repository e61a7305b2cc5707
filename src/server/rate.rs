//! How often one address may ask: a bucket for each, in a table of bounded size.
//!
//! May not know what is asked, nor who stands behind a proxy: it is told the address.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

/// Most addresses that are counted one by one. While more ask at once, all share one bucket.
const ADDRESSES_MAX: usize = 65_536;
/// How often addresses go from the table that have not asked for so long that their bucket is full again.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// The same while the table is full.
const SWEEP_FULL_EVERY: Duration = Duration::from_secs(1);

/// How often one address may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: NonZeroU32,
    /// Requests that may come at once after a pause.
    pub burst: NonZeroU32,
    /// Whether this machine itself may ask as often as it likes.
    pub spares_loopback: bool,
}

/// Whose requests share a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Client {
    One(IpAddr),
    All,
}

/// The buckets of all addresses.
#[derive(Debug)]
pub(super) struct Rates {
    rate: Rate,
    buckets: DefaultKeyedRateLimiter<Client>,
    clock: DefaultClock,
    swept: Mutex<Instant>,
    addresses_max: usize,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        Self::of_size(rate, ADDRESSES_MAX)
    }

    fn of_size(rate: Rate, addresses_max: usize) -> Self {
        let buckets = DefaultKeyedRateLimiter::keyed(Quota::per_second(rate.per_second).allow_burst(rate.burst));
        Self { rate, buckets, clock: DefaultClock::default(), swept: Mutex::new(Instant::now()), addresses_max }
    }

    /// Counts a request; the error is the time after which the next one is taken, in whole seconds.
    pub(super) fn count(&self, address: IpAddr) -> Result<(), u32> {
        let address = address.to_canonical();
        if self.rate.spares_loopback && address.is_loopback() {
            return Ok(());
        }
        let client = if self.is_full() { Client::All } else { Client::One(network(address)) };
        self.buckets.check_key(&client).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// Whether the table is full also without those who have not asked for long.
    fn is_full(&self) -> bool {
        let is_full = || self.buckets.len() >= self.addresses_max;
        let every = if is_full() { SWEEP_FULL_EVERY } else { SWEEP_EVERY };
        // One request does it; the others need not wait for that.
        if let Ok(mut swept) = self.swept.try_lock()
            && swept.elapsed() >= every
        {
            *swept = Instant::now();
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        is_full()
    }
}

/// What is one client: an address of IPv4, or the first 64 bits of one of IPv6, within which anybody takes as many as he likes.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: u32, burst: u32, spares_loopback: bool) -> Rate {
        Rate {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
            spares_loopback,
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_address_has_its_own_bucket_and_a_network_of_ipv6_has_one() {
        let rates = Rates::new(rate(1, 2, false));
        for own in ["192.0.2.1", "192.0.2.2", "2001:db8:0:1::1", "2001:db8:0:2::1", "127.0.0.1"] {
            assert_eq!((rates.count(address(own)), rates.count(address(own))), (Ok(()), Ok(())), "{own}");
        }
        for shared in ["192.0.2.1", "::ffff:192.0.2.2", "2001:db8:0:1:ffff::9", "2001:db8:0:2::1"] {
            assert!(matches!(rates.count(address(shared)), Err(1..=2)), "{shared}");
        }
    }

    #[test]
    fn this_machine_is_counted_only_if_asked_for() {
        let rates = Rates::new(rate(1, 1, true));
        for _ in 0..5 {
            assert_eq!(rates.count(address("127.0.0.9")), Ok(()));
            assert_eq!(rates.count(address("::1")), Ok(()));
        }
        assert_eq!(rates.count(address("192.0.2.1")), Ok(()));
        assert!(rates.count(address("192.0.2.1")).is_err());
    }

    #[test]
    fn the_table_does_not_grow_without_end() {
        let rates = Rates::of_size(rate(1, 3, false), 100);
        let outcomes: Vec<_> = (0..1000u32).map(|n| rates.count(IpAddr::from(n.to_be_bytes())).is_ok()).collect();
        assert!(rates.buckets.len() <= 101, "{}", rates.buckets.len());
        assert!(outcomes[..100].iter().all(|taken| *taken), "the first have buckets of their own");
        assert!(outcomes.iter().filter(|taken| !**taken).count() > 800, "the others share one");
    }
}
