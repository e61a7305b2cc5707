//! Counting: the articles found by facet value and by date, asked of the cluster and read into the same counts as the embedded
//! engine makes.
//!
//! Disjunctive ("drill sideways"): the search finds what passes everything but the choices of values, and each dimension is
//! counted under the choices of all others. Exact: lists are asked for whole, and an answer that leaves something out is an error.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::engine::EngineError;
use crate::engine::facets::{FacetDictionary, MISSING};
use crate::engine::opensearch::mapping::{facet_field, period_field};
use crate::engine::opensearch::query_builder::choices;
use crate::engine::opensearch::transport::Cluster;
use crate::model::date::PartialDate;
use crate::model::facet::NONE;
use crate::model::query::{Filters, Interval, SearchRequest};

/// Values of one list at most: more are asked for in several lists (a cluster refuses answers of more than 65,535).
const VALUES_AT_ONCE: usize = 20_000;

/// What is counted.
pub struct Counting<'a> {
    /// The values of the generation.
    pub dictionary: &'a FacetDictionary,
    /// Groups of copies in the generation.
    pub groups: usize,
    /// What was asked for.
    pub request: &'a SearchRequest,
}

/// The counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles that pass every choice.
    pub total: u64,
    /// Of each group of copies one.
    pub collapsed: u64,
    /// Articles by ordinal, for each counted dimension.
    pub facets: Vec<Vec<u64>>,
    /// Articles by first and last day.
    pub days: HashMap<(i32, i32), u64>,
    /// Articles that match each of the further queries.
    pub matching: Vec<u64>,
}

impl Counting<'_> {
    /// The aggregations of a search for what passes everything but the choices; `matching` are further queries, each counted
    /// among the articles that pass all.
    pub fn aggregations(&self, matching: &[Value]) -> Value {
        let filters = &self.request.filters;
        let mut all = Map::new();
        let mut apart = Map::new();
        for (place, facet) in self.request.facets.iter().enumerate() {
            let lists =
                lists(&format!("facet{place}_"), &facet_field(&facet.dimension), self.dictionary.len(&facet.dimension));
            if filters.include.contains_key(&facet.dimension) {
                let others = all_choices(filters, Some(&facet.dimension));
                apart.insert(format!("apart{place}"), json!({"filter": others, "aggs": lists}));
            } else {
                all.extend(lists);
            }
        }
        if let Some(interval) = self.request.interval {
            all.insert("days".into(), json!({"terms": {"field": period_field(interval), "size": 65_000}}));
        }
        all.extend(group_lists(self.groups));
        for (place, query) in matching.iter().enumerate() {
            all.insert(format!("matching{place}"), json!({"filter": query}));
        }
        let passing = json!({"filter": all_choices(filters, None), "aggs": all});
        let mut aggregations = Map::from_iter([("all".to_owned(), passing)]);
        aggregations.extend(apart);
        Value::Object(aggregations)
    }

    /// Reads what was counted.
    pub fn read(&self, cluster: &Cluster, found: &Value) -> Result<Counts, EngineError> {
        let unreadable = |what: &str| cluster.address().failed("count articles", format!("its answer lacks {what}"));
        let all = &found["all"];
        let total = all["doc_count"].as_u64().ok_or_else(|| unreadable("the total"))?;
        let mut counts = Counts { total, collapsed: total, ..Counts::default() };
        for (place, facet) in self.request.facets.iter().enumerate() {
            let apart = &found[format!("apart{place}")];
            let of = if apart.is_null() { all } else { apart };
            let mut list = vec![0; self.dictionary.len(&facet.dimension)];
            let prefix = format!("facet{place}_");
            each_bucket(cluster, of, &prefix, |value, count| {
                // A dimension in which no article has a value has no ordinals, and all articles without one.
                let missing = (value == NONE).then_some(MISSING);
                if let Some(ordinal) = missing.or_else(|| self.dictionary.ordinal(&facet.dimension, value)) {
                    list[ordinal as usize] += count;
                }
            })?;
            counts.facets.push(list);
        }
        if let Some(interval) = self.request.interval {
            self.read_days(cluster, all, interval, &mut counts)?;
        }
        counts.collapsed = collapsed(cluster, all, total)?;
        for place in 0.. {
            let matching = &all[format!("matching{place}")];
            if matching.is_null() {
                break;
            }
            counts.matching.push(matching["doc_count"].as_u64().ok_or_else(|| unreadable("a count"))?);
        }
        Ok(counts)
    }

    fn read_days(
        &self,
        cluster: &Cluster,
        all: &Value,
        interval: Interval,
        counts: &mut Counts,
    ) -> Result<(), EngineError> {
        let mut dated = 0;
        let days = &mut counts.days;
        let mut strange = None;
        each_bucket(cluster, all, "days", |period, count| match period.parse::<PartialDate>() {
            Ok(date) => {
                dated += count;
                *days.entry((date.first_day(), date.last_day())).or_default() += count;
            }
            Err(_) => strange = Some(period.to_owned()),
        })?;
        if let Some(period) = strange {
            let reason = format!("`{period}` is no period of {interval:?}");
            return Err(cluster.address().failed("count articles", reason));
        }
        let undated = counts.total.saturating_sub(dated);
        if undated > 0 {
            counts.days.insert((crate::engine::periods::UNDATED, crate::engine::periods::UNDATED), undated);
        }
        Ok(())
    }
}

/// The aggregations by which articles are counted as one for each group of copies, of so many groups in the generation.
pub(super) fn group_lists(groups: usize) -> Map<String, Value> {
    let mut all = Map::new();
    for (place, group) in lists("groups", "group", groups).into_iter().filter(|_| groups > 0) {
        all.insert(format!("count_of_{place}"), json!({"stats_bucket": {"buckets_path": format!("{place}>_count")}}));
        all.insert(place, group);
    }
    all
}

/// Reads what `group_lists` counted: how many of `total` articles there are, of each group of copies one.
pub(super) fn collapsed(cluster: &Cluster, counted: &Value, total: u64) -> Result<u64, EngineError> {
    let mut collapsed = total;
    for (key, stats) in counted.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("count_of_groups"))
    {
        let number = |name: &str| stats[name].as_f64().map(|number| number as u64);
        // Of nothing there is no sum.
        let (groups, articles) = number("count")
            .zip(number("sum"))
            .ok_or_else(|| cluster.address().failed("count articles", format!("its answer lacks {key}")))?;
        collapsed = (collapsed + groups).saturating_sub(articles);
    }
    Ok(collapsed)
}

/// The choices of all dimensions, or of all but one, as a filter.
pub fn all_choices(filters: &Filters, but: Option<&str>) -> Value {
    let others = filters.include.iter().filter(|(dimension, _)| Some(dimension.as_str()) != but);
    json!({"bool": {"filter": others.map(|(dimension, list)| choices(dimension, list)).collect::<Vec<_>>()}})
}

/// Lists of all values of a field, so many that none is too long: each has a part of the values.
pub(super) fn lists(name: &str, field: &str, values: usize) -> Map<String, Value> {
    let parts = values.div_ceil(VALUES_AT_ONCE).max(1);
    (0..parts)
        .map(|part| {
            let mut terms = json!({"field": field, "size": values.clamp(1, VALUES_AT_ONCE * 2)});
            if parts > 1 {
                terms["include"] = json!({"partition": part, "num_partitions": parts});
            }
            (format!("{name}{part}"), json!({"terms": terms}))
        })
        .collect()
}

/// Hands each value of the lists whose names begin with `prefix` to `take`, with its count.
pub(super) fn each_bucket(
    cluster: &Cluster,
    counted: &Value,
    prefix: &str,
    mut take: impl FnMut(&str, u64),
) -> Result<(), EngineError> {
    let failed = |reason: &str| cluster.address().failed("count articles", reason);
    let mut lists = 0;
    for (_, list) in counted.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with(prefix)) {
        lists += 1;
        let exact =
            ["sum_other_doc_count", "doc_count_error_upper_bound"].iter().all(|key| list[*key].as_u64() == Some(0));
        if !exact {
            return Err(failed("it left values out of a list that was asked for whole"));
        }
        // A list of nothing is left out of the answer.
        for bucket in list["buckets"].as_array().into_iter().flatten() {
            let counted = bucket["key"].as_str().zip(bucket["doc_count"].as_u64());
            let (key, count) = counted.ok_or_else(|| failed("its answer has a value without a count"))?;
            take(key, count);
        }
    }
    if lists == 0 { Err(failed("its answer lacks a list that was asked for")) } else { Ok(()) }
}
