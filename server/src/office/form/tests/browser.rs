//! What a browser makes of a form: reads the page and posts it untouched, or with something typed.

/// A form on a page, as far as it is posted.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// The page's source.
    pub(super) html: String,
    /// What is posted, by name, in the order of the page.
    pub(super) fields: Vec<(String, String)>,
}

impl Page {
    /// Loads a page.
    pub(super) fn load(html: String) -> Self {
        let parsed = html.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}");
        let (mut fields, mut rest) = (Vec::new(), parsed.as_str());
        while let Some(start) = rest.find('<') {
            rest = &rest[start + 1..];
            let end = tag_end(rest);
            let tag = &rest[..end];
            let attribute = |name: &str| attribute(tag, name);
            rest = &rest[end + 1..];
            match tag.split([' ', '\n']).next().unwrap() {
                "input" => {
                    let kind = attribute("type").unwrap_or_else(|| "text".into());
                    let value = attribute("value").unwrap_or_else(|| "on".into());
                    if kind != "checkbox" || has_flag(tag, "checked") {
                        fields.push((attribute("name").unwrap(), sanitised(&kind, &value)));
                    }
                }
                "textarea" => {
                    let close = rest.find("</textarea>").unwrap();
                    let text = unescape(&rest[..close]);
                    let text = text.strip_prefix('\n').unwrap_or(&text);
                    fields.push((attribute("name").unwrap(), text.replace('\n', "\r\n")));
                    rest = &rest[close..];
                }
                "select" => {
                    let close = rest.find("</select>").unwrap();
                    let options = rest[..close].split("<option").skip(1);
                    let options: Vec<(String, bool)> = options
                        .map(|option| &option[..tag_end(option)])
                        .map(|tag| {
                            (super::browser::attribute(tag, "value").unwrap(), has_flag(tag, "selected"))
                        })
                        .collect();
                    let chosen = options.iter().find(|(_, is_chosen)| *is_chosen).or(options.first());
                    fields.push((attribute("name").unwrap(), chosen.unwrap().0.clone()));
                    rest = &rest[close..];
                }
                _ => {}
            }
        }
        Self { html, fields }
    }

    /// Types into an input, as a person does.
    pub(super) fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().rev().find(|(other, _)| other == name);
        field.unwrap_or_else(|| panic!("there is no {name}")).1 = value.to_owned();
        self
    }

    /// Sets a checkbox or a member of a list of them.
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        assert!(self.fields.iter().any(|(other, _)| other == name), "there is no {name}");
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a checkbox away.
    pub(super) fn unset(mut self, name: &str, value: &str) -> Self {
        let before = self.fields.len();
        self.fields.retain(|field| *field != (name.to_owned(), value.to_owned()));
        assert!(self.fields.len() < before, "{name} was not set");
        self
    }

    /// The names of what is posted, each once.
    pub(super) fn names(&self) -> std::collections::BTreeSet<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The names that begin like this, of new elements.
    pub(super) fn new_names(&self, collection: &str) -> Vec<String> {
        let prefix = format!("{collection}.");
        let names = self.names();
        let is_new = |name: &&&str| {
            name.strip_prefix(&prefix).is_some_and(|rest| rest.split('.').next().unwrap().len() == 13)
        };
        names.iter().filter(is_new).map(|name| (*name).to_owned()).collect()
    }
}

/// Where a tag ends: a `>` in an attribute ends none.
fn tag_end(text: &str) -> usize {
    let mut is_quoted = false;
    text.find(|letter| {
        is_quoted ^= letter == '"';
        letter == '>' && !is_quoted
    })
    .unwrap()
}

pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(&rest[..rest.find('"').unwrap()]))
}

fn has_flag(tag: &str, name: &str) -> bool {
    tag.ends_with(&format!(" {name}")) || tag.contains(&format!(" {name} "))
}

fn sanitised(kind: &str, value: &str) -> String {
    let line = value.replace(['\n', '\r'], "");
    match kind {
        "datetime-local" if line.parse::<jiff::civil::DateTime>().is_err() => String::new(),
        _ => line,
    }
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, letter) in [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
    {
        text = text.replace(entity, letter);
    }
    text
}
