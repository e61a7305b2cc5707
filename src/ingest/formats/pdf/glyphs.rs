//! The letters of a PDF with their places on the page: the one place that knows the outside crate for PDF.
//!
//! Draws nothing: the crate interprets a page's instructions, and only the text among them is noted. What the file
//! itself marks as no part of its text (running heads, page numbers) is left out. Gives plain values only.

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};

use crate::model::{PDF_GLYPHS_MAX, PDF_PAGES_MAX};

/// Units of a font's measures in the size of one letter.
const FONT_UNITS: f64 = 1000.0;
/// Width of a letter whose font does not tell, in letter sizes.
const WIDTH_UNKNOWN: f64 = 0.5;
/// How far a line may lean and still count as straight, in radians.
const LEANING_MAX: f64 = 0.1;

/// A letter, or what one shape stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// What it stands for.
    pub(super) text: String,
    /// Left end of its place on the base line, in points from the left edge of the page.
    pub(super) x: f64,
    /// The base line, in points from the top edge.
    pub(super) y: f64,
    /// Width, in points.
    pub(super) width: f64,
    /// Size of its letters, in points.
    pub(super) size: f64,
}

/// The text of one page.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Page {
    /// Height, in points.
    pub(super) height: f64,
    /// Its letters, in the order in which they are drawn.
    pub(super) glyphs: Vec<Glyph>,
}

/// What a PDF holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Contents {
    /// Its pages.
    pub(super) pages: Vec<Page>,
    /// Letters drawn of which nothing tells what they stand for.
    pub(super) unknown: usize,
    /// Title of the document's information, as its bytes.
    pub(super) title: Option<Vec<u8>>,
    /// Author of the document's information, as its bytes.
    pub(super) author: Option<Vec<u8>>,
}

/// Reads the letters of all pages. Errors with words for the report.
pub(super) fn contents(bytes: &[u8]) -> Result<Contents, String> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| {
        match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
                "is protected by a password; save a copy without one"
            }
            LoadPdfError::Decryption(_) => "is encrypted in a way that cannot be read; save a copy without encryption",
            LoadPdfError::Invalid => "is no PDF that can be read, or is damaged; open it and print it to a new PDF",
        }
        .to_owned()
    })?;
    let pages = pdf.pages();
    if pages.len() > PDF_PAGES_MAX {
        return Err(format!("has more than {PDF_PAGES_MAX} pages; split it"));
    }
    let mut contents = Contents {
        title: pdf.metadata().title.as_deref().map(<[u8]>::to_vec),
        author: pdf.metadata().author.as_deref().map(<[u8]>::to_vec),
        ..Contents::default()
    };
    let cache = InterpreterCache::new();
    let mut drawn = 0;
    for page in pages.iter() {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, width, height),
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        let mut reader = PageReader { room: PDF_GLYPHS_MAX.saturating_sub(drawn), ..PageReader::default() };
        interpret_page(page, &mut context, &mut reader);
        drawn += reader.turns.iter().map(Vec::len).sum::<usize>();
        if drawn >= PDF_GLYPHS_MAX {
            return Err(format!("holds more than {PDF_GLYPHS_MAX} letters; split it"));
        }
        contents.unknown += reader.unknown;
        contents.pages.push(reader.finish(width, height));
    }
    Ok(contents)
}

/// Notes the text of one page while it is interpreted.
#[derive(Default)]
struct PageReader {
    /// Letters by the way their line runs: to the right, down, to the left, up.
    turns: [Vec<Glyph>; 4],
    unknown: usize,
    /// How many more letters are noted.
    room: usize,
    /// The marks that are open; whether each says that what follows is no part of the text.
    marks: Vec<bool>,
}

impl PageReader {
    fn take(&mut self, glyph: &FontGlyph<'_>, place: Affine) {
        let advance = match glyph {
            FontGlyph::Outline(outline) => outline.advance_width().map(f64::from),
            FontGlyph::Type3(drawn) => drawn.advance_width().map(f64::from),
        };
        let advance = advance.filter(|advance| advance.is_finite()).unwrap_or(WIDTH_UNKNOWN * FONT_UNITS);
        let start = place * Point::ZERO;
        let end = place * Point::new(FONT_UNITS, 0.0);
        let top = place * Point::new(0.0, FONT_UNITS);
        let (size, scale) = (start.distance(top), start.distance(end) / FONT_UNITS);
        if !(start.x.is_finite() && start.y.is_finite() && size.is_finite() && size > 0.1 && scale.is_finite()) {
            return;
        }
        let text = match glyph.as_unicode() {
            Some(BfString::Char(letter)) => letter.to_string(),
            Some(BfString::String(text)) => text,
            None => String::new(),
        };
        if text.is_empty() || text.chars().any(is_meaningless) {
            self.unknown += 1;
            return;
        }
        let angle = (end.y - start.y).atan2(end.x - start.x);
        let quarter = (angle / std::f64::consts::FRAC_PI_2).round();
        if (angle - quarter * std::f64::consts::FRAC_PI_2).abs() > LEANING_MAX {
            // Stamps and watermarks lie across the page.
            return;
        }
        self.room = self.room.saturating_sub(1);
        let glyph = Glyph { text, x: start.x, y: start.y, width: (advance * scale).max(0.0), size };
        self.turns[quarter.rem_euclid(4.0) as usize].push(glyph);
    }

    /// The letters that run as most of the page does, turned so that they run to the right.
    fn finish(self, width: f64, height: f64) -> Page {
        let mut turns = self.turns.into_iter().enumerate().collect::<Vec<_>>();
        turns.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
        let Some((turn, mut glyphs)) = turns.into_iter().next() else { return Page::default() };
        for glyph in &mut glyphs {
            (glyph.x, glyph.y) = match turn {
                1 => (glyph.y, width - glyph.x),
                2 => (width - glyph.x, height - glyph.y),
                3 => (height - glyph.y, glyph.x),
                _ => (glyph.x, glyph.y),
            };
        }
        Page { height: if turn % 2 == 1 { width } else { height }, glyphs }
    }
}

/// Letters that stand for nothing: private ones of a font, and those that a broken table gives.
fn is_meaningless(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

impl Device<'_> for PageReader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        if self.marks.contains(&true) {
            return;
        }
        for glyph in run.glyphs().iter().take(self.room) {
            self.take(glyph, props.transform * glyph.transform());
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], _: Option<&Dict<'_>>) {
        self.marks.push(tag == b"Artifact");
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
