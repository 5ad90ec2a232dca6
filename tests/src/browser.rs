//! A real browser in front of the office's pages: Chromium, by WebDriver. Where it is not installed, tests that need it
//! are skipped by name.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::NewSessionError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::programs::find;
use crate::sample_data::tell;
use crate::world::scratch;

const INSTALL: &str = "install Debian's packages chromium and chromium-driver";
/// How long something may take to appear on a page.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a browser is started until it does: Chromium breaks off at its start now and then on a busy machine.
const STARTS_MAX: u32 = 4;

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The window's width, in pixels.
    pub width: u32,
    /// The window's height, in pixels.
    pub height: u32,
    /// Whether the person prefers dark pages.
    pub is_dark: bool,
    /// The person's language: BCP 47.
    pub language: &'static str,
    /// Whether scripts run.
    pub has_script: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280, height: 900, is_dark: false, language: "en-US", has_script: true }
    }
}

/// A window of the browser; closed when it is dropped.
pub struct Browser {
    client: Client,
    runtime: Runtime,
    // Ended after the client, and before its profile goes.
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window. None, with a word about it, where there is no browser.
    pub fn open(test: &str, look: Look) -> Option<Self> {
        let chromium = find(test, "chromium", INSTALL)?;
        let driver = find(test, "chromedriver", INSTALL)?;
        let runtime = Runtime::new().expect("a runtime can be started");
        let begun = (1..=STARTS_MAX).find_map(|start| {
            let begun = Begun::with(&runtime, &driver, &chromium, look);
            begun.inspect_err(|error| tell(&format!("start {start} of the browser failed: {error}"))).ok()
        });
        let Begun { client, driver, profile } = begun.expect("the browser starts");
        Some(Self { client, runtime, _driver: driver, _profile: profile })
    }

    /// Goes to an address.
    pub fn go(&self, url: &str) {
        self.runtime
            .block_on(self.client.goto(url))
            .unwrap_or_else(|error| panic!("cannot go to {url}: {error}"));
    }

    /// The address of the page.
    pub fn url(&self) -> String {
        self.runtime.block_on(self.client.current_url()).expect("the page has an address").to_string()
    }

    /// The page's text as it can be read.
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// The text of the first element that a selector finds, once it is there.
    pub fn text_of(&self, css: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            // A page that is just being left takes its elements along.
            match self.runtime.block_on(self.wait_for(css).text()) {
                Ok(text) => return text,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{css} has no text: {error}"),
            }
        }
    }

    /// Waits until a selector finds something.
    pub fn wait_for(&self, css: &str) -> Element {
        let waiting = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css));
        self.runtime.block_on(waiting).unwrap_or_else(|error| {
            panic!("{css} does not appear at {}: {error}\n{}", self.url(), self.text_now())
        })
    }

    /// Whether a selector finds something that can be seen.
    pub fn shows(&self, css: &str) -> bool {
        let found = self.runtime.block_on(self.client.find_all(Locator::Css(css))).unwrap_or_default();
        found.iter().any(|element| self.runtime.block_on(element.is_displayed()).unwrap_or(false))
    }

    /// Waits until what a script returns is true.
    pub fn wait_until(&self, what: &str, script: &str) {
        let begun = std::time::Instant::now();
        while self.run(script) != Value::Bool(true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{what} does not happen at {}\n{}",
                self.url(),
                self.text_now()
            );
            self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
        }
    }

    /// Waits until the page holds a text.
    pub fn wait_for_text(&self, text: &str) {
        let text = json!(text);
        self.wait_until(&format!("{text}"), &format!("return document.body.innerText.includes({text})"));
    }

    /// Clicks on the first element that a selector finds.
    pub fn click(&self, css: &str) {
        self.click_on(Locator::Css(css));
    }

    /// Clicks on the button or link that says this.
    pub fn press(&self, words: &str) {
        let path =
            format!("//*[self::button or self::a or self::summary][normalize-space(.)={}]", quoted(words));
        self.click_on(Locator::XPath(&path));
    }

    /// Clicks once it is there; again, where the page took it away just then to put it there anew.
    fn click_on(&self, what: Locator<'_>) {
        let begun = std::time::Instant::now();
        loop {
            let waiting = self.client.wait().at_most(PATIENCE).for_element(what);
            let found = self.runtime.block_on(waiting).unwrap_or_else(|error| {
                panic!("{what:?} does not appear at {}: {error}\n{}", self.url(), self.text_now())
            });
            match self.runtime.block_on(found.click()) {
                Ok(()) => return,
                Err(error) if error.is_stale_element_reference() && begun.elapsed() < PATIENCE => {}
                Err(error) => panic!("cannot click {what:?}: {error}"),
            }
        }
    }

    /// Types into the first field that a selector finds, in place of what is there.
    pub fn fill(&self, css: &str, text: &str) {
        let field = self.wait_for(css);
        self.runtime
            .block_on(async {
                field.clear().await?;
                field.send_keys(text).await
            })
            .unwrap_or_else(|error| panic!("cannot type into {css}: {error}"));
    }

    /// Presses keys where the focus is.
    pub fn keys(&self, css: &str, keys: &str) {
        let field = self.wait_for(css);
        self.runtime.block_on(field.send_keys(keys)).unwrap_or_else(|error| panic!("cannot type: {error}"));
    }

    /// Chooses the option of this value.
    pub fn choose(&self, css: &str, value: &str) {
        let field = self.wait_for(css);
        self.runtime
            .block_on(field.select_by_value(value))
            .unwrap_or_else(|error| panic!("cannot choose {value} in {css}: {error}"));
    }

    /// Runs a script in the page, and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.runtime
            .block_on(self.client.execute(script, Vec::new()))
            .unwrap_or_else(|error| panic!("the script fails: {error}\n{script}"))
    }

    /// The same for a script that calls back with `arguments[0]`.
    pub fn run_until_called(&self, script: &str) -> Value {
        self.runtime
            .block_on(self.client.execute_async(script, Vec::new()))
            .unwrap_or_else(|error| panic!("the script fails: {error}"))
    }

    /// Gives the window another size, in pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.runtime.block_on(self.client.set_window_size(width, height)).expect("the window can be resized");
    }

    /// Keeps a picture of the page.
    pub fn picture(&self, file: &Path) {
        let height = self.run("return document.documentElement.scrollHeight").as_u64().unwrap_or(900);
        let width = self.run("return window.innerWidth").as_u64().unwrap_or(1280);
        let (width, height) = (u32::try_from(width).unwrap_or(1280), u32::try_from(height).unwrap_or(900));
        let picture = self.runtime.block_on(async {
            self.client.set_window_size(width, height.clamp(600, 4_000)).await?;
            self.client.screenshot().await
        });
        let picture = picture.unwrap_or_else(|error| panic!("no picture can be made: {error}"));
        std::fs::write(file, picture).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    fn text_now(&self) -> String {
        let text = self.run("return document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is gone already is closed.
        let _ = self.runtime.block_on(self.client.clone().close());
    }
}

/// The program that drives a browser; ended when it is dropped.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser that has started, with a profile of its own.
struct Begun {
    client: Client,
    driver: Driver,
    profile: TempDir,
}

impl Begun {
    fn with(runtime: &Runtime, driver: &Path, chromium: &Path, look: Look) -> Result<Self, NewSessionError> {
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let said = driver.stdout.take().expect("its output is piped");
        let driver = Driver(driver);
        let port = BufReader::new(said).lines().map_while(Result::ok).find_map(|line| {
            let port = line.split("on port ").nth(1)?;
            // The one that it was asked for, none in particular, it says first.
            port.trim_end_matches('.').parse::<u16>().ok().filter(|port| *port != 0)
        });
        let port = port.expect("the driver says its port");
        let profile = scratch();
        let client = runtime.block_on(
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities(chromium, profile.path(), look))
                .connect(&format!("http://127.0.0.1:{port}")),
        )?;
        Ok(Self { client, driver, profile })
    }
}

fn quoted(words: &str) -> String {
    if words.contains('\'') { format!("\"{words}\"") } else { format!("'{words}'") }
}

fn capabilities(chromium: &Path, profile: &Path, look: Look) -> Capabilities {
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-quic".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        format!("--window-size={},{}", look.width, look.height),
        format!("--lang={}", look.language),
        format!("--accept-lang={}", look.language),
    ];
    if look.is_dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let scripts = if look.has_script { 1 } else { 2 };
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".to_owned(), json!("chrome"));
    capabilities.insert(
        "goog:chromeOptions".to_owned(),
        json!({
            "binary": chromium,
            "args": arguments,
            "prefs": {
                "intl.accept_languages": look.language,
                "profile.default_content_setting_values.javascript": scripts,
            },
        }),
    );
    capabilities
}
