//! What people read for a dimension and for a value of it.
//!
//! May not look anything up in a taxonomy: the names came with the dimensions and with the counts.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::crosstab::{Axis, AxisValue, Heading};
use crate::model::facet::{NONE, leaf};
use crate::model::query::Interval;
use crate::model::results::{FacetCounts, FacetValue};
use crate::render::Dimension;
use crate::render::wording::day_in_words;

/// The names of dimensions and values that one page or one print needs.
pub(super) struct Names<'a> {
    dimensions: &'a [Dimension],
    counted: HashMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Names<'a> {
    /// Names from the dimensions, and for values that they do not name (languages, publishers, open dimensions)
    /// from the counts.
    pub(super) fn new(dimensions: &'a [Dimension], facets: &'a [FacetCounts]) -> Self {
        let mut counted = HashMap::new();
        for facet in facets {
            collect(&facet.dimension, &facet.values, &mut counted);
        }
        Self { dimensions, counted }
    }

    /// The dimensions of the taxonomy, in its order.
    pub(super) fn dimensions(&self) -> &'a [Dimension] {
        self.dimensions
    }

    /// What people read for a dimension; its name where nobody gave it a label.
    pub(super) fn dimension<'b>(&'b self, name: &'b str) -> &'b str {
        match (self.dimensions.iter().find(|dimension| dimension.name == name), name) {
            (Some(dimension), _) if !dimension.label.is_empty() => &dimension.label,
            (_, "lang") => "Language",
            (_, "source") => "Source",
            _ => name,
        }
    }

    /// What people read for a value; the last segment of its path where nobody gave it a label.
    pub(super) fn value<'b>(&'b self, dimension: &'b str, path: &'b str) -> &'b str {
        let given = self.dimensions.iter().find(|known| known.name == dimension).and_then(|it| it.values.get(path));
        if let Some(label) = given {
            return label;
        }
        if let ("lang", Some(name)) = (dimension, language(path)) {
            return name;
        }
        if let Some(&label) = self.counted.get(&(dimension, path)) {
            return label;
        }
        // Publishers may have a slash in their name; only dimensions of the taxonomy are trees.
        if matches!(dimension, "lang" | "source") { path } else { leaf(path) }
    }

    /// What people read for an axis of a table.
    pub(super) fn axis<'b>(&'b self, axis: &'b Axis) -> &'b str {
        match axis {
            Axis::Facet(dimension) => self.dimension(dimension),
            Axis::Period(Interval::Year) => "Year",
            Axis::Period(Interval::Month) => "Month",
            Axis::Period(Interval::Day) => "Day",
        }
    }

    /// What people read for a line of a table.
    pub(super) fn heading(&self, axis: &Axis, heading: &Heading) -> String {
        match &heading.value {
            AxisValue::Path(path) => self.value(axis.name(), path).to_owned(),
            AxisValue::Missing => self.missing(axis.name()),
            AxisValue::Period(period) => day_in_words(&period.to_string()),
            AxisValue::Undated => "Undated".to_owned(),
        }
    }

    /// What people read for the bucket of articles without a value: "No region".
    pub(super) fn missing(&self, dimension: &str) -> String {
        format!("No {}", self.dimension(dimension).to_lowercase())
    }
}

/// Languages by their codes, as an English reader calls them; others are shown by their codes.
const LANGUAGES: [(&str, &str); 48] = [
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("bal", "Balochi"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("kk", "Kazakh"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("ms", "Malay"),
    ("nb", "Norwegian"),
    ("ne", "Nepali"),
    ("nl", "Dutch"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("ps", "Pashto"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sd", "Sindhi"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("sw", "Swahili"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("und", "Unknown language"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

fn language(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// A value as programs read it: the path or the period, `_none` for articles without one.
pub(super) fn value_name(value: &AxisValue) -> Cow<'_, str> {
    match value {
        AxisValue::Path(path) => Cow::Borrowed(path),
        AxisValue::Period(period) => Cow::Owned(period.to_string()),
        AxisValue::Missing | AxisValue::Undated => Cow::Borrowed(NONE),
    }
}

fn collect<'a>(dimension: &'a str, values: &'a [FacetValue], counted: &mut HashMap<(&'a str, &'a str), &'a str>) {
    for value in values {
        counted.insert((dimension, &value.path), &value.label);
        collect(dimension, &value.children, counted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_value_is_named_by_its_dimension_then_by_the_counts_then_by_its_path() {
        let (answer, dimensions) = (samples::answer(), samples::dimensions());
        let names = Names::new(&dimensions, &answer.results.facets);
        assert_eq!(names.value("theme", "unrest/strike"), "Strike");
        assert_eq!((names.value("lang", "en"), names.value("lang", "xx")), ("English", "xx"));
        assert_eq!(names.value("region", "North/Harbour/East Quay"), "East Quay");
        assert_eq!(names.value("source", "AP/Harbour Post"), "AP/Harbour Post");
        assert_eq!((names.dimension("theme"), names.dimension("lang")), ("Theme", "Language"));
        assert_eq!((names.dimension("mood"), names.missing("region").as_str()), ("mood", "No region"));
    }
}
