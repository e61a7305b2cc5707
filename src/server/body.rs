//! The body of a request: taken to its end within a bound of length and time, so that the next request on the connection is found.
//!
//! No address reads one, so what it holds is passed over.

use std::pin::pin;

use warp::{Buf, Stream};

use crate::server::limits::Limits;
use crate::server::problem::Problem;

/// Takes a body to its end, whether its length was said before or not. What is too long is not taken further, and a client that
/// is slow or breaks off is not waited for.
pub(super) async fn pass_over<B: Buf, E>(
    body: impl Stream<Item = Result<B, E>>,
    limits: &Limits,
) -> Result<(), Problem> {
    let mut body = pin!(body);
    let mut bytes = 0;
    let all = async {
        while let Some(piece) = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await {
            // Broken off, or cut into pieces by no rule of HTTP.
            bytes += piece.map_err(|_| Problem::body_broken())?.remaining();
            if bytes > limits.body_bytes {
                return Err(Problem::body_too_long(limits.body_bytes));
            }
        }
        Ok(())
    };
    match tokio::time::timeout(limits.body_time, all).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Problem::body_too_slow(limits.body_time)),
    }
}
