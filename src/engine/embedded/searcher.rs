//! Searching one generation: the top hits, the counts, the snippets of the page.
//!
//! Two passes: the best hits alone (which lets tantivy skip what cannot reach the page), then all counts at once
//! without scores. Snippets and marks are made for the hits of the page only, from the stored text.

use std::collections::HashSet;
use std::sync::OnceLock;

use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query as IndexQuery, TermQuery, Weight};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{
    BitSet, DocAddress, DocSet, IndexReader, ReloadPolicy, SegmentReader, TERMINATED, TantivyDocument, Term,
};

use crate::engine::close_look::{CloseLook, Looked};
use crate::engine::embedded::close_look::{IndexSource, in_order_of_reading};
use crate::engine::embedded::collector::{Candidate, Segment, TopHits};
use crate::engine::embedded::columns::{Columns, SegmentColumns};
use crate::engine::embedded::copies::{CopyGroups, NONE};
use crate::engine::embedded::counting::{Counting, Counts};
use crate::engine::embedded::explanation::Explainer;
use crate::engine::embedded::generations::Generation;
use crate::engine::embedded::lengths::Lengths;
use crate::engine::embedded::positions::SetQuery;
use crate::engine::embedded::query_builder::{QueryBuilder, in_time};
use crate::engine::embedded::recency::RecentQuery;
use crate::engine::embedded::schema::IndexSchema;
use crate::engine::embedded::segments::{open_segments, unreadable_segments};
use crate::engine::embedded::suggester::{Place, Suggester};
use crate::engine::facets::{FacetDictionary, histogram, tree};
use crate::engine::fallback::{self, COVERAGE_POINTS, WordsHad};
use crate::engine::highlight::{Highlighter, fragments, reasons};
use crate::engine::manifest::Manifest;
use crate::engine::other_forms::FormsFound;
use crate::engine::periods::UNDATED;
use crate::engine::plan::Plan;
use crate::engine::ranking::feedback::Head;
use crate::engine::ranking::{Recency, WINDOW};
use crate::engine::snippets::snippets;
use crate::engine::spelling::{Spelling, correct};
use crate::engine::{EngineError, Searcher};
use crate::model::COPIES_MAX;
use crate::model::crosstab::{AxisRequest, Crosstab};
use crate::model::document::Document;
use crate::model::query::{
    Deadline, FacetChoice, Filters, Fuzzy, Query, SearchRequest, Sort, SuggestRequest, TextField,
};
use crate::model::report::IngestReport;
use crate::model::results::{
    Article, Copies, Copy, Hit, MatchUsed, Neighbours, OtherForms, Ranked, SearchResults, Stats, Suggestion,
};
use crate::taxonomy::Taxonomy;

/// A searcher of one generation.
pub struct EmbeddedSearcher {
    pub(super) generation: Generation,
    pub(super) schema: IndexSchema,
    pub(super) searcher: tantivy::Searcher,
    columns: Columns,
    /// For each segment the place of each document's id among all ids.
    id_ranks: OnceLock<Vec<Vec<u32>>>,
    /// The groups of copies.
    copies: OnceLock<CopyGroups>,
    /// The lengths of the texts.
    lengths: OnceLock<Lengths>,
    /// What is counted of all articles, under no query and no filter: the page that everybody opens first.
    everything: OnceLock<(Vec<String>, Counts)>,
    /// Made ready at the first suggestion.
    suggester: OnceLock<Suggester>,
    /// The words that misspelt ones are held against.
    spelling: OnceLock<Spelling>,
    // Keeps the files open that the searcher reads from.
    _reader: IndexReader,
}

/// What a request comes down to in this generation.
pub(super) struct Prepared {
    /// The analysed query.
    plan: Plan,
    /// What finds and scores.
    pub(super) query: Box<dyn IndexQuery>,
    match_used: MatchUsed,
    missing: Vec<String>,
    pub(super) counts: Counts,
}

/// What stands in for a query whose words no document has all of.
struct Fallback {
    query: Box<dyn IndexQuery>,
    missing: Vec<String>,
    counts: Counts,
}

impl EmbeddedSearcher {
    /// Opens a generation.
    pub fn open(generation: Generation) -> Result<Self, EngineError> {
        let damaged = |error: tantivy::TantivyError| unreadable_segments(&generation.folder, &error);
        let index = open_segments(&generation.folder).map_err(damaged)?;
        let schema = IndexSchema::new(generation.taxonomy.dimensions().iter().map(|dimension| dimension.name.as_str()));
        if index.schema() != schema.schema {
            return Err(EngineError::Outdated { path: generation.folder.clone(), what: "other fields".into() });
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(damaged)?;
        let searcher = reader.searcher();
        if searcher.num_docs() != generation.manifest.report.documents as u64 {
            let what = format!(
                "it holds {} articles where {} were written",
                searcher.num_docs(),
                generation.manifest.report.documents
            );
            return Err(EngineError::damaged(&generation.folder, what));
        }
        let names: Vec<&str> = schema.facets.keys().map(String::as_str).collect();
        let columns = searcher.segment_readers().iter().map(|_| SegmentColumns::new(names.iter().copied())).collect();
        let columns = Columns::new(columns);
        Ok(Self {
            generation,
            schema,
            searcher,
            columns,
            id_ranks: OnceLock::new(),
            copies: OnceLock::new(),
            lengths: OnceLock::new(),
            everything: OnceLock::new(),
            suggester: OnceLock::new(),
            spelling: OnceLock::new(),
            _reader: reader,
        })
    }

    /// What was written down when the generation was made.
    pub fn manifest(&self) -> &Manifest {
        &self.generation.manifest
    }

    /// The segments with their columns.
    pub(super) fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &SegmentColumns)> {
        self.searcher.segment_readers().iter().zip(self.columns.iter())
    }

    /// The paths of all dimensions by ordinal.
    pub(super) fn dictionary(&self) -> &FacetDictionary {
        &self.generation.facets
    }

    pub(super) fn builder(&self) -> QueryBuilder<'_> {
        self.builder_until(Deadline::default())
    }

    /// A builder whose queries give up when the deadline has passed.
    pub(super) fn builder_until(&self, deadline: Deadline) -> QueryBuilder<'_> {
        QueryBuilder {
            deadline,
            schema: &self.schema,
            searcher: &self.searcher,
            dictionary: &self.generation.facets,
            counted: &self.lengths,
        }
    }

    /// The groups of copies by document: made at the first question.
    pub(super) fn copy_groups(&self) -> tantivy::Result<&CopyGroups> {
        if let Some(copies) = self.copies.get() {
            return Ok(copies);
        }
        let copies = CopyGroups::new(&self.searcher, &self.generation.copies)?;
        Ok(self.copies.get_or_init(|| copies))
    }

    /// The places of all ids, by segment: made at the first question.
    pub(super) fn id_ranks(&self) -> tantivy::Result<&[Vec<u32>]> {
        if let Some(ranks) = self.id_ranks.get() {
            return Ok(ranks);
        }
        // (id, segment, ordinal in the segment) of every id, in the order of ids.
        let mut ids: Vec<(String, usize, u64)> = Vec::new();
        let mut columns = Vec::new();
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let Some(column) = reader.fast_fields().str("id")? else {
                columns.push(None);
                continue;
            };
            let ordinals = 0..column.num_terms() as u64;
            let mut list = Vec::new();
            column.dictionary().sorted_ords_to_term_cb(&ordinals.clone().collect::<Vec<_>>(), |bytes| {
                list.push(String::from_utf8_lossy(bytes).into_owned());
            })?;
            ids.extend(list.into_iter().zip(ordinals).map(|(id, ordinal)| (id, segment, ordinal)));
            columns.push(Some(column));
        }
        ids.sort_unstable();
        let mut by_ordinal: Vec<Vec<u32>> =
            columns.iter().map(|column| vec![0; column.as_ref().map_or(0, |c| c.num_terms())]).collect();
        for (rank, (_, segment, ordinal)) in ids.into_iter().enumerate() {
            by_ordinal[segment][ordinal as usize] = rank as u32;
        }
        let mut ranks = Vec::new();
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let of = |doc| {
                let ordinal = columns[segment].as_ref().and_then(|column| column.ords().first(doc));
                ordinal.map_or(u32::MAX, |ordinal| by_ordinal[segment][ordinal as usize])
            };
            ranks.push((0..reader.max_doc()).map(of).collect());
        }
        Ok(self.id_ranks.get_or_init(|| ranks))
    }

    fn suggester(&self) -> Result<&Suggester, EngineError> {
        if let Some(suggester) = self.suggester.get() {
            return Ok(suggester);
        }
        let Generation { taxonomy, facets, .. } = &self.generation;
        let suggester = Suggester::new(self.generation.suggestions()?, &self.searcher, taxonomy, facets);
        Ok(self.suggester.get_or_init(|| suggester))
    }

    /// The plan of a query, with what its misspelt words may stand for.
    fn spelt(&self, query: &Query, fuzzy: Fuzzy, deadline: Deadline) -> tantivy::Result<Plan> {
        let mut plan = Plan::of(query);
        let builder = self.builder_until(deadline);
        correct(&mut plan, fuzzy, &builder, || match self.spelling.get() {
            Some(spelling) => Ok(spelling),
            None => {
                let spelling = Spelling::new(&builder, &self.generation.taxonomy)?;
                Ok(self.spelling.get_or_init(|| spelling))
            }
        })?;
        Ok(plan)
    }

    pub(super) fn prepare(&self, request: &SearchRequest) -> tantivy::Result<Prepared> {
        let builder = self.builder_until(request.deadline);
        let full = self.spelt(&request.query, request.fuzzy, request.deadline)?;
        let words = full.soft_words().len();
        let plan = full.joined(request.match_mode);
        let query = builder.plan(&plan)?;
        let counts = self.count_plan(&plan, &*query, request)?;
        let match_used = match request.match_mode {
            crate::model::query::MatchMode::All => MatchUsed::All,
            crate::model::query::MatchMode::Any => MatchUsed::Any,
        };
        if !fallback::is_needed(counts.total, words, request.match_mode, request.lenient) {
            return Ok(Prepared { plan, query, match_used, missing: Vec::new(), counts });
        }
        match self.prepare_most(request, &plan)? {
            Some(Fallback { query, missing, counts }) => {
                Ok(Prepared { plan, query, match_used: MatchUsed::Most, missing, counts })
            }
            None => Ok(Prepared { plan, query, match_used, missing: Vec::new(), counts }),
        }
    }

    /// The fallback: documents with most of the words, for a query whose words no document has all of, and for a
    /// question whose words few have.
    /// `None` when no document passes the rest of the query and the filters: then the words are not to blame.
    fn prepare_most(&self, request: &SearchRequest, plan: &Plan) -> tantivy::Result<Option<Fallback>> {
        let builder = self.builder_until(request.deadline);
        let leaves: Vec<_> = plan.soft_words().into_iter().take(fallback::WORDS_MAX).cloned().collect();
        let mut found = Vec::new();
        for leaf in &leaves {
            in_time(request.deadline)?;
            found.push(builder.weight(&*builder.plan(&Plan::Leaf(leaf.clone()))?, false)?);
        }
        let allowed = builder.filtered(builder.firm(plan)?, &request.filters, true);
        let allowed = builder.weight(&*allowed, false)?;
        let mut words = WordsHad::new(leaves.len());
        let mut masks = Vec::new();
        for reader in self.searcher.segment_readers() {
            let mut had = vec![0_u128; reader.max_doc() as usize];
            for (n, weight) in found.iter().enumerate() {
                in_time(request.deadline)?;
                weight.for_each_no_score(reader, &mut |docs| {
                    docs.iter().for_each(|&doc| had[doc as usize] |= 1 << n);
                })?;
            }
            allowed.for_each_no_score(reader, &mut |docs| {
                for &doc in docs.iter().filter(|&&doc| !reader.is_deleted(doc)) {
                    words.add(had[doc as usize], 1);
                }
            })?;
            masks.push(had);
        }
        let Some(enough) = words.enough(plan, request.lenient) else { return Ok(None) };
        let having_at_least = |least: u32| {
            let sets = self.searcher.segment_readers().iter().zip(&masks).map(|(reader, had)| {
                let mut set = BitSet::with_max_value(reader.max_doc());
                for (doc, mask) in (0..).zip(had) {
                    if mask.count_ones() >= least {
                        set.insert(doc);
                    }
                }
                (reader.segment_id(), set)
            });
            Box::new(SetQuery::new(sets.collect()))
        };
        let mut ranked = vec![(Occur::Must, builder.most(plan, having_at_least(enough))?)];
        for more in enough + 1..=words.best() {
            ranked.push((Occur::Should, Box::new(ConstScoreQuery::new(having_at_least(more), COVERAGE_POINTS))));
        }
        let query: Box<dyn IndexQuery> = Box::new(BooleanQuery::new(ranked));
        let counts = self.count(&*builder.filtered(query.box_clone(), &request.filters, false), request)?;
        let missing = words.missing(&leaves);
        Ok(Some(Fallback { query, missing, counts }))
    }

    /// Counts what `query` finds, with the parts of the request that are not in it; of all articles once for a generation.
    fn count_plan(&self, plan: &Plan, query: &dyn IndexQuery, request: &SearchRequest) -> tantivy::Result<Counts> {
        let filtered = || self.builder_until(request.deadline).filtered(query.box_clone(), &request.filters, false);
        if *plan != Plan::Everything || request.filters != Filters::default() || request.interval.is_none() {
            return self.count(&*filtered(), request);
        }
        let asked = || request.facets.iter().map(|facet| &facet.dimension);
        if let Some((counted, counts)) = self.everything.get().filter(|(counted, _)| counted.iter().eq(asked())) {
            debug_assert_eq!(counted.len(), counts.facets.len());
            return Ok(counts.clone());
        }
        let counts = self.count(&*filtered(), request)?;
        // Whoever asks for other dimensions has them counted each time.
        let _ = self.everything.set((asked().cloned().collect(), counts.clone()));
        Ok(counts)
    }

    fn count(&self, query: &dyn IndexQuery, request: &SearchRequest) -> tantivy::Result<Counts> {
        let dictionary = &self.generation.facets;
        let counting = Counting {
            dictionary,
            chosen: request
                .filters
                .include
                .iter()
                .map(|(dimension, choices)| (dimension.as_str(), dictionary.chosen(dimension, choices)))
                .collect(),
            counted: request.facets.iter().map(|facet| facet.dimension.as_str()).collect(),
            histogram: request.interval.is_some(),
            copies: self.copy_groups()?,
            deadline: request.deadline,
        };
        let weight = self.builder_until(request.deadline).weight(query, false)?;
        let mut counts = counting.start();
        for (segment, columns) in self.searcher.segment_readers().iter().enumerate().zip(self.columns.iter()) {
            counting.segment(segment, columns, &*weight, &mut counts)?;
        }
        Ok(counts)
    }

    fn top(&self, prepared: &Prepared, request: &SearchRequest) -> tantivy::Result<Vec<Looked<Candidate>>> {
        let end = request.offset + request.size;
        let hits = if request.collapse { prepared.counts.collapsed() } else { prepared.counts.total } as usize;
        if request.size == 0 || hits <= request.offset {
            return Ok(Vec::new());
        }
        let builder = self.builder_until(request.deadline);
        let mut query = builder.filtered(prepared.query.box_clone(), &request.filters, true);
        let sort = prepared.plan.order(request.sort);
        if let (Sort::Relevance, Some(recency)) = (sort, self.recency(request)?) {
            query = Box::new(RecentQuery::new(query, recency));
        }
        let weight = builder.weight(&*query, sort == Sort::Relevance)?;
        let look = match sort {
            Sort::Relevance => self.look(&builder, &prepared.plan, request)?,
            Sort::Newest | Sort::Oldest => None,
        };
        let Some(look) = look else {
            let top = self.first(&*weight, request, sort, end.min(hits), request.collapse)?;
            return Ok(top.into_iter().skip(request.offset).map(Looked::unseen).collect());
        };
        let mut window = self.first(&*weight, request, sort, WINDOW, false)?;
        let inside: HashSet<_> = window.iter().map(|candidate| (candidate.segment, candidate.doc)).collect();
        in_order_of_reading(&mut window);
        let mut top = look.order(&self.source(&builder), window)?;
        // The groups of copies that the window stands for: its best article of each leads, whatever comes later.
        let mut groups = HashSet::new();
        if request.collapse {
            let copies = self.copy_groups()?;
            top.retain_mut(|looked| {
                let of_segment = copies.of_segment(looked.hit.segment);
                looked.hit.group = of_segment.map_or(NONE, |of| of[looked.hit.doc as usize]);
                looked.hit.group == NONE || groups.insert(looked.hit.group)
            });
        }
        if end.min(hits) > top.len() {
            let rest = self.first(&*weight, request, sort, end.min(hits), request.collapse)?;
            let outside = rest.into_iter().filter(|candidate| {
                !inside.contains(&(candidate.segment, candidate.doc)) && !groups.contains(&candidate.group)
            });
            top.extend(outside.map(Looked::unseen));
        }
        Ok(top.into_iter().take(end).skip(request.offset).collect())
    }

    /// The close look that a request asks for.
    fn look(
        &self,
        builder: &QueryBuilder<'_>,
        plan: &Plan,
        request: &SearchRequest,
    ) -> tantivy::Result<Option<CloseLook<Term>>> {
        CloseLook::new(&self.source(builder), plan, &self.generation.taxonomy, request.explain)
    }

    /// What the close look reads.
    fn source<'b>(
        &'b self,
        builder: &'b QueryBuilder<'b>,
    ) -> IndexSource<'b, impl Fn(DocAddress) -> tantivy::Result<Head>> {
        IndexSource { builder, columns: &self.columns, head: |address| self.head(address) }
    }

    /// What recency is counted by, if the request asks for it and any article has a date.
    fn recency(&self, request: &SearchRequest) -> tantivy::Result<Option<Recency>> {
        let Some(half_life) = request.recency else { return Ok(None) };
        let mut newest = UNDATED;
        for (columns, reader) in self.columns.iter().zip(self.searcher.segment_readers()) {
            let days = (0..).zip(columns.dates(reader)?);
            newest = days.filter(|(doc, _)| !reader.is_deleted(*doc)).map(|(_, day)| *day).fold(newest, i32::max);
        }
        Ok((newest != UNDATED).then_some(Recency { newest, half_life }))
    }

    /// The first hits by score or day; of each group of copies one with `collapse`.
    fn first(
        &self,
        weight: &dyn Weight,
        request: &SearchRequest,
        sort: Sort,
        limit: usize,
        collapse: bool,
    ) -> tantivy::Result<Vec<Candidate>> {
        let mut top = TopHits::new(limit);
        let (id_ranks, copies) = (self.id_ranks()?, self.copy_groups()?);
        for (ordinal, reader) in self.searcher.segment_readers().iter().enumerate() {
            let groups = if collapse { copies.of_segment(ordinal) } else { None };
            let segment = Segment { ordinal, reader, id_ranks: &id_ranks[ordinal], groups };
            match sort {
                Sort::Relevance => top.by_score(segment, weight, request.deadline)?,
                Sort::Newest | Sort::Oldest => {
                    let days = self.columns[ordinal].dates(reader)?;
                    // The undated come last both ways.
                    let day_of = |doc: u32| match (days[doc as usize], sort) {
                        (UNDATED, _) => i64::MIN,
                        (day, Sort::Oldest) => -i64::from(day),
                        (day, _) => day.into(),
                    };
                    top.by_day(segment, weight, day_of)?;
                }
            }
        }
        Ok(top.into_sorted())
    }

    /// The head of an article, for feedback.
    fn head(&self, address: DocAddress) -> tantivy::Result<Head> {
        let row: TantivyDocument = self.searcher.doc(address)?;
        let text = |field| row.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let named: TitleAndLanguage = serde_json::from_str(text(self.schema.stored)).map_err(unreadable)?;
        Ok(Head::of(&named.title, text(self.schema.stored_body), &named.lang))
    }

    pub(super) fn document_at(&self, address: DocAddress) -> tantivy::Result<Document> {
        let row: TantivyDocument = self.searcher.doc(address)?;
        let text = |field| row.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
        let mut document: Document = serde_json::from_str(text(self.schema.stored)).map_err(unreadable)?;
        document.body = text(self.schema.stored_body).to_owned();
        Ok(document)
    }

    pub(super) fn hit(
        &self,
        looked: &Looked<Candidate>,
        highlighter: &Highlighter,
        weights: &[f32],
        cut_snippets: bool,
    ) -> tantivy::Result<Hit> {
        let address = DocAddress::new(looked.hit.segment as u32, looked.hit.doc);
        let mut document = self.document_at(address)?;
        let body = std::mem::take(&mut document.body);
        let title_marks = highlighter.marks(&document.title, &document.lang, TextField::Title);
        let (snippets, matched) = if cut_snippets {
            let marks = highlighter.marks(&body, &document.lang, TextField::Body);
            let texts = [(document.title.as_str(), title_marks.as_slice()), (body.as_str(), marks.as_slice())];
            (snippets(&document.title, &body, &marks, weights), reasons(highlighter, texts))
        } else {
            (Vec::new(), Vec::new())
        };
        Ok(Hit {
            title: fragments(&document.title, 0..document.title.len(), &title_marks),
            score: looked.hit.score(),
            snippets,
            matched,
            copies: self.copies(address, document.date.is_some())?,
            document,
            explanation: None,
        })
    }

    /// The other prints of a document's text; `dated` says whether the document has a date.
    fn copies(&self, address: DocAddress, dated: bool) -> tantivy::Result<Copies> {
        let group = self.copy_groups()?.of(address);
        let mut list = Vec::new();
        for other in group.iter().filter(|other| **other != address).take(COPIES_MAX) {
            let other = self.document_at(*other)?;
            list.push(Copy { id: other.id, source: other.source, date: other.date.map(|date| date.to_string()) });
        }
        Ok(Copies { total: group.len().saturating_sub(1), list, leads: dated && group.first() == Some(&address) })
    }

    fn results(&self, request: &SearchRequest) -> tantivy::Result<SearchResults> {
        let prepared = self.prepare(request)?;
        let top = self.top(&prepared, request)?;
        let highlighter = Highlighter::new(&prepared.plan);
        let weights = if top.is_empty() {
            Vec::new()
        } else {
            self.builder_until(request.deadline).leaf_weights(&prepared.plan)?
        };
        let mut hits = Vec::with_capacity(top.len());
        for looked in &top {
            in_time(request.deadline)?;
            hits.push(self.hit(looked, &highlighter, &weights, request.snippets)?);
        }
        if request.explain && prepared.plan.order(request.sort) == Sort::Relevance {
            let builder = self.builder_until(request.deadline);
            let look = self.look(&builder, &prepared.plan, request)?;
            let recency = self.recency(request)?;
            let explainer = Explainer::new(&builder, &prepared.plan, recency, &self.columns)?;
            for (hit, looked) in hits.iter_mut().zip(&top) {
                let labels = look.as_ref().map(|look| look.labels(&self.source(&builder), looked)).transpose()?;
                hit.explanation = Some(explainer.explain(looked, &labels.unwrap_or_default())?);
            }
        }
        let (variants, corrections) = self.other_forms(&prepared, request)?;
        let none: Vec<FacetChoice> = Vec::new();
        let facets = request
            .facets
            .iter()
            .zip(&prepared.counts.facets)
            .map(|(facet, counts)| {
                let chosen = request.filters.include.get(&facet.dimension).unwrap_or(&none);
                tree(facet, counts, &self.generation.facets, chosen, &self.generation.taxonomy)
            })
            .collect();
        Ok(SearchResults {
            total: prepared.counts.total,
            collapsed: prepared.counts.collapsed(),
            hits,
            match_used: prepared.match_used,
            missing: prepared.missing,
            variants,
            corrections,
            did_you_mean: None,
            facets,
            histogram: request
                .interval
                .map(|interval| histogram(&prepared.counts.days, interval, &request.filters.dates.unwrap_or_default())),
        })
    }

    /// The other forms that were found, with the articles of the answer that have each: names, then words.
    fn other_forms(
        &self,
        prepared: &Prepared,
        request: &SearchRequest,
    ) -> tantivy::Result<(Vec<OtherForms>, Vec<OtherForms>)> {
        let others = prepared.plan.alternatives();
        let mut forms = FormsFound::default();
        if others.is_empty() {
            return Ok(forms.into_lists());
        }
        let builder = self.builder_until(request.deadline);
        let found = builder.filtered(prepared.query.box_clone(), &request.filters, true);
        let found = self.documents(&*builder.weight(&*found, false)?)?;
        for (field, other) in others.into_iter().filter(|(_, other)| other.is_one_form()) {
            let holding = builder.weight(&*builder.alternative(other, field)?, false)?;
            let mut count = 0;
            for (reader, found) in self.searcher.segment_readers().iter().zip(&found) {
                holding.for_each_no_score(reader, &mut |docs| {
                    count += docs.iter().filter(|&&doc| found.contains(doc)).count() as u64;
                })?;
            }
            forms.add(other, count);
        }
        Ok(forms.into_lists())
    }

    /// The living documents that a weight finds, by segment.
    pub(super) fn documents(&self, weight: &dyn tantivy::query::Weight) -> tantivy::Result<Vec<BitSet>> {
        let mut found = Vec::new();
        for reader in self.searcher.segment_readers() {
            let mut set = BitSet::with_max_value(reader.max_doc());
            weight.for_each_no_score(reader, &mut |docs| {
                docs.iter().filter(|&&doc| !reader.is_deleted(doc)).for_each(|&doc| _ = set.insert(doc));
            })?;
            found.push(set);
        }
        Ok(found)
    }

    fn ranked(&self, request: &SearchRequest) -> tantivy::Result<Vec<Ranked>> {
        let top = self.top(&self.prepare(request)?, request)?;
        let readers = self.searcher.segment_readers();
        let columns =
            readers.iter().map(|reader| reader.fast_fields().str("id")).collect::<tantivy::Result<Vec<_>>>()?;
        let mut ranked = Vec::with_capacity(top.len());
        for Looked { hit: candidate, .. } in &top {
            let mut id = String::new();
            if let Some(column) = &columns[candidate.segment]
                && let Some(ordinal) = column.ords().first(candidate.doc)
            {
                column.ord_to_str(ordinal, &mut id)?;
            }
            ranked.push(Ranked { id, score: candidate.score() });
        }
        Ok(ranked)
    }

    pub(super) fn find(&self, id: &str) -> tantivy::Result<Option<DocAddress>> {
        let weight =
            self.builder().weight(&TermQuery::new(self.schema.id_term(id), IndexRecordOption::Basic), false)?;
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let mut docs = weight.scorer(reader, 1.0)?;
            while docs.doc() != TERMINATED {
                if !reader.is_deleted(docs.doc()) {
                    return Ok(Some(DocAddress::new(segment as u32, docs.doc())));
                }
                docs.advance();
            }
        }
        Ok(None)
    }

    /// What an error means to whoever asked with a deadline.
    fn given_up(&self, request: &SearchRequest, error: &tantivy::TantivyError) -> EngineError {
        if request.deadline.has_passed() { EngineError::TooSlow } else { self.failed(error) }
    }

    fn failed(&self, error: &tantivy::TantivyError) -> EngineError {
        unreadable_segments(&self.generation.folder, error)
    }
}

/// What feedback reads of a stored article besides its body.
#[derive(serde::Deserialize)]
struct TitleAndLanguage {
    title: String,
    lang: String,
}

fn unreadable(error: serde_json::Error) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(format!("a stored article is unreadable: {error}"))
}

impl Searcher for EmbeddedSearcher {
    fn search(&self, request: &SearchRequest) -> Result<SearchResults, EngineError> {
        self.results(request).map_err(|error| self.given_up(request, &error))
    }

    fn rank(&self, request: &SearchRequest) -> Result<Vec<Ranked>, EngineError> {
        self.ranked(request).map_err(|error| self.given_up(request, &error))
    }

    fn crosstab(
        &self,
        request: &SearchRequest,
        rows: &AxisRequest,
        columns: &AxisRequest,
    ) -> Result<Crosstab, EngineError> {
        self.table(request, rows, columns).map_err(|error| self.given_up(request, &error))
    }

    fn documents(&self, ids: &[String]) -> Result<Vec<(Document, Copies)>, EngineError> {
        let read = |id: &String| {
            let address = self.find(id).map_err(|error| self.failed(&error))?.ok_or_else(|| EngineError::lost(id))?;
            let document = self.document_at(address).map_err(|error| self.failed(&error))?;
            let copies = self.copies(address, document.date.is_some()).map_err(|error| self.failed(&error))?;
            Ok((document, copies))
        };
        ids.iter().map(read).collect()
    }

    fn article(&self, id: &str, query: &Query, fuzzy: Fuzzy) -> Result<Option<Article>, EngineError> {
        let found = self.find(id).and_then(|found| {
            let plan = self.spelt(query, fuzzy, Deadline::default())?;
            let whole = |address| {
                let document = self.document_at(address)?;
                let copies = self.copies(address, document.date.is_some())?;
                Ok((document, copies, plan))
            };
            found.map(whole).transpose()
        });
        let Some((document, copies, plan)) = found.map_err(|error| self.failed(&error))? else { return Ok(None) };
        Ok(Some(crate::engine::article::mark(document, copies, &plan)))
    }

    fn suggest(&self, request: &SuggestRequest) -> Result<Vec<Suggestion>, EngineError> {
        let suggester = self.suggester()?;
        let id_of = |segment, doc| Ok(self.document_at(DocAddress::new(segment, doc))?.id);
        let place = Place {
            builder: self.builder(),
            searcher: &self.searcher,
            columns: &self.columns,
            dictionary: &self.generation.facets,
            taxonomy: &self.generation.taxonomy,
            id_of: &id_of,
        };
        suggester.suggest(&place, request).map_err(|error| self.failed(&error))
    }

    fn similar(&self, id: &str, filters: &Filters, size: usize) -> Result<Option<Neighbours>, EngineError> {
        self.neighbours(id, filters, size).map_err(|error| self.failed(&error))
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        Ok(Stats {
            generation: self.generation.name().to_owned(),
            documents: self.searcher.num_docs(),
            segments: self.searcher.segment_readers().len(),
            bytes: self.generation.bytes(),
            built_at: self.manifest().built_at.clone(),
        })
    }

    fn report(&self) -> &IngestReport {
        &self.manifest().report
    }

    fn taxonomy(&self) -> &Taxonomy {
        &self.generation.taxonomy
    }

    fn values(&self, dimension: &str) -> Vec<String> {
        self.generation.facets.paths(dimension).iter().skip(1).cloned().collect()
    }

    fn generation(&self) -> &str {
        self.generation.name()
    }
}
