//! Every page of the office that links lead to, one of each sort.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::browser::Browser;

/// Pages that are looked at, at most.
const PAGES_MAX: usize = 120;

/// One page of each sort that links lead to from the first, by its sort: its path with ids left out.
pub fn pages(browser: &Browser, url: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::from([("/office".to_owned(), format!("{url}/office"))]);
    let mut waiting = VecDeque::from([format!("{url}/office")]);
    while let Some(page) = waiting.pop_front() {
        browser.go(&page);
        for link in links(browser) {
            let Some(path) = link.strip_prefix(url).filter(|path| path.starts_with("/office")) else {
                continue;
            };
            let sort = sort_of(path);
            let is_file = sort.contains("/assets/") || sort.contains(".csv") || sort.contains("export");
            if !is_file && !found.contains_key(&sort) && found.len() < PAGES_MAX {
                found.insert(sort, link.clone());
                waiting.push_back(link);
            }
        }
    }
    found
}

fn links(browser: &Browser) -> Vec<String> {
    let links =
        browser.run("return [...document.querySelectorAll('main a[href], header a[href]')].map(a => a.href)");
    let links = links.as_array().cloned().unwrap_or_default();
    links
        .iter()
        .filter_map(Value::as_str)
        .map(|link| link.split('#').next().unwrap_or(link).to_owned())
        .collect()
}

/// A path with its ids and its query's values left out.
fn sort_of(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let is_id = |part: &str| part.len() >= 20 || part.chars().next().is_some_and(|c| c.is_ascii_digit());
    let path: Vec<&str> = path.split('/').map(|part| if is_id(part) { "*" } else { part }).collect();
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    [path.join("/"), names.join("&")].join("?").trim_end_matches('?').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_differ_by_ids_alone_are_of_one_sort() {
        let id = "0190b2c4-7d5e-7000-8000-000000000000";
        assert_eq!(
            sort_of(&format!("/office/cases/{id}/plan?at={id}&kind=x")),
            "/office/cases/*/plan?at&kind"
        );
        assert_eq!(sort_of("/office"), "/office");
    }
}
