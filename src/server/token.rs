//! The operator's token: read from a file at the start, held as a hash, compared in constant time, and not to be guessed.
//!
//! May not write a token down, neither the right one nor one that was tried: not in a log, not in an answer.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::server::rate;

/// Shortest token, in bytes.
const TOKEN_BYTES_MIN: usize = 16;
/// Longest token, in bytes; it has to fit into the head of a request.
const TOKEN_BYTES_MAX: usize = 1024;
/// Wrong tokens that one address may try before it has to wait.
const WRONG_MAX: u32 = 5;
/// For how long it has to wait, and within which time its tries are counted.
const WAIT: Duration = Duration::from_secs(60);
/// Addresses whose tries are counted at once; beyond that the oldest counts are given up.
const ADDRESSES_MAX: usize = 4096;

/// Why a file holds no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It cannot be read.
    #[error("cannot read the token in {path}: {source}; name a file that this user may read with --token-file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its text cannot be a token.
    #[error(
        "{0} holds no token: it must be one line of {TOKEN_BYTES_MIN} to {TOKEN_BYTES_MAX} letters, digits and signs, without \
         spaces; `openssl rand -hex 32 > FILE` makes a good one"
    )]
    Unfit(PathBuf),
}

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// No token came along, or one in a form that is none.
    Missing,
    /// Another token came along.
    Wrong,
    /// Too many wrong ones came from this address; whatever it brings is not looked at for so many seconds.
    Waiting(u32),
}

/// The token of a server, and who tried others.
pub struct Token {
    // Comparing two of these hashes takes the same time wherever they differ: blake3 documents that for `Hash`.
    hash: blake3::Hash,
    tries: Mutex<HashMap<IpAddr, Tries>>,
}

/// The wrong tokens of one address.
struct Tries {
    since: Instant,
    wrong: u32,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }
}

impl Token {
    /// Reads the token in a file; the end of its line does not belong to it.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let unreadable = |source| TokenError::Unreadable { path: path.to_owned(), source };
        let mut text = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(TOKEN_BYTES_MAX as u64 + 3).read_to_end(&mut text).map_err(unreadable)?;
        Self::new(&text).ok_or_else(|| TokenError::Unfit(path.to_owned()))
    }

    /// The token in a text, without the end of its line; `None` when it cannot be one.
    fn new(text: &[u8]) -> Option<Self> {
        let line = text.strip_suffix(b"\n").unwrap_or(text);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let fits = (TOKEN_BYTES_MIN..=TOKEN_BYTES_MAX).contains(&line.len()) && line.iter().all(u8::is_ascii_graphic);
        fits.then(|| Self { hash: blake3::hash(line), tries: Mutex::default() })
    }

    /// Lets in who brings the token: `authorization` is the header as it came, `peer` where it came from.
    pub(super) fn admit(&self, authorization: Option<&str>, peer: Option<IpAddr>) -> Result<(), Denied> {
        self.admit_at(authorization, network(peer), Instant::now())
    }

    fn admit_at(&self, authorization: Option<&str>, peer: IpAddr, now: Instant) -> Result<(), Denied> {
        let tried = authorization.and_then(bearer).ok_or(Denied::Missing)?;
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever has to wait learns nothing of what it brings, else it could go on guessing.
        if let Some(known) = tries.get(&peer).filter(|known| known.wrong >= WRONG_MAX)
            && let Some(left) = WAIT.checked_sub(now.saturating_duration_since(known.since))
        {
            return Err(Denied::Waiting(u32::try_from(left.as_secs()).unwrap_or(0) + 1));
        }
        if blake3::hash(tried.as_bytes()) == self.hash {
            tries.remove(&peer);
            return Ok(());
        }
        make_room(&mut tries, now);
        let known = tries.entry(peer).or_insert(Tries { since: now, wrong: 0 });
        if now.saturating_duration_since(known.since) > WAIT {
            *known = Tries { since: now, wrong: 0 };
        }
        known.wrong += 1;
        if known.wrong == WRONG_MAX {
            known.since = now;
            tracing::warn!(%peer, "{WRONG_MAX} wrong tokens: this address has to wait");
        }
        Err(Denied::Wrong)
    }
}

/// Gives up counts that say nothing any more and, where that is not enough, the oldest.
fn make_room(tries: &mut HashMap<IpAddr, Tries>, now: Instant) {
    if tries.len() < ADDRESSES_MAX {
        return;
    }
    tries.retain(|_, tries| now.saturating_duration_since(tries.since) <= WAIT);
    if tries.len() >= ADDRESSES_MAX
        && let Some(oldest) = tries.iter().min_by_key(|(_, tries)| tries.since).map(|(peer, _)| *peer)
    {
        tries.remove(&oldest);
    }
}

/// The token in an `Authorization` header (RFC 6750; the name of the scheme in any case).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// What counts as one address, as it does for the rate; all whose address is unknown are one.
fn network(peer: Option<IpAddr>) -> IpAddr {
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| rate::network(peer.to_canonical()))
}

/// What is to be said of a token's file that others than its owner may read; `None` where they may not, or where there are no
/// such rights.
pub fn exposed(path: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode();
        (mode & 0o044 != 0)
            .then(|| format!("others may read the token in {0}: `chmod 600 {0}` keeps it", path.display()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "a-token-of-some-length";

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    #[test]
    fn a_token_is_one_line_of_visible_signs() {
        for (text, fits) in [
            ("0123456789abcdef", true),
            ("0123456789abcdef\n", true),
            ("0123456789abcdef\r\n", true),
            ("0123456789abcdef\n\n", false),
            ("0123456789abcde", false),
            ("0123456789 abcdef", false),
            ("0123456789abcdéf", false),
            ("", false),
            (&"x".repeat(1024), true),
            (&"x".repeat(1025), false),
        ] {
            assert_eq!(Token::new(text.as_bytes()).is_some(), fits, "{text:?}");
        }
    }

    #[test]
    fn the_token_is_taken_from_the_header_in_its_one_form() {
        let token = Token::new(TOKEN.as_bytes()).unwrap();
        let denied = |header: Option<&str>| token.admit_at(header, address(1), Instant::now()).err();
        assert_eq!(denied(Some(&format!("Bearer {TOKEN}"))), None);
        assert_eq!(denied(Some(&format!("bearer  {TOKEN} "))), None);
        for missing in [None, Some(""), Some(TOKEN), Some("Bearer "), Some("Bearer"), Some("Basic dTpw")] {
            assert_eq!(denied(missing), Some(Denied::Missing), "{missing:?}");
        }
        assert_eq!(denied(Some(&format!("Bearer {TOKEN}x"))), Some(Denied::Wrong));
        assert_eq!(denied(Some(&format!("Bearer {}", &TOKEN[1..]))), Some(Denied::Wrong));
    }

    #[test]
    fn an_address_that_guesses_has_to_wait_whatever_it_brings_and_others_need_not() {
        let token = Token::new(TOKEN.as_bytes()).unwrap();
        let start = Instant::now();
        let right = format!("Bearer {TOKEN}");
        for _ in 0..WRONG_MAX {
            assert_eq!(token.admit_at(Some("Bearer guess"), address(1), start), Err(Denied::Wrong));
        }
        assert_eq!(token.admit_at(Some(&right), address(1), start), Err(Denied::Waiting(61)));
        assert_eq!(token.admit_at(Some(&right), address(2), start), Ok(()));
        let later = start + WAIT + Duration::from_secs(1);
        assert_eq!(token.admit_at(Some(&right), address(1), later), Ok(()));
        // The right one makes the slate clean.
        for _ in 0..2 {
            for _ in 0..WRONG_MAX - 1 {
                assert_eq!(token.admit_at(Some("Bearer guess"), address(1), later), Err(Denied::Wrong));
            }
            assert_eq!(token.admit_at(Some(&right), address(1), later), Ok(()));
        }
    }

    #[test]
    fn the_addresses_of_one_network_count_as_one_and_their_number_is_bounded() {
        let parse = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!(network(parse("2001:db8::1")), network(parse("2001:db8::ffff:1")));
        assert_ne!(network(parse("2001:db8::1")), network(parse("2001:db8:0:1::1")));
        assert_eq!(network(parse("::ffff:192.0.2.7")), address(7));
        let token = Token::new(TOKEN.as_bytes()).unwrap();
        let start = Instant::now();
        for number in 0..ADDRESSES_MAX as u32 + 100 {
            let peer = IpAddr::V4(Ipv4Addr::from(number));
            let now = start + Duration::from_millis(u64::from(number));
            assert_eq!(token.admit_at(Some("Bearer guess"), peer, now), Err(Denied::Wrong));
        }
        assert_eq!(token.tries.lock().unwrap().len(), ADDRESSES_MAX);
    }
}
