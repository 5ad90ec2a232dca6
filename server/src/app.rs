//! Builds a server out of a configuration, and runs it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, DeviceId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::JoinHandle;

use crate::auth::{Audience, Bearer, Enrolments, KeyError, Keys, SignIns, TokenError};
use crate::config::{Config, ConfigError};
use crate::files::{Files, FilesError};
use crate::http::Streams;
use crate::limits::{EVENT_STREAMS_MAX, EXCHANGES_MAX, LIVE_STREAMS_MAX, POKES_WAITING_MAX};
use crate::merge::SaveError;
use crate::office::import::Uploads;
use crate::office::{KeptOutcomes, Live};
use crate::rates::Rates;
use crate::review::Queues;
use crate::store::{SqliteStore, Store, StoreError};
use crate::sync::SyncError;
use crate::tls::{Tls, TlsError};
use crate::{agency, listener, router, sync};

/// How long exchanges that are under way may take to end once the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// How often files are looked after.
const FILES_LOOKED_AFTER_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What handlers work with.
pub struct App {
    /// Where the data is.
    pub store: Arc<dyn Store>,
    /// What signs and verifies tokens.
    pub keys: Arc<Keys>,
    /// Enrols phones.
    pub enrolments: Enrolments,
    /// Lets people of the office sign in.
    pub sign_ins: SignIns,
    /// The clock and randomness.
    pub environment: Arc<dyn Environment>,
    /// Whether the server speaks TLS itself.
    pub is_tls: bool,
    /// Whether what a proxy says of a request is believed.
    pub is_behind_proxy: bool,
    /// Counts who asks how often.
    pub rates: Rates,
    /// The streams of events that are open.
    pub streams: Streams<DeviceId>,
    /// The pages that listen.
    pub watchers: Streams<StaffId>,
    /// What the pages are told.
    pub live: Live,
    /// What agencies' care comes to, as it was counted.
    pub outcomes: KeptOutcomes,
    /// What agencies' offices have to look at, for those who look often.
    pub queues: Queues,
    /// What was uploaded and not imported yet.
    pub uploads: Uploads,
    /// The files of charts.
    pub files: Arc<Files>,
    /// Bounds the exchanges that are under way at once.
    pub exchanges: Arc<Semaphore>,
    pokes: broadcast::Sender<Poke>,
    stopping: watch::Receiver<bool>,
}

/// That something has changed, for those who listen.
#[derive(Debug, Clone)]
pub struct Poke {
    /// Where.
    pub agency: AgencyId,
    /// In which scopes.
    pub scopes: Vec<ScopeId>,
    /// Whose assignments.
    pub staff: Option<StaffId>,
    /// The phone that changed it, which knows.
    pub by: Option<DeviceId>,
    /// Whether a phone was in touch: the office shows when it last was.
    pub is_contact: bool,
}

impl Poke {
    /// Records have changed in these scopes.
    pub fn records(agency: AgencyId, scopes: &[ScopeId], by: Option<DeviceId>) -> Self {
        Self { agency, scopes: scopes.to_vec(), staff: None, by, is_contact: by.is_some() }
    }

    /// A nurse's assignments have changed.
    pub fn assignments(agency: AgencyId, staff: StaffId) -> Self {
        Self { agency, scopes: Vec::new(), staff: Some(staff), by: None, is_contact: false }
    }
}

impl App {
    /// Tells those who listen that something has changed.
    pub fn poke(&self, poke: Poke) {
        // A phone's work is looked at soon; somebody of the office sees at once what came of her own.
        if poke.by.is_none() {
            self.queues.forget(poke.agency);
        }
        if !(poke.scopes.is_empty() && poke.staff.is_none() && !poke.is_contact) {
            // An error means that nobody listens.
            let _ = self.pokes.send(poke);
        }
    }

    /// Listens for changes.
    pub fn listen(&self) -> broadcast::Receiver<Poke> {
        self.pokes.subscribe()
    }

    /// Returns once the server is about to stop: what would go on for long ends then.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // An error means that whoever could say so is gone, which is the same.
        let _ = stopping.wait_for(|is_stopping| *is_stopping).await;
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files cannot be kept where the configuration says.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The first agency cannot be founded.
    #[error(transparent)]
    Agency(#[from] SaveError),
    /// The signing keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A token that was just signed is not believed.
    #[error("the signing keys do not work: {0}")]
    Token(#[from] TokenError),
    /// An exchange for nobody fails.
    #[error("an exchange cannot be answered: {0}")]
    Sync(#[from] SyncError),
    /// The certificate or its key is no good.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}; end what listens there, or listen elsewhere with --listen")]
    Listen(SocketAddr, std::io::ErrorKind),
    /// Starting was broken off.
    #[error("starting was broken off")]
    BrokenOff,
}

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether this start made the first agency.
    pub is_first_start: bool,
    app: Arc<App>,
    tls: Option<Arc<Tls>>,
    stop: watch::Sender<bool>,
    connections: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// What its handlers work with.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Its address for phones and browsers.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// What it secures connections with.
    pub fn tls(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref()
    }

    /// Stops accepting, lets what is under way end for a while, and returns once all has ended.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        match tokio::time::timeout(STOP_WITHIN, &mut self.serving).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::error!("serving ended with an error: {}", error.kind()),
            Ok(Err(_)) => tracing::error!("serving was broken off"),
            Err(_) => {
                tracing::warn!("some exchanges did not end in time and were cut");
                self.connections.shutdown();
            }
        }
    }
}

/// Starts a server over this data folder.
pub async fn start(data: &Path, config: Config) -> Result<Running, StartError> {
    start_in(data, config, Arc::new(SystemEnvironment)).await
}

/// Starts a server with this clock and randomness.
pub async fn start_in(
    data: &Path,
    config: Config,
    environment: Arc<dyn Environment>,
) -> Result<Running, StartError> {
    config.check()?;
    let tls = config.tls.as_ref().map(Tls::load).transpose()?.map(Arc::new);
    let (stop, stopping) = watch::channel(false);
    let data = data.to_owned();
    let opening = config.clone();
    let opened = tokio::task::spawn_blocking(move || open(&data, environment, stopping, &opening)).await;
    let (app, is_first_start) = opened.map_err(|_| StartError::BrokenOff)??;
    app.files.prove_writable().await?;
    let failed = |error: std::io::Error| StartError::Listen(config.listen, error.kind());
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let app = Arc::new(app);
    tokio::spawn(look_after_files(Arc::clone(&app)));
    let connections = Handle::new();
    let serving = tokio::spawn(serve(Arc::clone(&app), listener, tls.clone(), connections.clone()));
    Ok(Running { address, is_first_start, app, tls, stop, connections, serving })
}

/// Serves until the server stops and what is under way has ended, and looks after the certificate.
async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    handle: Handle<SocketAddr>,
) -> std::io::Result<()> {
    let (stopping, stop) = (Arc::clone(&app), handle.clone());
    let secured = tls.as_ref().map(|tls| tls.config());
    let looking = tls.map(|tls| tokio::spawn(tls.keep_up()));
    tokio::spawn(async move {
        stopping.stopped().await;
        stop.graceful_shutdown(None);
        looking.inspect(JoinHandle::abort);
    });
    listener::serve(listener, router::router(app), secured, handle).await
}

/// Gives files up of which nothing more comes, at the start and once a day, until the server stops.
async fn look_after_files(app: Arc<App>) {
    loop {
        match app.files.sweep(app.environment.now()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "files of which nothing more came were given up"),
            Err(error) => tracing::error!("files of which nothing more comes cannot be given up: {error}"),
        }
        tokio::select! {
            () = app.stopped() => return,
            () = tokio::time::sleep(FILES_LOOKED_AFTER_EVERY) => {}
        }
    }
}

/// What the first phone would otherwise wait for, and what would otherwise break under it.
fn rehearse(store: &dyn Store, keys: &Keys, agency: AgencyId, now: Timestamp) -> Result<(), StartError> {
    let nobody = Bearer::Device(agency, DeviceId::from_bytes([0; 16]));
    let (token, _) = keys.issue(nobody, now)?;
    keys.verify(Audience::Device, &token, now)?;
    Ok(sync::rehearse(store, agency, now)?)
}

/// Opens what handlers work with over this data folder, and founds the first agency where there is none. Says whether it
/// did. What goes on for long ends once `stopping` says so.
pub fn open(
    data: &Path,
    environment: Arc<dyn Environment>,
    stopping: watch::Receiver<bool>,
    config: &Config,
) -> Result<(App, bool), StartError> {
    let store = SqliteStore::open(data, &*environment)?;
    store.prove_writable()?;
    let store: Arc<dyn Store> = Arc::new(store);
    let (agency, is_first_start) = agency::found_first(&*store, &*environment)?;
    let keys = Arc::new(Keys::load(Arc::clone(&store), &*environment)?);
    rehearse(&*store, &keys, agency.id, environment.now())?;
    let enrolments = Enrolments::new(Arc::clone(&store), Arc::clone(&keys), Arc::clone(&environment));
    let sign_ins = SignIns::new(Arc::clone(&store), Arc::clone(&environment), config.password_cost);
    let files = Arc::new(Files::open(&config.files, config.file_quotas, data)?);
    let (pokes, _) = broadcast::channel(POKES_WAITING_MAX);
    let app = App {
        store,
        keys,
        enrolments,
        sign_ins,
        rates: Rates::new(Arc::clone(&environment)),
        environment,
        is_tls: config.tls.is_some(),
        is_behind_proxy: config.is_behind_proxy,
        streams: Streams::up_to(EVENT_STREAMS_MAX),
        watchers: Streams::up_to(LIVE_STREAMS_MAX),
        live: Live::default(),
        uploads: Uploads::default(),
        outcomes: KeptOutcomes::default(),
        queues: Queues::default(),
        files,
        exchanges: Arc::new(Semaphore::new(EXCHANGES_MAX)),
        pokes,
        stopping,
    };
    Ok((app, is_first_start))
}
