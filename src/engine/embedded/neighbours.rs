//! Neighbours of an article in the index: what `engine::likeness` weighs is counted, added up and ranked here.
//!
//! Decides nothing about what makes articles alike. Reads the postings of at most `WORDS_COUNTED_MAX` words and of the
//! article's labels, never another article's text but that of the hits shown.

use std::collections::{HashMap, HashSet};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::engine::close_look::Looked;
use crate::engine::embedded::collector::{Candidate, Rank};
use crate::engine::embedded::copies::NONE;
use crate::engine::embedded::searcher::EmbeddedSearcher;
use crate::engine::highlight::Highlighter;
use crate::engine::likeness::{Articles, Profile, Shared, Word, paths, saying, words, worth_counting};
use crate::model::document::Document;
use crate::model::query::{Filters, TextField};
use crate::model::results::Neighbours;

/// How often each document of a segment has a word, in the title and in the body. Kept from word to word.
struct Holders {
    times: Vec<(u32, u32)>,
    docs: Vec<DocId>,
}

impl Holders {
    fn new(reader: &SegmentReader) -> Self {
        Self { times: vec![(0, 0); reader.max_doc() as usize], docs: Vec::new() }
    }

    fn clear(&mut self) {
        for doc in self.docs.drain(..) {
            self.times[doc as usize] = (0, 0);
        }
    }

    /// Adds the living documents that have a term.
    fn add(&mut self, reader: &SegmentReader, term: &Term, field: TextField) -> tantivy::Result<()> {
        let index = reader.inverted_index(term.field())?;
        let Some(mut postings) = index.read_postings(term, IndexRecordOption::WithFreqs)? else { return Ok(()) };
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if !reader.is_deleted(doc) {
                let times = &mut self.times[doc as usize];
                if *times == (0, 0) {
                    self.docs.push(doc);
                }
                match field {
                    TextField::Title => times.0 += postings.term_freq(),
                    TextField::Body => times.1 += postings.term_freq(),
                }
            }
            postings.advance();
        }
        Ok(())
    }
}

/// The lengths of the bodies of a segment, as multiples of the mean.
struct Norms {
    norms: FieldNormReader,
    mean: f32,
}

/// What the documents of a segment share with the article.
struct Found {
    shared: Vec<Shared>,
    /// Documents that share anything.
    docs: Vec<DocId>,
}

impl Found {
    fn of(&mut self, doc: DocId) -> &mut Shared {
        let shared = &mut self.shared[doc as usize];
        if shared.words == 0 && shared.labels == 0 {
            self.docs.push(doc);
        }
        shared
    }
}

impl EmbeddedSearcher {
    /// The articles most like one, `size` of them, its copies left out; `None` where there is no such article.
    pub(super) fn neighbours(&self, id: &str, filters: &Filters, size: usize) -> tantivy::Result<Option<Neighbours>> {
        let Some(address) = self.find(id)? else { return Ok(None) };
        let document = self.document_at(address)?;
        let same_language = self.language(&document.lang)?;
        let profile = self.profile(&document, &same_language)?;
        let mut own: HashSet<DocAddress> = self.copy_groups()?.of(address).iter().copied().collect();
        own.insert(address);
        let alike = self.alike(&profile, &own, filters, &same_language)?;
        let total = alike.len() as u64;
        let mut leaders = HashSet::new();
        let different: Vec<&(Candidate, Shared)> =
            alike.iter().filter(|(hit, _)| hit.group == NONE || leaders.insert(hit.group)).collect();
        let highlighter = Highlighter::new(&profile.plan());
        let weights: Vec<f32> = profile.words.iter().map(|word| word.weight).collect();
        let mut list = Vec::new();
        for (candidate, shared) in different.iter().take(size) {
            let hit = self.hit(&Looked::unseen(*candidate), &highlighter, &weights, true)?;
            list.push(profile.neighbour(shared, hit));
        }
        Ok(Some(Neighbours { total, collapsed: different.len() as u64, title: document.title, list }))
    }

    /// The documents in a language.
    fn language(&self, lang: &str) -> tantivy::Result<Vec<BitSet>> {
        let term = Term::from_field_text(self.schema.lang, lang);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        self.documents(&*self.builder().weight(&query, false)?)
    }

    /// What an article is about.
    fn profile(&self, document: &Document, same_language: &[BitSet]) -> tantivy::Result<Profile> {
        let in_language = same_language.iter().map(|set| set.len() as u64).sum();
        let articles = Articles { all: self.searcher.num_docs(), in_language };
        let read = words(&document.title, &document.body, &document.lang);
        let worth = worth_counting(read, articles, |word| {
            let mut holders = 0;
            for (term, _) in self.terms(word) {
                holders = self.searcher.doc_freq(&term)?.max(holders);
            }
            tantivy::Result::Ok(holders)
        })?;
        let mut counted: Vec<(Word, Articles)> = worth.into_iter().map(|word| (word, Articles::default())).collect();
        for (reader, same_language) in self.searcher.segment_readers().iter().zip(same_language) {
            let mut holders = Holders::new(reader);
            for (word, counts) in &mut counted {
                self.hold(reader, word, &mut holders)?;
                counts.all += holders.docs.len() as u64;
                counts.in_language += holders.docs.iter().filter(|doc| same_language.contains(**doc)).count() as u64;
            }
        }
        let mut values = Vec::new();
        for dimension in self.generation.taxonomy.dimensions() {
            for path in paths(document.tags(&dimension.name)) {
                if let Some(term) = self.label_term(&dimension.name, path) {
                    values.push((dimension.name.clone(), path.to_owned(), self.searcher.doc_freq(&term)?));
                }
            }
        }
        Ok(Profile::new(counted, values, articles))
    }

    /// All documents but the `own` that pass the filters and share enough with a profile, best first.
    fn alike(
        &self,
        profile: &Profile,
        own: &HashSet<DocAddress>,
        filters: &Filters,
        same_language: &[BitSet],
    ) -> tantivy::Result<Vec<(Candidate, Shared)>> {
        let allowed = if *filters == Filters::default() {
            None
        } else {
            let builder = self.builder();
            let query = builder.filtered(Box::new(AllQuery), filters, true);
            Some(self.documents(&*builder.weight(&*query, false)?)?)
        };
        let (id_ranks, copies) = (self.id_ranks()?, self.copy_groups()?);
        let mut label_weights = HashMap::new();
        let mut alike = Vec::new();
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let found = self.shared(profile, reader)?;
            for doc in found.docs {
                if own.contains(&DocAddress::new(segment as u32, doc))
                    || allowed.as_ref().is_some_and(|allowed| !allowed[segment].contains(doc))
                {
                    continue;
                }
                let mut shared = found.shared[doc as usize];
                shared.other_language = !same_language[segment].contains(doc);
                let labels = shared.labels;
                let labels = *label_weights.entry(labels).or_insert_with(|| profile.labels_weight(labels));
                if let Some(likeness) = profile.likeness(&shared, labels) {
                    let candidate = Candidate {
                        rank: Rank::Score(likeness),
                        id_rank: id_ranks[segment][doc as usize],
                        segment,
                        doc,
                        group: copies.of_segment(segment).map_or(NONE, |groups| groups[doc as usize]),
                    };
                    alike.push((candidate, shared));
                }
            }
        }
        alike.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
        Ok(alike)
    }

    /// What the documents of a segment share with a profile.
    fn shared(&self, profile: &Profile, reader: &SegmentReader) -> tantivy::Result<Found> {
        let mut found = Found { shared: vec![Shared::default(); reader.max_doc() as usize], docs: Vec::new() };
        let lengths = self.lengths(reader)?;
        let mut holders = Holders::new(reader);
        for (place, word) in profile.words.iter().enumerate() {
            self.hold(reader, &word.of, &mut holders)?;
            for &doc in &holders.docs {
                let (in_title, in_body) = holders.times[doc as usize];
                let length = lengths.norms.fieldnorm(doc) as f32 / lengths.mean;
                let shared = found.of(doc);
                shared.words |= 1 << place;
                shared.words_weight += word.weight * saying(in_title, in_body, length);
            }
        }
        for (place, label) in profile.labels.iter().enumerate() {
            let Some(term) = self.label_term(&label.of.dimension, &label.of.path) else { continue };
            let index = reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                if !reader.is_deleted(postings.doc()) {
                    found.of(postings.doc()).labels |= 1 << place;
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    /// Sets `holders` to the documents of a segment that have a word.
    fn hold(&self, reader: &SegmentReader, word: &Word, holders: &mut Holders) -> tantivy::Result<()> {
        holders.clear();
        for (term, field) in self.terms(word) {
            holders.add(reader, &term, field)?;
        }
        Ok(())
    }

    /// The terms of a word in the title and in the body.
    fn terms(&self, word: &Word) -> Vec<(Term, TextField)> {
        let of = |field: TextField| {
            let stem: Field = self.schema.text(field).stem;
            word.stems.iter().map(move |form| (Term::from_field_text(stem, form), field))
        };
        [TextField::Title, TextField::Body].into_iter().flat_map(of).collect()
    }

    fn label_term(&self, dimension: &str, path: &str) -> Option<Term> {
        let field = *self.schema.facets.get(dimension)?;
        let ordinal = self.generation.facets.ordinal(dimension, path)?;
        Some(Term::from_field_u64(field, ordinal.into()))
    }

    /// The mean is that of the whole index, so that a score does not depend on how it is cut into segments.
    fn lengths(&self, reader: &SegmentReader) -> tantivy::Result<Norms> {
        let field = self.schema.body.stem;
        let mean = self.builder().average_of(field)?;
        Ok(Norms { norms: reader.get_fieldnorms_reader(field)?, mean })
    }
}
