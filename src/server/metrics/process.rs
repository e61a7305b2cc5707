//! What is told of the process, under the names that all Prometheus clients use; read from `/proc`, so on Linux only.

use std::fmt::Error;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Ticks of the kernel's clock in a second, as `/proc` counts them: fixed at 100 for programs on every Linux that we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads the process's own state.
#[derive(Debug)]
pub(super) struct ProcessCollector;

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        if let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::read) {
            let cpu = ConstCounter::new(stat.cpu_seconds);
            cpu.encode(encoder.encode_descriptor(
                "process_cpu",
                "Processor time, of the program and of the system for it.",
                Some(&Unit::Seconds),
                MetricType::Counter,
            )?)?;
            if let Some(booted) = fs::read_to_string("/proc/stat").ok().as_deref().and_then(booted_at) {
                let started = ConstGauge::new(booted + stat.started_after_boot_seconds);
                let help = "When the process started, in seconds since 1970.";
                let unit = Some(&Unit::Seconds);
                started.encode(encoder.encode_descriptor("process_start_time", help, unit, MetricType::Gauge)?)?;
            }
        }
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        // The folder that is being read is open itself.
        let open = fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count().saturating_sub(1) as u64);
        for (name, help, unit, value) in [
            ("process_resident_memory", "Memory in use", Some(&Unit::Bytes), kilobytes(&status, "VmRSS:")),
            ("process_virtual_memory", "Memory asked for", Some(&Unit::Bytes), kilobytes(&status, "VmSize:")),
            ("process_open_fds", "Open file handles", None, open),
            ("process_max_fds", "Most file handles that may be open", None, open_files_max(&limits)),
        ] {
            if let Some(value) = value {
                let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
                gauge.encode(encoder.encode_descriptor(name, &format!("{help}."), unit, MetricType::Gauge)?)?;
            }
        }
        Ok(())
    }
}

/// What `/proc/self/stat` says of times.
#[derive(Debug, PartialEq)]
struct Stat {
    cpu_seconds: f64,
    started_after_boot_seconds: f64,
}

impl Stat {
    /// Fields 14, 15 and 22 of proc_pid_stat(5). The second one is the program's name in brackets and may hold anything.
    fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
        Some(Self {
            cpu_seconds: (ticks(14)? + ticks(15)?) / TICKS_PER_SECOND,
            started_after_boot_seconds: ticks(22)? / TICKS_PER_SECOND,
        })
    }
}

/// When the machine started, in seconds since 1970, as `/proc/stat` says.
fn booted_at(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

/// A line of `/proc/self/status` that counts in kilobytes, in bytes.
fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The soft limit of open files; absent where there is none.
fn open_files_max(limits: &str) -> Option<u64> {
    limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_writes_is_read_also_with_a_hostile_name_of_the_program() {
        let stat = "42 (a) b) R) S 1 2 3 4 5 6 7 8 9 10 250 50 13 14 20 0 8 0 12345 99 100";
        assert_eq!(Stat::read(stat), Some(Stat { cpu_seconds: 3.0, started_after_boot_seconds: 123.45 }));
        assert_eq!(Stat::read("42 (a) S 1"), None);
        assert_eq!(booted_at("cpu 1 2\nbtime 1700000000\n"), Some(1_700_000_000.0));
        assert_eq!(kilobytes("VmSize:\t  10 kB\nVmRSS:\t     3 kB\n", "VmRSS:"), Some(3072));
        assert_eq!(kilobytes("", "VmRSS:"), None);
        assert_eq!(
            open_files_max("Max open files            1024                 4096                 files"),
            Some(1024)
        );
        assert_eq!(open_files_max("Max open files            unlimited            unlimited            files"), None);
    }
}
