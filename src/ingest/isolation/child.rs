//! The end that reads: limits laid on the own process, one file read, the reading written down.
//!
//! Loads no taxonomy and no dictionary, so that it starts in milliseconds. Opens no file but the system's account of
//! this process.

use std::io::{self, Read};

use crate::ingest::formats::{Format, Reading, read_bytes};
use crate::ingest::isolation::guard::guarded;
use crate::model::{READING_MEMORY_BYTES_MAX, READING_SECONDS_MAX};

/// Reads the file that stands in `input` and gives its reading as JSON; `path` names its place and format.
pub fn answer(path: &str, mut input: impl Read) -> io::Result<Vec<u8>> {
    limit()?;
    let Some(format) = Format::of(path) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` has no ending that is read")));
    };
    let mut bytes = Vec::new();
    (&mut input).take(format.bytes_max()).read_to_end(&mut bytes)?;
    let reading = guarded(|| read_bytes(format, path, &bytes))
        .unwrap_or_else(|failure| Reading::quarantined(path, None, failure.to_string()));
    Ok(serde_json::to_vec(&reading)?)
}

/// Limits memory and time of this process, where the system can: a reader may ask for any amount, and the process that
/// waits for it may itself have been ended.
#[cfg(unix)]
fn limit() -> io::Result<()> {
    use rlimit::Resource;
    let mut limits = vec![(Resource::CPU, READING_SECONDS_MAX + 1), (Resource::CORE, 0)];
    if cfg!(target_os = "linux") {
        // What is mapped already does not count: the allocator reserves address space, up to a gigabyte, before it is
        // asked for any memory, and a limit on the sum leaves a small file to chance.
        limits.push((Resource::AS, mapped_bytes().saturating_add(READING_MEMORY_BYTES_MAX)));
    }
    for (resource, most) in limits {
        let (_, allowed) = resource.get()?;
        resource.set(most.min(allowed), allowed)?;
    }
    Ok(())
}

/// Address space that this process has mapped, in bytes: `VmSize` of proc(5). Where the system does not say it, as much
/// as the allocator reserves at most.
#[cfg(unix)]
fn mapped_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB"));
    kilobytes.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).map_or(READING_MEMORY_BYTES_MAX, |many| many * 1024)
}

#[cfg(not(unix))]
fn limit() -> io::Result<()> {
    Ok(())
}
