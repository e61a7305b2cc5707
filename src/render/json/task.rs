//! A task as JSON: what it is at, and what it came to.

use crate::model::report::IngestReport;
use crate::model::task::{AskedBy, Task, TaskProgress, TaskState};
use crate::render::json::report_of;

/// A run that somebody asked for.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Task")]
pub struct TaskWire<'a> {
    /// Its name.
    pub id: &'a str,
    /// What it has come to: programs wait until it is not `running` any more.
    pub state: TaskState,
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// Whether everything is read anew.
    pub full: bool,
    /// When it was started, RFC 3339, UTC.
    pub started: &'a str,
    /// When it ended; `null` while it runs.
    pub ended: Option<&'a str>,
    /// How far it is.
    pub progress: TaskProgress,
    /// The generation that answers since it ended well.
    pub generation: Option<&'a str>,
    /// Whether that is another one than before; `false` where nothing had changed.
    pub changed: Option<bool>,
    /// What it found, once it ended well.
    #[schemars(with = "Option<IngestReport>")]
    pub report: Option<serde_json::Value>,
    /// Why it failed, and what to do.
    pub error: Option<&'a str>,
}

/// Tasks, the newest first.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Tasks")]
pub struct TasksWire<'a> {
    /// The tasks.
    pub tasks: Vec<TaskWire<'a>>,
}

/// A task on the wire.
pub fn task(task: &Task) -> TaskWire<'_> {
    TaskWire {
        id: &task.id,
        state: task.state,
        asked_by: task.asked_by,
        full: task.full,
        started: &task.started,
        ended: task.ended.as_deref(),
        progress: task.progress,
        generation: task.generation.as_ref().map(|(name, _)| name.as_str()),
        changed: task.generation.as_ref().map(|(_, changed)| *changed),
        report: task.report.as_ref().map(report_of),
        error: task.error.as_deref(),
    }
}
