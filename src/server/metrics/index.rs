//! What is told of the index: asked when the text is made, never kept.

use std::fmt::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Unit;

use crate::calendar::seconds_of;
use crate::engine::Engines;
use crate::server::metrics::Following;

/// Asks the engines.
pub(super) struct IndexCollector {
    pub(super) engines: Arc<dyn Engines>,
    pub(super) following: Arc<Following>,
}

impl std::fmt::Debug for IndexCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the index")
    }
}

impl Collector for IndexCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: i64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, &format!("{help}."), unit, MetricType::Gauge)?)
        };
        let opened_at = self.following.opened_at.load(Ordering::Relaxed);
        let help = "When a generation was last opened, in seconds since 1970; 0 while none is";
        gauge("dossier_index_opened_timestamp", help, Some(&Unit::Seconds), opened_at)?;
        // Without an index there is nothing to tell of one: an alert asks for what is absent.
        if let Ok(searcher) = self.engines.searcher()
            && let Ok(stats) = searcher.stats()
        {
            let report = searcher.report();
            let built_at = seconds_of(&stats.built_at).unwrap_or_default();
            let help = "When the live generation was built, in seconds since 1970";
            gauge("dossier_index_built_timestamp", help, Some(&Unit::Seconds), built_at)?;
            let bytes = i64::try_from(stats.bytes).unwrap_or(i64::MAX);
            gauge("dossier_index_size", "Files of the live generation", Some(&Unit::Bytes), bytes)?;
            for (name, help, count) in [
                ("dossier_index_documents", "Articles", stats.documents as usize),
                ("dossier_index_segments", "Segments of the live generation", stats.segments),
                ("dossier_index_quarantined", "Articles kept out by the last run", report.totals.quarantined),
                ("dossier_index_warnings", "What a curator should look at", report.noticed().len()),
                ("dossier_index_undated", "Articles without a date", report.undated),
            ] {
                gauge(name, help, None, i64::try_from(count).unwrap_or(i64::MAX))?;
            }
            let info = Info::new([("generation", stats.generation)]);
            info.encode(encoder.encode_descriptor("dossier_index", "The live generation.", None, MetricType::Info)?)?;
        }
        let failures = ConstCounter::new(self.following.failures.load(Ordering::Relaxed));
        let help = "Tries to open the live generation that failed, each half a second while it cannot be opened.";
        failures.encode(encoder.encode_descriptor("dossier_index_open_failures", help, None, MetricType::Counter)?)
    }
}
