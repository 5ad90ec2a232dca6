//! Takes a picture of every page of an office, at several widths, light and dark, to be looked at.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use doorstep_tests::browser::{Browser, Look};
use doorstep_tests::walk;

/// Take a picture of every page of a running office, for somebody to look at.
#[derive(Parser)]
#[command(after_help = "Example, with what `doorstep demo` says:
  office_pictures http://127.0.0.1:8787 admin PASSWORD --into pictures")]
struct Arguments {
    /// The server's address.
    url: String,
    /// The name to sign in by.
    name: String,
    /// The password.
    password: String,
    /// The folder for the pictures.
    #[arg(long, default_value = "pictures")]
    into: PathBuf,
    /// Only pages whose sort holds this.
    #[arg(long)]
    only: Option<String>,
}

/// Width, whether it is dark, and the language.
const LOOKS: [(u32, bool, &str); 4] =
    [(1280, false, "en-US"), (1280, true, "es-US"), (1920, false, "en-US"), (390, true, "en-US")];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.into).context("making the folder for the pictures")?;
    let mut pages = None;
    for (width, is_dark, language) in LOOKS {
        let look = Look { width, is_dark, language, ..Look::default() };
        let browser = Browser::open("office_pictures", look).context("there is no browser here")?;
        browser.go(&arguments.url);
        browser.fill("[name=name]", &arguments.name);
        browser.fill("[name=password]", &arguments.password);
        browser.click("button.main");
        browser.wait_for("main h1");
        let pages = pages.get_or_insert_with(|| walk::pages(&browser, arguments.url.trim_end_matches('/')));
        let theme = if is_dark { "dark" } else { "light" };
        for (sort, page) in &*pages {
            if arguments.only.as_ref().is_some_and(|only| !sort.contains(only)) {
                continue;
            }
            browser.resize(width, 900);
            browser.go(page);
            let name = sort.trim_start_matches('/').replace(['/', '?', '&', '='], "_").replace('*', "x");
            browser.picture(&arguments.into.join(format!("{name}.{width}.{theme}.png")));
        }
    }
    Ok(())
}
