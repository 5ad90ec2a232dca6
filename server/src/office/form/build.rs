//! A record, and what was posted of it, as a form.

use std::collections::BTreeSet;

use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use super::path::{element_words, field_key, hint_key, part_key};
use super::posted::{MORE, NEW_MEMBERS, Place, Posted, new_id};
use super::shape::{Ended, Field, Members, Register, Shape, Single, Structure};
use super::single::{self, YES};
use super::tree::{Fault, Form, Group, Input, Part, Sort, Widget};
use super::{Context, Wrong, answers, describe, label, offers, posted, show, suggest};

/// Lines that a text of several lines is shown with, at least and at most.
const ROWS: (usize, usize) = (3, 16);

impl Form {
    /// The form of a record as it stands; of a new one, `content` is an empty object or what is known beforehand.
    pub fn of(kind: Kind, content: &Json, context: &Context<'_>) -> Self {
        Self::again(kind, content, &[], &[], context)
    }

    /// The form as it was posted, with what is wrong at its fields, for the same `content` as before.
    pub fn again(
        kind: Kind,
        content: &Json,
        posted: &[(String, String)],
        wrong: &[Wrong],
        context: &Context<'_>,
    ) -> Self {
        let posted = Posted::new(posted);
        let mut builder = Builder { posted, context, record: content, lists: BTreeSet::new() };
        let parts = builder.inside(describe::of(kind), content, &Place::root());
        let suggestions = suggest::lists(&builder.lists, context);
        let faults_heading = context.say("form-faults");
        let form = Self { faults: Vec::new(), faults_heading, rivals: Vec::new(), parts, suggestions };
        form.with_wrong(kind, content, wrong, context)
    }

    fn with_wrong(mut self, kind: Kind, content: &Json, wrong: &[Wrong], context: &Context<'_>) -> Self {
        for wrong in wrong {
            let said = context.say_wrong(wrong);
            let id = match self.nearest(&wrong.path) {
                Some(part) => {
                    part.wrong().push(said.clone());
                    part.id().to_owned()
                }
                None => String::new(),
            };
            let words = match wrong.path.as_str() {
                "" => said,
                path => {
                    let field = label(kind, path, content, context);
                    let args = [("outer", field.as_str().into()), ("inner", said.as_str().into())];
                    context.tell("form-inside", args)
                }
            };
            self.faults.push(Fault { words, id });
        }
        self
    }
}

pub(super) struct Builder<'a> {
    posted: Posted<'a>,
    pub(super) context: &'a Context<'a>,
    record: &'a Json,
    lists: BTreeSet<&'static str>,
}

impl Builder<'_> {
    fn inside(&mut self, structure: &'static Structure, value: &Json, place: &Place) -> Vec<Part> {
        // What nobody types is there to be seen, where there is any.
        let is_left_out = |field: &Field| {
            let is_empty = value.get(field.name).is_none_or(Json::is_null);
            is_empty && matches!(field.shape, Shape::Single(single) if posted::is_fixed(single))
        };
        let fields = structure.fields.iter().filter(|field| !is_left_out(field));
        fields.map(|field| self.field(structure, field, value, &place.field(field.name))).collect()
    }

    fn field(
        &mut self,
        structure: &'static Structure,
        field: &'static Field,
        value: &Json,
        place: &Place,
    ) -> Part {
        let value = value.get(field.name).unwrap_or(&Json::Null);
        let label = self.context.say(&field_key(structure, field));
        let hint = field.has_hint.then(|| self.context.say(&hint_key(structure, field)));
        match field.shape {
            Shape::Single(of) => Part::Input(self.single(of, field.name, value, place, label, hint)),
            Shape::Register(register) => Part::Group(self.register(register, value, place, label, hint)),
            Shape::Members(of) => Part::Input(self.members(of, value, place, label, hint)),
            Shape::Structure(inner) => {
                let parts = self.inside(inner, value, place);
                Part::Group(group(place, label, hint, parts, Sort::Structure))
            }
            Shape::Keyed(inner) => Part::Group(self.collection(inner, value, place, label, hint)),
            Shape::Answers => {
                let parts = self.answers(value, place);
                Part::Group(group(place, label, hint, parts, Sort::Collection))
            }
        }
    }

    fn single(
        &mut self,
        of: Single,
        name: &str,
        value: &Json,
        place: &Place,
        label: String,
        hint: Option<String>,
    ) -> Input {
        let shown = single::text_of(of, value, self.context.zone);
        let text = self.posted.last(&place.name).map_or_else(|| shown.clone(), str::to_owned);
        let hint = hint.or_else(|| self.usual_hint(of));
        let widget = match of {
            Single::FixedLine => Widget::Shown { value: shown },
            Single::FixedBytes => Widget::Shown { value: show::size(value, self.context) },
            Single::Flag => Widget::Flag { is_set: text == YES },
            Single::Text => Widget::Lines { rows: rows(&text), value: text },
            Single::Instant if single::fits_picker(&text) => line(text, "datetime-local", ""),
            Single::Dialled => line(text, "tel", "tel"),
            Single::Number => line(text, "text", "decimal"),
            Single::Whole | Single::Place => line(text, "text", "numeric"),
            Single::Unit => self.suggested(text, "units"),
            _ => match offers::of(of, &shown, self.record, self.context) {
                Some(mut offers) => {
                    offers.choose(&text);
                    Widget::Choice { options: offers.0 }
                }
                None => line(text, "text", mode_of(name)),
            },
        };
        input(place, label, hint, widget)
    }

    fn usual_hint(&self, of: Single) -> Option<String> {
        matches!(of, Single::Date).then(|| self.context.say("form-hint-date"))
    }

    fn suggested(&mut self, value: String, list: &'static str) -> Widget {
        self.lists.insert(list);
        Widget::Line { value, kind: "text", mode: "", list: suggest::id(list) }
    }

    fn register(
        &mut self,
        register: Register,
        value: &Json,
        place: &Place,
        label: String,
        hint: Option<String>,
    ) -> Group {
        let mut parts = Vec::new();
        for (part, of) in register.parts() {
            let inner = value.get(part).unwrap_or(&Json::Null);
            let words = self.context.say(&part_key(register, part));
            let mut input = self.single(*of, part, inner, &place.field(part), words, None);
            if let (Register::Coding(usual), "display", Widget::Line { list, .. }) =
                (register, *part, &mut input.widget)
                && !usual.codings().is_empty()
            {
                self.lists.insert(usual.name());
                *list = suggest::id(usual.name());
            }
            parts.push(Part::Input(input));
        }
        if let (Register::CheckPoint, Some(position)) = (register, value.get("position")) {
            let shown = Widget::Shown { value: position_words(position, self.context) };
            let words = self.context.say("part-check-point-position");
            parts.push(Part::Input(input(&place.field("position"), words, None, shown)));
        }
        group(place, label, hint, parts, Sort::Value)
    }

    fn members(
        &mut self,
        of: Members,
        value: &Json,
        place: &Place,
        label: String,
        hint: Option<String>,
    ) -> Input {
        let mut offers = offers::members(of, value, self.context);
        if let Some(posted) = self.posted.all(&place.name) {
            offers.choose_all(posted);
        }
        let others = matches!(of, Members::Languages | Members::Words).then(|| {
            let name = format!("{}{NEW_MEMBERS}", place.name);
            let typed = self.posted.last(&name).unwrap_or_default().to_owned();
            (name, typed, self.context.say("form-others"))
        });
        input(place, label, hint, Widget::Several { options: offers.0, others })
    }

    fn collection(
        &mut self,
        structure: &'static Structure,
        value: &Json,
        place: &Place,
        label: String,
        hint: Option<String>,
    ) -> Group {
        let mut parts = Vec::new();
        let elements = value.as_object();
        for (id, element) in elements.into_iter().flatten() {
            let place = place.element(id);
            let legend = element_words(structure, element, self.context);
            let sort = if is_ended(structure, element) { Sort::Ended } else { Sort::Element };
            let inside = self.inside(structure, element, &place);
            parts.push(Part::Group(group(&place, legend, None, inside, sort)));
        }
        for id in self.new_elements(elements, place) {
            let place = place.element(&id);
            let what = self.context.say(&format!("element-{}", structure.name));
            let legend = self.context.tell("form-new-element", [("what", what.as_str().into())]);
            let inside = self.inside(structure, &Json::Null, &place);
            let new = group(&place, legend, None, inside, Sort::New);
            parts.push(Part::Group(Group { is_open: !self.posted.is_empty(), ..new }));
        }
        let more = self.context.tell("form-more", [("what", label.as_str().into())]);
        Group { more, ..group(place, label, hint, parts, Sort::Collection) }
    }

    /// The ids of the new elements that were posted, and of the empty ones that the form offers.
    fn new_elements(&self, elements: Option<&serde_json::Map<String, Json>>, place: &Place) -> Vec<String> {
        let is_new = |id: &&str| elements.is_none_or(|elements| !elements.contains_key(*id));
        let mut ids: Vec<String> =
            self.posted.new_elements(&place.name).into_iter().filter(is_new).map(str::to_owned).collect();
        let asked = self.posted.all(MORE).is_some_and(|more| more.contains(&place.name.as_str()));
        if ids.is_empty() || asked {
            let made = (0..).map(|index| new_id(&self.context.seed, &place.name, index));
            let is_free = |id: &String| is_new(&id.as_str()) && !ids.contains(id);
            ids.extend(made.filter(is_free).take(1).collect::<Vec<_>>());
        }
        ids
    }

    fn answers(&mut self, value: &Json, place: &Place) -> Vec<Part> {
        let mut parts = Vec::new();
        for question in answers::questions(value, self.context) {
            let place = place.element(&question.key);
            let shown = answers::text_of(&question.value);
            let text = self.posted.last(&place.name).map_or_else(|| shown.clone(), str::to_owned);
            let hint = question.hint(self.context);
            let widget = question.widget(&shown, text, self.context);
            parts.push(Part::Input(input(&place, question.words.clone(), hint, widget)));
        }
        parts
    }
}

pub(super) fn line(value: String, kind: &'static str, mode: &'static str) -> Widget {
    Widget::Line { value, kind, mode, list: String::new() }
}

fn input(place: &Place, label: String, hint: Option<String>, widget: Widget) -> Input {
    Input {
        name: place.name.clone(),
        id: dom_id(place),
        path: place.path.clone(),
        label,
        hint,
        wrong: Vec::new(),
        rivals: None,
        widget,
    }
}

fn group(place: &Place, legend: String, hint: Option<String>, parts: Vec<Part>, sort: Sort) -> Group {
    Group {
        name: place.name.clone(),
        id: dom_id(place),
        path: place.path.clone(),
        legend,
        hint,
        wrong: Vec::new(),
        rivals: None,
        parts,
        href: None,
        is_open: false,
        sort,
        more: String::new(),
    }
}

fn dom_id(place: &Place) -> String {
    format!("field-{}", place.name)
}

fn rows(text: &str) -> usize {
    (text.lines().count() + 1).clamp(ROWS.0, ROWS.1)
}

/// HTML's `inputmode` of a line, by what the field is called.
fn mode_of(name: &str) -> &'static str {
    match name {
        "email" => "email",
        "npi" | "postal_code" => "numeric",
        _ => "",
    }
}

fn is_ended(structure: &Structure, element: &Json) -> bool {
    match structure.ended {
        Ended::Never => false,
        Ended::Flag(flag) => element.get(flag) == Some(&Json::Bool(true)),
        Ended::Code(field, codes) => {
            let code = element.get(field).and_then(Json::as_str);
            code.is_some_and(|code| codes.contains(&code))
        }
    }
}

fn position_words(position: &Json, context: &Context<'_>) -> String {
    let number = |name: &str| position.get(name).and_then(Json::as_f64).unwrap_or_default();
    let [north, east] =
        [number("latitude_deg"), number("longitude_deg")].map(|degrees| format!("{degrees:.5}"));
    let within = number("accuracy_m").round().to_string();
    let args = [
        ("north", north.as_str().into()),
        ("east", east.as_str().into()),
        ("within", within.as_str().into()),
    ];
    context.tell("form-position", args)
}
