//! What holds for every page that a link leads to.

use std::fs;

use doorstep_tests::programs;
use doorstep_tests::walk;
use serde_json::Value;

use super::*;

/// Bytes of a page before compression.
const PAGE_BYTES_MAX: u64 = 100_000;

/// axe-core, which looks for what keeps people from using a page.
fn axe(test: &str) -> Option<String> {
    let place = "target/axe/node_modules/axe-core/axe.min.js";
    let install = "npm install --prefix target/axe axe-core";
    programs::find_file(test, "axe-core", &[place], install).map(|file| fs::read_to_string(file).unwrap())
}

/// What is wrong with the page, and where.
fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    browser.run(axe);
    let found = browser.run_until_called(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations
            .filter(one => ['serious', 'critical'].includes(one.impact))
            .map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | '))));",
    );
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_page_keeps_anybody_out_and_none_is_large_or_holds_style_or_script_of_its_own() {
    let test = "no page keeps anybody out";
    let Some(axe) = axe(test) else { return };
    let office = Office::of_sample(3, 9);
    let (_, password) = office.account("Ada Sample", Role::Admin, "ada.sample");
    let mut problems = Vec::new();
    let mut pages = None;
    for look in [Look::default(), Look { is_dark: true, width: 360, ..Look::default() }] {
        let Some(browser) = Browser::open(test, look) else { return };
        // A window does not open as narrow as it can be made.
        browser.resize(look.width, look.height);
        browser.go(&office.url());
        problems.extend(violations(&browser, &axe));
        browser.fill("[name=name]", "ada.sample");
        browser.fill("[name=password]", &password);
        browser.click("button.main");
        browser.wait_for("main h1");
        let pages = pages.get_or_insert_with(|| walk::pages(&browser, &office.url()));
        assert!(pages.len() >= 12, "the walk finds its way: {pages:#?}");
        for (sort, page) in &*pages {
            browser.go(page);
            let of_page = |what: String| format!("{sort} ({look:?}): {what}");
            problems.extend(violations(&browser, &axe).into_iter().map(of_page));
            let bytes = browser.run("return performance.getEntriesByType('navigation')[0].decodedBodySize");
            if bytes.as_u64().unwrap() > PAGE_BYTES_MAX {
                problems.push(of_page(format!("{bytes} bytes")));
            }
            let own =
                browser.run("return document.querySelectorAll('[style], style, script:not([src])').length");
            if own != 0 {
                problems.push(of_page("style or script in the page".to_owned()));
            }
            let wide = browser.run("return document.documentElement.scrollWidth > window.innerWidth + 1");
            if wide == Value::Bool(true) {
                problems.push(of_page("wider than the window".to_owned()));
            }
            let heads = browser.run("return document.querySelectorAll('h1').length");
            if heads != 1 {
                problems.push(of_page(format!("{heads} first headings")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
