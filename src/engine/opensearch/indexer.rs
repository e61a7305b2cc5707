//! Writing a generation on a cluster: aside from the live one, from its unchanged articles and those that changed.
//!
//! May not write to a live generation, and leaves nothing behind when it is dropped before its commit.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::calendar::now;
use crate::engine::analyzer::ANALYZER_VERSION;
use crate::engine::facets::{FacetDictionary, OWN_DIMENSIONS};
use crate::engine::manifest::{Manifest, generation_name};
use crate::engine::opensearch::bulk::Item;
use crate::engine::opensearch::foundation::{Beside, Foundation};
use crate::engine::opensearch::generations::GroupedArticle;
use crate::engine::opensearch::lexicon::{Builder, DamagedLexicon};
use crate::engine::opensearch::lock::Lock;
use crate::engine::opensearch::mapping::{Layout, MAPPING_VERSION, index_body};
use crate::engine::opensearch::rows::Row;
use crate::engine::opensearch::stored::{ARTICLES_AT_ONCE, articles, imprints};
use crate::engine::opensearch::succession::{generations, live_index, refuse_foreign, sweep};
use crate::engine::opensearch::suggester::gathering::gather;
use crate::engine::opensearch::target::Target;
use crate::engine::opensearch::transport::Cluster;
use crate::engine::{Baseline, Committed, EngineError, Indexer, Writing};
use crate::model::document::{Document, Imprint};
use crate::model::report::{IngestReport, Ledger};
use crate::taxonomy::Taxonomy;

/// Writes one generation.
pub struct OpenSearchIndexer {
    cluster: Cluster,
    layout: Layout,
    taxonomy: Taxonomy,
    pipeline: String,
    /// The taxonomy's dimensions and our own.
    dimensions: Vec<String>,
    facets: FacetDictionary,
    baseline: Baseline,
    live: Option<Foundation>,
    /// Index that the alias stands for, whatever it holds.
    named: Option<String>,
    /// Index of the generation that one can go back to once the new one is live.
    previous: Option<String>,
    /// Made at the first change.
    target: Option<Target>,
    lexicon: Builder,
    /// The first of the copies of each article that has some, as the rows have it.
    leaders: HashMap<String, String>,
    /// Ids that were written or taken out in this run.
    touched: HashSet<String>,
    /// Ids on their way out.
    leaving: Vec<String>,
    /// What copies of the articles added are known by.
    added: Vec<Imprint>,
    /// Ids of the articles taken out.
    removed: Vec<String>,
    /// The groups of copies, once they are set anew.
    copies: Option<Vec<Vec<String>>>,
    /// Nobody who writes nothing needs it. Given back last.
    lock: Option<Lock>,
}

/// What stands on the cluster when a run begins.
struct Found {
    named: Option<String>,
    live: Option<Result<Foundation, EngineError>>,
    /// The generation that one can go back to once a new one is live.
    previous: Option<String>,
}

impl OpenSearchIndexer {
    /// Takes the right to write to the index, unless nothing is to be written. `pipeline` is the fingerprint of what makes
    /// documents of files.
    pub fn begin(
        cluster: &Cluster,
        layout: Layout,
        taxonomy: Taxonomy,
        pipeline: &str,
        writing: Writing,
    ) -> Result<Self, EngineError> {
        let full = writing == Writing::Everything;
        refuse_foreign(cluster)?;
        let lock = if writing == Writing::Nothing { None } else { Some(Lock::take(cluster)?) };
        let Found { named, live, previous } = find(cluster, full, lock.is_some())?;
        let reason = match &live {
            _ if full => Some("it was asked for".to_owned()),
            None => Some("there is no index yet".to_owned()),
            Some(Err(error)) => Some(error.to_string()),
            Some(Ok(live)) => live.manifest.changed_since(pipeline, &taxonomy).map(str::to_owned),
        };
        if let (Writing::Nothing, Some(reason)) = (writing, &reason) {
            return Err(EngineError::Behind(reason.clone()));
        }
        let replaces_articles =
            live.as_ref().is_some_and(|live| !matches!(live, Ok(live) if live.manifest.report.documents == 0));
        let live = live.and_then(Result::ok);
        let mut facets = FacetDictionary::default();
        let mut leaders = HashMap::new();
        let mut ledger = Ledger::default();
        let mut copies = (0, 0);
        if let (Some(live), None) = (&live, &reason) {
            (ledger, facets, leaders) = (live.ledger()?, live.facets.clone(), leaders_of(&ids_of(&live.copies)));
            copies = (live.manifest.report.copy_groups, live.manifest.report.copies);
        }
        facets.insert_taxonomy(&taxonomy);
        let dimensions = taxonomy.dimensions().iter().map(|dimension| dimension.name.clone());
        Ok(Self {
            cluster: cluster.clone(),
            layout,
            dimensions: dimensions.chain(OWN_DIMENSIONS.map(str::to_owned)).collect(),
            taxonomy,
            pipeline: pipeline.to_owned(),
            facets,
            baseline: Baseline { ledger: Arc::new(ledger), copies, rebuild_because: reason, replaces_articles },
            live,
            named,
            previous,
            target: None,
            lexicon: Builder::default(),
            leaders,
            touched: HashSet::new(),
            leaving: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            copies: None,
            lock,
        })
    }

    /// Whether nothing is taken over from the live generation.
    fn is_fresh(&self) -> bool {
        self.baseline.rebuild_because.is_some()
    }

    fn target(&mut self) -> Result<&mut Target, EngineError> {
        let Some(lock) = &self.lock else { return Err(EngineError::Behind("the corpus changed".into())) };
        lock.refuse_loss()?;
        if self.target.is_none() {
            let target = match &self.live {
                Some(live) if self.baseline.rebuild_because.is_none() => {
                    Target::built_on(&self.cluster, &live.index, self.layout.replicas)?
                }
                _ => {
                    let body = index_body(self.layout, self.dimensions.iter().map(String::as_str));
                    Target::empty(&self.cluster, self.layout.shards, body)?
                }
            };
            self.target = Some(target);
        }
        self.target.as_mut().ok_or_else(|| EngineError::Failed {
            action: "open the new generation",
            reason: "it was just made and is gone".into(),
        })
    }

    /// Makes the rows of articles, each with the group that it is in.
    fn rows(&self, documents: Vec<Document>) -> Vec<Row> {
        let row = |document: Document| {
            let leader = self.leaders.get(&document.id).cloned();
            Row::of(document, self.dimensions.iter().map(String::as_str), leader.as_deref())
        };
        documents.into_par_iter().map(row).collect()
    }

    /// Takes the terms of what stands under some ids out of the lexicon.
    fn forget(&mut self, ids: &[String]) -> Result<(), EngineError> {
        let (again, first): (Vec<String>, Vec<String>) = ids.iter().cloned().partition(|id| self.touched.contains(id));
        if let (Some(live), false) = (&self.live, self.is_fresh()) {
            let index = live.index.clone();
            self.forget_in(&index, &first)?;
        }
        if !again.is_empty() {
            // What this run wrote under these ids goes, too, and must be there before anything is written over it.
            let target = self.target()?;
            target.settle()?;
            let index = target.index().to_owned();
            self.forget_in(&index, &again)?;
        }
        self.touched.extend(first);
        Ok(())
    }

    fn forget_in(&mut self, index: &str, ids: &[String]) -> Result<(), EngineError> {
        for ids in ids.chunks(ARTICLES_AT_ONCE) {
            let old = articles(&self.cluster, index, ids)?;
            for row in self.rows(old) {
                self.lexicon.remove(&row.held).map_err(damaged_lexicon)?;
            }
        }
        Ok(())
    }

    /// Takes out what was said to leave.
    fn let_go(&mut self) -> Result<(), EngineError> {
        let leaving = std::mem::take(&mut self.leaving);
        self.forget(&leaving)?;
        for id in leaving {
            self.target()?.push(Item { id, source: None })?;
        }
        Ok(())
    }

    /// Writes the articles anew whose group is another one now; gives what the groups know of their articles.
    fn regroup(&mut self, groups: &[Vec<String>]) -> Result<Vec<Vec<GroupedArticle>>, EngineError> {
        let mut known: HashMap<String, GroupedArticle> = HashMap::new();
        if let (Some(live), false) = (&self.live, self.is_fresh()) {
            let kept = live.copies.iter().flatten().filter(|article| !self.touched.contains(&article.id));
            known.extend(kept.map(|article| (article.id.clone(), article.clone())));
        }
        let leaders = leaders_of(groups);
        let old = std::mem::replace(&mut self.leaders, leaders);
        let is_changed = |id: &String| old.get(id) != self.leaders.get(id);
        let is_read = |id: &&String| is_changed(id) || (self.leaders.contains_key(*id) && !known.contains_key(*id));
        let read: BTreeSet<String> = old.keys().chain(self.leaders.keys()).filter(is_read).cloned().collect();
        let read: Vec<String> = read.into_iter().collect();
        if !read.is_empty() {
            let target = self.target()?;
            target.settle()?;
            let index = target.index().to_owned();
            for ids in read.chunks(ARTICLES_AT_ONCE) {
                let mut found = articles(&self.cluster, &index, ids)?;
                known.extend(found.iter().map(|article| (article.id.clone(), article.into())));
                found.retain(|article| old.get(&article.id) != self.leaders.get(&article.id));
                for row in self.rows(found) {
                    self.target()?.push(Item { id: row.id, source: Some(row.source) })?;
                }
            }
        }
        let of_group = |group: &Vec<String>| group.iter().filter_map(|id| known.get(id).cloned()).collect();
        Ok(groups.iter().map(of_group).collect())
    }

    /// Whether a run that wrote nothing would give the live generation once more.
    fn gives_the_live_one(&self, generation: &str) -> bool {
        let same = self.live.as_ref().is_some_and(|live| live.manifest.generation == generation);
        same && !self.is_fresh() && self.target.is_none()
    }
}

impl Indexer for OpenSearchIndexer {
    fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    fn add(&mut self, documents: Vec<Document>) -> Result<(), EngineError> {
        self.target()?;
        self.let_go()?;
        let ids: Vec<String> = documents.iter().map(|document| document.id.clone()).collect();
        self.forget(&ids)?;
        for document in &documents {
            self.facets.insert_document(document, self.dimensions.iter().map(String::as_str));
            self.added.push(document.imprint());
        }
        for row in self.rows(documents) {
            self.lexicon.add(&row.held).map_err(damaged_lexicon)?;
            self.target()?.push(Item { id: row.id, source: Some(row.source) })?;
        }
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), EngineError> {
        self.target()?;
        self.removed.push(id.to_owned());
        self.leaving.push(id.to_owned());
        if self.leaving.len() >= ARTICLES_AT_ONCE { self.let_go() } else { Ok(()) }
    }

    fn imprints(&mut self) -> Result<Option<Vec<Imprint>>, EngineError> {
        if self.added.is_empty() && self.removed.is_empty() && !self.is_fresh() {
            return Ok(None);
        }
        let mut all = match &self.live {
            Some(live) if !self.is_fresh() => {
                let gone = self.added.iter().map(|imprint| &imprint.id).chain(&self.removed).map(String::as_str);
                imprints(&self.cluster, &live.index, &gone.collect())?
            }
            _ => Vec::new(),
        };
        all.append(&mut self.added);
        Ok(Some(all))
    }

    fn group(&mut self, groups: Vec<Vec<String>>) {
        self.copies = Some(groups);
    }

    fn commit(mut self: Box<Self>, ledger: Ledger, report: &IngestReport) -> Result<Committed, EngineError> {
        let generation = generation_name(MAPPING_VERSION, &self.pipeline, &self.taxonomy, &ledger, report);
        if self.gives_the_live_one(&generation) {
            return Ok(Committed { generation, changed: false });
        }
        self.target()?;
        self.let_go()?;
        let copies = match (self.copies.take(), &self.live) {
            (Some(copies), _) => copies,
            (None, Some(live)) if !self.is_fresh() => ids_of(&live.copies),
            (None, _) => Vec::new(),
        };
        let copies = self.regroup(&copies)?;
        let layout = self.layout;
        self.target()?.finish(report.documents, layout)?;
        let base = match &self.live {
            Some(live) if !self.is_fresh() => Some(live.lexicon()?),
            _ => None,
        };
        let lexicon = std::mem::take(&mut self.lexicon).finish(base.as_ref()).map_err(damaged_lexicon)?;
        let manifest = Manifest {
            generation: generation.clone(),
            schema_version: MAPPING_VERSION,
            analyzer_version: ANALYZER_VERSION,
            pipeline: self.pipeline.clone(),
            taxonomy: self.taxonomy.fingerprint(),
            built_at: now(),
            previous: self.previous.clone(),
            report: report.clone(),
        };
        let (facets, taxonomy) = (&self.facets, &self.taxonomy);
        let records = ledger.files.values().flat_map(|file| &file.records).filter(|record| record.indexed);
        let ids: Vec<&str> = records.map(|record| record.id.as_str()).collect();
        let (Some(target), Some(lock)) = (self.target.take(), &self.lock) else {
            return Err(EngineError::Failed { action: "commit", reason: "there is nothing to commit to".into() });
        };
        let suggestions = &gather(&self.cluster, target.index(), ids)?;
        let (manifest, ledger, copies) = (&manifest, &ledger, &copies);
        let beside = Beside { manifest, ledger, facets, copies, taxonomy, lexicon, suggestions };
        beside.write(&self.cluster, target.index(), layout.replicas)?;
        lock.confirm()?;
        let index = target.make_live(self.named.as_deref())?;
        let kept: Vec<&str> = [Some(index.as_str()), self.previous.as_deref()].into_iter().flatten().collect();
        sweep(&self.cluster, &kept);
        Ok(Committed { generation, changed: true })
    }
}

/// Looks at what stands on the cluster. With the right to write, what broken runs left is swept away.
fn find(cluster: &Cluster, full: bool, writes: bool) -> Result<Found, EngineError> {
    let (named, mut live) = match live_index(cluster) {
        Ok(None) => (None, None),
        Ok(Some(index)) => (Some(index.clone()), Some(Foundation::open(cluster, &index))),
        Err(error) => return Err(error),
    };
    // A generation that lost articles is not built on. Whoever asks for a full run may do so because something else is wrong.
    if let Some(Ok(generation)) = live {
        let sound = if full { generation.refuse_damage() } else { generation.refuse_loss() };
        live = Some(sound.map(|()| generation));
    }
    match live {
        // That the cluster may not be asked now says nothing of what it holds.
        Some(Err(error)) if !says_what_it_holds(&error) => Err(error),
        Some(Ok(generation)) => {
            if writes {
                let kept = [named.as_deref(), generation.manifest.previous.as_deref()];
                sweep(cluster, &kept.into_iter().flatten().collect::<Vec<_>>());
            }
            Ok(Found { previous: named.clone(), named, live: Some(Ok(generation)) })
        }
        live => {
            // Nobody should go back to what is damaged. The alias may be lost, too, and the generations still be there.
            let others = generations(cluster)?.into_iter().filter(|index| Some(index) != named.as_ref());
            let mut opened = others.filter_map(|index| Foundation::open(cluster, &index).ok());
            let other = opened.find(|generation| generation.refuse_damage().is_ok()).map(|generation| generation.index);
            let outdated = matches!(live, Some(Err(EngineError::Outdated { .. } | EngineError::Newer { .. })));
            let previous = if outdated { named.clone() } else { other };
            if writes {
                let kept = [named.as_deref(), previous.as_deref()];
                sweep(cluster, &kept.into_iter().flatten().collect::<Vec<_>>());
            }
            Ok(Found { named, live, previous })
        }
    }
}

/// Whether an error of opening a generation is about the generation, and not about the way to it.
fn says_what_it_holds(error: &EngineError) -> bool {
    matches!(error, EngineError::Damaged { .. } | EngineError::Outdated { .. } | EngineError::Newer { .. })
}

/// The first of its copies for each article that has some.
fn leaders_of(groups: &[Vec<String>]) -> HashMap<String, String> {
    let of_group = |group: &Vec<String>| {
        let leader = group.first().cloned().unwrap_or_default();
        group.iter().map(move |id| (id.clone(), leader.clone())).collect::<Vec<_>>()
    };
    groups.iter().flat_map(of_group).collect()
}

/// The ids of groups.
fn ids_of(groups: &[Vec<GroupedArticle>]) -> Vec<Vec<String>> {
    groups.iter().map(|group| group.iter().map(|article| article.id.clone()).collect()).collect()
}

fn damaged_lexicon(error: DamagedLexicon) -> EngineError {
    EngineError::Failed { action: "count the words of the articles", reason: error.to_string() }
}
