//! Values that several inputs hold: written and replaced whole, as they are in documents.

use doorstep_client_core::record::Coding;
use serde_json::{Value as Json, json};

use super::posted::Place;
use super::read::{Reader, Reading};
use super::shape::{Register, Single};
use super::single::{text_of, value_of};
use super::usual::Usual;
use super::wrong::Why;

/// What was posted of a value.
pub(super) fn read(reader: &mut Reader<'_>, register: Register, base: &Json, place: &Place) -> Reading {
    let parts = register.parts().iter().map(|(name, of)| Typed {
        name,
        of: *of,
        base: base.get(name).cloned().unwrap_or_default(),
        typed: reader.typed(*of, base.get(name).unwrap_or(&Json::Null), &place.field(name)),
    });
    let parts: Vec<Typed> = parts.collect();
    if parts.iter().all(|part| part.typed.is_none()) {
        return Reading::Kept;
    }
    let mut values = Vec::new();
    for part in &parts {
        match part.value(reader) {
            Ok(value) => values.push(value),
            Err(why) => return reader.refuse(&place.field(part.name).path, why),
        }
    }
    if values.iter().all(Json::is_null) {
        return Reading::Cleared;
    }
    match register {
        Register::Coding(usual) => coding(reader, usual, &parts, &values, place),
        Register::Quantity if values[0].is_null() => {
            reader.refuse(&place.field("value").path, Why::NumberMissing)
        }
        Register::Quantity => {
            let unit = values[1].as_str().unwrap_or_default();
            Reading::Set(json!({ "value": values[0], "unit": unit }))
        }
        Register::Period | Register::CheckPoint => {
            let mut made = base.as_object().cloned().unwrap_or_default();
            for (part, value) in parts.iter().zip(values) {
                match value {
                    Json::Null => drop(made.remove(part.name)),
                    value => drop(made.insert(part.name.to_owned(), value)),
                }
            }
            Reading::Set(Json::Object(made))
        }
    }
}

/// One input of a value.
struct Typed {
    name: &'static str,
    of: Single,
    base: Json,
    typed: Option<String>,
}

impl Typed {
    /// What it stands for: what it was, unless something else was typed; null where it is empty.
    fn value(&self, reader: &Reader<'_>) -> Result<Json, Why> {
        match &self.typed {
            None if self.base == "" => Ok(Json::Null),
            None => Ok(self.base.clone()),
            Some(typed) => Ok(value_of(self.of, typed, reader.context.zone)?.unwrap_or_default()),
        }
    }

    fn was_typed(&self) -> bool {
        self.typed.as_ref().is_some_and(|typed| !typed.trim().is_empty())
    }
}

/// A coding. Words or a code that stand for a usual coding are completed to it; new words beside an old code that stood
/// for others are refused, because a program would read the one and a person the other.
fn coding(reader: &mut Reader<'_>, usual: Usual, parts: &[Typed], values: &[Json], place: &Place) -> Reading {
    let [display, code, system] = [0, 1, 2].map(|part| values[part].as_str().unwrap_or_default());
    let (words, number) = (&parts[0], &parts[1]);
    let meant = if words.was_typed() && !number.was_typed() {
        usual.meant(display, reader.context.words)
    } else if number.was_typed() && !words.was_typed() {
        usual.meant(code, reader.context.words).filter(|coding| coding.code == code)
    } else {
        None
    };
    if let Some(meant) = meant {
        return Reading::Set(json!(meant));
    }
    let had_words = !text_of(words.of, &words.base, reader.context.zone).is_empty();
    if words.was_typed() && had_words && number.typed.is_none() && !code.is_empty() {
        return reader.refuse(&place.field("display").path, Why::CodeOfOtherWords);
    }
    let system = match system {
        "" if !code.is_empty() && parts[2].typed.is_none() => usual.system(),
        system => system,
    };
    Reading::Set(json!(Coding::new(system, code, display)))
}
