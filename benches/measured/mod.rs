//! What benches measure by: runs of a program with its time and memory, sizes on disk, medians and percentiles.

#![allow(dead_code, reason = "each bench measures by some of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::ensure;

/// How often a running side is asked for its memory and processor time.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// By the clock.
    pub(crate) seconds: f64,
    /// On all cores.
    pub(crate) processor: f64,
    /// The most memory that it held.
    pub(crate) peak_megabytes: f64,
}

/// Runs a side to its end, and looks at it while it runs. One of `codes` is how it may end.
pub(crate) fn run(mut command: Command, codes: &[i32]) -> anyhow::Result<Cost> {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DOSSIER_")) {
        command.env_remove(name);
    }
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let (mut processor, mut peak) = (0.0, 0.0);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let process = PathBuf::from(format!("/proc/{}", child.id()));
        processor = processor_seconds(&process).unwrap_or(processor);
        peak = peak_megabytes(&process).unwrap_or(peak);
        std::thread::sleep(LOOK_EVERY);
    };
    let seconds = started.elapsed().as_secs_f64();
    ensure!(status.code().is_some_and(|code| codes.contains(&code)), "a side ended with {status}");
    Ok(Cost { seconds, processor, peak_megabytes: peak })
}

/// Processor time of a process so far, as Linux counts it in hundredths of a second.
pub(crate) fn processor_seconds(process: &Path) -> Option<f64> {
    let line = fs::read_to_string(process.join("stat")).ok()?;
    // The name in brackets may hold blanks; user and system time are the 12th and 13th words behind it.
    let words = line.rsplit(')').next()?.split_whitespace();
    let times: Vec<f64> = words.skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
    (times.len() == 2).then(|| times.iter().sum::<f64>() / 100.0)
}

/// The most memory that a process held so far.
fn peak_megabytes(process: &Path) -> Option<f64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1000.0)
}

pub(crate) fn bytes_below(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    // A rebuilt index keeps the generation before it: only the live one is measured.
    let live = fs::read_to_string(folder.join("CURRENT")).map(|name| folder.join(name.trim()));
    for entry in fs::read_dir(live.as_deref().unwrap_or(folder))? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

/// The median.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    percentile(values.collect(), 0.5)
}

/// The smallest value that at least this share of the values does not exceed.
pub(crate) fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() as f64 * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Milliseconds that some work took, and what it gave.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let started = Instant::now();
    let done = work();
    (started.elapsed().as_secs_f64() * 1000.0, done)
}
