//! `instrument`: a form for assessments. FHIR R4 `Questionnaire`.

use super::assessment::Risk;
use super::words::listed;
use super::{Answer, Checks, Coding, Keyed, Record, Text};

codes! {
    /// Whether it is in use: FHIR R4 `publication-status`.
    pub enum InstrumentStatus {
        Draft = "draft": "Draft",
        Active = "active": "Active",
        Retired = "retired": "Retired",
        Unknown = "unknown": "Unknown",
    }
}

codes! {
    /// What an item asks for: FHIR R4 `item-type`.
    pub enum ItemType {
        Text = "text": "Text",
        Group = "group": "Group",
        Display = "display": "Display",
        Boolean = "boolean": "Yes or no",
        Decimal = "decimal": "Decimal number",
        Integer = "integer": "Whole number",
        Date = "date": "Date",
        DateTime = "dateTime": "Date and time",
        String = "string": "Short text",
        Choice = "choice": "Choice",
        OpenChoice = "open-choice": "Choice or text",
    }
}

codes! {
    /// How an answer is compared: FHIR R4 `questionnaire-enable-operator`.
    pub enum EnableOperator {
        Exists = "exists": "is answered",
        Equal = "=": "is",
        NotEqual = "!=": "is not",
        Greater = ">": "is above",
        Less = "<": "is below",
        AtLeast = ">=": "is at least",
        AtMost = "<=": "is at most",
    }
}

codes! {
    /// Whether one condition is enough: FHIR R4 `questionnaire-enable-behavior`.
    pub enum EnableBehavior {
        All = "all": "All",
        Any = "any": "Any",
    }
}

codes! {
    /// How the score is made. Source: Doorstep's own list.
    pub enum Scoring {
        None = "none": "Not scored",
        Sum = "sum": "Sum of the answers' scores",
        Mean = "mean": "Mean of the answers' scores",
    }
}

structure! {
    /// One answer that can be chosen.
    pub struct ItemOption {
        /// The place among the options, the smallest first.
        pub position: i64,
        /// What the answer holds when it is chosen.
        pub code: String,
        /// What a person reads.
        pub text: String,
        /// What it adds to the score.
        pub score: Option<f64>,
        /// Whether it can be chosen no more.
        pub ended: bool,
    }
}

structure! {
    /// A condition on another question's answer.
    pub struct EnableWhen {
        /// The link id of the other question.
        pub question: String,
        /// How its answer is compared.
        pub operator: EnableOperator,
        /// With what; for [`EnableOperator::Exists`], whether it must be answered.
        pub answer: Option<Answer>,
    }
}

structure! {
    /// A question, or what stands between questions. Its key is its link id.
    pub struct Item {
        /// The place on the form, the smallest first.
        pub position: i64,
        /// The link id of the group that it stands in; empty at the top.
        pub group: String,
        /// What a person reads.
        pub text: String,
        /// What it asks for.
        pub item_type: ItemType,
        /// What it measures: LOINC.
        pub code: Option<Coding>,
        /// Whether it must be answered.
        pub required: bool,
        /// Whether several answers can be given.
        pub repeats: bool,
        /// Whether the number that is answered is itself a score.
        pub answer_is_score: bool,
        /// The answers that can be chosen.
        pub options: Keyed<ItemOption>,
        /// When it is asked; empty: always.
        pub enable_when: Keyed<EnableWhen>,
        /// Whether one condition is enough.
        pub enable_behavior: EnableBehavior,
        /// Whether it is asked no more.
        pub ended: bool,
    }
}

structure! {
    /// What scores from `from` to `to` mean, both included.
    pub struct ScoringBand {
        /// The lowest score; none: open.
        pub from: Option<f64>,
        /// The highest score; none: open.
        pub to: Option<f64>,
        /// What a person reads, e.g. "Moderate fall risk".
        pub label: String,
        /// How likely harm is.
        pub risk: Option<Risk>,
        /// What is to be done.
        pub advice: String,
        /// Whether the band holds no more.
        pub ended: bool,
    }
}

structure! {
    /// A form for assessments.
    pub struct Instrument {
        /// What it is called, e.g. "Morse Fall Scale".
        pub title: String,
        /// Which version.
        pub version: String,
        /// Whether it is in use.
        pub status: InstrumentStatus,
        /// What it measures: LOINC.
        pub code: Option<Coding>,
        /// What it is for and how it is used.
        pub description: Text,
        /// Whose it is and under which terms.
        pub copyright: String,
        /// Questions by link id.
        pub items: Keyed<Item>,
        /// How the score is made.
        pub scoring: Scoring,
        /// What scores mean.
        pub bands: Keyed<ScoringBand>,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for Instrument {
    fn check(&self, checks: &mut Checks) {
        checks.required("title", &self.title);
        checks.required("version", &self.version);
        checks.shorts(&[
            ("status", self.status.code()),
            ("copyright", &self.copyright),
            ("scoring", self.scoring.code()),
        ]);
        checks.coding("code", &self.code);
        checks.text("description", &self.description);
        checks.each("items", &self.items, |checks, item| self.check_item(checks, item));
        checks.each("bands", &self.bands, |checks, band| {
            checks.shorts(&[
                ("label", &band.label),
                ("advice", &band.advice),
                ("risk", band.risk.as_ref().map_or("", Risk::code)),
            ]);
            checks.number("from", band.from, f64::MIN, f64::MAX);
            checks.number("to", band.to, f64::MIN, f64::MAX);
            checks.in_order("to", band.from, band.to);
        });
    }

    fn summary(&self) -> String {
        let asks = |item: &&Item| !item.ended && !matches!(item.item_type, ItemType::Group | ItemType::Display);
        let questions = match self.items.values().filter(asks).count() {
            1 => "1 question".to_owned(),
            many => format!("{many} questions"),
        };
        let version = format!("version {}", self.version);
        listed([&self.title, &version, &questions, &self.status.display().to_lowercase()])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}

impl Instrument {
    fn check_item(&self, checks: &mut Checks, item: &Item) {
        checks.text("text", &item.text);
        checks.shorts(&[
            ("item_type", item.item_type.code()),
            ("enable_behavior", item.enable_behavior.code()),
            ("group", &item.group),
        ]);
        checks.coding("code", &item.code);
        let is_known = |link: &str| self.items.contains_key(&link.into());
        checks.require(item.group.is_empty() || is_known(&item.group), "group", "must be the link id of an item");
        checks.each("options", &item.options, |checks, option| {
            checks.required("code", &option.code);
            checks.short("text", &option.text);
            checks.number("score", option.score, f64::MIN, f64::MAX);
        });
        checks.each("enable_when", &item.enable_when, |checks, condition| {
            checks.require(is_known(&condition.question), "question", "must be the link id of an item");
            checks.short("operator", condition.operator.code());
            if let Some(Answer::Text(words)) = &condition.answer {
                checks.short("answer", words);
            }
        });
    }
}
