//! SQLite's FTS5, as a person who knows it would build the same product: Porter stems, the text kept outside the index, labels
//! in a table of numbers, counts by GROUP BY over the rows found; words joined by OR.

use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::articles::records;
use crate::questions::Question;

/// The dimensions that are counted: the four labels of Reuters. Ours are counted for language and source as well.
const LABELS: [&str; 4] = ["places", "people", "orgs", "topics"];

/// A database and its one connection.
pub(crate) struct Fts5(Connection);

/// What an answer comes to, so that nothing of it can be left out.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) total: i64,
    pub(crate) hits: Vec<(String, String, String)>,
    pub(crate) counts: usize,
    pub(crate) months: usize,
}

impl Fts5 {
    /// Reads the articles of a corpus into a new database.
    pub(crate) fn index(corpus: &Path, file: &Path) -> anyhow::Result<()> {
        let mut connection = Connection::open(file)?;
        connection.execute_batch(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off;
             CREATE TABLE article(number INTEGER PRIMARY KEY, id TEXT, title TEXT, body TEXT, day TEXT, month TEXT);
             CREATE TABLE label(number INTEGER PRIMARY KEY, dimension TEXT, value TEXT, UNIQUE(dimension, value));
             CREATE TABLE labelled(article INTEGER, label INTEGER, PRIMARY KEY(article, label)) WITHOUT ROWID;
             CREATE VIRTUAL TABLE text USING fts5(title, body, content='article', content_rowid='number',
                                                  tokenize='porter unicode61');",
        )?;
        let insert = connection.transaction()?;
        {
            let mut article = insert.prepare("INSERT INTO article VALUES(?, ?, ?, ?, ?, ?)")?;
            let mut text = insert.prepare("INSERT INTO text(rowid, title, body) VALUES(?, ?, ?)")?;
            let mut label = insert.prepare("INSERT OR IGNORE INTO label(dimension, value) VALUES(?, ?)")?;
            let mut labelled = insert.prepare(
                "INSERT OR IGNORE INTO labelled SELECT ?, number FROM label WHERE dimension = ? AND value = ?",
            )?;
            for (number, record) in (1_i64..).zip(records(corpus)?) {
                let record = record?;
                let string = |key: &str| record[key].as_str().unwrap_or_default();
                let (title, body, day) = (string("title"), string("body"), string("date"));
                article.execute(params![number, string("id"), title, body, day, day.get(..7)])?;
                text.execute(params![number, title, body])?;
                for dimension in LABELS {
                    for value in record[dimension].as_array().into_iter().flatten().filter_map(Value::as_str) {
                        label.execute(params![dimension, value])?;
                        labelled.execute(params![number, dimension, value])?;
                    }
                }
            }
        }
        insert.commit()?;
        connection.execute_batch(
            "INSERT INTO text(text) VALUES('optimize');
             CREATE INDEX by_label ON labelled(label, article);
             CREATE INDEX by_day ON article(day);
             ANALYZE; VACUUM;",
        )?;
        Ok(())
    }

    /// Opens what was indexed.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(
            "PRAGMA mmap_size = 4000000000; PRAGMA cache_size = -400000; PRAGMA temp_store = memory;
             CREATE TEMP TABLE found(number INTEGER PRIMARY KEY);
             CREATE TEMP TABLE unplaced(number INTEGER PRIMARY KEY);",
        )?;
        Ok(Self(connection))
    }

    /// The whole work: the ten best by bm25 with their snippets, all counts, the months, the total. `None` for a
    /// misspelt word, which FTS5 cannot find.
    pub(crate) fn answer(&self, question: &Question) -> anyhow::Result<Option<Answer>> {
        if question.kind == "typo" {
            return Ok(None);
        }
        let quoted = |word: &str| format!("\"{}\"", word.replace('"', "\"\""));
        let text = match question.kind.as_str() {
            "phrase" => quoted(&question.text),
            _ => question.text.split_whitespace().map(quoted).collect::<Vec<_>>().join(" OR "),
        };
        let matched = "SELECT text.rowid FROM text WHERE text MATCH ?1";
        let dated = "SELECT text.rowid FROM text JOIN article ON number = text.rowid
                     WHERE text MATCH ?1 AND day BETWEEN ?2 AND ?3";
        let placed = "EXISTS (SELECT 1 FROM labelled WHERE article = unplaced.number AND label =
                      (SELECT number FROM label WHERE dimension = 'places' AND value = ?))";
        let mut answer = Answer::default();
        self.0.execute_batch("DELETE FROM found; DELETE FROM unplaced;")?;
        // What a filter of its own dimension must not narrow is counted apart.
        let all = if question.place.is_some() { "unplaced" } else { "found" };
        match &question.dates {
            Some((from, to)) => {
                self.0.prepare_cached(&format!("INSERT INTO {all} {dated}"))?.execute(params![text, from, to])?
            }
            None => self.0.prepare_cached(&format!("INSERT INTO {all} {matched}"))?.execute(params![text])?,
        };
        if let Some(place) = &question.place {
            let narrow = format!("INSERT INTO found SELECT number FROM unplaced WHERE {placed}");
            self.0.prepare_cached(&narrow)?.execute(params![place])?;
        }
        answer.total = self.0.prepare_cached("SELECT count(*) FROM found")?.query_row([], |row| row.get(0))?;
        // Without a filter by place one pass counts all labels; with one, those of places are counted apart.
        let passes: &[(&str, &str)] = match question.place {
            Some(_) => &[("found", "dimension <> 'places'"), ("unplaced", "dimension = 'places'")],
            None => &[("found", "true")],
        };
        for (of, which) in passes {
            let count = format!(
                "SELECT dimension, value, n FROM (SELECT label AS counted, count(*) AS n FROM {of}
                 JOIN labelled ON article = {of}.number GROUP BY label) JOIN label ON label.number = counted
                 WHERE {which} ORDER BY dimension, n DESC, value"
            );
            let mut statement = self.0.prepare_cached(&count)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                answer.counts += usize::from(row.get::<_, i64>(2)? > 0);
            }
        }
        let months = "SELECT month, count(*) FROM found JOIN article USING(number) GROUP BY month";
        let mut statement = self.0.prepare_cached(months)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            answer.months += usize::from(row.get::<_, i64>(1)? > 0);
        }
        let narrowed = if all == "found" && question.dates.is_none() {
            ""
        } else {
            "AND text.rowid IN (SELECT number FROM found)"
        };
        let best = format!(
            "SELECT id, highlight(text, 0, '<mark>', '</mark>'), snippet(text, 1, '<mark>', '</mark>', '...', 40)
             FROM text JOIN article ON article.number = text.rowid WHERE text MATCH ? {narrowed} ORDER BY rank LIMIT 10"
        );
        let mut statement = self.0.prepare_cached(&best)?;
        let mut rows = statement.query(params![text])?;
        while let Some(row) = rows.next()? {
            answer.hits.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
        Ok(Some(answer))
    }
}
