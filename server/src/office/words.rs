//! What pages say: one catalogue for each language, under `server/locales/`.
//!
//! A page names a message and never holds words itself. Every language has the same messages, which a test holds.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

/// The catalogue's files, each with its text in every language.
macro_rules! catalogue {
    ($($file:literal),+ $(,)?) => {
        /// The texts of a language, by the names of their files.
        fn texts(language: Language) -> &'static [(&'static str, &'static str)] {
            match language {
                Language::English => &[$(
                    ($file, include_str!(concat!("../../locales/en/", $file, ".ftl")))
                ),+],
                Language::Spanish => &[$(
                    ($file, include_str!(concat!("../../locales/es/", $file, ".ftl")))
                ),+],
            }
        }
    };
}

catalogue![
    "shell", "sign_in", "problem", "today", "cases", "import", "chart", "record", "review", "staff",
    "account", "audit", "outcomes", "form", "fields", "codes", "schedule",
];

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, as in the United States.
    English,
    /// Spanish, as in the United States.
    Spanish,
}

impl Language {
    /// Every language; the first is spoken to whoever asks for none of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// The language's tag: BCP 47.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The language with this tag.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// What a browser's `Accept-Language` prefers among the languages that there are.
    pub fn preferred(accepted: &str) -> Self {
        let wanted = accepted.split(',').filter_map(|part| {
            let mut parts = part.split(';');
            let tag = parts.next()?.trim().split('-').next()?.to_ascii_lowercase();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok());
            Some((Self::of_code(&tag)?, weight.unwrap_or(1.0_f32)))
        });
        // The first of those that are wanted alike.
        let wanted = wanted.filter(|(_, weight)| *weight > 0.0);
        let best = wanted.reduce(|best, one| if one.1 > best.1 { one } else { best });
        best.map_or(Self::ALL[0], |(language, _)| language)
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en-US"),
            Self::Spanish => langid!("es-US"),
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::English));
        static SPANISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::Spanish));
        match self {
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
        }
    }
}

/// A language's messages.
fn read(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
    // Names stand in elements of their own, which keep their direction apart.
    bundle.set_use_isolating(false);
    for (file, text) in texts(language) {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(readable, errors)| {
            tracing::error!("{} messages of {file} cannot be read: {errors:?}", errors.len());
            readable
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!("{file} has messages of names that are taken: {errors:?}");
        }
    }
    bundle
}

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words {
    language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

impl From<Language> for Words {
    fn from(language: Language) -> Self {
        Self { language, bundle: language.bundle() }
    }
}

impl Words {
    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message.
    pub fn say(&self, message: &str) -> Cow<'static, str> {
        self.find(message, None).unwrap_or_else(|| missing(message))
    }

    /// A message without values, where there is one of this name.
    pub fn try_say(&self, message: &str) -> Option<Cow<'static, str>> {
        self.has(message).then(|| self.say(message))
    }

    /// Whether there is a message of this name.
    pub fn has(&self, message: &str) -> bool {
        self.bundle.has_message(message)
    }

    /// A message with one value in it.
    pub fn with<'a>(
        &self,
        message: &str,
        name: &'a str,
        value: impl Into<FluentValue<'a>>,
    ) -> Cow<'static, str> {
        self.tell(message, [(name, value.into())])
    }

    /// A message with values in it.
    pub fn tell<'a>(
        &self,
        message: &str,
        values: impl IntoIterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> Cow<'static, str> {
        let args: FluentArgs<'a> = values.into_iter().collect();
        self.find(message, Some(&args)).unwrap_or_else(|| missing(message))
    }

    fn find(&self, message: &str, args: Option<&FluentArgs<'_>>) -> Option<Cow<'static, str>> {
        let pattern = self.bundle.get_message(message)?.value()?;
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(message, "a message lacks a value: {} errors", errors.len());
        }
        Some(Cow::Owned(said.into_owned()))
    }
}

/// What stands for a message that there is not: its name, so that the page still shows all the rest.
fn missing(message: &str) -> Cow<'static, str> {
    tracing::error!(message, "there is no such message");
    Cow::Owned(message.to_owned())
}

#[cfg(test)]
mod tests;
