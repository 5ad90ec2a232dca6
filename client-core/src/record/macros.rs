//! The two macros that records are written with.

/// Declares a structure of a record: derives its JSON form and its mapping to the document, and makes every
/// field read as its default where an older version never wrote it.
macro_rules! structure {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, PartialEq, Default,
            serde::Serialize, serde::Deserialize,
            autosurgeon::Reconcile, autosurgeon::Hydrate,
        )]
        #[serde(default, rename_all = "snake_case")]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[autosurgeon(missing = "Default::default")]
                #[serde(skip_serializing_if = "crate::record::is_default")]
                pub $field: $ty,
            )*
        }

        impl $name {
            /// The names of its fields, as they stand in documents and in JSON.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

/// Declares a code list as an enum. A code that this version does not know is kept as it is, so that a record
/// written by a newer version passes through. The first code is the default.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$code_meta:meta])* $variant:ident = $code:literal: $display:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$code_meta])* #[doc = concat!($display, " (`", $code, "`).")] $variant,)+
            /// A code of a newer version, kept as it was written.
            Unrecognised(String),
        }

        impl $name {
            /// Every code that this version knows, in the list's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is stored and exchanged.
            pub fn code(&self) -> &str {
                match self { $(Self::$variant => $code,)+ Self::Unrecognised(code) => code }
            }

            /// What a person reads.
            pub fn display(&self) -> &str {
                match self { $(Self::$variant => $display,)+ Self::Unrecognised(code) => code }
            }

            /// Whether this version knows the code.
            pub fn is_recognised(&self) -> bool {
                !matches!(self, Self::Unrecognised(_))
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0].clone()
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                match code { $($code => Self::$variant,)+ other => Self::Unrecognised(other.to_owned()) }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(<std::borrow::Cow<'de, str>>::deserialize(deserializer)?.as_ref()))
            }
        }

        impl autosurgeon::Reconcile for $name {
            type Key<'a> = autosurgeon::reconcile::NoKey;
            fn reconcile<R: autosurgeon::Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
                reconciler.str(self.code())
            }
        }

        impl autosurgeon::Hydrate for $name {
            fn hydrate_string(code: &str) -> Result<Self, autosurgeon::HydrateError> {
                Ok(Self::from(code))
            }
        }
    };
}

/// Declares the kinds of record, once: yields [`Kind`](crate::record::Kind),
/// [`AnyRecord`](crate::record::AnyRecord) and the dispatch between them.
macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $code:literal: $display:literal in $module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// What a record is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$meta])* $variant),+ }

        impl Kind {
            /// Every kind, in the order of the design's table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The kind's name as it is stored and exchanged.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What a person reads.
            pub const fn display(self) -> &'static str {
                match self { $(Self::$variant => $display),+ }
            }

            /// The names of the kind's fields.
            pub const fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$variant => $module::$variant::FIELDS),+ }
            }

            /// An empty record of the kind: every field at its default.
            pub fn empty(self) -> AnyRecord {
                match self { $(Self::$variant => AnyRecord::$variant($module::$variant::default())),+ }
            }

            /// Reads a record of the kind from its JSON form.
            pub fn from_json(self, json: serde_json::Value) -> Result<AnyRecord, serde_json::Error> {
                match self { $(Self::$variant => serde_json::from_value(json).map(AnyRecord::$variant)),+ }
            }

            /// Reads a record of the kind from a document, as the document now stands.
            pub(crate) fn hydrate(
                self,
                document: &impl autosurgeon::ReadDoc,
            ) -> Result<AnyRecord, autosurgeon::HydrateError> {
                match self { $(Self::$variant => autosurgeon::hydrate(document).map(AnyRecord::$variant)),+ }
            }
        }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyRecord { $($(#[$meta])* $variant($module::$variant)),+ }

        impl AnyRecord {
            /// The record's kind.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant),+ }
            }

            /// The record's JSON form. Fields at their default are left out.
            pub fn to_json(&self) -> serde_json::Value {
                match self { $(Self::$variant(record) => json(record)),+ }
            }

            fn as_record(&self) -> &dyn Record {
                match self { $(Self::$variant(record) => record),+ }
            }

            /// Writes the record into an empty document.
            pub(crate) fn reconcile(
                &self,
                document: &mut impl autosurgeon::Doc,
            ) -> Result<(), autosurgeon::ReconcileError> {
                match self { $(Self::$variant(record) => autosurgeon::reconcile(document, record)),+ }
            }
        }

        $(
            impl From<$module::$variant> for AnyRecord {
                fn from(record: $module::$variant) -> Self {
                    Self::$variant(record)
                }
            }

            impl TryFrom<AnyRecord> for $module::$variant {
                type Error = AnyRecord;
                fn try_from(record: AnyRecord) -> Result<Self, AnyRecord> {
                    match record {
                        AnyRecord::$variant(record) => Ok(record),
                        #[allow(unreachable_patterns)]
                        other => Err(other),
                    }
                }
            }

            impl<'a> TryFrom<&'a AnyRecord> for &'a $module::$variant {
                type Error = &'a AnyRecord;
                fn try_from(record: &'a AnyRecord) -> Result<Self, &'a AnyRecord> {
                    match record {
                        AnyRecord::$variant(record) => Ok(record),
                        other => Err(other),
                    }
                }
            }
        )+
    };
}
