//! Reindexing over HTTP: a run is started, followed and cancelled. Who may do so is settled before these are asked.

use crate::model::task::{AskedBy, Task, TaskState};
use crate::reindex::tasks::{Refusal, Tasks};
use crate::render::json::task::{TasksWire, task as wire};
use crate::search::parameters::catalogue::REINDEX;
use crate::search::parameters::{refused, switch};
use crate::server::handlers::Outcome;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// The address of a task.
fn address(task: &Task) -> String {
    format!("/api/v1/tasks/{}", task.id)
}

fn tasks(context: &Context) -> Result<&Tasks, Problem> {
    context.settings.reindexing.as_ref().map(|reindexing| &reindexing.tasks).ok_or_else(Problem::reindexing_off)
}

/// `POST /api/v1/reindex`
pub(in crate::server) fn start(context: &Context, request: &Request) -> Outcome {
    let unknown = refused(&REINDEX, &[], &request.pairs);
    if !unknown.is_empty() {
        return Err(Problem::parameters(unknown));
    }
    let full = match request.pairs.iter().rev().find(|(name, _)| name == "full") {
        Some((name, value)) => switch(name, value).map_err(|problem| Problem::parameters(vec![problem]))?,
        None => false,
    };
    match tasks(context)?.start(full, AskedBy::Request) {
        Ok(task) => {
            let reply = Reply::json(&wire(&task))?;
            Ok(Reply { status: 202, ..reply }.with("location", address(&task)))
        }
        Err(Refusal::Running(task)) => Err(Problem::reindexing(&address(&task))),
        Err(Refusal::Locked) => Err(Problem::writing()),
        Err(Refusal::Failed(reason)) => {
            tracing::error!(reason, "no reindex could be started");
            Err(Problem::failed("The reindex could not be started"))
        }
    }
}

/// `GET /api/v1/tasks`
pub(in crate::server) fn list(context: &Context, _: &Request) -> Outcome {
    let all = tasks(context)?.all();
    Reply::json(&TasksWire { tasks: all.iter().map(wire).collect() })
}

/// `GET /api/v1/tasks/{id}`
pub(in crate::server) fn follow(context: &Context, request: &Request) -> Outcome {
    let task = tasks(context)?.task(request.value()).ok_or_else(|| Problem::no_task(request.value()))?;
    Reply::json(&wire(&task))
}

/// `DELETE /api/v1/tasks/{id}`: 202 while it has yet to stop, 200 when it had ended anyway.
pub(in crate::server) fn cancel(context: &Context, request: &Request) -> Outcome {
    let task = tasks(context)?.cancel(request.value()).ok_or_else(|| Problem::no_task(request.value()))?;
    let reply = Reply::json(&wire(&task))?;
    Ok(if task.state == TaskState::Running { Reply { status: 202, ..reply } } else { reply })
}
