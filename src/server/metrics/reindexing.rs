//! What is told of the runs that this server made: asked when the text is made.

use std::fmt::Error;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use crate::reindex::tasks::Tasks;

/// Asks the tasks.
pub(super) struct ReindexingCollector(pub(super) Tasks);

impl std::fmt::Debug for ReindexingCollector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the runs of this server")
    }
}

impl Collector for ReindexingCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        let tally = self.0.tally();
        let help = "Runs that this server made, by what they came to";
        let mut runs = encoder.encode_descriptor("dossier_reindex_runs", help, None, MetricType::Counter)?;
        for (outcome, count) in [("done", tally.done), ("failed", tally.failed), ("cancelled", tally.cancelled)] {
            let labels = [("outcome", outcome)];
            ConstCounter::new(count).encode(runs.encode_family(&labels)?)?;
        }
        let help = "Whether a run is under way";
        let running = encoder.encode_descriptor("dossier_reindex_running", help, None, MetricType::Gauge)?;
        ConstGauge::new(i64::from(tally.running)).encode(running)?;
        let help = "How long the last run took that ended well; 0 before the first";
        let name = "dossier_reindex_last_duration";
        let duration = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), MetricType::Gauge)?;
        ConstGauge::new(tally.last_duration.as_secs_f64()).encode(duration)?;
        let help = "When the last run ended well, in seconds since 1970; 0 before the first";
        let name = "dossier_reindex_last_success_timestamp";
        let success = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), MetricType::Gauge)?;
        ConstGauge::new(tally.last_success.unwrap_or_default()).encode(success)
    }
}
