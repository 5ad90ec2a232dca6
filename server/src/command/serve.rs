//! `doorstep serve`: runs the server until it is told to stop.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use doorstep_server::app;
use doorstep_server::config::{Config, FILE_NAME};
use doorstep_server::http::silence_panics;
use serde_json::json;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::output::Output;

/// Run the server.
///
/// Needs no configuration. Settings come from doorstep.toml in the data folder (listen, behind_proxy,
/// tls_certificate, tls_key, log, log_json, files, case_files_bytes_quota, agency_files_bytes_quota), from the environment (DOORSTEP_LISTEN and so on) and from the options below, each before the last.
#[derive(Args)]
#[command(after_help = "Examples:
  doorstep serve
  doorstep serve --listen 127.0.0.1:9000
  doorstep serve --listen 0.0.0.0:8787 --tls-certificate cert.pem --tls-key key.pem
  doorstep serve --listen 0.0.0.0:8787 --behind-proxy    behind a proxy that speaks TLS")]
pub(crate) struct Serve {
    /// The address and port to listen on [default: 127.0.0.1:8787]; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// A proxy in front speaks TLS: listening beyond this machine is safe.
    #[arg(long)]
    behind_proxy: bool,
    /// The file of the certificate, in PEM: the server speaks TLS, and takes up a new one when the files change.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The file of the certificate's private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// The configuration file [default: doorstep.toml in the data folder].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Serve {
    pub(crate) fn run(self, data: &Path, output: Output) -> anyhow::Result<()> {
        let config = self.configure(data)?;
        start_log(&config)?;
        silence_panics();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve(data, config, output))
    }

    fn configure(self, data: &Path) -> anyhow::Result<Config> {
        if let Some(missing) = self.config.as_ref().filter(|file| !file.exists()) {
            bail!("there is no configuration file {}", missing.display());
        }
        let file = self.config.unwrap_or_else(|| data.join(FILE_NAME));
        let (listen, is_behind_proxy) = (self.listen, self.behind_proxy);
        let named = |file: Option<PathBuf>| file.map(|file| file.display().to_string());
        let (certificate, key) = (named(self.tls_certificate), named(self.tls_key));
        let config = Config::load(&file, |name| match name {
            "DOORSTEP_LISTEN" if listen.is_some() => listen.map(|address| address.to_string()),
            "DOORSTEP_BEHIND_PROXY" if is_behind_proxy => Some(true.to_string()),
            "DOORSTEP_TLS_CERTIFICATE" if certificate.is_some() => certificate.clone(),
            "DOORSTEP_TLS_KEY" if key.is_some() => key.clone(),
            _ => std::env::var(name).ok(),
        })?;
        Ok(config)
    }
}

async fn serve(data: &Path, config: Config, output: Output) -> anyhow::Result<()> {
    let starting = || format!("cannot start with the data folder {}", data.display());
    let running = app::start(data, config).await.with_context(starting)?;
    let address = running.url();
    output.say(
        &format!("Doorstep listens on {address}, its data in {}. Ctrl-C stops it.", data.display()),
        &json!({"address": address, "first_start": running.is_first_start}),
    )?;
    if running.is_first_start && !output.is_json {
        output.say(NEXT, &())?;
    }
    until_told_to_stop().await?;
    tracing::info!("stopping");
    running.shutdown().await;
    Ok(())
}

const NEXT: &str = "
This is its first start, so there is an agency, \"My agency\", without staff yet. In another terminal:
  doorstep staff add \"Olu Ade\" --role admin --sign-in olu.ade
                                         the first admin: prints a one-time code that sets a password
  doorstep staff add \"Kim Reyes\"          hire a nurse
  doorstep device invite \"Kim Reyes\"      make the one-time code that enrols her phone
";

#[cfg(unix)]
pub(super) async fn until_told_to_stop() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) async fn until_told_to_stop() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

/// The log goes to the error stream, so that what a command prints stays by itself. It holds Doorstep's own lines
/// alone: those of a library may quote what it works on, as automerge's do (I13).
pub(super) fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter: Targets = config.log.parse()?;
    let own = filter_fn(|line| line.target().starts_with("doorstep"));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter).with(own);
    if config.log_json {
        registry.with(lines.json()).try_init()?
    } else {
        registry.with(lines).try_init()?
    }
    Ok(())
}
