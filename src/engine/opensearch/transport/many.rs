//! Several searches in one request (`_msearch`), each answered or refused by itself.

use std::thread::sleep;
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::engine::EngineError;
use crate::engine::opensearch::transport::patience::wait_before;
use crate::engine::opensearch::transport::verdict::refusal;
use crate::engine::opensearch::transport::{Answer, Cluster, Request, Verb, chance, is_accepted, may_pass};

/// How often what may pass by itself is asked for once more, besides the tries of the whole.
const ROUNDS_MAX: u32 = 3;
/// Parameters of a search that may stand in the line before it.
const OF_A_LINE: [&str; 6] =
    ["search_type", "preference", "routing", "request_cache", "allow_partial_search_results", "ignore_unavailable"];

/// What `_msearch` answers.
#[derive(Deserialize)]
struct Many {
    responses: Vec<Value>,
}

impl Cluster {
    /// Asks several searches at once; gives each answer or error in their order.
    ///
    /// Each must be a search of an index (`INDEX/_search`, with parameters that a search may have in company). All have the
    /// patience and the deadline of the first; the outer error is one of all of them.
    pub fn ask_many(&self, requests: &[Request]) -> Result<Vec<Result<Answer, EngineError>>, EngineError> {
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let lines: Result<Vec<Vec<u8>>, EngineError> = requests.iter().map(|request| self.line_of(request)).collect();
        let lines = lines?;
        let mut answers: Vec<Option<Answer>> = vec![None; requests.len()];
        let mut left: Vec<usize> = (0..requests.len()).collect();
        let began = Instant::now();
        for round in 1..=ROUNDS_MAX {
            let body = left.iter().flat_map(|place| lines[*place].iter().copied()).collect();
            let whole = Request::new(Verb::Post, "_msearch", first.action).lines(body);
            let whole = whole.patient(first.patience).until(first.deadline);
            let many: Many = self.read(&whole)?;
            if many.responses.len() != left.len() {
                let reason = format!("{} searches have {} answers", left.len(), many.responses.len());
                return Err(self.address().failed(first.action, reason));
            }
            for (place, response) in left.drain(..).zip(many.responses) {
                let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
                answers[place] = Some(Answer { status, body: response.to_string().into_bytes() });
            }
            let passing = |place: &usize| {
                let answer = answers[*place].as_ref();
                answer.is_some_and(|answer| may_pass(answer.status) && !is_accepted(&requests[*place], answer.status))
            };
            left = (0..requests.len()).filter(passing).collect();
            let wait = wait_before(round, None, chance());
            let time = first.deadline.left().map_or(first.patience.time, |time| time.min(first.patience.time));
            if left.is_empty() || round == ROUNDS_MAX || began.elapsed() + wait >= time {
                break;
            }
            sleep(wait);
        }
        let judged = requests.iter().zip(answers).map(|(request, answer)| match answer {
            Some(answer) if is_accepted(request, answer.status) => Ok(answer),
            Some(answer) => Err(refusal(self.address(), request.action, &answer)),
            None => Err(self.address().failed(request.action, "it was not answered")),
        });
        Ok(judged.collect())
    }

    /// The two lines of a search in company.
    fn line_of(&self, request: &Request) -> Result<Vec<u8>, EngineError> {
        let alone = |what: &str| self.address().failed(request.action, format!("{what} cannot be asked in company"));
        let (path, parameters) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let index = path.strip_suffix("/_search").filter(|index| !index.is_empty()).ok_or_else(|| alone(path))?;
        let mut head = Map::new();
        head.insert("index".to_owned(), index.into());
        for (key, value) in parameters.split('&').filter_map(|pair| pair.split_once('=')) {
            if !OF_A_LINE.contains(&key) {
                return Err(alone(key));
            }
            head.insert(key.to_owned(), value.into());
        }
        let mut lines = Value::Object(head).to_string().into_bytes();
        lines.push(b'\n');
        // A line feed in JSON is a blank between its parts, never within one.
        let body = if request.body.is_empty() { b"{}" } else { request.body.as_slice() };
        lines.extend(body.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        lines.push(b'\n');
        Ok(lines)
    }
}
